"""Pages whose text is set oddly: in a script's data, in one paragraph, in spans, with line breaks, lists, tables.

Tested in tests/extract/test_unseen_pages.py.
"""

import json
from html import unescape

from tests.extract.unseen.making import Story, each, json_ld, links, og, page, story

DAM, FERRY, MUSEUM = (story(name) for name in ("dam", "ferry", "museum"))


@page("museum", "https://www.brenztoday.example/arts/clocks-go-home", "2022-06-18T09:00:00Z", captions=None)
def pushed_in_pieces(s: Story) -> str:
    def node(text: str) -> list[object]:
        return ["$", "p", None, {"className": "mb-4", "children": text}]

    rows = "5:" + json.dumps(["$", "article", None, {"children": [["$", "h1", None, {"children": s.headline}],
        ["$", "p", None, {"className": "lead", "children": s.standfirst}], *[node(text) for text in s.paragraphs],
        ["$", "aside", None, {"children": [node("Get the Brenz Today briefing every weekday at seven.")]}]]}], ensure_ascii=False) + "\n"  # fmt: skip
    half = len(rows) // 2
    pushes = "".join(
        f"<script>self.__next_f.push({json.dumps([1, part])})</script>"
        for part in ('1:"$Sreact.fragment"\n', rows[:half], rows[half:])
    )
    return f"""<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><title>{s.headline} | Brenz Today</title>{og(og__title=s.headline, og__site_name="Brenz Today")}
<meta name="description" content="{s.standfirst}"/><meta property="article:published_time" content="2022-06-18T09:00:00Z"/><meta name="author" content="{s.author}"/></head>
<body class="antialiased"><header><nav>{links("Arts|City|Money|Sport", '<a href="/{1}">{0}</a>')}</nav></header><main><h1>{s.headline}</h1><p class="lead">{s.standfirst}</p>
<div class="animate-pulse"></div><p>Please enable JavaScript to read this article.</p></main><footer>© Brenz Today</footer>
<script>(self.__next_f=self.__next_f||[]).push([0])</script>{pushes}</body></html>"""


@page("dam", "https://valleynews.example/s/velden-crack", "2024-10-04T18:12:00Z", captions=None)
def state_with_a_teaser_shown(s: Story) -> str:
    state = {"user": None, "article": {"current": {"id": 7, "title": s.headline, "dek": s.standfirst, "byline": s.author, "published": "2024-10-04T18:12:00Z",
             "contentHtml": each(s.p, between="")}, "related": [{"id": 8, "title": FERRY.headline, "dek": FERRY.standfirst, "excerpt": FERRY.paragraphs[0]}]}, "ads": {"slots": ["top", "mid"]}}  # fmt: skip
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{
        s.headline
    } - Valley News</title><meta property="og:title" content="{s.headline} - Valley News">
{
        json_ld(
            headline=s.headline + " - Valley News",
            description=s.standfirst,
            datePublished="2024-10-04T18:12:00Z",
            author={"@type": "Person", "name": s.author},
            publisher={"@type": "Organization", "name": "Valley News"},
        )
    }</head><body><div id="app"><header><h1 class="site"><a href="/">Valley News</a></h1></header>
<article><h2 class="headline">{s.headline}</h2><p class="dek">{s.standfirst}</p><p class="teaser">{
        s.p[0]
    }</p><button>Read the full story</button></article>
<aside><h3>Most read</h3><ol>{
        links("Orchards ask for frost money|Old mill to be torn down|Who is who on the water board")
    }</ol></aside></div>
