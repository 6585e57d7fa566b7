"""What a person decides about stories: two are one, one is two, one is withheld; and taking that back.

Refuses what would change nothing, and says why; the decision itself is a line of decisions.jsonl, which ingest and every
rebuild put into effect. Tested in tests/archive/test_deciding.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newsarchive.archive.erasing import follow_in_merged
from newsarchive.errors import UsageError
from newsarchive.urls import readable_url, typed_url, url_key
from newsarchive.versions import Decision, append_decision, in_force, read_decisions
from newsarchive.versions.decisions import DecisionKind

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.archive.story_reader import ArchivedStory
    from newsarchive.ingest import IngestReport

FILENAME = "decisions.jsonl"


def decide(
    archive: ArchiveFolder,
    kind: DecisionKind,
    named: Sequence[str],
    *,
    reason: str,
    undo: bool = False,
    wait: float = 0.0,
) -> IngestReport:
    """Append a decision to decisions.jsonl, or take one back, then ingest, which puts it into effect.

    Args:
        named: URLs, with or without their scheme, or ids of stories.

    Raises:
        NothingFoundError: the archive has no story at one of them.
        UsageError: nothing would change: one URL twice, one story already, two stories already, no such decision.
    """
    archive.check_no_fleet()
    stories = [archive.story(name) for name in named]
    urls = [typed_url(name) or story.url for name, story in zip(named, stories, strict=True)]
    if undo:
        about = [(d.urls, d.record_id) for d in _to_take_back(archive, kind, urls, stories)]
    else:
        _check_changes_something(kind, urls, stories, named)
        if kind == "split":
            _check_not_merged(archive, urls)
        about = [(tuple(urls), "")]
    for decided, record_id in about:
        line = Decision(
            kind=kind, urls=decided, record_id=record_id, at=archive.clock.now(), reason=reason, undo=undo
        )
        append_decision(archive.root / FILENAME, line)
    report = archive.ingest(wait=wait)
    follow_in_merged(archive.root, wait=wait)
    return report


def _check_changes_something(
    kind: DecisionKind, urls: Sequence[str], stories: Sequence[ArchivedStory], named: Sequence[str]
) -> None:
    if len(urls) < 2:
        return
    if len({url_key(url) for url in urls}) < len(urls):
        raise UsageError(
            f"can't {kind}: it is the same URL twice",
            where=readable_url(urls[0]),
            next_step="Name two URLs; `newsarchive versions URL` lists those of a story",
        )
    is_one = len({story.id for story in stories}) == 1
    if is_one == (kind == "merge"):
        state = "they are one story already" if is_one else "they are different stories already"
        shown = " and ".join(readable_url(name) for name in named)  # not their URLs: one may be withheld
        raise UsageError(f"nothing to {kind}: {state}", where=shown)


def _check_not_merged(archive: ArchiveFolder, urls: Sequence[str]) -> None:
    """A merge is stronger than any split: it must be taken back first."""
    first, second = (url_key(url) for url in urls)
    for decision in in_force(read_decisions(archive.root / FILENAME)):
        if decision.kind == "merge" and {first, second} <= decision.key[1]:
            raise UsageError(
                "can't split: a decision merges these URLs",
                where=" and ".join(map(readable_url, decision.urls)),
                next_step=f"Take it back: newsarchive story merge {decision.urls[0]} --with {decision.urls[1]} --undo",
            )


def _to_take_back(
    archive: ArchiveFolder, kind: DecisionKind, urls: Sequence[str], stories: Sequence[ArchivedStory]
) -> list[Decision]:
    """The decisions in force about exactly these URLs; of a withheld story all that withhold one of its URLs."""
    decided = [d for d in in_force(read_decisions(archive.root / FILENAME)) if d.kind == kind]
    keys = {url_key(url) for url in urls}
    if kind == "withhold":
        keys |= {url_key(url) for url in stories[0].urls}
    found = [d for d in decided if (d.key[1] <= keys if kind == "withhold" else d.key[1] == keys)]
    if not found:
        others = "; ".join(" and ".join(map(readable_url, d.urls)) for d in decided[:10])
        raise UsageError(
            f"no {kind} of this was decided, so none can be taken back",
            where=" and ".join(map(readable_url, urls)),
            next_step=f"Decided were: {others}" if others else f"No {kind} is in {FILENAME}",
        )
    return found
