"""Pages with lines that are no text beside or in it, and with misleading statements of title, author and day.

Tested in tests/extract/test_unseen_pages.py.
"""

from tests.extract.unseen.making import Story, each, json_ld, links, og, page, story

FERRY, MUSEUM = story("ferry"), story("museum")


@page("dam", "https://gadgetvalley.example/news/velden-dam", "2024-10-05", authors=["Tobias Renwick"])
def info_box_and_affiliate(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{
        s.headline
    } - Gadget Valley</title>{
        og(og__title=s.headline, og__site_name="Gadget Valley", article__published_time="2024-10-05")
    }
{
        json_ld(
            headline=s.headline,
            datePublished="2024-10-05",
            author=[
                {"@type": "Person", "name": s.author},
                {"@type": "Person", "name": "Associated Wire"},
                {"@type": "Organization", "name": "Gadget Valley"},
            ],
            publisher={"@type": "Organization", "name": "Gadget Valley"},
        )
    }</head><body><nav>{links("Reviews|News|Deals|How to", '<a href="/{1}">{0}</a>')}</nav><main><h1>{
        s.headline
    }</h1><p class="dek">{s.standfirst}</p>
<p class="byline">By {
        s.author
    } and Associated Wire, October 5, 2024</p><figure><img src="/d.jpg" alt=""><figcaption>{
        s.caption
    }</figcaption></figure><div class="art">{each(s.p[:3])}
<div class="series"><h4>About this series</h4><p>For a year our reporters have followed the rivers of the region from the spring to the sea. This is the fourth of nine parts.</p></div>
{
        each(s.p[3:6])
    }<div class="embed-consent"><p>This chart is loaded from another company's server, which may set cookies. Do you agree to see it?</p><button>Agree</button></div>
{
        each(s.p[6:])
    }<p class="small">Gadget Valley is supported by its readers. When you buy something after following a link, we may be paid a small share.</p></div></main>
<div class="deals"><h3>Today's deals</h3><ul>{
        links("A pump for 40 less|Rain barrels compared|The lamp we would buy")
    }</ul></div></body></html>"""


@page(
    "hafen", "https://www.nordkurs.example/norderau/bruecke-stopp", "2024-01-15T21:40:00+01:00", captions=[]
)
def consent_and_sources_in_german(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{s.headline} | Nordkurs</title><meta name="description" content="{s.standfirst}"><meta name="author" content="Nordkurs, {s.author}">
<meta property="article:published_time" content="2024-01-15T21:40:00+01:00"><meta property="og:site_name" content="Nordkurs"></head><body><div class="cc"><p>Wir und unsere 212 Partner speichern Daten auf Ihrem Gerät.</p><button>Alle akzeptieren</button></div>
<nav>{links("Nachrichten|Hören|Sehen|Wetter", '<a href="/{1}">{0}</a>')}</nav><article><h1>{s.headline}</h1><p class="vorspann">{s.standfirst}</p><p class="autor">von {s.author}, Reporterin in Norderau</p><p class="stand">Stand: 15.01.2024 21:40 Uhr</p>
{each(s.p[:2])}<div class="ext"><h4>Empfohlener redaktioneller Inhalt</h4><p>An dieser Stelle finden Sie einen externen Inhalt, der den Artikel ergänzt. Sie können ihn sich mit einem Klick anzeigen lassen und wieder ausblenden.</p>
<p>Ich bin damit einverstanden, dass mir externe Inhalte angezeigt werden.</p></div>{each(s.p[2:])}<p class="sendung">Dieses Thema im Programm: Nordkurs Radio | Der Abend | 15.01.2024 | 18:00 Uhr</p></article>
<section><h3>Mehr aus der Region</h3>{links("Krabbenpreis auf Tiefstand|Neue Turnhalle für Norderau", '<p><a href="/{1}">{0}</a></p>')}</section><footer>Nordkurs 2024</footer></body></html>"""


SLIDES = [
    "Astrid Moll waits for the first boat of the day at Lille Skarholm. (Odd Brenner)",
    "The car deck of the Ternen, which can take 22 vehicles. (Odd Brenner)",
    "Pupils from the outer islands walk to school in October. (Gro Haug)",
    "Halvard Eng of Nordlane answers questions on Monday. (Odd Brenner)",
]


@page(
    "ferry", "https://www.fjordherald.example/islands/ferry-winter", "2024-10-08T12:00:00Z", captions=SLIDES
)
def carousel_on_top(s: Story) -> str:
    slides = each(
        f'<div class="swiper-slide" data-i="{n}"><img src="/s{n}.jpg" alt=""><div class="slide-text">{text}</div><div class="slide-count">{n + 1} of 4</div></div>'
        for n, text in enumerate(SLIDES)
    )
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{
        s.headline
    } | Fjord Herald</title><meta property="og:title" content="{s.headline}">{
        json_ld(
            headline=s.headline,
            description=s.standfirst,
            datePublished="2024-10-08T12:00:00Z",
            author={"@type": "Person", "name": s.author, "jobTitle": "Islands correspondent"},
            editor={"@type": "Person", "name": "Lasse Dahl"},
        )
    }
