"""Files of twelve writers in five containers, and what goes wrong in such files, held against what warcio reads."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator

from newsarchive.times import Clock
from newsarchive.warc import import_file, read_captures, read_payload, verify
from newsarchive.warc.importer import ImportedFile
from tests.warc.making import NOON
from tests.warc.writers import CONTAINERS, HOST, RESPONSE, WRITERS, http, info, page, record, warc

PAGES = ("response", "revisit", "resource")


def taken(
    tmp_path: Path, data: bytes, name: str = "a.warc.gz"
) -> tuple[ImportedFile, list[tuple[str, bytes]]]:
    """What an import of these bytes says, and URL and body of each capture."""
    root = tmp_path / "archive"
    (root / "warc").mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(data)
    told = import_file(root, tmp_path / name, clock=Clock(NOON))
    assert not list(root.rglob("*.part"))
    found = []
    for filename in told.filenames:
        for c in read_captures(root, filename):
            assert c.fetched_at.year > 2000
            body = read_payload(root, filename, c.warc_offset, c.warc_length).body
            found.append((c.url, b"" if c.refers_to or c.kind == "same-payload" else body))
    assert verify(root, []).findings == ()
    assert told.captures == len(found)
    return told, sorted(found)


def by_warcio(data: bytes) -> list[tuple[str, bytes]]:
    """URL and body of each page's record as warcio reads them."""
    found = []
    for r in ArchiveIterator(io.BytesIO(data), arc2warc=True):
        url = (r.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
        body = r.content_stream().read()
        if r.rec_type in PAGES and url.startswith("http"):
            found.append((url, b"" if r.rec_type == "revisit" else body))
    return sorted(found)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("writer", WRITERS)
def test_every_page_that_warcio_reads_is_taken(tmp_path: Path, writer: str, container: str) -> None:
    records = WRITERS[writer]()
    told, found = taken(tmp_path, CONTAINERS[container](records))
    assert found == by_warcio(b"".join(records))
    assert (told.lost, told.problems) == (0, ())


def wrong_first_length(by: int) -> list[bytes]:
    records = WRITERS["heritrix"]()
    first = records[0]
    size = int(first.partition(b"Content-Length: ")[2].partition(b"\r")[0])
    return [first.replace(b"Content-Length: %d" % size, b"Content-Length: %d" % (size + by)), *records[1:]]


@pytest.mark.parametrize("by", [-20, -7, 7, 20, 700, 10_000_000])
@pytest.mark.parametrize("container", CONTAINERS)
def test_a_wrong_length_of_the_first_record_loses_no_page(tmp_path: Path, container: str, by: int) -> None:
    told, found = taken(tmp_path, CONTAINERS[container](wrong_first_length(by)))
    assert found == by_warcio(b"".join(WRITERS["heritrix"]()))
    assert (told.lost, told.problems) == (0, ("1 records without their right length; taken to their end",))


def test_a_wrong_length_in_an_arc_file_loses_no_page(tmp_path: Path) -> None:
    records = WRITERS["arc"]()
    first = records[0].replace(b"text/plain 7", b"text/plain 9", 1)
    assert first != records[0]
    _, found = taken(tmp_path, CONTAINERS["gzip by record"]([first, *records[1:]]))
    assert [url for url, _ in found] == [f"{HOST}/{n}" for n in range(3)]


@pytest.mark.parametrize("by", [-40, -3, 5, 90])
@pytest.mark.parametrize("container", ["plain", "one gzip", "gzip by record"])
def test_a_page_with_a_wrong_length_is_taken_to_its_end(tmp_path: Path, container: str, by: int) -> None:
    block = http(1)
    wrong = record("response", f"{HOST}/1", block, RESPONSE, length=len(block) + by)
    told, found = taken(
        tmp_path, CONTAINERS[container]([info(), wrong, record("response", f"{HOST}/2", http(2), RESPONSE)])
    )
    assert found == [(f"{HOST}/1", page(1)), (f"{HOST}/2", page(2))]
    assert told.lost == 0


def test_ids_that_are_used_twice_lose_no_page(tmp_path: Path) -> None:
    same = ("WARC-Record-ID", "<urn:uuid:00000000-0000-0000-0000-000000000001>")
    records = [
        warc([("WARC-Type", "response"), same, ("WARC-Date", "2021-01-01T00:00:00Z"), ("WARC-Target-URI", f"{HOST}/{n}"), RESPONSE], http(n))
        for n in range(3)
    ]  # fmt: skip
    told, found = taken(tmp_path, CONTAINERS["gzip by record"](records))
    assert found == [(f"{HOST}/{n}", page(n)) for n in range(3)]
    assert (told.lost, told.problems) == (0, ("2 record ids used for several pages; given new ones",))
    root = tmp_path / "archive"
    assert len({c.warc_record_id for c in read_captures(root, told.filenames[0])}) == 3


GOOD = record("response", f"{HOST}/good", http(7), RESPONSE)
LOST = {
    "without a date": (record("response", f"{HOST}/1", http(1), RESPONSE, date="yesterday"), "pages without a date"),
    "converted": (record("conversion", f"{HOST}/1", b"Boat 1", ("Content-Type", "text/plain")), "pages converted"),
    "another protocol": (record("response", f"{HOST}/1", b"x", ("Content-Type", "application/gopher")), "answers of another protocol"),
    "a further segment": (record("continuation", f"{HOST}/1", b"x", ("WARC-Segment-Number", "2")), "further segments"),
    "no record": (b"this is no record\r\n\r\n", "pieces that are no records"),
    "a head beyond measure": (b"WARC/1.0\r\n" + b"a: b\r\n" * 60_000 + b"\r\n", "pieces that are no records"),
}  # fmt: skip


@pytest.mark.parametrize("what", LOST)
@pytest.mark.parametrize("container", ["plain", "one gzip", "gzip by record"])
def test_what_is_not_taken_is_reported_with_a_number(tmp_path: Path, container: str, what: str) -> None:
    lost, said = LOST[what]
    told, found = taken(tmp_path, CONTAINERS[container]([info(), lost, GOOD]))
    assert found == [(f"{HOST}/good", page(7))]
    assert told.lost == 1
    assert told.problems[0].startswith(f"1 {said}")


def test_a_first_segment_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    block = http(1)
    first = record("response", f"{HOST}/1", block[:-9], RESPONSE, ("WARC-Segment-Number", "1"))
    told, found = taken(tmp_path, CONTAINERS["plain"]([first, LOST["a further segment"][0]]))
    assert found == [(f"{HOST}/1", page(1)[:-9])]
    assert told.lost == 1


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_zstd_file_with_a_dictionary_is_read(tmp_path: Path, is_packed: bool) -> None:
    samples = [record("response", f"{HOST}/{n}", http(n), RESPONSE) for n in range(300)]
    dictionary = zstandard.train_dictionary(4096, samples)
    engine = zstandard.ZstdCompressor(dict_data=dictionary)
    held = zstandard.compress(dictionary.as_bytes()) if is_packed else dictionary.as_bytes()
    start = b"\x5d\x2a\x4d\x18" + len(held).to_bytes(4, "little") + held
    _, found = taken(tmp_path, start + b"".join(engine.compress(r) for r in samples[:3]), "a.warc.zst")
    assert found == [(f"{HOST}/{n}", page(n)) for n in range(3)]


def test_a_member_that_is_damaged_costs_itself_alone(tmp_path: Path) -> None:
    good = gzip.compress(GOOD, mtime=0)
    bad = bytearray(gzip.compress(wrong_first_length(3)[0], mtime=0))
    bad[40:60] = bytes(20)
    told, found = taken(
        tmp_path, CONTAINERS["gzip by record"]([wrong_first_length(5)[0]]) + bytes(bad) + good
    )
    assert found == [(f"{HOST}/good", page(7))]
    assert told.lost >= 1


def test_pages_that_hold_the_start_of_a_record_stay_whole(tmp_path: Path) -> None:
    inner = b"<p>\r\n\r\nWARC/1.0\r\nWARC-Type: response\r\n\r\n</p>"
    records = [info(), record("response", f"{HOST}/1", http(1, body=inner), RESPONSE), GOOD]
    for container in CONTAINERS:
        _, found = (
            taken(tmp_path / container, CONTAINERS[container](records))
            if (tmp_path / container).mkdir() is None
            else (None, [])
        )
        assert found == [(f"{HOST}/1", inner), (f"{HOST}/good", page(7))]