<script>window.__INITIAL_STATE__ = {
        json.dumps(state).replace("<", chr(92) + "u003c")
    };window.__BUILD__="3f";</script><script src="/bundle.js" defer></script></body></html>"""


@page(
    "brief",
    "https://www.tarnpost.example/in-brief/2024/03/14/chimney",
    "2024-03-14",
    description=None,
    captions=[],
    authors=[],
)
def brief_in_a_table_cell(s: Story) -> str:
    return f"""<html lang="en"><head><title>Tarn Post - {s.headline}</title><meta name="DC.date.issued" content="2024-03-14"></head><body><table width="100%"><tr><td colspan="2">
{links("Front page|In brief|Sport|Deaths|Markets", '<a href="/{1}">{0}</a> | ')}</td></tr><tr><td valign="top" width="70%"><h2>{s.headline}</h2><i>14 March 2024</i><br><br>{s.p[0]}
<br><br><a href="mailto:news@tarnpost.example">Do you know more? Write to us</a></td>
<td valign="top"><b>Also in brief</b><br>{links("Lorry of eggs overturns on the A road|Choir seeks basses before Easter|Library closes for stocktaking", '<a href="/b/{1}">{0}</a><br>')}
<p style="display:none">{FERRY.p[0]}</p></td></tr></table><small>Tarn Post, established 1888</small></body></html>"""


@page(
    "meldung",
    "https://www.norderau24.example/blaulicht/kuh-rollbahn",
    "2024-05-08T09:40:00+02:00",
    description=None,
    captions=[],
    authors=["Norderau24"],
)  # an organisation, where no person is named
def brief_with_disclaimers(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{s.headline} | Norderau24</title><meta property="article:published_time" content="2024-05-08T09:40:00+02:00">
{json_ld(headline=s.headline, datePublished="2024-05-08T09:40:00+02:00", author={"@type": "Organization", "name": "Norderau24"})}</head><body>
<div class="nav">{links("Stadt|Land|Blaulicht|Sport|Service", '<a href="/{1}">{0}</a>')}</div><article><h1>{s.headline}</h1><div class="date">08.05.2024, 09:40 Uhr</div>
<div class="body"><p>{s.p[0]}</p><p class="hinweis">Dieser Text wurde mit Hilfe automatischer Systeme aus einer Mitteilung der Polizei erstellt und vor der Veröffentlichung von der Redaktion geprüft.</p>
<p class="hinweis">Mit einem Sternchen gekennzeichnete Links sind Werbelinks. Kaufen Sie darüber ein, erhalten wir eine Provision, ohne dass es für Sie teurer wird.</p></div></article>
<div class="teaser"><h4>Mehr Blaulicht</h4>{links("Traktor steht in Flammen|Einbruch in der Eisdiele|Zeugen nach Unfall gesucht", '<p><a href="/{1}">{0}</a></p>')}</div></body></html>"""


