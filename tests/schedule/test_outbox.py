"""Each thing is told once to each channel, and its end too."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.config import NotifyConfig
from newsarchive.schedule import outbox
from newsarchive.schedule.channels import Message, NotSentError
from newsarchive.schedule.health_records import Alarm
from newsarchive.schedule.outbox import MOST_PICTURES
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import Happening, Watch, WatchMatch
from newsarchive.web.chromium import VARIABLE
from tests.web.test_chromium import needs_browser

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CONFIG = NotifyConfig(command="x", webhook="http://hook.example/")
EMPTY = Alarm(source="a", kind="alive but empty", subject="u", evidence="none")
FAILS = Alarm(source="b", kind="source fails", evidence="dns")


class Box:
    """A channel that keeps what it is sent, and can be broken."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.is_broken = False

    def __call__(self, message: Message) -> None:
        if self.is_broken:
            raise NotSentError("broken")
        self.got.append(message.subject)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "state.db") as opened:
        yield opened


def tick(
    state: State, alarms: list[Alarm], ways: dict[str, Box], hours: int, sources: str = "ab"
) -> outbox.Notified:
    now = NOW + timedelta(hours=hours)
    sent = outbox.queue_alarms(state, alarms, sources, CONFIG, now)
    outbox.deliver(state, CONFIG, now, ways)
    return sent


def test_an_alarm_and_its_end_are_told_once_and_again_when_it_comes_back(state: State) -> None:
    ways = {"command": Box(), "webhook": Box()}
    for hours, alarms in enumerate([[EMPTY], [EMPTY], [], [], [EMPTY], [EMPTY]]):
        tick(state, alarms, ways, hours)
    said = ["a: alive but empty", "a: recovered from alive but empty", "a: alive but empty"]
    assert ways["command"].got == ways["webhook"].got == said


def test_a_source_that_was_not_judged_keeps_its_alarms(state: State) -> None:
    ways = {"command": Box(), "webhook": Box()}
    tick(state, [EMPTY, FAILS], ways, 0)
    sent = tick(state, [], ways, 1, sources="b")
    assert sent.recovered == ("b: recovered from 'source fails'.",)
    assert len(tick(state, [EMPTY], ways, 2).standing) == 1


def test_a_broken_channel_gets_its_messages_later_and_holds_up_no_other(state: State) -> None:
    ways = {"command": Box(), "webhook": Box()}
    ways["webhook"].is_broken = True
    outbox.queue_alarms(state, [EMPTY, FAILS], "ab", CONFIG, NOW)
    first = outbox.deliver(state, CONFIG, NOW, ways)
    assert (first.sent, first.failures) == (2, ("webhook: broken",))
    ways["webhook"].is_broken = False
    assert outbox.deliver(state, CONFIG, NOW + timedelta(hours=1), ways).sent == 2
    assert sorted(ways["webhook"].got) == sorted(ways["command"].got)


def test_what_could_not_be_sent_for_a_week_is_dropped(state: State) -> None:
    outbox.queue_alarms(state, [EMPTY], "a", CONFIG, NOW)
    box = Box()
    assert outbox.deliver(state, CONFIG, NOW + timedelta(days=8), {"command": box}).sent == 0


def test_a_hit_is_told_once(state: State) -> None:
    watch = Watch(id="w", query="toll", created_at=NOW)
    happening = Happening(
        key="r1",
        story_id=1,
        url="https://a.example/",
        source="a",
        at=NOW,
        kinds=("headline",),
        title_after="Toll rises",
    )
    hit = WatchMatch(watch=watch, happening=happening, reason="'toll' appears")
    assert outbox.queue_hits(state, [hit, hit], CONFIG, NOW).hits == (hit,)
    assert outbox.queue_hits(state, [hit], CONFIG, NOW + timedelta(days=1)).hits == ()
    ways = {"command": Box(), "webhook": Box()}
    outbox.deliver(state, CONFIG, NOW, ways)
    assert ways["command"].got == ["'toll' appears: Toll rises"]


def test_without_channels_news_is_still_told_once_to_the_caller(state: State) -> None:
    assert outbox.queue_alarms(state, [EMPTY], "a", NotifyConfig(), NOW).new == (EMPTY,)
    assert outbox.queue_alarms(state, [EMPTY], "a", NotifyConfig(), NOW).new == ()
    assert outbox.deliver(state, NotifyConfig(), NOW).sent == 0


class Shown(Box):
    """A channel that keeps the messages."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Message] = []

    def __call__(self, message: Message) -> None:
        super().__call__(message)
        self.messages.append(message)


def queue_pages(state: State, count: int) -> None:
    """Puts messages with a page that want a picture into the outbox, for both channels."""
    page = "<!doctype html><body><p>A page.</p></body>"
    messages = [
        Message(key=f"hit {n:02}", subject="s", body="b", html=page, wants_picture=True) for n in range(count)
    ]
    outbox.queue(state, messages, CONFIG, NOW)


def test_without_a_browser_a_message_goes_without_its_picture_and_says_why(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", "")
    queue_pages(state, 1)
    way = Shown()
    assert outbox.deliver(state, CONFIG, NOW, {"command": way}).failures == ()
    [message] = way.messages
    assert message.picture == b""
    assert "no Chromium was found" in message.body


@needs_browser
def test_a_picture_is_drawn_once_for_all_channels_and_not_without_end(state: State) -> None:
    queue_pages(state, MOST_PICTURES + 1)
    ways = {"command": Shown(), "webhook": Shown()}
    assert outbox.deliver(state, CONFIG, NOW, ways).sent == 2 * (MOST_PICTURES + 1)
    pictures = [[m.picture for m in way.messages] for way in ways.values()]
    assert pictures[0] == pictures[1]
    assert [bool(picture) for picture in pictures[0]] == [True] * MOST_PICTURES + [False]
    assert "20 were drawn" in ways["webhook"].messages[-1].body
