"""The newsroom: invented outlets served on loopback, for tests, the demonstration and benchmarks.

    from tests.newsroom import Newsroom, stories

Knows the truth about every story that it publishes and every edit that it makes. It serves 127.0.0.1
alone, imports nothing else of this package, and no page of it was written by a real outlet.
"""

from __future__ import annotations

from tests.newsroom.child import NewsroomChild
from tests.newsroom.clock import NewsClock
from tests.newsroom.expected import EXPECTED, Expected
from tests.newsroom.faults import Fault
from tests.newsroom.generate import Draft, stories
from tests.newsroom.newsroom import Newsroom
from tests.newsroom.outlet import Outlet
from tests.newsroom.story import LogEntry, NewsroomError, PressEvent, PressStory, ScriptLine

__all__ = [
    "EXPECTED",
    "Draft",
    "Expected",
    "Fault",
    "LogEntry",
    "NewsClock",
    "Newsroom",
    "NewsroomChild",
    "NewsroomError",
    "Outlet",
    "PressEvent",
    "PressStory",
    "ScriptLine",
    "stories",
]
