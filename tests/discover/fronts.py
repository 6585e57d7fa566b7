"""Front pages as outlets build them, written by us: one function a structure, invented stories, and what is true of each page.

Each structure is that of a kind of real front page (how cards, headings, kickers, links over a whole card, lists and menus are nested); words,
names and addresses are ours.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

HOST = "https://www.lantern.example"
SUBJECTS = ["Harbour council", "Night ferry", "Old lighthouse", "School board", "River authority", "Mayor of Skarvik", "Fish market", "Tram drivers", "Island clinic", "Glass works"]  # fmt: skip
VERBS = [
    "delays",
    "defends",
    "rejects",
    "opens",
    "repairs",
    "doubles",
    "loses",
    "wins back",
    "explains",
    "sells",
]
OBJECTS = ["the winter timetable", "its longest pier", "a plan for two bridges", "the price of tickets", "half of its pilots", "the vote on salt", "a lease from 1911", "the northern dam"]  # fmt: skip
TAILS = [
    "after a long night",
    "as the storm nears",
    "despite warnings",
    "for the third time",
    "without a vote",
    "until spring",
]
KICKERS = ["Politics", "Region", "Opinion", "Sport", "Culture", "Weather"]


@dataclass(frozen=True)
class Story:
    """A story as the front shows it."""

    number: int
    headline: str
    kicker: str
    standfirst: str = ""
    picture: bool = False

    @property
    def path(self) -> str:
        slug = "-".join("".join(c if c.isalnum() else " " for c in self.headline.lower()).split()[:8])
        return f"/{self.kicker.lower()}/2026/11/{self.number % 28 + 1:02}/{slug}-{100400 + self.number}"

    @property
    def url(self) -> str:
        return HOST + self.path


def stories(seed: int, count: int = 18) -> list[Story]:
    """Stories of a page: the first with everything, then ever less."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        headline = f"{rng.choice(SUBJECTS)} {rng.choice(VERBS)} {rng.choice(OBJECTS)} {rng.choice(TAILS)}, {number + seed * 20}"
        standfirst = f"Nobody had expected it, said {rng.choice(SUBJECTS).lower()}, and asked for time to read all {number + 3} pages of the report."
        found.append(
            Story(
                number=number + seed * 50,
                headline=headline,
                kicker=rng.choice(KICKERS),
                standfirst=standfirst if number < 6 else "",
                picture=number < 10,
            )
        )
    return found


Cards = Callable[[Sequence[Story]], str]


def img(story: Story) -> str:
    return f'<img src="/pictures/{story.number}.jpg" alt="">' if story.picture else ""


def para(story: Story, cls: str = "") -> str:
    return f'<p class="{cls}">{escape(story.standfirst)}</p>' if story.standfirst else ""


def page(body: str, *, most_read: Sequence[Story] = (), lang: str = "en") -> str:
    """A whole page: menus and foot with links of their own, a list of most read at the side."""
    menu = "".join(f'<li><a href="/{k.lower()}/">{k}</a></li>' for k in KICKERS)
    read = "".join(f'<li><a href="{s.path}">{escape(s.headline)}</a></li>' for s in most_read)
    aside = f'<aside class="most-read"><h2>Most read</h2><ol>{read}</ol></aside>' if most_read else ""
    return (
        f'<!doctype html><html lang="{lang}"><head><title>The Lantern</title></head><body><header><a href="/">The Lantern</a>'
        f'<nav><ul>{menu}</ul></nav></header><main>{body}</main>{aside}<footer><ul>{menu}<li><a href="/about/contact">Contact us</a></li>'
        f'<li><a href="/about/privacy-policy">Privacy policy and cookies</a></li></ul></footer></body></html>'
    )


def overlay(shown: Sequence[Story]) -> str:
    """A link over the whole card, empty but for its label; the heading has no link."""
    return "".join(
        f'<div class="card"><a class="card__overlay" href="{s.path}" aria-label="{escape(s.headline)}"></a><div class="card__media">{img(s)}</div>'
        f'<h3 class="card__headline"><span class="card__kicker">{s.kicker}</span> <span class="show-underline">{escape(s.headline)}</span></h3>{para(s)}</div>'
        for s in shown
    )


