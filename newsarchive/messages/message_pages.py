"""Messages as HTML pages that load nothing: an edit with its diff, a digest. Programs that show mail drop style sheets, so
the styles are attributes.

Pure; every text is escaped by the template. Tested in tests/messages/test_message_pages.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from newsarchive.diff import Heading, present, render_fragment
from newsarchive.diff.html import clean, language_tag
from newsarchive.messages.digest import Digest
from newsarchive.model import Change, WordEdit

TEMPLATES = Path(__file__).parent / "templates"


def edit_page(change: Change, heading: Heading, *, subject: str, link: str) -> str:
    """Return the page of one edit: why it is reported, the diff, where it can be seen."""
    return _page(
        "edit.html",
        subject=subject,
        heading=heading,
        language=language_tag(heading.language),
        summary=present(change).summary,
        link=link,
        body=Markup(render_fragment(change, heading, for_feed=True)),  # noqa: S704 - it escapes its texts
    )


def digest_page(digest: Digest) -> str:
    """Return the page of a digest."""
    return _page("digest.html", digest=digest)


def _page(name: str, **values: Any) -> str:
    return clean(_environment().get_template(name).render(**values))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    made.filters["marked"] = _marked
    made.filters["tag"] = language_tag
    return made


def _marked(words: Sequence[WordEdit]) -> Markup:
    styles = {
        "add": ("ins", "padding:0 2px;background:#d7f0dd;color:#0b3d1b;text-decoration:underline"),
        "delete": ("del", "padding:0 2px;background:#f9dcd8;color:#7c2413;text-decoration:line-through"),
    }
    parts = []
    for word in words:
        tag, style = styles.get(word.op, ("span", ""))
        parts.append(
            Markup('<{0} style="{1}">{2}</{0}>').format(tag, style, word.text) if style else word.text
        )
    return Markup("").join(parts)