<style>.sr{{position:absolute;left:-9999px}} .gone{{display:none}}</style></head><body><nav>{
        links("News|Islands|Fish|Letters", '<a href="/{1}">{0}</a>')
    }</nav>
<article><h1>{s.headline}</h1><p class="stand">{
        s.standfirst
    }</p><div class="swiper"><div class="swiper-wrapper">{
        slides
    }</div><button>Previous</button><button>Next</button></div>
<div class="names"><p>{
        s.author
    }, Islands correspondent</p><p>Edited by Lasse Dahl</p></div><div class="copy">{
        each(s.p[:4])
    }<p class="gone">{MUSEUM.p[1]}</p><div hidden><p>{MUSEUM.p[2]}</p></div>{each(s.p[4:])}</div></article>
<div class="gone"><h2>You have read all your free articles</h2><p>Become a subscriber today to keep reading the Herald without limits, on every device that you own.</p></div><footer>Fjord Herald</footer></body></html>"""


PICTURES = ["El primer aerogenerador se instaló en 2009", "La plaza mayor durante el recuento del domingo"]


@page(
    "viento",
    "https://www.diariodelpueblo.example/valdehierro",
    "2024-06-10T08:00:00+02:00",
    captions=PICTURES,
)
def captions_between_paragraphs_and_hidden_text(s: Story) -> str:
    def pic(text: str) -> str:
        return f'<div class="galeria-foto"><a href="#"><img src="/g.jpg" alt="{text}"></a><div class="galeria-pie">{text}</div></div>'

    return f"""<!DOCTYPE html><html lang="es"><head><meta charset="utf-8"><title>{s.headline} | Diario del Pueblo</title><meta name="description" content="{s.standfirst}"><meta property="article:published_time" content="2024-06-10T08:00:00+02:00">
<meta property="article:author" content="{s.author}"></head><body><nav>{links("Pueblo|Campo|Fiestas", '<a href="/{1}">{0}</a>')}</nav><div class="noticia"><h1>{s.headline}</h1><div class="entradilla">{s.standfirst}</div>
<div class="datos">{s.author} | 10 junio 2024 08:00</div>{each(s.p[:2])}{pic(PICTURES[0])}{each(s.p[2:4])}{pic(PICTURES[1])}{each(s.p[4:])}
<div style="display: none;"><p>Hemos enviado un mensaje a su correo electrónico. Pulse el enlace que contiene para confirmar que quiere recibir los avisos.</p></div></div><footer>Diario del Pueblo</footer></body></html>"""


@page(
    "museum",
    "https://www.thenorthledger.example/world/clocks",
    "2022-06-18T06:00:00Z",
    authors=["Judith Amsel", "Peter Orth"],
)
def agencies_and_site_h1(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{
        s.headline
    } • The North Ledger</title>{
        og(
            og__title=s.headline + " • The North Ledger",
            og__site_name="The North Ledger",
            article__published_time="2022-06-18T06:00:00Z",
        )
    }
{
        json_ld(
            headline=s.headline + " • The North Ledger",
            datePublished="2022-06-18T06:00:00Z",
            dateModified="2022-06-19T06:00:00Z",
            author=[
                {"@type": "Person", "name": "Judith Amsel"},
                {"@type": "Person", "name": "Peter Orth"},
                {"@type": "Person", "name": "Reuters"},
                {"@type": "Person", "name": "AFP"},
                {"@type": "Person", "name": "The North Ledger"},
            ],
            publisher={"@type": "NewsMediaOrganization", "name": "The North Ledger"},
        )
    }</head><body><header><h1><a href="/">The North Ledger</a></h1><h2>Independent since 1871</h2>{
        links("World|North|Books", '<a href="/{1}">{0}</a>')
    }</header>
<main><div class="cat"><h1>World</h1></div><article><h2 class="ttl">{s.headline}</h2><h3 class="sub">{
        s.standfirst
    }</h3><div class="by">By Judith Amsel, Peter Orth and agencies</div><div class="dt">18 June 2022</div><figure><img src="/c.jpg" alt=""><figcaption>{
        s.caption
    }</figcaption></figure>{each(s.p)}</article></main></body></html>"""


@page(
    "bakery",
    "https://www.millnews.example/business/bakers",
    "2023-04-27T15:00:00+01:00",
    authors=["Owen Fairlie", "Grace Adeyemi"],
    captions=[],
)
def roles_brackets_and_doubles(s: Story) -> str:
    return f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{s.headline} - Mill News</title><meta name="author" content="Owen Fairlie (owen@millnews.example), Grace Adeyemi (Mill News)"><meta name="description" content="{s.standfirst}">
