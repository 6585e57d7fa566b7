"""A search's result in the formats of `newsarchive export`: the same bytes, the same filters, nothing that is withheld."""

from __future__ import annotations

import asyncio
import csv
import gzip
import io
import json
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from newsarchive import export
from newsarchive.archive import Archive
from newsarchive.browse import app
from newsarchive.browse.export_formats import FORMATS, offered
from newsarchive.browse.streamed_response import AT_ONCE, StreamedResponse
from newsarchive.errors import ArchiveDamagedError
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery
from tests.press import make

from .conftest import STOPPED, Reader
from .press import WITHHELD_URL, Press

EXPORT = "/-/news/export"


def write(press: Press, wanted: SearchQuery, form: str, output: Path | None, *, history: bool) -> None:
    """Export as the command line does."""
    with reading(press.root / "index.db") as db:
        export.export(press.root, db, wanted, form=form, output=output, history=history)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, str]]:
    """An archive that was crawled, and the URL of its story that is withheld."""
    found = make(tmp_path_factory.mktemp("crawled") / "archive")
    Archive(found.folder).decide("withhold", found.plain_url, reason="court order")
    served = Reader(app(found.folder, settings=STOPPED))
    yield served, found.plain_url
    served.close()


def test_every_format_of_the_command_line_is_offered() -> None:
    assert sorted(FORMATS) == sorted(export.FORMATS)
    assert offered(None).keys() == FORMATS.keys() - {"wacz"}


@pytest.mark.parametrize("form", ["jsonl", "csv", "bibtex", "ris", "csl", "wikipedia", "git"])
@pytest.mark.parametrize("history", [False, True])
def test_what_is_sent_is_what_the_command_line_writes(
    reader: Reader, press: Press, capsysbinary: pytest.CaptureFixture[bytes], form: str, history: bool
) -> None:
    got = reader.get(f"{EXPORT}?form={form}&q=bridge&source=gazette{'&history=1' if history else ''}")
    wanted = SearchQuery(text="bridge", sources=("gazette",), limit=0)
    write(press, wanted, form, None, history=history)
    assert got.content == capsysbinary.readouterr().out
    assert got.headers["content-type"] == FORMATS[form].content_type
    assert got.headers["content-disposition"] == f'attachment; filename="stories.{FORMATS[form].suffix}"'


