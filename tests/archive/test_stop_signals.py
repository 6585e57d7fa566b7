"""A signal during a crawl stops it, also where an exception would be lost (newsarchive/archive/crawling.py)."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterable, Iterator

import pytest

from newsarchive.archive.crawling import SIGNALS, stopped_by_signals


@pytest.fixture
def _as_on_the_command_line() -> Iterator[None]:
    before = {name: signal.signal(name, signal.default_int_handler) for name in SIGNALS}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


def swallow(name: int) -> bool:
    """Get a signal in code that catches all; whether an exception came."""
    try:
        os.kill(os.getpid(), name)
        signal.sigtimedwait([], 0)
    except BaseException:
        return True
    return False


def crawl(names: Iterable[signal.Signals], seen: list[object], failure: Exception | None = None) -> None:
    """Stand for a crawl that hears these signals, and may fail; `seen` tells what came of each."""
    with stopped_by_signals(lambda: seen.append("stop")):
        seen += [swallow(name) for name in names]
        if failure:
            raise failure


@pytest.mark.parametrize("name", SIGNALS)
@pytest.mark.usefixtures("_as_on_the_command_line")
def test_the_first_signal_stops_the_crawl_and_raises_at_the_end(name: signal.Signals) -> None:
    seen: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        crawl([name], seen)
    assert seen == ["stop", False]
    assert signal.getsignal(name) is signal.default_int_handler


@pytest.mark.usefixtures("_as_on_the_command_line")
def test_a_second_signal_raises_at_once() -> None:
    seen: list[object] = []
    with pytest.raises(KeyboardInterrupt):
        crawl([signal.SIGINT, signal.SIGTERM], seen)
    assert seen == ["stop", False, True]


@pytest.mark.usefixtures("_as_on_the_command_line")
def test_a_failure_wins_over_the_signal() -> None:
    with pytest.raises(ValueError, match="disk"):
        crawl([signal.SIGINT], [], ValueError("disk"))


def test_a_handler_of_the_callers_own_stays() -> None:
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        with stopped_by_signals(lambda: heard.append(0)):
            swallow(signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]


def test_another_thread_leaves_signals_alone() -> None:
    before, seen = signal.getsignal(signal.SIGINT), []

    def work() -> None:
        with stopped_by_signals(lambda: None):
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]
