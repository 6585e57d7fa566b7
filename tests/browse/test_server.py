"""A server for one archive: its switches, its socket, archives that are written meanwhile or can't be."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browse import app
from newsarchive.browse.server import is_frozen, listening, serve, url_of
from newsarchive.errors import NothingFoundError, UsageError

from .conftest import STOPPED, Reader
from .press import Press

SQL = "/archive?sql=select+1+as+one"
SQL_NEW = "/archive/-/query?sql=select+1+as+one"


def served(root: Path, **options: Any) -> Reader:
    return Reader(app(root, settings=STOPPED, **options))


@pytest.mark.parametrize("allowed", [False, True])
def test_queries_of_visitors_run_only_if_allowed(press: Press, allowed: bool):
    found = served(press.root, allow_sql=allowed)
    try:
        codes = [found.get(path, follow_redirects=True).status_code for path in (SQL, SQL_NEW)]
        assert (200 in codes) is allowed
        assert found.get("/archive/stories?_where=1%3D1").status_code == (200 if allowed else 403)
        assert found.get("/archive/most_edited_stories").status_code == 200
    finally:
        found.close()


@pytest.mark.parametrize("allowed", [False, True])
def test_the_index_is_downloaded_only_if_allowed(press: Press, tmp_path: Path, allowed: bool):
    shutil.copy(press.root / "index.db", tmp_path / "index.db")
    found = served(tmp_path, allow_download=allowed, immutable=True)
    try:
        assert found.get("/archive.db").status_code == (200 if allowed else 403)
        assert found.get("/-/news").status_code == 200
    finally:
        found.close()


def test_nothing_can_be_written_through_datasette(press: Press):
    found = served(press.root, allow_sql=True)
    try:
        for path in (
            SQL.replace("select+1+as+one", "delete+from+stories"),
            SQL_NEW.replace("select+1+as+one", "delete+from+stories"),
        ):
            assert found.get(path).status_code != 200
        assert found.json("/-/news.json")["totals"]["stories"] == 160
    finally:
        found.close()


def test_a_folder_without_an_index_says_what_to_do(tmp_path: Path):
    with pytest.raises(NothingFoundError, match="no index yet"):
        app(tmp_path)


def test_a_taken_port_is_said(press: Press):
    with closing(listening("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="can't serve there"):
            serve(press.root, port=port)
        assert url_of(taken) == f"http://127.0.0.1:{port}/"


def test_an_address_of_another_machine_is_refused(press: Press):
    with pytest.raises(UsageError):
        serve(press.root, host="192.0.2.1", port=0)


def test_it_listens_on_this_machine_alone_and_stops_when_told(press: Press):
    code = (
        "import sys; from pathlib import Path; from newsarchive.browse import serve\n"
        "serve(Path(sys.argv[1]), port=0, on_ready=lambda url: print(url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(press.root)], stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            url = child.stdout.readline().strip()
            assert url.startswith("http://127.0.0.1:")
            with urllib.request.urlopen(url) as answer:
                assert b"The Valley Gazette" in answer.read()
            with (
                pytest.raises(OSError),
                socket.create_connection(("127.0.0.2", int(url.rsplit(":", 1)[1].strip("/"))), 1),
            ):
                pass
        finally:
            child.terminate()
        assert child.wait(20) in (0, -15)


def test_a_page_is_one_state_while_a_crawl_writes(press: Press, tmp_path: Path):
    """Between two queries of a page another connection commits; the page shows the state of its beginning."""
    from newsarchive.browse.datasette_api import read

    shutil.copy(press.root / "index.db", tmp_path / "index.db")
    found = served(tmp_path)
    try:
        database = found.datasette.databases["archive"]

        def work(connection: sqlite3.Connection) -> tuple[int, int]:
            count = "SELECT COUNT(*) FROM stories"
            before = connection.execute(count).fetchone()[0]
            with closing(sqlite3.connect(tmp_path / "index.db")) as writer, writer:
                writer.execute("PRAGMA journal_mode = WAL")
                writer.execute("DELETE FROM stories WHERE withheld = 1")
            return before, connection.execute(count).fetchone()[0]

        import asyncio

        first, second = asyncio.run(read(database, work, seconds=30))
        assert first == second == 161
        assert (
            asyncio.run(
                read(database, lambda c: c.execute("SELECT COUNT(*) FROM stories").fetchone()[0], seconds=30)
            )
            == 160
        )
    finally:
        found.close()


def test_pages_come_while_a_writer_holds_its_transaction(press: Press, tmp_path: Path):
    shutil.copy(press.root / "index.db", tmp_path / "index.db")
    found = served(tmp_path)
    try:
        with closing(sqlite3.connect(tmp_path / "index.db", isolation_level=None)) as writer:
            writer.execute("PRAGMA journal_mode = WAL")
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM changes")
            assert len(found.json("/-/news/changes.json")["changes"]) == 40
            writer.execute("COMMIT")
        assert found.json("/-/news/changes.json")["changes"] == []
    finally:
        found.close()


def test_a_query_that_takes_too_long_is_stopped(press: Press):
    import asyncio

    from newsarchive.browse.datasette_api import TooSlowError, read

    found = served(press.root)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n"
    try:
        database = found.datasette.databases["archive"]
        with pytest.raises(TooSlowError):
            asyncio.run(read(database, lambda c: c.execute(endless).fetchone(), seconds=0.05))
        assert found.get("/-/news").status_code == 200
    finally:
        found.close()


def test_an_index_that_nobody_can_write_is_opened_as_such(press: Press, tmp_path: Path):
    shutil.copy(press.root / "index.db", tmp_path / "index.db")
    assert is_frozen(tmp_path / "index.db") is False
    if os.geteuid() == 0:
        pytest.skip("root can write everywhere")
    tmp_path.chmod(0o555)
    try:
        assert is_frozen(tmp_path / "index.db") is True
        found = served(tmp_path)
        assert found.get("/-/news").status_code == 200
        found.close()
    finally:
        tmp_path.chmod(0o755)


def test_an_immutable_copy_is_browsed(press: Press, tmp_path: Path):
    shutil.copy(press.root / "index.db", tmp_path / "index.db")
    found = served(tmp_path, immutable=True)
    try:
        assert found.json("/-/news.json")["totals"]["stories"] == 160
        assert found.get(f"/-/news/story/{press.bridge}").status_code == 200
    finally:
        found.close()
