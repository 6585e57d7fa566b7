"""The newsroom's own time: stopped, running as fast as the world, or faster; can be advanced.

Never sleeps. Safe for use by several threads. Tested in tests/newsroom/test_newsroom_state.py.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class NewsClock:
    """A clock that tests move.

    Args:
        start: The first moment; the present if None. A naive one is taken to be UTC.
        speed: Seconds that pass here while one passes outside; 0 = only `advance` moves it.
    """

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        if speed < 0:
            raise ValueError(f"speed must be 0 or more, not {speed}")
        begin = start or datetime.now(UTC)
        self._anchor = begin.replace(tzinfo=UTC) if begin.tzinfo is None else begin.astimezone(UTC)
        self._mono = time.monotonic()
        self._speed = speed
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The present, aware, UTC."""
        with self._lock:
            return self._anchor + timedelta(seconds=(time.monotonic() - self._mono) * self._speed)

    def advance(self, by: timedelta | float) -> datetime:
        """Moves the clock on, by a span or by seconds; returns the new present.

        Raises:
            ValueError: `by` is negative.
        """
        span = by if isinstance(by, timedelta) else timedelta(seconds=by)
        if span < timedelta(0):
            raise ValueError("the clock never goes back")
        with self._lock:
            self._anchor += span
        return self.now()