def heading_link(shown: Sequence[Story]) -> str:
    """article > h2 > a, picture linked beside it."""
    return "".join(
        f'<article class="teaser"><a href="{s.path}" tabindex="-1">{img(s)}</a><span class="topline">{s.kicker}</span>'
        f'<h2><a href="{s.path}">{escape(s.headline)}</a></h2>{para(s)}<footer><time>08:30</time><a href="{s.path}#comments">14</a></footer></article>'
        for s in shown
    )


def link_around_all(shown: Sequence[Story]) -> str:
    """One link holds picture, heading and standfirst."""
    return "".join(
        f'<section class="story-wrapper"><a href="{s.path}"><div>{img(s)}</div><div><h3 class="indicate-hover">{escape(s.headline)}</h3>{para(s, "summary")}</div></a></section>'
        for s in shown
    )


def spans_in_heading(shown: Sequence[Story]) -> str:
    """Kicker and title are spans of a link in a heading, inside a header of the article."""
    return "".join(
        f'<article><header><h2><a href="{s.path}" title="{escape(s.headline)}"><span class="kicker">{s.kicker}</span><span class="sep">:</span> '
        f'<span class="teaser-title">{escape(s.headline)}</span></a></h2></header><figure><a href="{s.path}">{img(s)}</a></figure>{para(s)}</article>'
        for s in shown
    )


def spans_without_heading(shown: Sequence[Story]) -> str:
    """No heading at all: a span of a class that names it."""
    return "".join(
        f'<li class="container__item"><a href="{s.path}" class="container__link"><div class="container__item-media">{img(s)}</div></a>'
        f'<a href="{s.path}" class="container__link"><div class="container__text"><span class="container__headline-text">{escape(s.headline)}</span></div></a>{para(s)}</li>'
        for s in shown
    )


def promo(shown: Sequence[Story]) -> str:
    """Promo blocks: media, then a content column with a h3 and a description."""
    return "".join(
        f'<div class="PagePromo"><div class="PagePromo-media"><a class="Link" href="{s.path}">{img(s)}</a></div><div class="PagePromo-content">'
        f'<h3 class="PagePromo-title"><a class="Link" href="{s.path}"><span class="PagePromoContentIcons-text">{escape(s.headline)}</span></a></h3>'
        f'<div class="PagePromo-description"><a href="{s.path}"><span>{escape(s.standfirst)}</span></a></div><div class="PagePromo-date">3 hours ago</div></div></div>'
        for s in shown
    )


def utility_classes(shown: Sequence[Story]) -> str:
    """Classes that say nothing; data attributes that do."""
    return "".join(
        f'<li class="css-1adhd"><div class="css-x{s.number}"><a data-testid="Heading" href="{s.path}" class="a9 b2 c4"><span>{escape(s.headline)}</span></a>'
        f'<span data-testid="Label" class="q1">{s.kicker}</span><div class="css-m">{img(s)}</div>{para(s, "css-t")}</div></li>'
        for s in shown
    )


def teaser_link(shown: Sequence[Story]) -> str:
    """A link with a topline and a headline as blocks in it, and a text below."""
    return "".join(
        f'<div class="teaser"><a class="teaser__link" href="{s.path}"><div class="teaser__media">{img(s)}</div><div class="teaser__content">'
        f'<span class="teaser__topline">{s.kicker}</span><span class="teaser__headline">{escape(s.headline)}</span>'
        f'<p class="teaser__shorttext">{escape(s.standfirst)}</p></div></a></div>'
        for s in shown
    )


def plain_links(shown: Sequence[Story]) -> str:
    """Nothing but links, line by line, now and then a picture before one."""
    return "<br>".join(f'{img(s)}<a href="{s.path}">{escape(s.headline)}</a>' for s in shown)


def old_table(shown: Sequence[Story]) -> str:
    """A table: picture in one cell, headline and text in the other."""
    rows = (
        f'<tr><td>{img(s)}</td><td><b><a href="{s.path}"><font size="4">{escape(s.headline)}</font></a></b>{para(s)}<a href="{s.path}">More</a></td></tr>'
        for s in shown
    )
    return f"<table>{''.join(rows)}</table>"


def blog_list(shown: Sequence[Story]) -> str:
    """Posts of a widespread blog system."""
    return "".join(
        f'<article class="post type-post"><header class="entry-header"><h2 class="entry-title"><a href="{s.path}" rel="bookmark">{escape(s.headline)}</a></h2>'
        f'<div class="entry-meta"><span class="posted-on"><a href="{s.path}"><time>28 November 2026</time></a></span> by <a href="/author/ann-lee">Ann Lee</a></div></header>'
        f'<div class="entry-summary">{img(s)}{para(s)}<a class="more-link" href="{s.path}">Continue reading</a></div></article>'
        for s in shown
    )


