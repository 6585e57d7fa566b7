"""The walk over gzip members: strict, by ranges, in bounded memory."""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc

import pytest

from newsarchive.warc.record_reader import Damage, find_member, read_records


def record(block: bytes, *, length: int | None = None, end: bytes = b"\r\n\r\n") -> bytes:
    size = len(block) if length is None else length
    head = f"WARC/1.1\r\nWARC-Type: resource\r\nContent-Length: {size}\r\n\r\n".encode()
    return head + block + end


def blocks(data: bytes, start: int = 0, end: int | None = None) -> list[bytes]:
    return [r.read(1 << 30) for r in read_records(io.BytesIO(data), start, len(data) if end is None else end)]


def test_records_come_with_their_place():
    parts = [gzip.compress(record(body)) for body in (b"one", b"", b"three" * 100_000)]
    data = b"".join(parts)
    seen = []
    for item in read_records(io.BytesIO(data), 0, len(data)):
        item.finish()
        seen.append((item.offset, item.length))
    assert seen == [
        (0, len(parts[0])),
        (len(parts[0]), len(parts[1])),
        (len(parts[0]) + len(parts[1]), len(parts[2])),
    ]
    assert blocks(data) == [b"one", b"", b"three" * 100_000]
    assert blocks(data, len(parts[0]), len(data) - len(parts[2])) == [b""]


GOOD = gzip.compress(record(b"good"))
BAD = [
    ("torn", GOOD[:-1]),
    ("torn", GOOD[:5]),
    ("bad-digest", GOOD[:-6] + bytes(2) + GOOD[-4:]),
    ("bad-digest", GOOD[:12] + b"\xff\xff\xff" + GOOD[15:]),
    ("garbage", bytes(4096)),
    ("garbage", b"WARC/1.1 but not zipped"),
    ("framing", gzip.compress(record(b"good", length=5))),
    ("framing", gzip.compress(record(b"good", length=3))),
    ("framing", gzip.compress(record(b"good", end=b"\r\n"))),
    ("framing", gzip.compress(record(b"good") + record(b"two in one"))),
    ("framing", gzip.compress(record(b"good") * 2)),
    ("framing", gzip.compress(b"no head at all")),
    ("framing", gzip.compress(b"")),
    ("framing", gzip.compress(b"WARC/1.1\r\nWARC-Type: resource\r\n\r\n\r\n\r\n")),
    ("framing", gzip.compress(b"WARC/1.1\r\nX: " + b"y" * 400_000)),
]


@pytest.mark.parametrize(("kind", "bad"), BAD, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(BAD)])
def test_the_first_thing_that_is_not_whole_is_named(kind, bad):
    data = GOOD + bad
    read: list[bytes] = []
    with pytest.raises(Damage) as caught:
        read.extend(item.read(100) for item in read_records(io.BytesIO(data), 0, len(data)))
    assert (caught.value.kind, caught.value.offset) == (kind, len(GOOD))
    assert read[0] == b"good"


def test_a_member_behind_damage_is_found():
    data = GOOD + b"\x1f\x8b\x08 not really" + bytes(300_000) + GOOD
    at = find_member(io.BytesIO(data), len(GOOD), len(data))
    assert at == len(data) - len(GOOD)
    assert find_member(io.BytesIO(data), at + 1, len(data)) is None


@pytest.mark.parametrize("size", [0, 1, 65_000, 1 << 20, (1 << 20) + 1, 5_000_000])
@pytest.mark.parametrize("kind", ["zeros", "ramp", "noise"])
def test_every_size_of_record_is_followed_by_the_next(kind, size):
    body = {"zeros": bytes(size), "ramp": (bytes(range(256)) * (size // 256 + 1))[:size]}.get(kind)
    body = random.Random(size).randbytes(size) if body is None else body
    data = GOOD + gzip.compress(record(body), 1) + GOOD
    assert blocks(data) == [b"good", body, b"good"]


def test_a_large_record_takes_little_memory():
    data = gzip.compress(record(bytes(60_000_000))) + GOOD
    tracemalloc.start()
    total = sum(len(p) for r in read_records(io.BytesIO(data), 0, len(data)) for p in r.pieces())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 60_000_004
    assert peak < 8_000_000
