"""The addresses of our pages, relative to wherever Datasette is mounted.

Pure apart from the digest of a static file, read once. Tested in tests/browse/test_pages.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, urlencode

from newsarchive.browse_links import ROOT
from newsarchive.diff.html import STYLE_SHEET

STATIC = Path(__file__).parent / "static"
FILES = {name: STATIC / name for name in ("newsarchive.css", "newsarchive.js", "tables.css", "datasette.css")}
FILES[STYLE_SHEET.name] = STYLE_SHEET


class Links:
    """Makes addresses.

    Args:
        mount: Datasette's `urls.path`, which puts its base URL before a path.
        tables: Where Datasette's own pages of the database are.
        origin: `https://host`, for feeds, which need whole addresses; empty for relative ones.
    """

    def __init__(self, mount: Callable[[str], str], *, tables: str = "", origin: str = "") -> None:
        self._mount = mount
        self.tables = tables
        self.origin = origin

    def _at(self, path: str, **query: object) -> str:
        kept = {k: v for k, v in query.items() if v not in (None, "", False, [])}
        kept = {k: 1 if v is True else v for k, v in kept.items()}
        return (
            self.origin + str(self._mount(ROOT + path)) + (f"?{urlencode(kept, doseq=True)}" if kept else "")
        )

    def front(self) -> str:
        return self._at("")

    def search(self, **query: object) -> str:
        return self._at("/search", **query)

    def export(self, **query: object) -> str:
        return self._at("/export", **query)

    def story(self, story: object, **query: object) -> str:
        return self._at(f"/story/{story}", **query)

    def diff(self, story: object, **query: object) -> str:
        return self._at(f"/story/{story}/diff", **query)

    def capture(self, capture: object, **query: object) -> str:
        return self._at(f"/capture/{capture}", **query)

    def frame(self, capture: object) -> str:
        return self._at(f"/capture/{capture}/page")

    def picture(self, capture: object) -> str:
        return self._at(f"/capture/{capture}/picture")

    def raw(self, capture: object) -> str:
        return self._at(f"/capture/{capture}/raw")

    def copies(self, **query: object) -> str:
        return self._at("/copies", **query)

    def fronts(self, **query: object) -> str:
        return self._at("/fronts", **query)

    def compare(self, stories: Iterable[object]) -> str:
        return self._at("/compare") + "?" + urlencode([("story", str(s)) for s in stories])

    def timegate(self, url: str) -> str:
        return self._at(f"/timegate/{url}")

    def timemap(self, kind: str, url: str, number: int = 1) -> str:
        return self._at(f"/timemap/{kind}/{f'{number}/' if number > 1 else ''}{url}")

    def changes(self, **query: object) -> str:
        return self._at("/changes", **query)

    def digest(self, **query: object) -> str:
        return self._at("/digest", **query)

    def atom(self, **query: object) -> str:
        return self._at("/changes.atom", **query)

    def json_feed(self, **query: object) -> str:
        return self._at("/changes.feed.json", **query)

    def vanished(self, **query: object) -> str:
        return self._at("/vanished", **query)

    def vanished_atom(self, **query: object) -> str:
        return self._at("/vanished.atom", **query)

    def vanished_json_feed(self, **query: object) -> str:
        return self._at("/vanished.feed.json", **query)

    def source(self, name: str) -> str:
        return self._at(f"/source/{quote(name, safe='')}")

    def about(self) -> str:
        return self._at("/about")

    def static(self, name: str) -> str:
        """Return the file's URL with a digest of its content, so that no cached copy hides a new file."""
        return str(self._mount(f"{ROOT}/static/{name}")) + f"?{digest(name)}"


@lru_cache(maxsize=16)
def digest(name: str) -> str:
    """Return eight hex digits of the static file's content."""
    return hashlib.sha256(FILES[name].read_bytes()).hexdigest()[:8]