def live_labels(shown: Sequence[Story]) -> str:
    """A label of being live or a film before the headline, a count of comments behind it."""
    return "".join(
        f'<article class="article"><h3 class="article__title"><span class="label-live">Live</span><a href="{s.path}">{escape(s.headline)}</a></h3>'
        f'<div class="article__media">{img(s)}</div>{para(s, "article__desc")}<a class="comments" href="{s.path}">27</a></article>'
        for s in shown
    )


def hidden_text(shown: Sequence[Story]) -> str:
    """Words for screen readers in the heading, an icon's drawing, a duration."""
    return "".join(
        f'<div class="gs-c-promo"><div class="media">{img(s)}<span class="duration">1:24</span></div><a class="gs-c-promo-heading" href="{s.path}">'
        f'<h3 class="gs-c-promo-heading__title"><span class="visually-hidden">Video, </span><svg><title>play</title></svg>{escape(s.headline)}</h3></a>{para(s)}</div>'
        for s in shown
    )


def sections(shown: Sequence[Story]) -> str:
    """Sections with a linked name of their own, one of them with a single story."""
    parts = []
    for at, size in ((0, 5), (5, 1), (6, len(shown))):
        name = KICKERS[at % len(KICKERS)]
        parts.append(
            f'<section><h2 class="section-name"><a href="/{name.lower()}/">{name}</a></h2>{heading_link(shown[at : at + size])}</section>'
        )
    return "".join(parts)


def lead_and_grid(shown: Sequence[Story]) -> str:
    """A lead under h1, then a grid of h3."""
    first = shown[0]
    return (
        f'<div class="hero"><a href="{first.path}">{img(first)}<h1>{escape(first.headline)}</h1></a>{para(first)}</div>'
        f'<div class="grid">{link_around_all(shown[1:])}</div>'
    )


def related(shown: Sequence[Story]) -> str:
    """Cards with a list of related stories in them, each a place of its own."""
    parts = []
    for at in range(0, len(shown), 3):
        main, *under = shown[at : at + 3]
        items = "".join(f'<li><a href="{s.path}">{escape(s.headline)}</a></li>' for s in under)
        parts.append(f'<div class="package">{heading_link([main])}<ul class="related">{items}</ul></div>')
    return "".join(parts)


def carousel(shown: Sequence[Story]) -> str:
    """Slides; buttons, a picture's caption and credit in each."""
    return "".join(
        f'<div class="slide" role="group"><figure>{img(s)}<figcaption>Photo: {s.kicker} desk</figcaption></figure><button>Next</button>'
        f'<div class="c_h"><h2 class="c_t"><a href="{s.path}">{escape(s.headline)}</a></h2><p class="c_d">{escape(s.standfirst)}</p>'
        f'<a class="c_a_a" href="/author/bo-chen">Bo Chen</a></div></div>'
        for s in shown
    )


def custom_elements(shown: Sequence[Story]) -> str:
    """Elements of the outlet's own names."""
    return "".join(
        f'<np-teaser><a slot="link" href="{s.path}"><np-image>{img(s)}</np-image><np-title class="np-headline">{escape(s.headline)}</np-title></a>{para(s)}</np-teaser>'
        for s in shown
    )


def heading_of_two_lines(shown: Sequence[Story]) -> str:
    """A heading with the kicker in strong and a break."""
    return "".join(
        f'<div class="story"><h2><a href="{s.path}"><strong class="roofline">{s.kicker}</strong><br>{escape(s.headline)}</a></h2>{img(s)}{para(s)}'
        f'<p class="byline">From <a href="/author/cy-dahl">Cy Dahl</a></p></div>'
        for s in shown
    )


def ticker_first(shown: Sequence[Story]) -> str:
    """A bar of breaking news before the cards: its stories come first."""
    bar = "".join(
        f'<span class="ticker-item"><a href="{s.path}">{escape(s.headline)}</a></span>' for s in shown[:2]
    )
    return f'<div class="ticker">{bar}</div>{overlay(shown[2:])}'


STRUCTURES: dict[str, Cards] = {
    made.__name__: made
    for made in (
        overlay, heading_link, link_around_all, spans_in_heading, spans_without_heading, promo, utility_classes, teaser_link, plain_links,
        old_table, blog_list, live_labels, hidden_text, sections, lead_and_grid, related, carousel, custom_elements, heading_of_two_lines,
        ticker_first,
    )
}  # fmt: skip

