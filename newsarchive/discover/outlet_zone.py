"""By which clock an outlet writes times without a zone: learnt from its pages, which state theirs with one.

Pure. A page that a feed or sitemap dates without a zone, and that dates itself with one, shows how far apart the two clocks
are; what most of the last pages show is the outlet's. Tested in tests/discover/test_outlet_zone.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from newsarchive.web.dates import lacks_zone, parse_date

PAGES = 9  # the last ones of an outlet that are asked
AGREEING = 3  # of them must show the same zone, and so must
MOST = 0.7  # … this share of all
STEP = timedelta(minutes=15)  # zones differ from UTC by whole quarters of an hour
NEAR = timedelta(minutes=2)  # by which a feed's time and the page's may differ
WESTMOST, EASTMOST = timedelta(hours=-12), timedelta(hours=14)
READ = 400_000  # bytes of a page in which its times are searched

_NAME = rb"(?:datePublished|dateModified|(?:published|modified|updated)_time)"
_TIME = rb"\s*[\"']([0-9][^\"'<>]{9,38})[\"']"
_STATED = re.compile(
    rb"\b" + _NAME + rb"[\"']?(?:\s*:|[^<>]{0,60}?\bcontent\s*=)" + _TIME
    + rb"|\bcontent\s*=" + _TIME + rb"[^<>]{0,60}?\b(?:property|name|itemprop)\s*=\s*[\"']?[\w:]{0,20}" + _NAME
)  # fmt: skip


def stated_times(html: bytes) -> frozenset[datetime]:
    """Return the times of publication and change that a page's metadata state with a zone."""
    texts = {(a or b).decode("latin-1") for a, b in _STATED.findall(html[:READ])}
    found = {text: parse_date(text) for text in texts if not lacks_zone(text) and ":" in text}
    return frozenset(at for at in found.values() if at is not None)


def zones_between(local: Iterable[datetime], stated: Iterable[datetime]) -> frozenset[int]:
    """Return the zones, in minutes ahead of UTC, in which one of the local times is one of the stated ones.

    Args:
        local: Times without a zone, read as UTC.
        stated: The same page's times with one.
    """
    stated, found = list(stated), set()
    for at in local:
        for moment in stated:
            zone = round((at - moment) / STEP) * STEP
            if abs(at - moment - zone) <= NEAR and WESTMOST <= zone <= EASTMOST:
                found.add(int(zone / timedelta(minutes=1)))
    return frozenset(found)


def zone_shown(pages: Sequence[Iterable[int]]) -> int | None:
    """Return the zone that most of an outlet's last pages show, in minutes ahead of UTC; None as long as they don't agree."""
    last = [frozenset(page) for page in pages[-PAGES:]]
    counts = Counter(zone for page in last for zone in page)
    if not counts:
        return None
    zone, count = max(counts.items(), key=lambda item: (item[1], -abs(item[0])))
    return zone if count >= AGREEING and count >= MOST * len(last) else None
