"""An invented index for the tests of exports, and one hostile version."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from newsarchive.export import ExportedVersion, exported_versions
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery
from tests.index.build import Told, build

SITE = "https://gazette.example/"
ALL = SearchQuery(limit=0)
STORIES = [
    Told(
        SITE + "news/bridge-toll-agreed-today",
        [("Bridge toll agreed", "The toll is 12 pounds."), ("Bridge toll agreed", "The toll is 15 pounds.")],
        published=datetime(2026, 1, 5, 8, tzinfo=UTC),
        authors=("Ann Lee", "Bo Chen"),
        section="Transport",
    ),
    Told(SITE + "school", [("School opens", "A school opened.\n\nIt has a roof.")], description="At last"),
    Told(
        "https://anzeiger.example/a",
        [("Brücke gesperrt", "Die Brücke ist gesperrt.")],
        source="anzeiger",
        language="de",
        published=datetime(2026, 2, 10, 7, tzinfo=UTC),
    ),
    Told(SITE + "secret", [("Withheld bridge", "Nobody may read of this bridge.")], withheld=True),
]


def index_of(path: Path, stories: list[Told] | None = None) -> Path:
    """An index.db of these stories."""
    return build(path, STORIES if stories is None else stories)


@cache
def _plain() -> ExportedVersion:
    with TemporaryDirectory() as folder, reading(index_of(Path(folder) / "index.db")) as db:
        return next(exported_versions(db, ALL))


def hostile(text: str) -> ExportedVersion:
    """A version whose title, author, section, standfirst and text all say `text`."""
    fields = dict.fromkeys(("title", "section", "description", "captions", "text"), text)
    version = replace(_plain().version, **fields, author_names=(text,), tag_names=(text,))
    return replace(_plain(), version=version, n_versions=version.version_no)
