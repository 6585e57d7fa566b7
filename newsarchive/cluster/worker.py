"""What `dask worker ADDRESS --preload newsarchive.cluster.worker` loads first, so that the first item isn't slow.

Tested in tests/cluster/test_dask.py.
"""

from __future__ import annotations

from typing import Any


def dask_setup(worker: Any) -> None:
    """Load the extractor before the worker takes work, and log its version; Dask calls it."""
    import logging

    from newsarchive.cluster.work import version

    logging.getLogger("distributed.worker").info("newsarchive %s at %s", version(), worker.address)
