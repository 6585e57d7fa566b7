"""Where the processor time of a crawl went, by stage, as `newsarchive crawl --timings` and `make bench` report it.

Never measures by the clock: waiting for servers isn't work. Tested in tests/archive/test_timings.py.
"""

from __future__ import annotations

import resource
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.archive.crawling import Collected

_STAGES = {
    "fetch": "fetching and storing",
    "extract": "extracting pages",
    "intake": "indexing captures and pages",
    "stories": "putting stories together",
    "rest": "start-up and the rest",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Seconds of processor time of all processes of a crawl, by stage, and for how many pages."""

    pages: int
    fetch: float
    extract: float
    intake: float
    stories: float
    rest: float

    @classmethod
    def of(cls, done: Collected, total: float) -> Timings:
        """Return the stages of a crawl that took `total` seconds of processor time."""
        ingest = done.ingest
        stages = (
            done.crawl.cpu_seconds,
            ingest.extract_seconds,
            ingest.intake_seconds,
            ingest.story_seconds,
        )
        fetch, extract, intake, stories = stages
        rest = max(total - sum(stages), 0.0)
        return cls(
            pages=done.crawl.pages, fetch=fetch, extract=extract, intake=intake, stories=stories, rest=rest
        )

    @property
    def total(self) -> float:
        """Seconds of all stages."""
        return self.fetch + self.extract + self.intake + self.stories + self.rest

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON, in seconds."""
        return {name: round(value, 3) for name, value in asdict(self).items()} | {
            "total": round(self.total, 3)
        }

    def to_text(self) -> str:
        """Return a line a stage: seconds, and milliseconds a page where pages were fetched."""
        rows = [(text, getattr(self, name)) for name, text in _STAGES.items()] + [("in all", self.total)]
        lines = [f"Processor time of all processes ({self.pages} pages):"]
        for text, seconds in rows:
            a_page = f" {1000 * seconds / self.pages:8.1f} ms a page" if self.pages else ""
            lines.append(f"  {text:28} {seconds:8.2f} s{a_page}")
        return "\n".join(lines)


def processor_time() -> float:
    """Return the seconds that this process and its ended children have used."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime
