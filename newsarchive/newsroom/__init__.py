"""The newsroom: invented outlets served on loopback, for tests, the demonstration and benchmarks.

    from newsarchive.newsroom import Newsroom, stories

Knows the truth about every story that it publishes and every edit that it makes. It serves 127.0.0.1
alone, imports nothing else of this package, and no page of it was written by a real outlet.
"""

from __future__ import annotations

from newsarchive.newsroom.child import NewsroomChild
from newsarchive.newsroom.clock import NewsClock
from newsarchive.newsroom.expected import EXPECTED, Expected
from newsarchive.newsroom.faults import Fault
from newsarchive.newsroom.generate import Draft, stories
from newsarchive.newsroom.outlet import Outlet
from newsarchive.newsroom.room import Newsroom
from newsarchive.newsroom.story import Happened, LogEntry, NewsroomError, ScriptLine, Story

__all__ = [
    "EXPECTED",
    "Draft",
    "Expected",
    "Fault",
    "Happened",
    "LogEntry",
    "NewsClock",
    "Newsroom",
    "NewsroomChild",
    "NewsroomError",
    "Outlet",
    "ScriptLine",
    "Story",
    "stories",
]
