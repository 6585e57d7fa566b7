"""One page at once: fetched, stored, indexed; and what came of it.

A run with one URL (`crawling`), then a look into the index. Tested in tests/archive/test_saving.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from newsarchive.archive.crawling import Collected, Collector, OnEvent
from newsarchive.archive.folder import ArchiveFolder
from newsarchive.archive.planning import Wish
from newsarchive.archive.story_reader import ArchivedStory
from newsarchive.errors import NothingFoundError


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A page that was to be saved, and the story that it shows."""

    url: str
    outcome: str  # "new", "changed" or "unchanged"; else why nothing came: "gone", "robots", "timeout" …
    story: ArchivedStory | None  # None if nothing came, or no story was read in it
    collected: Collected

    @property
    def is_stored(self) -> bool:
        """Whether the page came, and is in the WARC."""
        return self.outcome in ("new", "changed", "unchanged")

    @property
    def exit_code(self) -> int:
        """The run's; 1 if nothing came or no story was read in it."""
        return self.collected.exit_code or int(not self.is_stored or self.story is None)

    def as_dict(self) -> dict[str, Any]:
        """Return url, outcome, story and report, for JSON."""
        return {
            "url": self.url,
            "outcome": self.outcome,
            "story": self.story,
            **self.collected.as_dict(),
        }


def save(archive: ArchiveFolder, url: str, *, wait: float = 0.0, on_event: OnEvent | None = None) -> Saved:
    """Fetch, store and index one page now, whatever is known of it; its outlet need be no source.

    Args:
        url: With or without scheme; without one it is https.

    Raises:
        BadUrlError: it is no web address.
        ArchiveNotWritableError, ArchiveLockedError: before the first fetch.
        NothingFoundError: it was fetched, and its story is withheld.
    """
    url = url if "://" in url else f"https://{url}"
    with Collector(on_event) as collector:
        done = collector.run(archive, Wish(urls=(url,), wait=wait))
    return Saved(url=url, outcome=_outcome(done), story=_story(archive, url), collected=done)


def _outcome(done: Collected) -> str:
    for row in done.crawl.sources:
        counts = {"new": row.new, "changed": row.changed, "unchanged": row.unchanged}
        for name, count in (counts | row.outcomes | row.failed | row.left).items():
            if count:
                return name
    return done.crawl.stopped or "not fetched"


def _story(archive: ArchiveFolder, url: str) -> ArchivedStory | None:
    try:
        found = archive.story(url)
    except NothingFoundError:
        return None
    found.check_shown()
    return found if found.versions else None