# ---------------------------------------------------------------- written after the reader of fronts was done, and measured once before it was mended


def nameless_spans(shown: Sequence[Story]) -> str:
    """Kicker, headline and time are spans of generated classes in one link, without a heading."""
    return "".join(
        f'<div class="sc-a1"><a class="sc-b{s.number}" href="{s.path}"><div class="sc-i">{img(s)}</div><span class="sc-c7">{s.kicker}</span>'
        f'<span class="sc-d9">{escape(s.headline)}</span><span class="sc-e2">2 h ago</span></a>{para(s)}</div>'
        for s in shown
    )


def twice_for_phones(shown: Sequence[Story]) -> str:
    """The lead is in the page twice, for wide and for narrow windows; addresses carry where they are."""
    first = shown[0]
    wide = f'<div class="only-desktop"><h2><a href="{first.path}?ref=hero-d">{escape(first.headline)}</a></h2>{img(first)}{para(first)}</div>'
    narrow = f'<div class="only-mobile"><h3><a href="{first.path}?ref=hero-m">{escape(first.headline)}</a></h3>{img(first)}</div>'
    rest = "".join(
        f'<div class="item"><h3><a href="{s.path}?ref=list-{n}">{escape(s.headline)}</a></h3>{img(s)}{para(s)}</div>'
        for n, s in enumerate(shown[1:])
    )
    return wide + narrow + rest


def definition_list(shown: Sequence[Story]) -> str:
    """dt has the headline, dd the picture and text."""
    rows = (
        f'<dt><a href="{s.path}">{escape(s.headline)}</a></dt><dd>{img(s)}{escape(s.standfirst)} <a href="{s.path}">read on</a></dd>'
        for s in shown
    )
    return f"<dl>{''.join(rows)}</dl>"


def nested_articles(shown: Sequence[Story]) -> str:
    """Articles within an article: a bundle with a name of its own."""
    parts = []
    for at in range(0, len(shown), 6):
        inner = "".join(
            f'<article class="small"><h4 class="small-heading"><a href="{s.path}">{escape(s.headline)}</a></h4>{img(s)}{para(s)}</article>'
            for s in shown[at : at + 6]
        )
        parts.append(
            f'<article class="bundle"><h3>All about the {KICKERS[at % 6].lower()} of the week</h3>{inner}</article>'
        )
    return "".join(parts)


def picture_says_it(shown: Sequence[Story]) -> str:
    """The picture's alternative text is another; the headline's link follows, with a count and an icon."""
    return "".join(
        f'<div class="tile"><a href="{s.path}"><img src="/p/{s.number}.jpg" alt="A view of the town from the sea on a clear day"></a>'
        f'<div><i class="ico"></i><a href="{s.path}">{escape(s.headline)}</a> <small>(12)</small></div>{para(s)}</div>'
        for s in shown
    )


def teaser_text_in_link(shown: Sequence[Story]) -> str:
    """Headline in bold, text after it, all in one link without a class."""
    return "".join(
        f'<p class="t">{img(s)}<a href="{s.path}"><b>{escape(s.headline)}</b> {escape(s.standfirst)}</a></p>'
        for s in shown
    )


def newsletters_between(shown: Sequence[Story]) -> str:
    """Boxes that ask to subscribe, and a list of the outlet's podcasts, between the stories."""
    box = '<div class="promo-box"><h3><a href="/newsletters/subscribe-to-our-morning-briefing-today">Subscribe to our morning briefing today</a></h3></div>'
    shows = '<ul><li><a href="/podcasts/the-tide">The Tide</a></li><li><a href="/podcasts/salt">Salt</a></li></ul>'
    cut = len(shown) // 2
    return heading_link(shown[:cut]) + box + shows + heading_link(shown[cut:])


def sidebar_first(shown: Sequence[Story]) -> str:
    """The column of short news comes before the main one in the page, and is in its place there."""
    short = "".join(
        f'<li><time>07:1{n}</time> <a href="{s.path}">{escape(s.headline)}</a></li>'
        for n, s in enumerate(shown[:5])
    )
    return f'<div class="column-left"><h2>Short</h2><ul>{short}</ul></div><div class="column-main">{spans_in_heading(shown[5:])}</div>'


