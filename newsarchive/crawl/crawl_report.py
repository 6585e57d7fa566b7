"""What one crawl did, as values: for `report.json`, for the schedule, and as text for people.

Pure. Counting goes on in `crawl_stats.py`. Tested in tests/crawl/test_crawl_report.py.
"""

from __future__ import annotations

import json
import typing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from newsarchive.plan import decode, to_json
from newsarchive.times import iso

FAILED_SHARE = 0.2  # of a source's fetches; above it the crawl ends with exit code 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """One feed, sitemap or section page: what it was and what it gave."""

    url: str
    asked: str = ""  # the URL that was asked first, where a redirect led elsewhere
    status: int | None = None
    kind: str = ""  # as discovery saw it: "rss", "news-sitemap", "html", "empty" …
    is_unchanged: bool = False
    entries: int = 0  # that it states
    candidates: int = 0  # that belong to the source
    unknown: int = 0  # that weren't known yet
    problems: dict[str, int] = field(default_factory=dict)
    moved_to: str = ""
    wish: float = 0.0  # seconds between two polls that it asks for
    skip: tuple[int, ...] = ()  # hours of the week in which it asks not to be polled
    failure: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """One source. Counts are of pages, except where said."""

    name: str
    found: int = 0  # distinct pages that its documents named
    known: int = 0  # of them, known before
    new: int = 0  # fetched for the first time, with status 200
    changed: int = 0  # fetched again; other bytes than last time
    unchanged: int = 0  # fetched again; 304 or the same bytes
    fetches: int = 0  # requests that got an answer or failed, robots.txt and feeds too
    bytes: int = 0  # on the wire
    requisites: int = 0  # stylesheets and images
    continuations: int = 0  # further pages of articles that are set on several
    outcomes: dict[str, int] = field(default_factory=dict)  # neither success nor failure: "gone", "robots"
    failed: dict[str, int] = field(default_factory=dict)  # reason -> count
    left: dict[str, int] = field(default_factory=dict)  # not fetched in this run: reason -> count
    statuses: dict[str, int] = field(default_factory=dict)  # "200" -> requests
    types: dict[str, int] = field(default_factory=dict)  # of pages: media type, or "empty" -> count
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)  # reason -> some URLs
    documents: tuple[DocumentReport, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def failures(self) -> int:
        """Fetches that failed, for whatever reason."""
        return sum(self.failed.values())

    @property
    def gave_nothing(self) -> bool:
        """Did every document fail, or none name a page? Unchanged documents count as giving."""
        if not self.documents:
            return self.failures > 0 and not self.new + self.changed + self.unchanged
        return not any(d.is_unchanged or d.candidates for d in self.documents)

    @property
    def is_cut(self) -> bool:
        """Is there something that nobody remembers to fetch: a document that failed or was left, or pages of which a
        person wanted no more?"""
        return bool(self.left) or any(document.failure for document in self.documents)

    @property
    def is_failed(self) -> bool:
        """It gave nothing, or more than a fifth of its fetches failed."""
        return self.gave_nothing or self.failures > FAILED_SHARE * max(self.fetches, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One crawl. Times are the plan's; `wall_seconds` and `cpu_seconds` are the machine's."""

    crawl_id: str
    started_at: datetime
    ended_at: datetime
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory: int = 0  # bytes, of the crawl's process
    stopped: str = (
        ""  # why it ended early: "interrupted", "archive not writable", "surprise" (a fault of ours)
    )
    error: str = ""
    exchanges: int = 0
    bytes: int = 0
    sources: tuple[SourceReport, ...] = ()
    requests: dict[str, int] = field(default_factory=dict)  # host -> requests in this run
    not_before: dict[str, datetime] = field(default_factory=dict)  # host -> it asked to be left alone
    certificates: dict[str, datetime] = field(
        default_factory=dict
    )  # host -> until when its certificate is good
    liars: tuple[str, ...] = ()  # URLs whose validators said "unchanged" of other bytes: ask without them
    recovered: tuple[str, ...] = ()  # a line for each file that an earlier crash had left open

    @property
    def pages(self) -> int:
        """Pages that were fetched with success: new, changed or unchanged."""
        return sum(s.new + s.changed + s.unchanged for s in self.sources)

    @property
    def pages_per_second(self) -> float:
        """Of the machine's time; 0 if none passed."""
        return self.pages / self.wall_seconds if self.wall_seconds else 0.0

    @property
    def exit_code(self) -> int:
        """0; 70 after a fault of ours; 3 if a source failed; 5 if the archive couldn't be written."""
        if self.stopped == "archive not writable":
            return 5
        if self.stopped == "surprise":
            return 70
        return 3 if any(s.is_failed for s in self.sources) else 0

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON."""
        found: dict[str, Any] = json.loads(self.to_json())
        return found

    def to_json(self) -> str:
        """Return one line of JSON."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Report:
        """Return the report that `to_json` wrote.

        Raises:
            ValueError: not such a text.
        """
        return typing.cast(Report, decode(cls, json.loads(text)))

    def to_text(self) -> str:
        """Return some lines for people."""
        lines = [
            f"Crawl {self.crawl_id}: {_count(len(self.sources), 'source')}, {_count(self.pages, 'page')} "
            f"in {self.wall_seconds:.1f} s ({self.pages_per_second:.1f} pages/s), {_size(self.bytes)} "
            f"in {_count(self.exchanges, 'exchange')}"
        ]
        if self.stopped:
            lines.append(f"Stopped early: {self.stopped}. {self.error}".rstrip(". ") + ".")
        lines.extend(line for source in self.sources for line in _source_lines(source))
        lines.extend(
            f"{host} asks to be left alone until {iso(t)[:19]}Z" for host, t in self.not_before.items()
        )
        lines.extend(f"validators of {url} can't be believed" for url in self.liars)
        return "\n".join(lines)


def _source_lines(source: SourceReport) -> list[str]:
    parts = [f"found {source.found}", f"new {source.new}"]
    parts += [f"changed {source.changed}"] if source.changed else []
    parts += [f"unchanged {source.unchanged}"] if source.unchanged else []
    parts += [f"further pages {source.continuations}"] if source.continuations else []
    parts += [f"requisites {source.requisites}"] if source.requisites else []
    parts += [f"{name} {count}" for name, count in source.outcomes.items()]
    if source.failures:
        parts.append(f"failed {source.failures}")
    if source.left:
        parts.append(f"left for later {sum(source.left.values())}")
    lines = [f"  {source.name}: {', '.join(parts)}"]
    lines += [f"    failed: {why} ({n}) {_example(source, why)}" for why, n in source.failed.items()]
    lines += [f"    left: {why} ({n})" for why, n in source.left.items()]
    lines += [f"    nothing in {d.asked or d.url} ({_what(d)})" for d in source.documents if _is_barren(d)][
        :3
    ]
    odd = {kind: n for kind, n in source.types.items() if "html" not in kind}
    if odd:
        lines.append("    not HTML: " + ", ".join(f"{kind} ({n})" for kind, n in odd.items()))
    lines += [f"    {note}" for note in source.notes]
    return lines


def _is_barren(document: DocumentReport) -> bool:
    """Did it come, and name no page of the source? An index of sitemaps names none, but it names sitemaps."""
    names_sitemaps = document.kind == "sitemap-index" and document.entries > 0
    return not (document.candidates or document.is_unchanged or document.failure or names_sitemaps)


def _what(document: DocumentReport) -> str:
    odd = [
        f"{code} {count}" if count > 1 else code
        for code, count in document.problems.items()
        if code != "empty"
    ]
    return ", ".join([document.kind or "no kind", f"{document.entries} entries", *odd])


def _example(source: SourceReport, reason: str) -> str:
    urls = source.examples.get(reason, ())
    return f"e.g. {urls[0]}" if urls else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{count / 1000:.0f} kB"
    return f"{count / 1_000_000:.1f} MB"
