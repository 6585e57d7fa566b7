"""The founding page's story, invented anew, in thirty markups and nine languages: what each page must give.

Made by code, so that a kind of page is one line here. Tested in tests/extract/test_founding_variants.py.
"""

from __future__ import annotations

import html
import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

URL = "https://www.veldtobserver.example/news/minister-met-envoy-ferry-sale"
OUTLET = "Veldt Observer"
RTL = ("ar", "fa")


@dataclass(frozen=True)
class Words:
    """The words of a page in one language."""

    language: str
    title: str
    standfirst: str
    caption: str
    paragraphs: tuple[str, ...]
    notice: str  # of republishing
    newsletter: str
    update: str
    related: str
    teasers: tuple[str, ...]


def words_of(language: str) -> Words:
    """Return the words in a language of founding_words.toml."""
    table = tomllib.loads(Path(__file__).with_name("founding_words.toml").read_text(encoding="utf-8"))[
        language
    ]
    lists = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    return Words(language=language, **lists)


@dataclass(frozen=True)
class Parts:
    """The page's parts as markup, for a variant to arrange."""

    words: Words
    head: str
    title: str
    standfirst: str
    figure: str
    byline: str
    body: str  # paragraphs as <p>
    notice: str
    newsletter: str
    related: str


def parts_of(words: Words) -> Parts:
    escaped = [html.escape(p) for p in words.paragraphs]
    teasers = "".join(
        f'<div class="views-row"><a href="/n/{n}"><h3>{t}</h3></a></div>' for n, t in enumerate(words.teasers)
    )
    return Parts(
        words=words,
        head=head_of(words),
        title=f"<h1>{html.escape(words.title)}</h1>",
        standfirst=f'<div class="field-standfirst">{html.escape(words.standfirst)}</div>',
        figure=f'<figure><img src="/i.jpg" alt=""><figcaption>{html.escape(words.caption)}</figcaption></figure>',
        byline=f'<div class="author-date"><span class="author">By <a href="/u">Mira Solberg</a></span>'
        f'<div class="published">2017-03-02 07:24 UTC <span>|</span> {words.update}</div></div>',
        body="".join(f"<p>{p}</p>" for p in escaped),
        notice=f"<p>{html.escape(words.notice)}</p>",
        newsletter=f"<div class='block block-f3a1'><p>{html.escape(words.newsletter)}</p><form><input type='email'><button>OK</button></form></div>",
        related=f"<section><h2>{words.related}</h2>{teasers}</section>",
    )


def head_of(words: Words, *, data: bool = True, metas: bool = True, **more: object) -> str:
    item = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": words.title,
        "description": words.standfirst,
        "datePublished": "2017-03-02T07:24:18+00:00",
        "dateModified": "2017-03-02T11:02:41+00:00",
        "author": {"@type": "Person", "name": "Mira Solberg"},
        "publisher": {"@type": "Organization", "name": OUTLET},
        **more,
    }
    tags = (
        f'<meta property="og:title" content="{html.escape(words.title)}"><meta property="og:site_name" content="{OUTLET}">'
        f'<meta name="description" content="{html.escape(words.standfirst)}"><meta name="author" content="Mira Solberg">'
        '<meta property="article:published_time" content="2017-03-02T07:24:18+00:00">'
    )
    script = f'<script type="application/ld+json">{json.dumps(item)}</script>'
    return (
        f"<title>{html.escape(words.title)} | {OUTLET}</title>{tags if metas else ''}{script if data else ''}"
    )


def whole(parts: Parts, article: str, *, head: str | None = None, below: str | None = None) -> str:
    direction = "rtl" if parts.words.language in RTL else "ltr"
    menu = "".join(
        f"<li><a href='/{n}'>{t}</a></li>" for n, t in enumerate(("News", "Opinion", "Video", "Harbour"))
    )
    return (
        f'<!DOCTYPE html><html lang="{parts.words.language}" dir="{direction}"><head><meta charset="utf-8">{parts.head if head is None else head}</head>'
        f"<body><header><a href='/'>{OUTLET}</a><nav><ul>{menu}</ul></nav></header><main>{article}</main>"
        f"{parts.related if below is None else below}<footer><p>© {OUTLET} 2014 - 2020 - all rights reserved.</p></footer></body></html>"
    )


def _article(p: Parts, body: str = "", *, tag: str = "article", names: str = "node", end: str = "") -> str:
    return f"<{tag} class='{names}'>{p.title}{p.standfirst}{p.figure}{p.byline}<div class='body'>{body or p.body + p.notice}</div>{p.newsletter}{end}</{tag}>"


