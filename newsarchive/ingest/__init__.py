"""From WARC to index: reads new captures, extracts, decides versions, writes; makes the index anew.

Joins `warc`, `extract`, `versions`, `diff` and `index`; decides nothing that they decide. A crash, a rebuild, an
imported WARC and a live crawl take the same road. Tested in tests/ingest/.
"""

from __future__ import annotations

from newsarchive.ingest.ingester import Ingester, ingest
from newsarchive.ingest.rebuild import rebuild
from newsarchive.ingest.reextract import reextract
from newsarchive.ingest.report import IngestReport, RebuildReport

__all__ = ["IngestReport", "Ingester", "RebuildReport", "ingest", "rebuild", "reextract"]
