"""Pages on which other texts are beside the story: the next article, live entries, readers' comments.

Tested in tests/extract/test_unseen_pages.py.
"""

from tests.extract.unseen.making import Story, each, json_ld, links, og, page, story

DAM, MUSEUM, BAKERY, FERRY = (story(name) for name in ("dam", "museum", "bakery", "ferry"))


@page("ferry", "https://tidewater.example/2024/10/08/skarholm-ferry", "2024-10-08T17:00:00Z")
def next_articles_of_the_same_build(s: Story) -> str:
    def one(t: Story, day: str) -> str:
        return f"""<div class="post-wrap" data-url="/x"><header class="post-head"><p class="post-section">News</p><h1 class="post-title">{t.headline}</h1>
<p class="post-deck">{t.standfirst}</p><div class="post-meta">By <a href="/by/x" class="post-author">{t.author}</a> <span class="post-date">{day}</span></div></header>
<figure class="post-fig"><img src="/i.jpg" alt=""><figcaption>{t.caption}</figcaption></figure><div class="post-body">{each(t.p)}</div>
<div class="post-share"><a href="#">Share</a><a href="#">Tweet</a><a href="#">Mail</a></div></div>"""

    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} | Tidewater Post</title>
<link rel="canonical" href="https://tidewater.example/2024/10/08/skarholm-ferry">{og(og__title=s.headline, og__site_name="Tidewater Post")}
{json_ld(headline=DAM.headline, datePublished="2024-10-04T09:00:00Z", author={"@type": "Person", "name": DAM.author}, url="https://tidewater.example/2024/10/04/velden-dam")}
{json_ld(headline=s.headline, datePublished="2024-10-08T17:00:00Z", author={"@type": "Person", "name": s.author}, url="https://tidewater.example/2024/10/08/skarholm-ferry")}
</head><body><header class="bar"><a href="/">Tidewater Post</a><nav>{links("News|Coast|Business|Sport|Obits", '<a href="/{1}">{0}</a>')}</nav></header>
<div class="stream">{one(s, "8 October 2024")}
{one(DAM, "4 October 2024")}
{one(BAKERY, "2 October 2024")}</div><footer>© Tidewater Post</footer></body></html>"""


@page("museum", "https://www.orlauer-echo.example/en/clocks", "2022-06-17")
def next_article_of_another_build(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} - Orlau Echo</title><meta name="description" content="{s.standfirst}">
<meta property="article:published_time" content="2022-06-17"></head><body><div class="top">{links("Home|World|Region|Arts|Jobs", '<a href="/{1}">{0}</a>')}</div>
<div class="main-col"><h1>{s.headline}</h1><div class="intro">{s.standfirst}</div><div class="info">17.06.2022 | {s.author}</div>
<div class="pic"><img src="/1.jpg" alt=""><span class="pic-txt">{s.caption}</span></div>{each(s.p)}
</div><div class="more-col"><div class="teaser-big"><div class="kicker">Water</div><h2><a href="/dam">{DAM.headline}</a></h2><div class="sub">{DAM.author}, 16.06.2022</div>
{each(DAM.p, '<div class="txt">{}</div>')}</div>
<div class="teaser-big"><div class="kicker">Courts</div><h2><a href="/bakers">{BAKERY.headline}</a></h2><div class="sub">{BAKERY.author}, 15.06.2022</div>
{each(BAKERY.p[:3], '<div class="txt">{}</div>')}<a href="/bakers">continue</a></div></div><div class="bottom">Imprint | Privacy</div></body></html>"""