def drupal(p: Parts) -> str:
    return whole(p, (
        f'<article class="node node--type-article"><h1 class="page-header"><span class="field field--name-title">{p.words.title}</span></h1>'
        f'<div class="field field--name-field-standfirst">{p.words.standfirst}</div><div class="field field--name-field-image"><img src="/i.jpg" alt="">'
        f'<div class="image-caption">{p.words.caption}</div></div>{p.byline}<div class="clearfix text-formatted field field--name-body">{p.body}{p.notice}</div>{p.newsletter}</article>'
    ))  # fmt: skip


def wordpress(p: Parts) -> str:
    return whole(p, (
        f'<article class="post type-post hentry"><header class="entry-header"><h1 class="entry-title">{p.words.title}</h1><p class="entry-subtitle">{p.words.standfirst}</p>{p.byline}</header>'
        f'<figure class="wp-block-image wp-caption"><img src="/i.jpg"><figcaption class="wp-caption-text">{p.words.caption}</figcaption></figure>'
        f'<div class="entry-content">{p.body}{p.notice}</div>{p.newsletter}</article>'
    ))  # fmt: skip


def ghost(p: Parts) -> str:
    return whole(p, (
        f'<article class="gh-article post"><header class="gh-article-header"><h1 class="gh-article-title">{p.words.title}</h1><p class="gh-article-excerpt is-body standfirst">{p.words.standfirst}</p>{p.byline}'
        f'<figure class="gh-article-image"><img src="/i.jpg"><figcaption>{p.words.caption}</figcaption></figure></header><section class="gh-content gh-canvas">{p.body}{p.notice}</section>{p.newsletter}</article>'
    ))  # fmt: skip


def line_breaks(p: Parts) -> str:
    lines = "<br><br>".join(html.escape(t) for t in (*p.words.paragraphs, p.words.notice))
    return whole(
        p,
        f"<div class='story'>{p.title}{p.standfirst}{p.figure}{p.byline}<div class='text'>{lines}</div>{p.newsletter}</div>",
    )


def single_breaks(p: Parts) -> str:
    lines = "<br/>\n".join(html.escape(t) for t in (*p.words.paragraphs, p.words.notice))
    return whole(
        p,
        f"<div class='story'>{p.title}{p.standfirst}{p.figure}{p.byline}<div class='text'>{lines}</div>{p.newsletter}</div>",
    )


def amp(p: Parts) -> str:
    figure = f'<figure><amp-img src="/i.jpg" width="9" height="9"></amp-img><figcaption>{p.words.caption}</figcaption></figure>'
    return whole(
        p,
        f"<article>{p.title}<p class='standfirst'>{p.words.standfirst}</p>{figure}{p.byline}{p.body}{p.notice}<amp-ad><div placeholder>Advertisement</div></amp-ad></article>",
    )


def print_version(p: Parts) -> str:
    lines = "<br><br>".join(html.escape(t) for t in (*p.words.paragraphs, p.words.notice))
    cell = f"<h1>{p.words.title}</h1><br><br>{p.words.standfirst}<br><br>Mira Solberg<br><br>2 March 2017<br><br>{lines}<br><br>Source URL: {URL}<br><br>Printed from {OUTLET}"
    return f"<html lang='{p.words.language}'><head>{p.head}</head><body><table><tr><td>{cell}</td></tr></table></body></html>"


def unclosed(p: Parts) -> str:
    body = "".join(f"<p>{html.escape(t)}\n" for t in (*p.words.paragraphs, p.words.notice))
    return whole(
        p,
        f"<article>{p.title}{p.standfirst}{p.figure}{p.byline}<div class=body>{body}</div>{p.newsletter}</article>",
    )


def uppercase(p: Parts) -> str:
    body = "".join(f"<P>{html.escape(t)}</P>" for t in (*p.words.paragraphs, p.words.notice))
    return whole(
        p,
        f"<ARTICLE><H1>{p.words.title}</H1><H2 CLASS='standfirst'>{p.words.standfirst}</H2>{p.figure}{p.byline}<DIV>{body}</DIV></ARTICLE>",
    )


def layout_table(p: Parts) -> str:
    story = f"<td width=520>{p.title}{p.standfirst}{p.figure}{p.byline}{p.body}{p.notice}</td>"
    return whole(
        p,
        f"<table width=900><tr><td width=180><a href='/a'>News</a><br><a href='/b'>Sport</a></td>{story}<td width=200>{p.related}</td></tr></table>",
        below="",
    )


def div_paragraphs(p: Parts) -> str:
    return whole(
        p,
        _article(
            p,
            "".join(
                f"<div class='par'>{html.escape(t)}</div>" for t in (*p.words.paragraphs, p.words.notice)
            ),
        ),
    )


def spans(p: Parts) -> str:
    body = "".join(
        f"<p><span class='t'><span>{html.escape(t)}</span></span></p>"
        for t in (*p.words.paragraphs, p.words.notice)
    )
    return whole(p, _article(p, body))