@pytest.mark.parametrize("form", ["markdown", "text"])
def test_a_folder_is_sent_as_a_zip_file(reader: Reader, press: Press, tmp_path: Path, form: str) -> None:
    got = reader.get(f"{EXPORT}?form={form}&q=bridge&history=1")
    write(press, SearchQuery(text="bridge", limit=0), form, tmp_path / "out", history=True)
    with zipfile.ZipFile(io.BytesIO(got.content)) as found:
        assert found.testzip() is None
        texts = {name: found.read(name) for name in found.namelist()}
    out = tmp_path / "out"
    assert texts == {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def test_parquet_is_a_whole_file(reader: Reader) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    table = parquet.read_table(
        io.BytesIO(reader.get(f"{EXPORT}?form=parquet&q=bridge&source=gazette").content)
    )
    lines = reader.get(f"{EXPORT}?form=jsonl&q=bridge&source=gazette").text.splitlines()
    assert table.column("title").to_pylist() == [json.loads(line)["title"] for line in lines]


def test_wacz_has_the_chosen_pages_and_none_that_is_withheld(crawled: tuple[Reader, str]) -> None:
    served, withheld = crawled
    shown = {
        json.loads(line)["url"] for line in served.get(f"{EXPORT}?form=jsonl&history=1").text.splitlines()
    }
    with zipfile.ZipFile(io.BytesIO(served.get(f"{EXPORT}?form=wacz").content)) as wacz:
        assert wacz.testzip() is None
        listed = {
            json.loads(line).get("url") for line in wacz.read("pages/pages.jsonl").decode().splitlines()
        }
        entries = [line.split(" ", 2)[2] for line in wacz.read("indexes/index.cdx").decode().splitlines()]
        archived = gzip.decompress(wacz.read("archive/data.warc.gz"))
    assert listed == {None, *shown}
    assert shown <= {json.loads(entry)["url"] for entry in entries}
    assert f"WARC-Target-URI: {withheld}\r\n".encode() not in archived


@pytest.mark.parametrize("query", ["", "&q=name", f"&q={WITHHELD_URL}", "&source=harbour&history=1&all=1"])
@pytest.mark.parametrize("form", sorted(FORMATS.keys() - {"wacz"}))
def test_what_is_withheld_is_in_no_format(reader: Reader, form: str, query: str) -> None:
    got = reader.get(f"{EXPORT}?form={form}{query}")
    assert got.status_code == 200
    data = got.content
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            data = b"".join(name.encode() + found.read(name) for name in found.namelist())
    assert b"name-withheld" not in data


@pytest.mark.parametrize(
    "query",
    [
        "q=bridge",
        "q=bridge&source=harbour",
        "lang=de",
        "changed=1",
        "gone=1",
        "since=2026-10-20&until=2026-10-25",
    ],
)
def test_the_filters_are_those_of_the_search(reader: Reader, query: str) -> None:
    rows = list(csv.DictReader(io.StringIO(reader.get(f"{EXPORT}?form=csv&{query}").text)))
    found = reader.json(f"/-/news/search.json?{query}")
    pages = [reader.json(f"/-/news/search.json?{query}&page={n}") for n in range(1, 2 + found["total"] // 20)]
    assert sorted(row["story_id"] for row in rows) == sorted(
        hit["story_id"] for p in pages for hit in p["hits"]
    )
    assert len(rows) == found["total"] > 0


def test_the_search_page_offers_its_own_result(reader: Reader) -> None:
    page = reader.html("/-/news/search?q=bridge&source=gazette&sort=newest")
    form = page.partition('<form action="/-/news/export"')[2].partition("</form>")[0]
    assert all(f'<option value="{name}">' in form for name in FORMATS)
    assert (
        '<input type="hidden" name="q" value="bridge"><input type="hidden" name="source" value="gazette">'
        in form
    )
    assert 'name="sort"' not in form
    assert 'action="/-/news/export"' not in reader.html("/-/news/search?q=nosuchwordanywhere")


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("form=exe", 400), ("form=csv&q=%22", 200), ("form=csv&source=no", 400)]
)
def test_what_cant_be_exported_is_said_with_a_status(reader: Reader, query: str, status: int) -> None:
    assert reader.get(f"{EXPORT}?{query}").status_code == status


def test_only_reading_is_allowed_and_head_sends_no_body(reader: Reader) -> None:
    head = _request(reader, "HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/csv")
    assert _request(reader, "POST").status_code == 405


def _request(reader: Reader, method: str) -> Any:
    return asyncio.run(reader.datasette.client.request(method, f"{EXPORT}?form=csv"))


# ---------------------------------------------------------------- the response itself


class Sent:
    """A connection: what was sent, and when its reader leaves."""

    def __init__(self, leave_after: int = 10**9) -> None:
        self.messages: list[Any] = []
        self._leave_after, self._left = leave_after, asyncio.Event()

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if len(self.messages) > self._leave_after:
            self._left.set()
            await asyncio.sleep(0)

    async def receive(self) -> Any:
        await self._left.wait()
        return {"type": "http.disconnect"}


def response(pieces: Any, sent: Sent) -> StreamedResponse:
    request: Any = SimpleNamespace(method="GET", receive=sent.receive)
    return StreamedResponse(pieces, request, "text/plain", {"content-disposition": "attachment"})


def test_all_of_it_is_made_in_one_thread_that_is_none_of_the_servers() -> None:
    threads = []

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(5):
                threads.append(threading.get_ident())
                yield b"%d" % number
        finally:
            threads.append(threading.get_ident())

    async def go() -> Sent:
        sent = Sent()
        await response(pieces, sent).asgi_send(sent.send)
        return sent

    sent = asyncio.run(go())
    assert b"".join(m["body"] for m in sent.messages[1:]) == b"01234"
    assert [m.get("more_body", False) for m in sent.messages[1:]] == [True] * 5 + [False]
    assert len(set(threads)) == 1
    assert threads[0] != threading.get_ident()


def test_nothing_more_is_made_for_a_reader_who_left() -> None:
    made, closed = [], []

    def pieces() -> Iterator[bytes]:
        try:
            for number in range(1000):
                made.append(number)
                yield b"x"
        finally:
            closed.append(True)

    async def go() -> None:
        sent = Sent(leave_after=3)
        await response(pieces, sent).asgi_send(sent.send)

    asyncio.run(go())
    assert len(made) < 10
    assert closed == [True]


def test_few_run_at_once_and_the_next_is_told_to_come_again() -> None:
    go_on = threading.Event()

    def pieces() -> Iterator[bytes]:
        go_on.wait()
        yield b"x"

    async def go() -> list[int]:
        sent = [Sent() for _ in range(AT_ONCE + 2)]
        running = [asyncio.ensure_future(response(pieces, s).asgi_send(s.send)) for s in sent[:AT_ONCE]]
        await asyncio.sleep(0)
        await response(pieces, sent[AT_ONCE]).asgi_send(sent[AT_ONCE].send)
        go_on.set()
        await asyncio.gather(*running)
        await response(pieces, sent[-1]).asgi_send(sent[-1].send)
        return [s.messages[0]["status"] for s in sent]

    assert asyncio.run(go()) == [200] * AT_ONCE + [503, 200]


def test_an_error_before_the_first_piece_is_an_answer_and_a_later_one_breaks_off() -> None:
    def early() -> Iterator[bytes]:
        raise ArchiveDamagedError("a record is damaged", where="x.warc.gz@7")
        yield b""

    def late() -> Iterator[bytes]:
        yield b"x"
        raise ArchiveDamagedError("a record is damaged", where="x.warc.gz@7")

    async def go(pieces: Any, sent: Sent) -> Sent:
        await response(pieces, sent).asgi_send(sent.send)
        return sent

    found = asyncio.run(go(early, Sent()))
    assert found.messages[0]["status"] == 503
    assert b"a record is damaged" in found.messages[1]["body"]
    assert b"content-disposition" not in dict(found.messages[0]["headers"])
    sent = Sent()
    with pytest.raises(ArchiveDamagedError):
        asyncio.run(go(late, sent))
    assert [m.get("more_body") for m in sent.messages] == [None, True]
