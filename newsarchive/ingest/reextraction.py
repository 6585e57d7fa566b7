"""Re-extraction: texts made anew from the WARCs after the extractor or a source's rules changed.

Pages are made anew where they lie, then templates and stories follow as at any ingest. No edit comes of it:
versions are compared between texts made by one extractor. Tested in tests/ingest/test_reextraction.py.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from newsarchive.config import Config
from newsarchive.index.connection import FILENAME
from newsarchive.index.write import Index
from newsarchive.ingest.ingest_report import IngestReport
from newsarchive.ingest.ingester import Ingester, Tell, current_version, writing
from newsarchive.model import Source
from newsarchive.times import micros


def reextract(
    root: Path,
    *,
    config: Config,
    sources: Mapping[str, Source],
    since: datetime | None = None,
    names: Sequence[str] = (),
    everything: bool = False,
    on_progress: Tell | None = None,
    wait: float = 0.0,
    workers: int = 0,
) -> IngestReport:
    """Make pages anew that another extractor version or other site rules made; then catch up.

    Args:
        since: Only pages first captured then or later.
        names: Only of these sources.
        everything: Also pages that the present extractor made.

    Raises:
        As `Ingester.catch_up`.
    """
    began = time.monotonic()
    with Ingester(
        root, config=config, sources=sources, on_progress=on_progress, workers=workers, wait=wait
    ) as one:
        report = one.catch_up()
        with writing(root / FILENAME, wait=wait) as index:
            pages = _chosen(index, one, names, micros(since) if since else 0, everything)
            report += one.make_anew(index, pages)
            report += one.put_together(index)
            left = len(index.stale_pages(current_version(), one.rules_prints))
    return report + IngestReport(seconds=time.monotonic() - began - report.seconds, stale_pages=left)


def _chosen(index: Index, one: Ingester, names: Sequence[str], since: int, everything: bool) -> list[int]:
    if everything:
        return index.pages_of(sources=names, since=since)
    return index.stale_pages(current_version(), one.rules_prints, sources=names, since=since)
