"""What an importer reads out of what another program left: pages, WARC files, feeds, addresses, and what it could not take.

Values only. Tested with the readers, in tests/archive/test_peer_imports.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from newsarchive.archive.url_lists import Outline
from newsarchive.errors import BadUrlError
from newsarchive.times import EPOCH, parse_iso
from newsarchive.urls import check_url, host
from newsarchive.warc.kept_pages import KeptPage

MAX_PAGE = 64 << 20  # bytes of one kept page


@dataclass(kw_only=True)
class PeerContents:
    """What one program left. `pages` may be read once; while it is, `lost` grows.

    `hosts` are those of pages that were chosen one by one there, so they are indexed here; `urls` are still watched there.
    """

    program: str
    lost: Counter[str]  # what isn't taken, by the sentence that says why
    pages: Iterator[KeptPage]
    warcs: tuple[Path, ...] = ()
    feeds: tuple[Outline, ...] = ()
    urls: tuple[str, ...] = ()
    hosts: frozenset[str] = field(default=frozenset())


def url_or_empty(value: Any) -> str:
    """Return an address that can be fetched; empty for anything else."""
    try:
        return check_url(value.strip()) if isinstance(value, str) else ""
    except BadUrlError:
        return ""


def hosts_of(urls: Iterable[str]) -> frozenset[str]:
    """Return the hosts of checked addresses, as a person would choose them; numbers and names without a dot aren't chosen."""
    names = {host(url).removeprefix("www.") for url in urls}
    return frozenset(name for name in names if "." in name and ":" not in name)


def time_of(value: Any) -> datetime | None:
    """Return the moment that seconds since 1970 or an ISO text name (UTC if it doesn't say); None for anything else."""
    try:
        moment = datetime.fromtimestamp(float(value), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        moment = None
    try:
        return moment if moment and moment > EPOCH else parse_iso(value)
    except (AttributeError, TypeError, ValueError):
        return None
