"""Outlets' pages, feeds and sitemaps from their templates (outlets/templates/*.j2), compiled once a process.

Pure: stories and what surrounds them in, HTML and XML out. Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tests.newsroom.outlet_site import OUTLETS, OutletSite, PageContext, escaped, mail_date, token
from tests.newsroom.story import PressStory


class ClassNames:
    """Class names as a build makes them: a hash, and a readable half for the style sheet.

    The readable half keeps the style sheet short; the hash changes with the release.
    """

    def __init__(self, build: str) -> None:
        self._release = build[:1]

    def __getattr__(self, role: str) -> str:
        return _class_name(self._release, role)


@cache
def _class_name(release: str, role: str) -> str:
    return f"css-{token('northline', release, role, length=6)} e{token(role, length=6)}"


def _script_json(data: Any) -> str:
    """JSON that can't end the script element that it is in."""
    return json.dumps(data, ensure_ascii=False).replace("</", "<\\/")


def _one_line(html: str) -> str:
    return "".join(html.splitlines())


@cache
def _template(name: str) -> Template:
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(OUTLETS / "templates"),
        autoescape=False,  # all texts are ours; `| e` marks those that hold more than plain words
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    env.filters |= {
        "script_json": _script_json,
        "one_line": _one_line,
        "mail_date": mail_date,
        "e": escaped,
    }
    # The built-in function is faster than Jinja's, and no attribute is missing here.
    env.getattr = getattr  # type: ignore[method-assign,assignment]
    env.globals |= {"class_names": ClassNames, "token": token}
    return env


def article_page(site: OutletSite, story: PressStory, view: PageContext, *, kind: str = "article") -> str:
    """Return a story's page; with kind `shell`, the page without its text, which a script will fetch."""
    name = f"{site.name}_{view.variant}" if view.variant else site.name
    heading = story.title if kind == "article" else site.title
    return _template(f"{name}.html.j2").render(site=site, story=story, view=view, kind=kind, heading=heading)


def listing_page(
    site: OutletSite,
    heading: str,
    stories: Sequence[PressStory],
    view: PageContext,
    *,
    path: str,
    older: str = "",
    newer: str = "",
) -> str:
    """Return a page that lists stories: front page, section, tag, author."""
    values: dict[str, Any] = {"stories": stories, "path": path, "older": older, "newer": newer}
    return _template(f"{site.name}.html.j2").render(
        values, site=site, view=view, kind="listing", heading=heading
    )


def plain_page(
    site: OutletSite, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str
) -> str:
    """Return a page that is no article: about, contact, an error, a consent wall."""
    return _template(f"{site.name}.html.j2").render(
        site=site, view=view, kind="plain", heading=heading, paragraphs=paragraphs, path=path
    )


def feed(site: OutletSite, stories: Sequence[PressStory], base: str) -> str:
    """Return the feed of these stories, newest first."""
    updated = max((s.modified_at for s in stories), default=None)
    return _template(site.feed_template).render(site=site, stories=stories, base=base, updated=updated)


def sitemap(site: OutletSite, stories: Sequence[PressStory], base: str, *, news: bool = False) -> str:
    """Return a sitemap; `news`: with the news extension."""
    name = "news_sitemap.xml.j2" if news else "sitemap.xml.j2"
    return _template(name).render(site=site, stories=stories, base=base)


def sitemap_index(site: OutletSite, months: Mapping[str, datetime], base: str) -> str:
    """Return the index: one sitemap a month, each with the time of its newest change."""
    return _template("sitemap_index.xml.j2").render(site=site, months=months, base=base)
