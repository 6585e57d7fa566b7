"""The CDXJ index: sorted, without checks, failures and open files."""

from __future__ import annotations

import io
import json
import tempfile

import pytest

from newsarchive.errors import ArchiveNotWritableError
from newsarchive.model import Capture
from newsarchive.warc import WarcStore, write_cdxj
from newsarchive.warc.cdxj import cdxj_line
from tests.warc.making import NOON, answer, exchange, page, write


def lines(root, **more):
    out = io.StringIO()
    count = write_cdxj(root, out, **more)
    found = out.getvalue().splitlines()
    assert count == len(found)
    return found


@pytest.mark.parametrize("at_once", [200, 2])
def test_lines_are_sorted_and_hold_only_what_replay_may_see(tmp_path, monkeypatch, at_once):
    monkeypatch.setattr("newsarchive.warc.sorted_lines.IN_MEMORY", 1)
    monkeypatch.setattr("newsarchive.warc.sorted_lines.AT_ONCE", at_once)
    captures = write(
        tmp_path,
        [
            exchange(1, "http://www.harbour.example/b?z=1&a=2", response=answer(page(1))),
            exchange(2, "http://harbour.example/a", response=answer(page(2))),
            exchange(3, "http://harbour.example/a", response=answer(page(2))),
            exchange(4, "http://harbour.example/a", response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            exchange(5, "http://harbour.example/gone", error="refused"),
            exchange(
                6, "http://harbour.example/old", response=answer(b"", "Location: /a", status="301 Moved")
            ),
        ],
        max_size=900,
    )
    found = lines(tmp_path, base="warc/")
    assert found == sorted(found)
    assert [line.split(" ")[0] for line in found] == [
        "example,harbour)/a",
        "example,harbour)/a",
        "example,harbour)/b?a=2&z=1",
        "example,harbour)/old",
    ]
    first, again, other, moved = (json.loads(line.split(" ", 2)[2]) for line in found)
    assert found[0].split(" ")[1] == "20261124120002"
    assert first == {
        "url": "http://harbour.example/a",
        "mime": "text/html",
        "status": "200",
        "digest": captures[1].payload_digest,
        "length": str(captures[1].warc_length),
        "offset": str(captures[1].warc_offset),
        "filename": f"warc/{captures[1].warc_filename}",
    }
    assert (again["mime"], again["digest"]) == ("warc/revisit", first["digest"])
    assert (other["url"], moved["status"]) == ("http://www.harbour.example/b?z=1&a=2", "301")


def test_a_password_in_the_url_of_a_foreign_file_is_not_written():
    line = cdxj_line(
        Capture(
            warc_filename="imported/x.warc.gz",
            warc_offset=0,
            warc_length=9,
            warc_record_id="urn:uuid:1",
            kind="response",
            url="https://reader:secret@h.example/a",
            fetched_at=NOON,
        )
    )
    assert "secret" not in line
    assert line.startswith("example,h)/a ")
    assert '"https://h.example/a"' in line


def test_an_open_file_is_left_out(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        store.commit(exchange(1, response=answer()))
        store.sync()
        assert lines(tmp_path) == []
    assert len(lines(tmp_path)) == 1


def test_a_temporary_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):

    write(tmp_path, [exchange(1, response=answer())])
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(ArchiveNotWritableError):
        write_cdxj(tmp_path, io.StringIO())