@page(
    "bakery",
    "https://theloaf.example/news/two-in-the-morning",
    "2023-04-27",
    title="Bakers of Little Marsh win right to start work at two",
    description=None,
    captions=[],
)
def lead_is_the_description(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>The Loaf — {s.headline}</title><meta name="description" content="{s.p[0]}">
<meta property="og:description" content="{s.p[0]}"><meta property="og:title" content="{s.headline}"><meta property="og:site_name" content="The Loaf">
{json_ld(headline="The Loaf — " + s.headline, description=s.paragraphs[0], datePublished="2023-04-27", dateModified="2023-05-02", author={"@type": "Person", "name": s.author})}</head>
<body><header><h1 id="logo"><a href="/">The Loaf</a></h1><p class="slogan">News for people who bake</p></header><div id="main"><h1 class="entry">{s.headline}</h1>
<div class="meta">{s.author} | <abbr title="2023-04-27">27 Apr 2023</abbr></div><div class="first-part"><p>{s.p[0]}</p></div><div class="rest">{each(s.p[1:])}
<p>We earn a commission if you buy flour, tins or scales through links on this page. It never decides what we write about.</p></div></div>
<div id="sidebar"><h3>Recipes</h3><ul>{links("Rye in three days|Buns without sugar|What to do with stale crusts")}</ul></div></body></html>"""


WINNERS = [
    "Best film: The Long Tide, Kaja Moen",
    "Best director: Ibrahim Sow, Dust",
    "Best actress: Lena Arvid, The Long Tide",
    "Best actor: Tom Ekpo, Salt Road",
    "Best short film: Nine Doors, Hana Ito",
    "Audience prize: Dust",
]
OPENING = [
    "A drama about two sisters who keep a lighthouse took the main prize at the Orlau film festival on Saturday night, in a year in which the jury gave almost everything to first films.",
    "The Long Tide, which Kaja Moen shot in eleven weeks with a crew of nine, also won the prize for the best actress. It will be shown in forty towns from the first of November.",
]
CLOSING = [
    "Next year's festival will open on 12 September. Its director, Ruta Kalnins, said that the number of films would fall from 90 to 60 because two of the five cinemas are being rebuilt."
]


@page("museum", "https://reelnotes.example/2024/09/orlau-winners", "2024-09-21T23:10:00Z", title="The Long Tide wins at Orlau: the full list", description=None,
      captions=[], authors=["Ada Prewitt"], paragraphs=[*OPENING, "The winners", *WINNERS, *CLOSING])  # fmt: skip
def list_of_winners(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>The Long Tide wins at Orlau: the full list | Reel Notes</title>
<meta property="article:modified_time" content="2024-09-23T10:00:00Z">{
        json_ld(
            headline="The Long Tide wins at Orlau: the full list",
            datePublished="2024-09-21T23:10:00Z",
            dateModified="2024-09-23T10:00:00Z",
            author=[{"@type": "Person", "name": "Ada Prewitt"}, {"@type": "Person", "name": "Ada Prewitt"}],
            publisher={"@type": "Organization", "name": "Reel Notes"},
        )
    }</head><body>
<nav>{
        links("Films|Series|Festivals|Books", '<a href="/{1}">{0}</a>')
    }</nav><div class="entry"><h1>The Long Tide wins at Orlau: the full list</h1><p class="by">by Ada Prewitt, 21 September 2024 (updated 23 September)</p>
<div class="content">{each(OPENING)}<h3>The winners</h3><ul>{each(WINNERS, "<li>{}</li>")}</ul>{
        each(CLOSING)
    }</div></div>
<div class="side"><h3>Latest reviews</h3><ul>{
        links("Salt Road: too long by an hour|Nine Doors: all of them good|A western with no horses")
    }</ul></div></body></html>"""


TABLE = "Party\tSeats 2019\tSeats 2024\nHarbour List\t11\t14\nFarmers' Union\t9\t6\nGreens\t3\t5\nCitizens' Bloc\t8\t6"
VOTE = [
  "The Harbour List has won Sunday's election to the council of Brackwater and will hold 14 of the 31 seats, the returning officer said after a count that lasted until four in the morning.",
  "The Farmers' Union, which governed the town for three terms, lost a third of its members. Its leader, Gunnar Pryce, resigned before the last ward had been declared.",
  "Turnout rose to 61 per cent, the highest since the town and its port were joined in 1978. In the Old Quay ward it was 74 per cent.",
  "Talks between the Harbour List and the Greens are to begin on Thursday. Together the two would have a majority of three.",
]  # fmt: skip


@page("ferry", "https://www.brackwater-star.example/election/council-result", "2024-06-09T23:30:00-04:00", title="Harbour List wins Brackwater council", description="Farmers' Union loses a third of its seats",
      captions=[], authors=["Nils Ebbe", "Carla Soto"], paragraphs=[*VOTE[:2], TABLE, *VOTE[2:]])  # fmt: skip
def table_of_results(s: Story) -> str:
    rows = [line.split("\t") for line in TABLE.split("\n")]
    table = (
        "<thead><tr>"
        + each(rows[0], "<th>{}</th>", "")
        + "</tr></thead><tbody>"
        + "".join(f"<tr>{each(row, '<td>{}</td>', '')}</tr>" for row in rows[1:])
        + "</tbody>"
    )
    return f"""<!doctype html><html lang="en-US"><head><meta charset="utf-8"><title>Harbour List wins Brackwater council - Star &amp; Mail</title>
<meta name="description" content="Farmers' Union loses a third of its seats"><meta property="og:site_name" content="Star &amp; Mail">
{
        json_ld(
            headline="Harbour List wins Brackwater council",
            datePublished="2024-06-10T03:30:00Z",
            dateModified="2024-06-11T12:00:00Z",
            author=[
                {"@type": "Person", "name": "Star & Mail"},
                {"@type": "Person", "name": "Nils Ebbe"},
                {"@type": "Person", "name": "Carla Soto"},
            ],
        )
    }</head><body>
<div class="masthead"><a href="/">Star &amp; Mail</a> {
        links("News|Opinion|Life|Autos", '<a href="/{1}">{0}</a>')
    }</div><div class="story"><h1>Harbour List wins Brackwater council</h1><h2>Farmers' Union loses a third of its seats</h2>
<div class="credits">By Nils Ebbe and Carla Soto<br>June 9, 2024 11:30 p.m. ET</div><div class="copy">{
        each(VOTE[:2])
    }<div class="table-wrap"><table class="results">{table}</table></div>{each(VOTE[2:])}
<p class="disclaimer">The views expressed in opinion articles are those of their authors and do not necessarily reflect the position of the Star &amp; Mail.</p></div></div>
<ul class="more">{
        links("How to read the ward map|Five things the winners promised|Photos from the count")
    }</ul></body></html>"""


@page("ferry", "https://coastwise.example/ferries/skarholm", "2024-10-08", captions=[])
def spans_as_blocks(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{s.headline}</title><meta name="description" content="{s.standfirst}"><meta name="author" content="{s.author} (Coastwise)">
<style>.ln{{display:block;margin:0 0 1em}} .k{{display:block}} .n{{display:block}}</style></head><body><span class="k"><a href="/">Coastwise</a> {links("Boats|Ports|Weather|People", '<a href="/{1}">{0}</a>')}</span>
<div class="sheet"><h1><span class="k">{s.headline}</span></h1><span class="k">{s.standfirst}</span><span class="k"><span class="n">{s.author}</span><span class="n">8 October 2024</span><span class="n">4 min read</span></span>
<div class="flow">{each(s.p, '<span class="ln">{}</span>', "")}</div><span class="k"><span class="n">6</span><span class="n">Comments</span></span></div>
<span class="k">Coastwise is written on the quay</span></body></html>"""


def _broken(text: str) -> str:
    """Return `text` set in lines of about 60 letters, each ended by a line break."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "<br>\n".join(lines)


@page(
    "dam",
    "https://members.valley.example/~bulletin/2003/velden.htm",
    "2003-10-04",
    description=None,
    captions=[],
    authors=["Tobias Renwick"],
    paragraphs=[unescape(_broken(text).replace("<br>", "")) for text in DAM.p],
)  # a break that the page sets stays
def lines_with_breaks(s: Story) -> str:
    return f"""<html><head><title>{s.headline}</title><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body bgcolor="#ffffee"><center><font size="+2"><b>{s.headline}</b></font></center>
<p align="center">by {s.author}<br>October 4, 2003</p><font face="Verdana" size="2">{"<br>&nbsp;<br>".join(map(_broken, s.p))}<br>&nbsp;<br></font>
<hr><center><a href="index.htm">Back to the bulletin</a> | <a href="guest.htm">Guestbook</a> | <a href="mail.htm">Mail</a><br>You are visitor number 10422</center></body></html>"""


def _smashed(text: str) -> str:
    """Return `text` with every ninth word and its neighbour in elements of their own that are set as blocks or cells."""
    words = text.split(" ")
    return " ".join(f"<span>{word}</span>" if number % 9 == 4 else word for number, word in enumerate(words))


@page(
    "museum",
    "https://www.kulturblatt.example/en/strahl-clocks",
    "2022-06-19",
    authors=["Judith Amsel", "Rolf Tennert"],
    captions=[],
)
def smashed_words(s: Story) -> str:
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Museum of clocks returns nine pieces to family of watchmaker – Kulturblatt</title><meta property="og:site_name" content="Kulturblatt">
<meta name="author" content="Judith Amsel, Judith Amsel, Rolf Tennert"><meta name="date" content="2022-06-19"></head><body><div><a href="/">Kulturblatt</a><div>{links("Art|Music|Stage", '<a href="/{1}">{0}</a>')}</div></div>
<main><h1>Museum of clocks<br>returns nine pieces<br>to family of watchmaker</h1><div class="ul">{s.standfirst}</div><div class="au"><a href="/a/ja">Judith Amsel</a><a href="/a/rt">Rolf Tennert</a><span>19.06.2022</span></div>
<div class="tx">{each(map(_smashed, s.p[:3]))}<div>{s.p[3]}</div><div><div>{s.p[4]}</div></div>{each(s.p[5:], "<section><p>{}</p></section>")}</div></main></body></html>"""


def _hyphenated(text: str) -> str:
    return " ".join(
        word[:4] + "&shy;" + word[4:] if len(word) > 8 and "&" not in word else word
        for word in text.split(" ")
    )


@page("hafen", "https://www.deichpost.example/stadt/bruecke-baustopp", "2024-01-15T22:05:00+01:00")
def soft_hyphens(s: Story) -> str:
    return f"""<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>{s.headline} | deichpost.example</title><meta name="description" content="{s.standfirst}">
{json_ld(headline=s.headline + " | deichpost.example", datePublished="2024-01-15T22:05:00+01:00", author={"@type": "Person", "name": s.author})}</head><body>
<header>{links("Stadt|Land|Fluss|Meer", '<a href="/{1}">{0}</a>')}</header><article><header><span class="kicker">Norderau</span><h1>{_hyphenated(s.headline)}</h1><p class="summary">{_hyphenated(s.standfirst)}</p>
<address>Von {s.author}</address><time datetime="2024-01-15T22:05:00+01:00">15.&nbsp;Januar 2024, 22:05 Uhr</time></header><figure><img src="/x.jpg" alt=""><figcaption>{_hyphenated(s.caption)}</figcaption></figure>
<div class="prose">{each(map(_hyphenated, s.p))}</div></article><footer>Deichpost&#8203;verlag</footer></body></html>"""
