"""The crawl's child process as its parent sees it.

    with CrawlChild() as child:
        report = child.run(plan, on_event=print)

Scrapy's reactor can't be restarted, so one child takes plans one after another on its stdin, and reports
events on its stdout, a JSON object a line. It ends when its stdin closes, also if the parent is killed.
Loads neither Scrapy nor Twisted. Tested in tests/crawl/test_crawl_child.py.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import IO, Any

from newsarchive import errors
from newsarchive.crawl.crawl_report import Report
from newsarchive.crawl.plans import write_plan, write_report
from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError, NewsarchiveError
from newsarchive.plan import Plan

OnEvent = Callable[[dict[str, Any]], None]
LAST_WORDS = 40  # lines of the child's stderr that are kept for an error's text
LAST_SECONDS = 2.0  # that its stderr is listened to when it has ended
PLANS_PER_CHILD = 200  # after which a fresh child takes over: a plan leaves some 0.3 MB behind
TRY_AGAIN = 0.5  # seconds between two tries for a locked archive
PATIENCE = 45.0  # seconds that a child gets to end by itself; a page may take 30


class CrawlChild:
    """One child process, started when first needed, again if it died. Use it as a context manager.

    Args:
        on_log: Gets each line that the child writes to stderr (warnings); dropped if None.
    """

    def __init__(self, *, on_log: Callable[[str], None] | None = None) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._plans = 0
        self._is_interrupted = False
        self._on_log = on_log
        self._words: deque[str] = deque(maxlen=LAST_WORDS)
        self._listener: threading.Thread | None = None

    def __enter__(self) -> CrawlChild:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process is not None else None

    def run(self, plan: Plan, on_event: OnEvent | None = None, *, wait: float = 0.0) -> Report:
        """Run one plan; `crawls/ID/plan.json` and `report.json` are written.

        Args:
            wait: Seconds to go on trying while another process writes to the archive.

        An exception (also KeyboardInterrupt) that `on_event` raises, or that comes while waiting, stops
        the crawl cleanly first: what is under way ends, the archive is sealed.

        Raises:
            ArchiveLockedError: another process writes to this archive.
            ArchiveNotWritableError: the archive can't be opened. (If it fails later, the report says so
                and its exit code is 5.)
            NewsarchiveError: the child died.
        """
        try:
            write_plan(plan)
        except OSError as error:
            raise ArchiveNotWritableError(
                f"the archive can't be written: {error}",
                where=plan.archive,
                next_step="Mend the folder's permissions",
            ) from error
        try:
            report = self._report(plan, on_event, time.monotonic() + wait)
        finally:
            self._is_interrupted = False
        try:
            write_report(plan, report)
        except OSError as error:
            return replace(report, stopped="archive not writable", error=report.error or str(error))
        return report

    def _report(self, plan: Plan, on_event: OnEvent | None, deadline: float) -> Report:
        """Do the plan as soon as the archive isn't locked, until `deadline` or an interrupt."""
        while True:
            try:
                return self._converse(self._started(), plan, on_event)
            except ArchiveLockedError:
                if self._is_interrupted or time.monotonic() >= deadline:
                    raise
                time.sleep(TRY_AGAIN)
            except NewsarchiveError:
                raise
            except BaseException:  # whatever it was, the crawl must end before it goes on
                self.close()
                raise

    def interrupt(self) -> None:
        """Stop the present crawl, or the next if none has begun: nothing new is fetched, what is under way gets some
        seconds. `run` then returns its report. May be called from another thread or a signal handler."""
        self._is_interrupted = True
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def close(self) -> None:
        """End the child; it finishes the record in hand."""
        process, self._process = self._process, None
        if process is None:
            return
        _close_quietly(process.stdin)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            self._hear_to_the_end()
            _close_quietly(process.stdout)

    def _started(self) -> subprocess.Popen[str]:
        self._plans += 1
        is_fresh = self._plans <= PLANS_PER_CHILD
        if is_fresh and self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._words.clear()
        self._plans = 1
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "newsarchive.crawl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=environment,
            start_new_session=True,  # a Ctrl-C on the terminal reaches the parent, which stops the child
        )
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()
        return self._process

    def _hear_to_the_end(self) -> None:
        """Wait for what the child wrote last, but not for processes that it left behind and that hold its stderr."""
        if self._listener is not None:
            self._listener.join(LAST_SECONDS)

    def _listen(self, stream: IO[str] | None) -> None:
        for line in stream or ():
            self._words.append(line.rstrip("\n"))
            if self._on_log is not None:
                self._on_log(line.rstrip("\n"))
        _close_quietly(stream)

    def _converse(self, process: subprocess.Popen[str], plan: Plan, on_event: OnEvent | None) -> Report:
        if process.stdin is None or process.stdout is None:
            raise NewsarchiveError("the crawl's process has no pipes")
        try:
            process.stdin.write(plan.to_json() + "\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self._died(process) from None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "report":
                return Report.from_json(json.dumps(event["report"]))
            if event["event"] == "error":
                raise error_from(event)
            if event["event"] == "start" and self._is_interrupted:
                self.interrupt()  # it came before there was a crawl that could hear it
            if on_event is not None:
                on_event(event)
        raise self._died(process)

    def _died(self, process: subprocess.Popen[str]) -> NewsarchiveError:
        code = process.wait()
        self._hear_to_the_end()
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        words = " / ".join(list(self._words)[-3:])
        return NewsarchiveError(
            f"the crawl's process died ({how}){': ' + words if words else ''}",
            next_step="Run it again; what it had written is recovered by itself",
        )


def error_from(event: dict[str, Any]) -> NewsarchiveError:
    """Return the exception that an error event describes."""
    kind = getattr(errors, str(event.get("error")), NewsarchiveError)
    if not (isinstance(kind, type) and issubclass(kind, NewsarchiveError)):
        kind = NewsarchiveError
    return kind(event.get("what", ""), where=event.get("where", ""), next_step=event.get("next_step", ""))


def _close_quietly(stream: IO[str] | None) -> None:
    if stream is None:
        return
    try:
        stream.close()
    except BrokenPipeError:
        return
