"""warcio, the parser that most tools stand on, reads our files as we wrote them; more tools: tests/bench/conformance.py."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from newsarchive.model import Candidate
from newsarchive.warc import list_files, verify
from tests.warc.making import answer, exchange, members, page, read_all, write

LINE = st.text(st.characters(codec="latin-1", exclude_characters="\n"), max_size=30)
ANY = st.binary(max_size=200) | st.sampled_from(
    [b"\r\n\r\n", b"WARC/1.1\r\nWARC-Type: response\r\n\r\n", b"\x1f\x8b\x08"]
)


@st.composite
def wires(draw):
    """An answer of some shape: framed, odd or not HTTP at all."""
    body = draw(ANY)
    kind = draw(st.sampled_from(["plain", "chunked", "odd head", "raw", "check", "nothing"]))
    if kind == "plain":
        return answer(body, f"X-Odd: {draw(LINE)}")
    if kind == "chunked":
        return answer(body, chunks=draw(st.lists(st.integers(1, 50), min_size=1, max_size=3)))
    if kind == "odd head":
        return (
            f"HTTP/1.1 200 {draw(LINE)}\n{draw(LINE)}\r\nETag: {draw(LINE)}\r\n\r\n".encode("latin-1") + body
        )
    if kind == "check":
        return b"HTTP/1.1 304 Not Modified\r\n\r\n"
    return None if kind == "nothing" else b"HTTP/1.1 200 OK\r\n" + body


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=st.lists(wires(), min_size=1, max_size=6),
    texts=st.lists(st.text(max_size=40), min_size=6, max_size=6),
)
def test_whatever_a_server_sends_all_readers_see_the_same_records(tmp_path_factory, answers, texts):
    root = tmp_path_factory.mktemp("archive")
    items = [
        exchange(
            n,
            f"http://h.example/{texts[n]}",
            response=wire,
            source=texts[n],
            candidate=Candidate(url=texts[n], kind="feed", title=texts[n]),
        )
        for n, wire in enumerate(answers)
    ]
    captures = write(root, items, info={"note": texts[0]})
    assert read_all(root) == captures
    report = verify(root)
    assert report.findings == ()
    count = 0
    for item in list_files(root):
        path = root / "warc" / item.filename
        raw = members(path)
        with path.open("rb") as file:
            walk = ArchiveIterator(file, no_record_parse=True)
            for record, whole in zip(walk, raw, strict=True):
                count += 1
                block = record.raw_stream.read()
                assert whole.endswith(b"\r\n\r\n" + block + b"\r\n\r\n")
            assert walk.err_count == 0
    assert count == report.records
    written = [w for w in answers if w and not w.startswith(b"HTTP/1.1 304")]
    blocks = [
        b
        for f in list_files(root)
        for b in members(root / "warc" / f.filename)
        if b"WARC-Type: response" in b[:40]
    ]
    assert all(any(b.endswith(b"\r\n\r\n" + w + b"\r\n\r\n") for b in blocks) for w in written) or len(
        blocks
    ) < len(written)


def test_warcio_check_finds_nothing_wrong(tmp_path):
    write(
        tmp_path,
        [
            exchange(
                n, f"http://h.example/{n % 3}", response=answer(page(n % 2), chunks=[7] if n % 4 else ())
            )
            for n in range(12)
        ],
    )
    for item in list_files(tmp_path):
        command = [sys.executable, "-m", "warcio.cli", "check", "-v", str(tmp_path / "warc" / item.filename)]
        run = subprocess.run(command, capture_output=True, text=True)
        assert run.returncode == 0, run.stdout + run.stderr
