"""Worker processes that extract pages: fed one call at a time, replaced when they die or hang.

A worker that ends while it has a page may have been ended from outside (by the kernel for want of memory, with its
unit), so the page goes to a fresh one, TRIES times in all; only then it is the page that ends them. A page has CPU_SECONDS
of processor time, TIMEOUT by the clock, and a worker MEMORY. With one worker, a pool's first PAGES_HERE small pages are
extracted in the process that calls: starting a worker costs a third of a second of processor time, and no page of that size takes long. All
others go to the worker.

Each worker is `python -m newsarchive.ingest.worker_pool CPU_SECONDS IDLE`, an ordinary child process: nothing is forked (a forked
worker would keep the archive's locks after kill -9), the caller's `__main__` isn't imported again, and a worker ends by
itself when its pipe closes or nothing came for IDLE. A pool may rest between two runs: it keeps one worker. Functions to call come over the pipe by name, with their arguments. Calls are shared among as many
threads as there are workers; the number under way is bounded by the caller. Tested in tests/ingest/test_worker_pool.py.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any, TypeVar

from newsarchive.garbage import collect_rarely
from newsarchive.ingest.extraction_job import Extracted, ExtractionJob, extract, failed, is_small
from newsarchive.library_warnings import escape_warnings

TIMEOUT = 120.0  # seconds for one page; extraction itself stops far earlier, this is for a hang in a library
CPU_SECONDS = 60  # of processor time for one page; made-up pages at every limit of extract/ take up to 15
MEMORY = 1024**3  # bytes of a worker's own data; pages at every limit of extract/ take up to 400 MB
TRIES = 3  # workers that may end with one page in hand before it is given up
PATIENCE = 2.0  # seconds that a worker has to end by itself
RENEWED_AFTER = (
    2_000  # calls; a fresh process gives back what libraries keep (measured growth: docs/tables.md)
)
WORTH_A_WORKER = (
    10  # pages that wait for each worker when a further one is started: about as long as its start takes
)
IDLE = 600.0  # seconds without a call after which a worker ends by itself: a watch may have nothing to do for hours
PAGES_HERE = 50  # small pages that a pool of one worker extracts before it starts the worker
_HEAD = 8  # bytes of a message's length
T = TypeVar("T")


def send(pipe: IO[bytes], message: object) -> None:
    """Write one message."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    pipe.write(len(data).to_bytes(_HEAD, "big") + data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one message.

    Raises:
        EOFError: the other side closed the pipe.
    """
    head = pipe.read(_HEAD)
    if len(head) < _HEAD:
        raise EOFError
    size = int.from_bytes(head, "big")
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from our own child or parent, over a pipe


class GivenUpError(Exception):
    """A call ended its worker, again and again, or took too long; says why."""


class _Worker:
    """One child process and the pipe to it, used by one thread."""

    def __init__(self) -> None:
        self.calls = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "newsarchive.ingest.worker_pool", str(CPU_SECONDS), str(IDLE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": _path_of_package()},
        )

    def call(self, function: Callable[..., object], arguments: tuple[object, ...]) -> object:
        """Return what the function gives in the child.

        Raises:
            EOFError: the process died.
            TimeoutError: it gave no answer within TIMEOUT.
            OSError: the machine failed it.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        self.calls += 1
        try:
            send(stdin, (function, arguments))
        except BrokenPipeError as error:
            raise EOFError from error
        if not select.select([stdout], [], [], TIMEOUT)[0]:
            raise TimeoutError
        answer = receive(stdout)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def is_spent(self) -> bool:
        """Return whether another process should take over: it has ended by itself, or has done RENEWED_AFTER calls."""
        return self.calls >= RENEWED_AFTER or self._process.poll() is not None

    def stop(self) -> int:
        """End the process, wait for it and return its exit code; negative is the signal that ended it."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return self._process.returncode


def _path_of_package() -> str:
    """PYTHONPATH under which a child finds the package that runs here."""
    home = str(Path(__file__).resolve().parents[2])
    return os.pathsep.join([home, *filter(None, [os.environ.get("PYTHONPATH")])])


class Pool:
    """Extracts pages, and calls other functions, in up to `workers` processes, started when there is enough work for them.
    With one worker, the first small pages are extracted in this process.

    Args:
        root: The archive's folder.
        workers: How many; 0 = as many as cores.
        isolates: Whether no page at all is extracted in this process.
    """

    def __init__(self, root: Path, workers: int = 0, *, isolates: bool = False) -> None:
        self.root = root
        self._isolates = isolates
        self.size = workers or len(os.sched_getaffinity(0))
        self._threads: ThreadPoolExecutor | None = None
        self._all: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._under_way = 0  # jobs that were given to workers and aren't done
        self._changed = threading.Condition()  # guards these three
        self._pages_here = 0
        self.seconds_here = 0.0  # processor time of pages that were extracted in this process

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, job: ExtractionJob) -> Future[Extracted]:
        """Begin a job. A page that can't be extracted gives a result that says so; the machine's OSErrors are raised."""
        if (
            self.size == 1
            and not self._isolates
            and self._pages_here < PAGES_HERE
            and is_small(self.root, job)
        ):
            self._pages_here += 1
            done: Future[Extracted] = Future()
            result = extract(self.root, job)
            self.seconds_here += result.seconds
            done.set_result(result)
            return done
        return self._begin(self._extract, job)

    @property
    def has_workers(self) -> bool:
        """Whether several worker processes may work beside this one, and one has been started."""
        return self.size > 1 and bool(self._all)

    def call(self, function: Callable[..., T], *arguments: Any) -> Future[T]:
        """Call a function of a module in a worker. The future raises GivenUpError where none could do it."""
        return self._begin(self._tried, function, *arguments)

    def _begin(self, run: Callable[..., Any], *arguments: Any) -> Future[Any]:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="extract")
        with self._changed:
            self._under_way += 1
            self._changed.notify()
        return self._threads.submit(self._run, run, *arguments)

    def close(self) -> None:
        """Give up what waits, end the workers."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None
        for worker in self._all:
            worker.stop()
        self._all.clear()
        self._idle.clear()
        self._under_way = 0

    def rest(self) -> None:
        """End all workers but one, which has its libraries loaded when work comes again within IDLE."""
        with self._changed:
            surplus = self._idle[1:]
        for worker in surplus:
            self._idle.remove(worker)
            self._dismiss(worker)
        self._pages_here = 0

    def is_like(self, other: Pool) -> bool:
        """Return whether both were made with the same arguments."""
        return (self.root, self.size, self._isolates) == (other.root, other.size, other._isolates)

    def _run(self, run: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return run(*arguments)
        finally:
            with self._changed:
                self._under_way -= 1

    def _extract(self, job: ExtractionJob) -> Extracted:
        try:
            result: Extracted = self._tried(extract, self.root, job)
        except GivenUpError as error:
            return failed(job, f"the extractor {error}")
        return result

    def _tried(self, function: Callable[..., Any], *arguments: Any) -> Any:
        for _ in range(TRIES):
            worker = self._take()
            try:
                result = worker.call(function, arguments)
            except EOFError as error:
                if self._dismiss(worker) == -signal.SIGXCPU:
                    raise GivenUpError(f"took more than {CPU_SECONDS} s of processor time") from error
            except TimeoutError as error:
                self._dismiss(worker)
                raise GivenUpError(f"gave no answer within {TIMEOUT:.0f} s") from error
            except BaseException:
                self._give_back(worker)
                raise
            else:
                self._give_back(worker)
                return result
        raise GivenUpError(f"died: {TRIES} worker processes ended on this page")

    def _take(self) -> _Worker:
        """A worker that has nothing to do, waited for; a new one where there is work enough for it, or in the place of one that is spent."""
        with self._changed:
            self._changed.wait_for(lambda: self._idle or self._pays())
            while self._idle and self._idle[-1].is_spent():
                self._dismiss(self._idle.pop())
            if self._idle:
                return self._idle.pop()
            self._all.append(_Worker())
            return self._all[-1]

    def _pays(self) -> bool:
        """Whether a further worker pays; the first does."""
        count = len(self._all)
        return count < self.size and self._under_way > count * WORTH_A_WORKER

    def _give_back(self, worker: _Worker) -> None:
        with self._changed:
            self._idle.append(worker)
            self._changed.notify()

    def _dismiss(self, worker: _Worker) -> int:
        exit_code = worker.stop()
        with self._changed:
            self._all.remove(worker)
            self._changed.notify_all()
        return exit_code


def _limit(what: int, most: int) -> None:
    """Lower a limit of this process, never raise one."""
    _, hard = resource.getrlimit(what)
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main(cpu_seconds: int, idle: float) -> None:
    """Work as a worker: calls come on stdin, results go to stdout, until the pipe closes or nothing comes for `idle` seconds.

    Anything that a library prints goes to stderr, never between the messages.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    escape_warnings()
    collect_rarely()
    _limit(resource.RLIMIT_DATA, MEMORY)
    is_warm = False
    with answers:
        while select.select([sys.stdin], [], [], idle)[0]:
            try:
                function, arguments = receive(sys.stdin.buffer)
            except EOFError:
                return
            _limit(resource.RLIMIT_CPU, int(time.process_time()) + cpu_seconds)
            try:
                answer: object = function(*arguments)
            except OSError as error:  # the machine's, not the page's: the parent stops
                answer = error
            except MemoryError:  # this process is spoilt; the parent tries the page in another one
                return
            send(answers, answer)
            if (
                not is_warm
            ):  # libraries and model are loaded now and stay: the collector needn't walk them again
                gc.collect()
                gc.freeze()
                is_warm = True


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
