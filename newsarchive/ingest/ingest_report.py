"""What an ingest, a rebuild or a re-extraction did, for people and programs; and how a failure is written down.

An error that one capture, page or story causes becomes a row of table `failures`, and everything else goes on. An
error of the machine (disk, memory, SQLite, a damaged archive) stops the work. Values only. Tested in
tests/ingest/test_ingest_report.py and tests/ingest/test_failures.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ArchiveDamagedError, ArchiveLockedError, ArchiveNotWritableError
from newsarchive.index import compact_ids
from newsarchive.index.rows import FailureKind, FailureRow
from newsarchive.languages import counted
from newsarchive.model import Capture
from newsarchive.version import __version__

if TYPE_CHECKING:
    from newsarchive.index.integrity import Difference
    from newsarchive.ingest.extraction_job import ExtractionJob


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestReport:
    """Counts of one or several passes; reports add up with `+`. Times in seconds."""

    captures: int = 0  # new in the index
    pages: int = 0  # extracted
    failed_captures: int = 0  # that could not be indexed, or not as part of a story
    failed_pages: int = 0  # that the extractor couldn't read; indexed as empty, with a warning
    failed_stories: int = 0  # that could not be put together
    empty_pages: int = 0  # extracted, without a text
    stories: int = 0  # put together again
    templates: int = 0  # learnt, for the first time or again
    stale_pages: int = 0  # made by another extractor or under other site rules
    extract_seconds: float = 0.0  # processor time of extraction, all workers
    intake_seconds: float = 0.0  # processor time of indexing captures and pages
    story_seconds: float = 0.0  # processor time of learning templates and putting stories together
    seconds: float = 0.0  # from begin to end

    def __add__(self, other: IngestReport) -> IngestReport:
        sums = {f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        return IngestReport(**(sums | {"stale_pages": other.stale_pages}))

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def to_text(self) -> str:
        """Return one or two lines for a person."""
        if not (self.captures or self.pages):
            text = "Nothing new to index."
        else:
            text = f"Indexed {counted(self.captures, 'capture')}, {counted(self.pages, 'page')} extracted, in {self.seconds:.1f} s."
        if self.empty_pages:
            text += f"\n{self.empty_pages} pages have no article text; they are kept and indexed as such."
        if self.failed_captures:
            text += f"\n{self.failed_captures} captures could not be indexed. newsarchive doctor names them."
        if self.failed_pages:
            text += f"\n{self.failed_pages} pages could not be extracted; they are kept and marked."
        if self.failed_stories:
            text += (
                f"\n{self.failed_stories} stories could not be put together. newsarchive doctor names them."
            )
        if self.stale_pages:
            text += (
                f"\n{self.stale_pages} pages were made by another extractor or under other site rules."
                " Run: newsarchive reextract"
            )
        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildReport:
    """What a rebuild did. `equal` says whether the live index was the same; None if there was none."""

    ingest: IngestReport
    equal: bool | None
    differences: tuple[Difference, ...] = ()
    replaced: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def to_text(self) -> str:
        """Return some lines for a person."""
        lines = [
            f"Made again from the WARC files: {self.ingest.captures} captures, {self.ingest.pages} pages,"
            f" {self.ingest.stories} stories, in {self.ingest.seconds:.1f} s."
        ]
        if self.equal is not None:
            lines.append(
                "The live index was the same."
                if self.equal
                else f"The live index differed in {len(self.differences)} places:"
            )
        if self.ingest.stale_pages:
            lines.append(
                f"{self.ingest.stale_pages} of its pages were made by another extractor or under other site rules:"
                " run newsarchive reextract first."
            )
        lines += [f"  {d.to_text()}" for d in self.differences]
        if self.replaced:
            lines.append("The new index is in place.")
        return "\n".join(lines)


# ---------------------------------------------------------------- failures

# Errors of the machine or of the archive, never of what a page says.
MACHINE = (
    OSError,
    MemoryError,
    sqlite3.Error,
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
)


def failure(
    kind: FailureKind, what: Capture | ExtractionJob, source: str, reason: str, *, has_row: bool = True
) -> FailureRow:
    """Return the row for a capture, for the story that it begins, or for the page of a job.

    Args:
        has_row: Whether the capture is in the index; not without a readable URL.
    """
    page = None if isinstance(what, Capture) else what.page_id
    return FailureRow(
        id=compact_ids.hash63("failure", kind, str(page or what.warc_record_id)),
        kind=kind,
        source=source,
        url=what.url,
        url_id=compact_ids.url_id(what.url) if has_row else None,
        page_id=page,
        warc_record_id=what.warc_record_id,
        warc_filename=what.warc_filename,
        warc_offset=what.warc_offset,
        reason=reason,
        program_version=__version__,
    )
