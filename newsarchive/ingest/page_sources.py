"""Which captures show a page, which outlet it belongs to, and which site rules hold for it.

A crawl says which source it fetched a page for. Pages that others captured say nothing: then the source whose
hosts include the page's, else a name made from its domain, so that every story has an outlet. Pure.
Tested in tests/ingest/test_page_sources.py.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from newsarchive.errors import BadUrlError
from newsarchive.index import compact_ids
from newsarchive.ingest.extraction_job import ExtractionJob
from newsarchive.model import Capture, SiteRule, Source
from newsarchive.sources import former_names
from newsarchive.urls import domain, host

_SHOWING = ("response", "same-payload", "rendered")
_HTML = ("text/html", "application/xhtml")


def may_be_story(capture: Capture) -> bool:
    """Return whether a capture can belong to a story: not a feed, robots.txt or an imported image."""
    if capture.reason not in compact_ids.STORY_REASONS:
        return False
    is_html = not capture.content_type or capture.content_type.lower().startswith(_HTML)
    return is_html or capture.reason != "import" or (capture.http_status or 0) != 200


def has_page(capture: Capture) -> bool:
    """Return whether a capture shows a page of its own: an answer 200 with a body, also one seen before or rendered."""
    return may_be_story(capture) and capture.http_status == 200 and capture.kind in _SHOWING


def page_of(capture: Capture) -> int:
    """Return the id of the page that a capture shows."""
    return compact_ids.page_id(capture.url, capture.payload_digest or capture.warc_record_id)


class Outlets:
    """The sources of an archive, asked by name or by URL. `former` has the present name of each former one."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)
        self.former = former_names(sources)
        self._hosts = {d: name for name in sorted(sources) for d in hosts_of(sources[name])}
        self._prints = {name: fingerprint_of(source.rules) for name, source in sources.items()}

    def name_of(self, said: str, url: str) -> str:
        """Return the source of a page: what the crawl said, else by host, else `gazette-example` for its domain."""
        return self.former.get(said, said) or self._by_host(url)

    def own(self, said: str, name: str) -> str:
        """Return the source of this archive that a page belongs to: what was said, if it has it, else by host; empty if none."""
        said = self.former.get(said, said)
        if said in self._sources:
            return said
        parts = name.split(".")
        found = (self._hosts.get(".".join(parts[i:])) for i in range(len(parts)))
        return next((source for source in found if source), "")

    def _by_host(self, url: str) -> str:
        name = host_or_empty(url)
        return (self.own("", name) or _slug(domain(url))) if name else "unknown"

    @property
    def hosts(self) -> Mapping[str, str]:
        """The sources by host; a host includes those below it."""
        return self._hosts

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sources, sorted."""
        return tuple(sorted(self._sources))

    @property
    def prints(self) -> Mapping[str, str]:
        """The fingerprints of the sources' site rules, by source; empty for none."""
        return self._prints

    def job(
        self,
        said: str,
        url: str,
        page_id: int,
        first_at: datetime,
        payload: Capture,
        content_type: str | None,
    ) -> ExtractionJob:
        """Return the job that extracts a page, whose bytes are in the record of `payload`."""
        name = self.name_of(said, url)
        source = self._sources.get(name)
        return ExtractionJob(
            page_id=page_id,
            url=url,
            source=name,
            first_at=first_at,
            warc_record_id=payload.warc_record_id,
            warc_filename=payload.warc_filename,
            warc_offset=payload.warc_offset,
            warc_length=payload.warc_length,
            content_type=content_type,
            rules=source.rules if source else (),
            rules_fingerprint=self._prints.get(name, ""),
        )

    def rows(self) -> list[dict[str, str]]:
        """Return the sources as rows of the index."""
        return [
            {
                "name": name,
                "title": source.title,
                "homepage": source.homepage,
                "language": source.language,
                "config": compact_ids.to_json(_plain(dataclasses.asdict(source), leave=_PRIVATE)),
            }
            for name, source in sorted(self._sources.items())
        ]


def hosts_of(source: Source) -> tuple[str, ...]:
    """Return the hosts that are a source's: its domains, else those of its homepage, sections and feeds; without `www.`"""
    named = source.domains or tuple(
        name for url in (source.homepage, *source.sections, *source.feeds) if (name := host_or_empty(url))
    )
    return tuple(dict.fromkeys(name.lower().removeprefix("www.") for name in named))


def host_or_empty(url: str) -> str:
    """Return the URL's host; empty if it has none that can be read."""
    try:
        return host(url)
    except BadUrlError:
        return ""


@lru_cache(maxsize=1024)
def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "unknown"


def fingerprint_of(rules: tuple[SiteRule, ...]) -> str:
    """Return 16 hex digits that change when the rules do; empty for no rules."""
    if not rules:
        return ""
    text = compact_ids.to_json([_plain(dataclasses.asdict(r)) for r in rules])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


_PRIVATE = frozenset({"cookies_file", "login_header"})  # the index may be published


def _plain(value: Any, leave: frozenset[str] = frozenset()) -> Any:
    """Dates as text, what is unset left out: a key that a later release adds changes no row."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if v not in ("", None, (), []) and k not in leave}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value.isoformat() if isinstance(value, date) else value
