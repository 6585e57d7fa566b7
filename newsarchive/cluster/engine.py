"""Engines run units of work: this machine's processes, or a Dask cluster.

`run` hands out a window of items, never all at once, so that an engine's memory doesn't grow with their number; an item
that raises is tried again, and one that fails three times is named while all others are done. What an item left behind
when its process died is found by its receipt, or done again. Tested in tests/cluster/test_engine.py.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Self

from newsarchive.cluster.work import Receipt, WorkItem, perform, version
from newsarchive.cluster.worker import VERSION_KEY
from newsarchive.errors import ArchiveLockedError, ClusterLostError, NewsarchiveError, UsageError, reason_of

TRIES = 3
PATIENCE = 5.0  # seconds for a cluster to take leave


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An item that couldn't be done, and why; `is_locked` if another process is at it."""

    unit: str
    item: str
    reason: str
    is_locked: bool = False


class Engine(ABC):
    """Runs units of work; a context manager."""

    size: int  # items that run at once

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @abstractmethod
    def close(self) -> None:
        """Give up what waits."""

    @abstractmethod
    def submit(self, work: WorkItem) -> Future[Receipt]:
        """Begin an item."""

    @abstractmethod
    def renew(self) -> None:
        """Replace processes after one of them died."""

    def run(self, items: Iterable[WorkItem]) -> Iterator[Receipt | Failed]:
        """Yield what became of each item, as it gets ready.

        Raises:
            ClusterLostError: nobody is there any more to do the rest.
        """
        left, tries = iter(items), Counter[str]()
        under_way: dict[Future[Receipt], WorkItem] = {}
        again: deque[WorkItem] = deque()  # to be tried again
        alone: deque[WorkItem] = deque()  # the same, one at a time, as one of them killed its process
        while True:
            most = 1 if alone else 2 * self.size
            while len(under_way) < most:
                work = alone.popleft() if alone else again.popleft() if again else next(left, None)
                if work is None:
                    break
                under_way[self.submit(work)] = work
            if not under_way:
                return
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
                done, _ = wait(under_way)
                self.renew()
                if len(done) > 1:
                    alone.extend(under_way.pop(f) for f in done if f.exception() is not None)
                    done = {future for future in done if future in under_way}
            for future in done:
                work = under_way.pop(future)
                error = future.exception()
                if error is None:
                    yield future.result()
                elif isinstance(error, ClusterLostError):
                    raise error
                elif self._may_try(error, work, tries):
                    (alone if isinstance(error, BrokenProcessPool) else again).append(work)
                else:
                    yield _failed(work, error)

    @staticmethod
    def _may_try(error: BaseException, work: WorkItem, tries: Counter[str]) -> bool:
        """Whether an item that failed is tried again."""
        tries[work.item] += 1
        return tries[work.item] < TRIES and not isinstance(error, ArchiveLockedError | UsageError)


def _failed(work: WorkItem, error: BaseException) -> Failed:
    return Failed(
        unit=work.unit,
        item=work.item,
        reason=str(error) if isinstance(error, NewsarchiveError) else reason_of(error),
        is_locked=isinstance(error, ArchiveLockedError),
    )


class LocalEngine(Engine):
    """Fresh processes of this machine.

    Args:
        size: How many; 0 = as many as cores.
    """

    def __init__(self, size: int = 0) -> None:
        self.size = size or len(os.sched_getaffinity(0))
        self.renew()

    def renew(self) -> None:
        """Begin with fresh processes."""
        self._pool = ProcessPoolExecutor(self.size, mp_context=get_context("spawn"))

    def close(self) -> None:
        """End the processes; what waits is given up."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def submit(self, work: WorkItem) -> Future[Receipt]:
        """Begin an item in one of the processes."""
        return self._pool.submit(perform, work)


class DaskEngine(Engine):
    """The workers of a Dask cluster that runs already.

    Args:
        address: Of its scheduler, as in `tcp://head:8786`.

    Raises:
        UsageError: Dask isn't installed, nobody answers, there are no workers, or one has another version of this program.
    """

    def __init__(self, address: str, *, patience: float = 30.0) -> None:
        try:
            from distributed import Client
        except ImportError as error:
            raise UsageError("Dask isn't installed", next_step="pip install 'newsarchive[dask]'") from error
        try:
            self._client: Any = Client(address, timeout=patience, set_as_default=False)
            self._client.wait_for_workers(1, timeout=patience)
        except (OSError, TimeoutError) as error:
            next_step = f"Start them: dask scheduler, and dask worker {address} --nthreads 1"
            raise UsageError(
                f"no Dask workers at {address}: {reason_of(error)}", next_step=next_step
            ) from error
        self._check_versions()
        self._client.set_metadata([VERSION_KEY], version())
        self.size = sum(dict(self._client.nthreads()).values())

    def _check_versions(self) -> None:
        """Each worker's program must be ours: what another one made would be made again."""
        others = {v for v in self._client.run(version).values() if v != version()}
        if others:
            self.close()
            raise UsageError(
                f"workers have another version: {', '.join(sorted(others))}; here is {version()}",
                next_step="Install one version everywhere",
            )

    def close(self) -> None:
        """Leave the cluster; it goes on."""
        self._client.close(timeout=PATIENCE)

    def renew(self) -> None:
        """Do nothing: Dask starts workers again by itself."""

    def submit(self, work: WorkItem) -> Future[Receipt]:
        """Begin an item on one of the workers."""
        future: Future[Receipt] = Future()
        task = self._client.submit(perform, work, pure=False, retries=0)
        task.add_done_callback(lambda done: _settle(future, done))
        return future


def _settle(future: Future[Receipt], task: Any) -> None:
    """Hand the result of a Dask task on to a future that `wait` knows."""
    if task.status == "finished":
        try:
            future.set_result(task.result())
        except Exception as lost:  # its worker died before the receipt was here, whatever Dask makes of that
            future.set_exception(ConnectionError(f"the receipt is lost: {reason_of(lost)}"))
        return
    error = task.exception() if task.status == "error" else None
    if error is None and task.status == "cancelled":
        error = ClusterLostError(
            "the cluster's scheduler is gone",
            next_step="Start it again, and run the command again: what is done has a receipt",
        )
    future.set_exception(error or ConnectionError(f"the task was {task.status}: its worker is gone"))
