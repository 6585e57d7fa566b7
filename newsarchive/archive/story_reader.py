"""What a reader asks for: a story, one of its versions, the difference between two, the very bytes.

Reads only. Tested in tests/archive/test_story_reader.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.index import Story, Version, reading, story
from newsarchive.index.read import CaptureRow, captures
from newsarchive.times import iso_seconds, parse_iso

if TYPE_CHECKING:
    from newsarchive.model import Change

RANGE = "A..B: version numbers, `first`, `last`, record ids or times, e.g. 1..3 or 2026-11-01..last"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedStory(Story):
    """A story with its versions, oldest first, that can compare them."""

    captures: tuple[CaptureRow, ...] = ()

    def pick(self, spec: str | int = "last") -> Version:
        """The version that `spec` means.

        Args:
            spec: A version's number, `first`, `last`, the record id of any capture that showed it, or a
                time (ISO 8601): the version that stood there then.

        Raises:
            NothingFoundError: no such version, or the story is withheld.
        """
        if not self.versions:
            why = f"it is withheld: {self.withheld_reason}" if self.withheld else "it has no version"
            raise NothingFoundError(f"nothing to show of this story, {why}", where=self.url)
        text = str(spec).strip() or "last"
        number = self._number(text)
        for version in self.versions:
            if version.version_no == number:
                return version
        raise NothingFoundError(
            f"no version '{text}'",
            where=self.url,
            next_step=f"There are 1 to {len(self.versions)}; `newsarchive versions {self.url}` lists them",
        )

    def _number(self, text: str) -> int | None:
        if text in ("first", "last", "latest"):
            return self.versions[0 if text == "first" else -1].version_no
        if text.isdigit() and len(text) < 4:
            return int(text)
        if text.startswith("urn:uuid:"):
            return next((c.version_no for c in self.captures if c.warc_record_id == text), None)
        try:
            when = iso_seconds(parse_iso(text))
        except ValueError as error:
            raise UsageError(f"'{text}' names no version", next_step=RANGE) from error
        shown = [v for v in self.versions if v.first_seen_at <= when]
        return max(shown, key=lambda v: v.first_seen_at).version_no if shown else None

    def range(self, spec: str = "") -> tuple[Version, Version]:
        """The two versions that `A..B` means; empty = the last two.

        Raises:
            NothingFoundError: no such versions.
            UsageError: not of that form.
        """
        if not spec:
            last = self.pick("last")
            return self.pick(max(1, last.version_no - 1)), last
        ends = re.fullmatch(r"(.*?)\.\.(.*)", spec)
        if not ends:
            raise UsageError(f"'{spec}' is no range", next_step=RANGE)
        return self.pick(ends[1] or "first"), self.pick(ends[2] or "last")

    def diff(self, before: str | int, after: str | int) -> Change:
        """What changed between two versions; see `pick` for how to name them."""
        from newsarchive.changes.version_pair import compare_versions

        return compare_versions(self.pick(before), self.pick(after))


def find_story(index: Path, key: str | int) -> ArchivedStory:
    """The story with this URL, id, former id or record id.

    Raises:
        NothingFoundError: there is none.
    """
    with reading(index) as db:
        found = story(db, key)
        looks = captures(db, found.id)
    return ArchivedStory(**{f.name: getattr(found, f.name) for f in fields(Story)}, captures=looks)
