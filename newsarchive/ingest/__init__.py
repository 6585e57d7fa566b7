"""From WARC to index: reads new captures, extracts, decides versions, writes; makes the index again.

Joins `warc`, `extract`, `versions`, `diff` and `index`; decides nothing that they decide. A crash, a rebuild, an
imported WARC and a live crawl go the same way. Names are loaded when first used, so that a worker process
loads the extractor and no more. Tested in tests/ingest/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.ingest.ingest_report import IngestReport, RebuildReport
    from newsarchive.ingest.ingester import Ingester, ingest
    from newsarchive.ingest.rebuilding import rebuild, reextract

_NAMES = {
    "ingest_report": ("IngestReport", "RebuildReport"),
    "ingester": ("Ingester", "ingest"),
    "rebuilding": ("rebuild", "reextract"),
}

__getattr__ = lazy_names(__name__, _NAMES)

__all__ = ["IngestReport", "Ingester", "RebuildReport", "ingest", "rebuild", "reextract"]
