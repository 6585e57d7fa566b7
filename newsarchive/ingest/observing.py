"""A capture as `versions` looks at it: the exchange with the article that was made of it.

Pure. Tested in tests/ingest/test_ingest.py.
"""

from __future__ import annotations

from newsarchive.model import Article, Capture
from newsarchive.versions import Observation


def observation(capture: Capture, article: Article | None) -> Observation:
    """What one look at one URL says."""
    return Observation(
        record_id=capture.warc_record_id,
        url=capture.url,
        fetched_at=capture.fetched_at,
        seq=capture.seq,
        kind=capture.kind,
        http_status=capture.http_status,
        redirect_from=capture.redirect_from,
        location=capture.location,
        continues=capture.continues,
        candidate=capture.candidate,
        article=article,
        truncated=capture.truncated,
        error=capture.error,
    )
