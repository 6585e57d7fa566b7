"""Exchanges copied into a new file: byte for byte, found at their new places."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveDamagedError
from newsarchive.times import Clock
from newsarchive.warc import ExchangeWriter, find_exchange, list_files, read_captures
from tests.ingest.press import SITE, START, answer, by_others, html, take, text, write

BODIES = [html(f"Story {n}", text(n)) for n in range(3)]


def test_an_exchange_is_copied_with_its_request_and_metadata(tmp_path: Path) -> None:
    write(tmp_path / "a", [answer(f"{SITE}/{n}", body, seq=n) for n, body in enumerate(BODIES)])
    name = list_files(tmp_path / "a")[0].filename
    before = list(read_captures(tmp_path / "a", name))
    out = io.BytesIO()
    writer = ExchangeWriter(tmp_path / "a", out, "copy.warc.gz", Clock(START).now(), foreign=False)
    copied = [writer.copy(find_exchange(tmp_path / "a", name, c.warc_offset)) for c in (before[2], before[0])]
    (tmp_path / "b" / "warc").mkdir(parents=True)
    (tmp_path / "b" / "warc" / "copy.warc.gz").write_bytes(out.getvalue())
    assert list(read_captures(tmp_path / "b", "copy.warc.gz")) == copied
    assert [c.warc_record_id for c in copied] == [before[2].warc_record_id, before[0].warc_record_id]
    source = (tmp_path / "a" / "warc" / name).read_bytes()
    assert source[before[0].warc_offset : before[1].warc_offset] in out.getvalue()


def test_a_record_of_others_is_an_exchange_of_its_own(tmp_path: Path) -> None:
    pages = [(f"{SITE}/{n}", float(n), body) for n, body in enumerate(BODIES)]
    (tmp_path / "a" / "warc").mkdir(parents=True)
    taken = take(tmp_path / "a", by_others(tmp_path / "x.warc.gz", pages))
    name = taken.filenames[0]
    first, second, _ = read_captures(tmp_path / "a", name)
    found = find_exchange(tmp_path / "a", name, first.warc_offset)
    assert (found.capture, found.is_foreign) == (first, True)
    assert found.end == first.warc_offset + first.warc_length <= second.warc_offset


@pytest.mark.parametrize("offset", [1, 10_000_000])
def test_where_no_exchange_begins_is_an_error(tmp_path: Path, offset: int) -> None:
    write(tmp_path / "a", [answer(f"{SITE}/1", BODIES[1])])
    name = list_files(tmp_path / "a")[0].filename
    with pytest.raises(ArchiveDamagedError):
        find_exchange(tmp_path / "a", name, offset)