@page("bakery", "https://marshtimes.example/a/bakers-two-oclock", "2023-04-28T08:30:00+01:00")
def next_article_in_the_same_container(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8"><title>{s.headline}</title>{og(og__title=s.headline, og__description=s.standfirst, og__site_name="Marsh Times")}
<meta property="article:published_time" content="2023-04-28T08:30:00+01:00"><meta name="author" content="{s.author}"></head><body>
<nav>{links("Today|Archive|Classified|Weather", '<a href="/{1}">{0}</a>')}</nav><div id="page"><div class="grid"><div class="col">
<h1 class="hl">{s.headline}</h1><p class="sf">{s.standfirst}</p><p class="who">By {s.author} · 28 April 2023</p>
<figure><img src="/l.jpg" alt=""><figcaption>{s.caption}</figcaption></figure>{each(s.p, '<p class="par">{}</p>')}
<hr><p class="nx">Next up</p><h1 class="hl">{FERRY.headline}</h1><p class="sf">{FERRY.standfirst}</p><p class="who">By {FERRY.author} · 27 April 2023</p>
<figure><img src="/f.jpg" alt=""><figcaption>{FERRY.caption}</figcaption></figure>{each(FERRY.p, '<p class="par">{}</p>')}
</div></div></div><footer>Marsh Times, 4 Quay Street</footer></body></html>"""


ENTRIES = [
    ("16:42", "Water still rising at the lower bridge", FERRY.paragraphs[4:6]),
    ("15:10", "School closes early", [BAKERY.paragraphs[3]]),
    ("13:55", "Council calls for volunteers with boats", [DAM.paragraphs[3], DAM.paragraphs[5]]),
    ("12:20", "Road to Alt Horn is cut", [DAM.paragraphs[7]]),
    ("11:05", "What we know so far", [MUSEUM.paragraphs[5], MUSEUM.paragraphs[6]]),
]
LIVE = [text for _, title, texts in ENTRIES for text in [title, *texts]]


@page("dam", "https://www.valleydispatch.example/live/flood", "2024-07-02T10:30:00+02:00", title="Floods in the Velden valley: live updates",
      description="Follow the news from the valley as the basin is emptied", captions=[], paragraphs=LIVE)  # fmt: skip
def live_blog_with_data(s: Story) -> str:
    updates = [{"@type": "BlogPosting", "headline": title, "datePublished": f"2024-07-02T{time}:00+02:00", "articleBody": " ".join(texts)} for time, title, texts in ENTRIES]  # fmt: skip
    shown = each(
        f'<article class="lb-entry" id="e{n}"><div class="lb-time">{time}</div><h2 class="lb-title">{title}</h2><div class="lb-text">{each(texts)}</div>'
        '<div class="lb-share"><a href="#">Copy link</a></div></article>' for n, (time, title, texts) in enumerate(ENTRIES)
    )  # fmt: skip
    title = "Floods in the Velden valley: live updates"
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{
        title
    } | The Valley Dispatch</title>
{
        json_ld(
            **{"@type": "LiveBlogPosting"},
            headline=title,
            datePublished="2024-07-02T10:30:00+02:00",
            dateModified="2024-07-02T16:42:00+02:00",
            author={"@type": "Person", "name": s.author},
            liveBlogUpdate=updates,
        )
    }</head><body><nav>{links("News|Water|Politics|Schools", '<a href="/{1}">{0}</a>')}</nav>
<main><h1>{
        title
    }</h1><p class="standfirst">Follow the news from the valley as the basin is emptied</p><p class="byline">By <a href="/a">{
        s.author
    }</a></p><time datetime="2024-07-02T10:30:00+02:00">2 July 2024</time>
<div class="lb-key"><h3>Key moments</h3><ul>{
        links("Water still rising|School closes early|Road is cut", '<li><a href="#e{1}">{0}</a></li>')
    }</ul></div>
<div class="lb-stream">{
        shown
    }</div><button>Load older entries</button></main><footer>© The Valley Dispatch</footer></body></html>"""


HAFEN = story("hafen")
TICKER = [
    ("18:05", HAFEN.paragraphs[5]),
    ("17:40", HAFEN.paragraphs[4]),
    ("17:12", HAFEN.paragraphs[3]),
    ("16:58", HAFEN.paragraphs[2]),
]


@page("hafen", "https://www.norderau24.example/ticker/ratssitzung", "2024-01-15", title="Ratssitzung im Ticker: So ringt Norderau um die Brücke",
      captions=[], paragraphs=HAFEN.paragraphs[:2] + [text for _, text in TICKER])  # fmt: skip
def live_ticker_without_data(s: Story) -> str:
    items = each(f'<div class="ticker__item"><span class="ticker__zeit">{time} Uhr</span><div class="ticker__text"><p>{text}</p></div></div>' for time, text in TICKER)  # fmt: skip
    return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Ratssitzung im Ticker: So ringt Norderau um die Brücke - Norderau24</title>
<meta name="date" content="2024-01-15T16:30:00+01:00"></head><body><div class="kopf"><a href="/">Norderau24</a>{links("Stadt|Land|Blaulicht|Sport|Service", '<a href="/{1}">{0}</a>')}</div>
<div class="inhalt"><h1>Ratssitzung im Ticker: So ringt Norderau um die Brücke</h1><h2 class="unterzeile">{s.standfirst}</h2>
<div class="autorzeile">Von <a href="/autor/wc">{s.author}</a>, 15.01.2024</div>{each(s.p[:2])}
<div class="ticker">{items}</div><div class="ticker__mehr"><a href="?seite=2">Ältere Einträge laden</a></div></div>
<div class="rand"><h4>Meistgelesen</h4><ol>{links("Bäcker gibt nach 90 Jahren auf|Blitzer an der Speicherstraße|Wer wird Grünkohlkönig?")}</ol></div><div class="fuss">Impressum | Datenschutz</div></body></html>"""


@page("ferry", "https://islandforum.example/p/1844/ferry", "2024-10-09", captions=[])
def comments_in_unnamed_containers(s: Story) -> str:
    def said(who: str, text: str) -> str:
        return f'<div class="r"><div class="r1"><b>{who}</b> <span>3 days ago</span></div><div class="r2"><p>{text}</p></div><div class="r3"><a href="#">Reply</a> <a href="#">Report</a> <span>12</span></div></div>'

    talk = [
        (
            "windward",
            "I have taken that boat every morning since I was eleven, and I cannot remember a single week this year in which all six crossings ran. Three that really run would be an improvement, sorry.",
        ),
        (
            "Old Salt",
            "So who signed a contract that lets them cut half of the service and keep all of the money? Names, please. The county has lawyers, and none of them seems to have read page nine.",
        ),
        (
            "h_brandt",
            "My daughter is fourteen. She would have to board with strangers in town from Monday to Friday, and nobody at the company has even answered my letter.",
        ),
    ]
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} - Island Forum</title><meta property="og:site_name" content="Island Forum">
<meta property="og:title" content="{s.headline}"></head><body><div class="h">{links("Front|Harbour|Culture|Market|Log in", '<a href="/{1}">{0}</a>')}</div>
<div class="w"><div class="a"><h1>{s.headline}</h1><p class="d"><i>{s.standfirst}</i></p><p class="b">{s.author}, 9 October 2024</p><div class="t">{each(s.p)}</div></div>
<div class="q"><h3>What do you think?</h3>{each(said(*one) for one in talk)}
<p>You have to be a member to write here. Be kind, stay on the subject.</p></div></div><div class="z">Island Forum · Rules · Contact</div></body></html>"""


@page("hafen", "https://www.kuestenblick.example/norderau/bruecke", "2024-01-16T07:15:00+01:00")
def comments_in_german(s: Story) -> str:
    def said(who: str, text: str) -> str:
        return f'<section class="x7"><header><strong>{who}</strong><time datetime="2024-01-16T09:02:00+01:00">16. Januar 2024, 09:02</time></header><p>{text}</p><footer><button>antworten</button><button>melden</button></footer></section>'

    talk = [
        (
            "Deichgraf",
            "Ich wohne seit vierzig Jahren neben dieser Baustelle und habe noch keinen einzigen Tag erlebt, an dem dort mehr als fünf Leute gearbeitet haben. Wofür also die Millionen?",
        ),
        (
            "Möwe 61",
            "Man hätte die alte Brücke für ein Zehntel des Geldes sanieren können, das stand damals sogar in dieser Zeitung. Aber auf uns Bürger hört ja keiner.",
        ),
        (
            "J. Thomsen",
            "Ein Gutachter kostet auch wieder Geld, und am Ende sind alle schuld und keiner zahlt. So läuft das hier seit Jahren, liebe Leute.",
        ),
    ]
    return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{s.headline} | Küstenblick</title><meta name="description" content="{s.standfirst}">
{json_ld(headline=s.headline, datePublished="2024-01-16T07:15:00+01:00", author={"@type": "Person", "name": s.author}, commentCount=3)}</head><body>
<header><nav>{links("Norderau|Umland|Sport|Meinung|E-Paper", '<a href="/{1}">{0}</a>')}</nav></header><main><article><h1>{s.headline}</h1><p class="vs">{s.standfirst}</p>
<div class="mt">Von <a rel="author" href="/wc">{s.author}</a> · 16. Januar 2024, 07:15 Uhr</div><figure><img src="/b.jpg" alt=""><figcaption>{s.caption}</figcaption></figure>{each(s.p)}
<section class="x6"><h2>3 Stimmen zu diesem Artikel</h2><p>Schreiben Sie uns Ihre Meinung. Bitte melden Sie sich dazu an.</p>{each(said(*one) for one in talk)}</section></article></main>
<footer>© Küstenblick Verlag</footer></body></html>"""


@page("viento", "https://elcierzo.example/valdehierro-compra-parque", "2024-06-11", captions=[])
def commenters_in_microdata(s: Story) -> str:
    def said(who: str, text: str) -> str:
        return f"""<div class="opinion-item" itemscope itemtype="https://schema.org/Comment"><span itemprop="author" itemscope itemtype="https://schema.org/Person"><span itemprop="name">{who}</span></span>
<time itemprop="datePublished" datetime="2024-06-12T09:00">12/06/2024</time><div itemprop="text">{text}</div></div>"""

    return f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{s.headline} | El Cierzo</title></head><body><header><h1 class="marca"><a href="/">El Cierzo</a></h1>
<nav>{links("Aragón|España|Economía|Deporte", '<a href="/{1}">{0}</a>')}</nav></header><div itemscope itemtype="https://schema.org/NewsArticle" class="pieza">
<h2 itemprop="headline" class="pieza-titular">{s.headline}</h2><p itemprop="description" class="pieza-entradilla">{s.standfirst}</p>
<div class="pieza-firma"><span itemprop="author">{s.author}</span> <time itemprop="datePublished" datetime="2024-06-11">11/06/2024</time> <time itemprop="dateModified" datetime="2024-06-13">actualizado 13/06/2024</time></div>
<div itemprop="articleBody" class="pieza-cuerpo">{each(s.p)}</div>
<div class="opinion"><h3>Han opinado 2 lectores</h3>{said("Pilar Ansó", "Enhorabuena a los vecinos. En mi pueblo lo intentamos hace cuatro años y la compañía ni siquiera nos contestó a las cartas, así que mucho ánimo con los trámites.")}
{said("Un escéptico", "Ya veremos quién paga cuando se rompa una pala. Los estudios los carga el diablo y el viento no sopla todos los días, por mucho que lo diga la alcaldesa.")}</div></div>
<footer>El Cierzo, diario independiente</footer></body></html>"""