def buttons_and_authors(shown: Sequence[Story]) -> str:
    """Opinion cards: the author's name is large, the headline below, both are links; a button to save."""
    return "".join(
        f'<div class="opinion"><h3 class="author-name"><a href="/author/ann-lee">Ann Lee</a></h3><a class="op-link" href="{s.path}">'
        f'<p class="op-text">{escape(s.headline)}</p></a><button>Save</button>{img(s)}</div>'
        for s in shown
    )


def amp_and_lazy(shown: Sequence[Story]) -> str:
    """Pictures that a script loads, in a link of their own with a hidden heading."""
    return "".join(
        f'<div class="b"><a href="{s.path}"><noscript>{img(s)}</noscript><div class="lazy" data-src="/p/{s.number}.jpg"></div></a>'
        f'<a href="{s.path}"><h4 class="b-t">{escape(s.headline)}</h4></a><div class="b-x">{escape(s.standfirst)}</div></div>'
        for s in shown
    )


LATER: dict[str, Cards] = {
    made.__name__: made
    for made in (
        nameless_spans, twice_for_phones, definition_list, nested_articles, picture_says_it, teaser_text_in_link, newsletters_between,
        sidebar_first, buttons_and_authors, amp_and_lazy,
    )
}  # fmt: skip

# ---------------------------------------------------------------- measured once, and nothing was changed for them


def masonry(shown: Sequence[Story]) -> str:
    """Two columns, one after the other; the heading is a div with a role."""
    return "".join(
        f'<div class="col">{"".join(_masonry_card(s) for s in half)}</div>'
        for half in (shown[: len(shown) // 2], shown[len(shown) // 2 :])
    )


def _masonry_card(s: Story) -> str:
    return (
        f'<div class="m-card"><a class="m-img" href="{s.path}">{img(s)}</a><div class="m-body"><a class="m-cat" href="/{s.kicker.lower()}/">{s.kicker}</a>'
        f'<div role="heading" aria-level="3" class="m-h"><a href="{s.path}">{escape(s.headline)}</a></div>{para(s)}<span class="m-time">11:05</span></div></div>'
    )


def quoted(shown: Sequence[Story]) -> str:
    """An opinion page: a quotation as headline in blockquote, with emphasis in it."""
    return "".join(
        f'<blockquote class="op"><a href="{s.path}">{escape(s.headline).replace(" ", " <em>", 1).replace(" ", "</em> ", 2).replace("</em> <em>", " <em>", 1)}</a>'
        f"<cite>Ann Lee</cite></blockquote>{para(s)}"
        for s in shown
    )


def tabs(shown: Sequence[Story]) -> str:
    """Tabs of newest and most read with the same stories, before and after."""

    def items(some: Sequence[Story]) -> str:
        return "".join(
            f'<li class="tab-item"><a href="{s.path}"><span class="nr">{n}</span> <span>{escape(s.headline)}</span></a></li>'
            for n, s in enumerate(some, 1)
        )

    return f'<div class="tabs"><ol>{items(shown[:8])}</ol><ol hidden>{items(shown[3:6])}</ol></div><div>{promo(shown[8:])}</div>'


def figure_headings(shown: Sequence[Story]) -> str:
    """The headline is in the picture's caption."""
    return "".join(
        f'<figure class="f"><a href="{s.path}">{img(s)}</a><figcaption><strong>{s.kicker}</strong> <a href="{s.path}">{escape(s.headline)}</a></figcaption></figure>{para(s)}'
        for s in shown
    )


def structured(shown: Sequence[Story]) -> str:
    """Microdata and a link in the standfirst that leads elsewhere."""
    return "".join(
        f'<div itemscope itemtype="https://schema.org/NewsArticle"><meta itemprop="position" content="1"><h3 itemprop="headline"><a itemprop="url" href="{s.path}">'
        f'{escape(s.headline)}</a></h3>{img(s)}<p itemprop="description">{escape(s.standfirst)} <a href="/dossier/harbour">Dossier</a></p></div>'
        for s in shown
    )


def headline_last(shown: Sequence[Story]) -> str:
    """Text first, headline below it, a long label above."""
    return "".join(
        f'<div class="story-box"><div class="strap">Exclusive report from the region</div>{img(s)}{para(s)}<h5><a href="{s.path}">{escape(s.headline)}</a></h5></div>'
        for s in shown
    )


LOCKED: dict[str, Cards] = {
    made.__name__: made for made in (masonry, quoted, tabs, figure_headings, structured, headline_last)
}
