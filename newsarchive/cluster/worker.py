"""What `dask worker ADDRESS --preload newsarchive.cluster.worker` loads first: a worker of another version doesn't start.

The first command that uses a cluster says there which version it has. Tested in tests/cluster/test_dask_processes.py.
"""

from __future__ import annotations

from typing import Any

VERSION_KEY = "newsarchive-version"  # in the metadata of Dask's scheduler


async def dask_setup(worker: Any) -> None:
    """Load the extractor before the worker takes work, and compare versions; Dask calls it.

    Raises:
        UsageError: the cluster works with another version of this program; the worker ends.
    """
    import logging

    from newsarchive.cluster.work import version
    from newsarchive.errors import UsageError

    wanted = await worker.scheduler.get_metadata(keys=[VERSION_KEY], default="")
    if wanted and wanted != version():
        await worker.close(reason="another version of newsarchive")
        raise UsageError(
            f"this worker has newsarchive {version()}; the cluster works with {wanted}",
            next_step="Install one version everywhere, or start a fresh scheduler",
        )
    logging.getLogger("distributed.worker").info("newsarchive %s at %s", version(), worker.address)
