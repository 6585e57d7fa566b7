"""A newsroom that many tests read from, and one of its own for those who change something."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.newsroom import Newsroom

START = datetime(2026, 11, 2, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def open_room() -> Iterator[Newsroom]:
    """Serves 50 stories an outlet; its clock is stopped; tests only read."""
    with Newsroom(start=START, speed=0) as room:
        yield room


@pytest.fixture
def room() -> Iterator[Newsroom]:
    """Serves 12 stories an outlet over http; tests may do what they like."""
    with Newsroom(start=START, speed=0, stories=12, tls=False) as room:
        yield room
