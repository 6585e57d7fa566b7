"""The few polite requests by which a site is looked at before it is a source, or asked for what it published.

They go through the crawl (guarded and archived like any page) and count against the host's budget; what comes is read
by the caller. Tested in tests/archive/test_add.py and tests/archive/test_site_finder.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsarchive.archive.planning import new_plan
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.discover import Discovery, discover
from newsarchive.model import Capture, Source
from newsarchive.plan import Target
from newsarchive.schedule.state_db import State
from newsarchive.warc import read_captures, read_commits, read_payload

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder

MAX_REDIRECTS = 10


class Probes:
    """Pages that a site was asked for, by URL; redirects are followed in the archive."""

    def __init__(
        self,
        archive: ArchiveFolder,
        child: CrawlChild,
        source: Source,
        wait: float,
        most: int | None = None,
    ) -> None:
        self._most, self._asked = most, set[str]()
        self._archive, self._child, self._source, self._wait = archive, child, source, wait
        self._captures: dict[str, Capture] = {}
        self._reasons: dict[str, str] = {}
        self.spent = 0  # requests so far

    def ask(self, urls: Iterable[str]) -> None:
        """Fetch those of `urls` that weren't asked for yet, as far as `most` allows; two are left for redirects."""
        left = None if self._most is None else max(0, self._most - 2 - self.spent)
        wanted = [u for u in dict.fromkeys(urls) if u not in self._captures and u not in self._asked][:left]
        self._asked.update(wanted)
        if not wanted:
            return
        targets = tuple(Target(url=u, source=self._source.name, reason="probe") for u in wanted)
        with State(self._archive.root / "state.db") as state:  # probes count against a host's budget, too
            plan = new_plan(self._archive, sources=(self._source,), targets=targets, state=state)
            report = self._child.run(plan, wait=self._wait)
            self.spent += sum(report.requests.values())
            state.add_spent(report.started_at.date(), dict(report.requests))
            state.set_not_before(report.not_before)
        for seen in report.sources:
            self._reasons |= {url: why for why, urls in seen.examples.items() for url in urls}
        for commit in read_commits(self._archive.root, plan.crawl_id):
            end = commit.offset + commit.length
            for capture in read_captures(self._archive.root, commit.filename, commit.offset, end):
                if capture.kind != "same-payload" or capture.url not in self._captures:
                    self._captures[capture.url] = capture  # else the first one holds the payload

    def why(self, url: str) -> str:
        """Return why `url` gave no page, in a few words."""
        capture = self.final(url)
        if capture is not None and capture.error:
            return capture.error
        if capture is not None and capture.http_status is not None:
            return f"it answered {capture.http_status}"
        return self._reasons.get(url, "it was refused or never answered")

    def final(self, url: str) -> Capture | None:
        """Return the capture that `url` ends at after redirects; None if it was never fetched."""
        for _ in range(MAX_REDIRECTS):
            capture = self._captures.get(url)
            if capture is None or not capture.location:
                return capture
            url = capture.location
        return None

    def body(self, url: str) -> bytes | None:
        """Return the decoded body of `url` where it answered 200; else None."""
        capture = self.final(url)
        if capture is None or capture.http_status != 200:
            return None
        payload = read_payload(
            self._archive.root, capture.warc_filename, capture.warc_offset, capture.warc_length
        )
        return payload.body

    def discovery(self, url: str) -> Discovery | None:
        """Return what the bytes of `url` offer; None where it didn't answer 200."""
        capture, body = self.final(url), self.body(url)
        if capture is None or body is None:
            return None
        now = self._archive.clock.now()
        return discover(capture.url, body, capture.content_type, source=self._source, now=now)
