"""Pages of `marked/`, whose truth is marked in them: ⟦a paragraph of the text⟧, ⟦t:title⟧, ⟦s:standfirst⟧, ⟦c:caption⟧.

The first line of a file gives the address, the authors parted by semicolons, the day and the language. Never reads the
package. Tested in tests/extract/test_unseen_pages.py.
"""

import html
import re
from pathlib import Path

from tests.extract.unseen.making import PAGES, Page

FOLDER = Path(__file__).with_name("marked")
_MARK = re.compile(r"⟦(?:([tsc]):)?(.*?)⟧", re.S)
_LINE, _CELL = re.compile(r"<br\b[^>]*>|</tr>"), re.compile(r"</t[dh]>(?=<t[dh])")
_TAG = re.compile(r"<[^>]+>")


def _marked(source: str, kind: str) -> list[str]:
    """Return the texts marked as of one kind, without tags."""
    texts = (mark[2] for mark in _MARK.finditer(source) if (mark[1] or "") == kind)
    return [html.unescape(_TAG.sub("", _CELL.sub("\t", _LINE.sub("\n", t)))).strip() for t in texts]


def _page(path: Path) -> Page:
    head, _, source = path.read_text("utf-8").partition("\n")
    url, authors, day, language = (part.strip() for part in head[4:-3].split("|"))
    truth = {
        "title": _marked(source, "t")[0],
        "description": next(iter(_marked(source, "s")), None),
        "captions": _marked(source, "c"),
        "authors": [name.strip() for name in authors.split(";") if name.strip()],
        "paragraphs": _marked(source, ""),
        "language": language,
        "published": day,
    }
    return Page(path.stem, url, _MARK.sub(lambda mark: mark[2], source), truth)


PAGES.extend(_page(path) for path in sorted(FOLDER.glob("*.html")))
