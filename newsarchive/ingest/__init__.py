"""From WARC to index: reads new captures, extracts, decides versions, writes; makes the index again.

Joins `warc`, `extract`, `versions`, `diff` and `index`; decides nothing that they decide. A crash, a rebuild, an
imported WARC and a live crawl go the same way. Names are loaded when first used, so that a worker process
loads the extractor and no more. Tested in tests/ingest/.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from newsarchive.ingest.ingest_report import IngestReport, RebuildReport
    from newsarchive.ingest.ingester import Ingester, ingest
    from newsarchive.ingest.rebuilding import rebuild, reextract

_HOMES = {
    "IngestReport": "ingest_report",
    "Ingester": "ingester",
    "RebuildReport": "ingest_report",
    "ingest": "ingester",
    "rebuild": "rebuilding",
    "reextract": "rebuilding",
}

__all__ = ["IngestReport", "Ingester", "RebuildReport", "ingest", "rebuild", "reextract"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'newsarchive.ingest' has no attribute {name!r}")
    return getattr(importlib.import_module(f"newsarchive.ingest.{_HOMES[name]}"), name)