<meta property="article:published_time" content="2023-04-27T15:00:00+01:00"><meta property="og:site_name" content="Mill News"></head><body><nav>{links("Business|Town|Farm", '<a href="/{1}">{0}</a>')}</nav><main><h1>{s.headline}</h1><p class="lede">{s.standfirst}</p>
<div class="byl"><a href="/owen">Owen Fairlie</a>, Business Editor, <a href="/grace">Grace Adeyemi</a>, Senior Reporter</div><time>27 April 2023, 3pm</time>{each(s.p)}
<div class="cmts"><h3>Comments</h3><div class="cm"><span class="author">By <b>Rye Fan</b></span><p>About time. I have been queueing for warm rolls since the eighties.</p></div></div></main><footer>Mill News Group</footer></body></html>"""


@page("dam", "https://www.postandtimes.example/water/velden", "2024-10-04T08:00:00+02:00", captions=[])
def paper_as_person_and_modified_day(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} | Post &amp; Times</title><meta property="og:site_name" content="Post &amp; Times"><meta property="og:updated_time" content="2024-10-09T10:00:00+02:00">
<meta name="last-modified" content="2024-10-09"><meta name="author" content="Post &amp; Times">{json_ld(headline=s.headline, dateModified="2024-10-09T10:00:00+02:00", datePublished="2024-10-04T08:00:00+02:00", author={"@type": "Person", "name": "Post & Times"})}</head>
<body><nav>{links("Water|Land|Air", '<a href="/{1}">{0}</a>')}</nav><article><h1>{s.headline}</h1><h2>{s.standfirst}</h2><div class="sig">By <a rel="author" href="/tr">{s.author}</a></div><div class="when">Updated 9 October 2024, first published 4 October 2024</div>{each(s.p)}</article></body></html>"""


@page("ferry", "https://www.islandsradio.example/listen/ferry-cut", "2024-10-08T23:30:00-04:00", captions=[])
def days_of_other_items(s: Story) -> str:
    return f"""<!doctype html><html lang="en-CA"><head><meta charset="utf-8"><title>{s.headline} | Islands Radio</title><script type="application/ld+json">[{{"@context":"https://schema.org","@type":"VideoObject","name":"How the ferry works","uploadDate":"2023-05-01T00:00:00Z","datePublished":"2023-05-01"}},
{{"@context":"https://schema.org","@type":"NewsArticle","mainEntityOfPage":"https://www.islandsradio.example/listen/ferry-cut","headline":"{s.headline}","datePublished":"2024-10-09T03:30:00Z","author":{{"@type":"Person","name":"{s.author}"}}}}]</script></head>
<body><nav>{links("Listen|News|Songs", '<a href="/{1}">{0}</a>')}</nav><aside><article><h3><a href="/o">Herring come late again</a></h3><time datetime="2024-10-20">October 20, 2024</time></article></aside>
<main><h1>{s.headline}</h1><p class="intro"><strong>{s.standfirst}</strong></p><div class="line">{s.author} · Islands Radio · Posted: Oct 8, 2024 11:30 PM EDT</div>{each(s.p)}</main><footer>© 1996-2024 Islands Radio</footer></body></html>"""


@page("newsletters", "https://www.pressroom.example/media/herald-newsletters", "2024-11-12T09:00:00Z")
def story_about_newsletters(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} | Pressroom</title><meta name="description" content="{s.standfirst}">{json_ld(headline=s.headline, datePublished="2024-11-12T09:00:00Z", author={"@type": "Person", "name": s.author})}</head>
<body><nav>{links("Media|Law|Jobs", '<a href="/{1}">{0}</a>')}</nav><main><article><h1>{s.headline}</h1><p class="deck">{s.standfirst}</p><p class="by">By {s.author} | 12 November 2024</p><figure><img src="/n.jpg" alt=""><figcaption>{s.caption}</figcaption></figure>{each(s.p[:3])}
<div class="promo-box"><h4>Pressroom Weekly</h4><p>What changed in the media this week. Sign up for our free newsletter.</p></div>{each(s.p[3:])}<p>You can unsubscribe from our emails at any time. See our <a href="/p">privacy policy</a>.</p></article></main></body></html>"""


@page("republishing", "https://www.pressroom.example/law/commons-wire", "2024-11-19T09:00:00Z")
def story_about_republishing(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{s.headline} | Pressroom</title><meta name="description" content="{s.standfirst}">{json_ld(headline=s.headline, datePublished="2024-11-19T09:00:00Z", author={"@type": "Person", "name": s.author})}</head>
<body><nav>{links("Media|Law|Jobs", '<a href="/{1}">{0}</a>')}</nav><main><article><h1>{s.headline}</h1><p class="deck">{s.standfirst}</p><p class="by">By {s.author} | 19 November 2024</p><figure><img src="/n.jpg" alt=""><figcaption>{s.caption}</figcaption></figure>{each(s.p)}
<p><em>Our articles may be republished under a Creative Commons licence. Read <a href="/r">the terms</a>.</em></p></article></main></body></html>"""
