"""Who is answered: names of the server, passwords, and a dear page beside others."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browse import app
from newsarchive.browse.access import has_password, is_own_name
from newsarchive.browse.datasette_api import LATER, TooSlowError, read

from .conftest import STOPPED, Reader
from .press import Press


@pytest.fixture
def named(press: Press) -> Iterator[Reader]:
    found = Reader(app(press.root, settings=STOPPED, names=["News.Example."]))
    yield found
    found.close()


@pytest.mark.parametrize("host", ["localhost", "localhost:8001", "127.0.0.1:9", "127.5.5.5", "[::1]:8001", "NEWS.example:443"])  # fmt: skip
def test_loopback_and_named_hosts_are_answered(named: Reader, host: str):
    assert named.get("/", headers={"host": host}).status_code == 200


PATHS = [
    "/",
    "/-/news.json",
    "/-/news/changes.atom",
    "/archive/stories.json",
    "/-/static/app.css",
    "/nowhere",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.7", "[2001:db8::1]", "localhost@evil.example", "a b", ""])  # fmt: skip
def test_no_other_name_is_answered(named: Reader, host: str, path: str):
    found = named.get(path, headers={"host": host})
    assert found.status_code == 421
    assert "evil" not in found.text
    assert "Nordvik" not in found.text


@pytest.mark.parametrize(
    ("hosts", "server", "is_own"),
    [
        (["10.1.2.3:80"], ("10.1.2.3", 80), True),
        (["10.1.2.4:80"], ("10.1.2.3", 80), False),
        (["localhost", "evil.example"], None, False),
        ([], None, False),
        (["localhost."], None, True),
        (["0.0.0.0"], None, False),
        (["localhost:99999999"], None, False),
    ],
)
def test_the_address_that_was_reached_is_a_name_too(hosts: list[str], server: Any, is_own: bool):
    assert is_own_name(hosts, frozenset(), server) is is_own


def basic(text: str) -> str:
    return "Basic " + b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "is_right"),
    [
        (basic("anyone:pässword"), True),
        (basic(":pässword"), True),
        ("Bearer pässword", True),
        (basic("pässword"), False),
        (basic("anyone:passwort"), False),
        ("Basic !!!", False),
        ("Basic", False),
        ("Bearer", False),
        ("", False),
    ],
)
def test_a_password_is_compared_whole(header: str, is_right: bool):
    assert has_password([header], "pässword") is is_right
    assert has_password([header, header], "pässword") is False


def test_with_a_password_nothing_is_shown_without_it(press: Press):
    closed = Reader(app(press.root, settings=STOPPED, password="secret words"))
    try:
        for path in PATHS:
            found = closed.get(path)
            assert found.status_code == 401, path
            assert found.headers["www-authenticate"].startswith("Basic")
            assert "Nordvik" not in found.text
        for sent in (basic("me:secret words"), "Bearer secret words"):
            assert closed.get("/-/news.json", headers={"authorization": sent}).status_code == 200
    finally:
        closed.close()


def test_no_page_of_datasette_tells_where_the_archive_is(press: Press, reader: Reader):
    paths = {
        "/archive/nothing",
        "/archive?sql=select+x",
        "/archive/stories?_sort=nothing",
        "/nothing",
        "/archive.db",
    }
    for pattern, *_ in reader.datasette._routes():
        path = pattern.pattern.replace("$", "").replace("^", "").replace("\\.", ".").split("(")[0]
        paths |= {path, path.rstrip("/") + ".json"}
    assert "/-/databases.json" in paths
    for path in sorted(paths):
        found = reader.get(path or "/", follow_redirects=True)
        assert str(press.root) not in found.text, path
        assert str(Path.home()) + "/" not in found.text, path
        assert str(Path(__file__).parents[2]) not in found.text, path


@pytest.fixture
def other(press: Press) -> Iterator[Reader]:
    found = Reader(app(press.root, settings=STOPPED))
    yield found
    found.close()


def test_dear_pages_hold_up_no_other(other: Reader):
    database, answered = other.datasette.databases["archive"], threading.Event()

    def dear(_connection: sqlite3.Connection) -> bool:
        while not answered.is_set():
            sum(range(1000))
        return True

    async def plain() -> None:
        answer = await other.datasette.client.get("/-/news.json")
        assert answer.status_code == 200
        answered.set()

    async def together() -> list[Any]:
        return await asyncio.gather(*(read(database, dear, seconds=200) for _ in range(4)), plain())

    assert asyncio.run(together()) == [True] * 4 + [None]


def test_a_page_ends_when_its_time_is_over_though_it_asks_no_query(other: Reader):
    database = other.datasette.databases["archive"]

    def endless(_connection: sqlite3.Connection) -> None:
        while True:
            sum(range(1000))

    with pytest.raises(TooSlowError):
        asyncio.run(read(database, endless, seconds=0.1))
    assert asyncio.run(read(database, lambda c: c.execute("SELECT 1").fetchone()[0], seconds=60)) == 1


def test_a_page_that_just_made_it_is_not_stopped_later(other: Reader):
    database = other.datasette.databases["archive"]

    def quick(_connection: sqlite3.Connection) -> int:
        time.sleep(LATER + 0.0005)
        return 7

    async def one() -> int:
        try:
            return await read(database, quick, seconds=0.0009)
        except TooSlowError:
            return 7

    async def many() -> set[int]:
        return set(await asyncio.gather(*(one() for _ in range(32))))

    assert asyncio.run(many()) == {7}
    assert asyncio.run(read(database, quick, seconds=60)) == 7