def nested(p: Parts) -> str:
    body = "".join(
        f"<div><div><div><p>{html.escape(t)}</p></div></div></div>"
        for t in (*p.words.paragraphs, p.words.notice)
    )
    return whole(p, _article(p, body))


def hashed_names(p: Parts) -> str:
    return whole(
        p,
        f"<article class='css-1x8q'>{p.title}<p class='sc-a1 standfirst'>{p.words.standfirst}</p>{p.figure}{p.byline}<div class='css-9f2'>{p.body}{p.notice}</div>{p.newsletter}</article>",
    )


def interleaved(p: Parts) -> str:
    marks = [f"<p>{html.escape(t)}</p>" for t in p.words.paragraphs]
    ad = "<div class='ad-slot'>Advertisement</div>"
    return whole(p, _article(p, marks[0] + ad + marks[1] + p.newsletter + "".join(marks[2:]) + p.notice))


def notice_on_top(p: Parts) -> str:
    return whole(p, _article(p, p.notice + p.body))


def teaser_in_text(p: Parts) -> str:
    marks = [f"<p>{html.escape(t)}</p>" for t in p.words.paragraphs]
    teaser = f"<p><strong>{p.words.related}: <a href='/n/1'>{p.words.teasers[0]}</a></strong></p>"
    return whole(p, _article(p, marks[0] + teaser + "".join(marks[1:]) + p.notice))


def newsletter_as_paragraph(p: Parts) -> str:
    marks = [f"<p>{html.escape(t)}</p>" for t in p.words.paragraphs]
    return whole(
        p,
        _article(
            p,
            "".join(marks[:2]) + f"<p>{html.escape(p.words.newsletter)}</p>" + "".join(marks[2:]) + p.notice,
        ),
    )


def update_as_paragraph(p: Parts) -> str:
    return whole(p, _article(p, f"<p>{p.words.update}</p>" + p.body + p.notice + f"<p>{p.words.update}</p>"))


def italic_standfirst(p: Parts) -> str:
    return whole(
        p,
        f"<article>{p.title}{p.figure}{p.byline}<div class='body'><p><em>{p.words.standfirst}</em></p>{p.body}{p.notice}</div></article>",
    )


def heading_standfirst(p: Parts) -> str:
    return whole(
        p,
        f"<article>{p.title}<h2>{p.words.standfirst}</h2>{p.figure}{p.byline}<div class='body'>{p.body}{p.notice}</div></article>",
    )


def data_only(p: Parts) -> str:
    head = head_of(p.words, articleBody="\n\n".join((*p.words.paragraphs, p.words.notice)))
    return whole(p, f"<div id='root'>{p.title}{p.standfirst}{p.figure}</div>", head=head)


def next_data(p: Parts) -> str:
    state = {"props": {"pageProps": {"article": {"title": p.words.title, "body": p.body + p.notice}}}}
    text = json.dumps(state).replace("</", "<\\/")
    script = f"<script id='__NEXT_DATA__' type='application/json'>{text}</script>"
    return whole(p, f"<div id='__next'>{p.title}{p.standfirst}{p.figure}</div>{script}")


def without_data(p: Parts) -> str:
    return whole(p, _article(p), head=head_of(p.words, data=False))


def without_metas(p: Parts) -> str:
    return whole(p, _article(p), head=head_of(p.words, metas=False))


def minified(p: Parts) -> str:
    return whole(p, _article(p)).replace("</p>", "").replace("</h1>", "</h1 >")


def indented(p: Parts) -> str:
    return (
        whole(p, _article(p))
        .replace("<p>", "\n\n        <p>\n          ")
        .replace("</p>", "\n        </p>\n")
    )


def section_tag(p: Parts) -> str:
    return whole(p, _article(p, tag="section", names="story-page"))


def bootstrap(p: Parts) -> str:
    return whole(
        p,
        f"<div class='container'><div class='row'><div class='col-md-8'>{p.title}{p.standfirst}{p.figure}{p.byline}{p.body}{p.notice}</div><div class='col-md-4'>{p.related}</div></div></div>",
        below="",
    )


def sidebar_first(p: Parts) -> str:
    return whole(p, f"<aside>{p.related}</aside>{_article(p)}", below="")


VARIANTS: tuple[Callable[[Parts], str], ...] = (
    drupal, wordpress, ghost, line_breaks, single_breaks, amp, print_version, unclosed, uppercase, layout_table, div_paragraphs, spans, nested,
    hashed_names, interleaved, notice_on_top, teaser_in_text, newsletter_as_paragraph, update_as_paragraph, italic_standfirst,
    heading_standfirst, data_only, next_data, without_data, without_metas, minified, indented, section_tag, bootstrap, sidebar_first,
)  # fmt: skip
WITHOUT_FIGURE = (print_version,)
