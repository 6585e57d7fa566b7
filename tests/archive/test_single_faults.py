"""One fault at a time, of every kind that disks, copies and people make: `verify` finds it, with and without MANIFEST.

    python -m pytest tests/archive/test_single_faults.py -m slow -s

prints how many of each kind were found. "Without MANIFEST" counts only what is found without its digests.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.schedule.watchlist import add_watch, new_watch
from newsarchive.warc import list_files
from newsarchive.warc.record import RecordHead
from newsarchive.warc.verify_records import walk
from tests.press import START, Press
from tests.warc.writers import WRITERS


@dataclass
class Member:
    """A record in its file: where its gzip member is."""

    path: Path
    offset: int
    length: int
    head: RecordHead


@dataclass
class Bench:
    """An archive that is spoilt and mended again, fault by fault."""

    root: Path
    rnd: random.Random
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        for item in list_files(self.root):
            path = self.root / "warc" / item.filename
            with path.open("rb") as file:
                self.members += [
                    Member(path, s.offset, s.length, s.head) for s in walk(file, 0, item.size, digests=False)
                ]

    def pick(self, fits: Callable[[Member], bool] = lambda _m: True) -> Member:
        return self.rnd.choice([m for m in self.members if fits(m)])

    def text(self, member: Member) -> bytes:
        data = member.path.read_bytes()
        return gzip.decompress(data[member.offset : member.offset + member.length])

    def put(self, member: Member, data: bytes) -> None:
        """Bytes in the place of a member; what follows moves."""
        old = member.path.read_bytes()
        member.path.write_bytes(old[: member.offset] + data + old[member.offset + member.length :])


Fault = Callable[[Bench], None]


# ---------------------------------------------------------------- bytes of WARC files


def flip(first: int, last: int) -> Fault:
    """One bit of a member, between two places in it; negative places count from its end, which a last place of 0 is."""

    def spoil(b: Bench) -> None:
        m = b.pick()
        low, high = first % m.length, last % m.length or m.length
        data = bytearray(m.path.read_bytes())
        data[m.offset + b.rnd.randrange(low, high)] ^= 1 << b.rnd.randrange(8)
        m.path.write_bytes(data)

    return spoil


def zeros(size: int) -> Fault:
    def spoil(b: Bench) -> None:
        path = b.pick().path
        data = path.read_bytes()
        at = b.rnd.randrange(max(1, len(data) - size))
        path.write_bytes(data[:at] + bytes(min(size, len(data) - at)) + data[at + size :])

    return spoil


def cut(b: Bench) -> None:
    path = b.pick().path
    data = path.read_bytes()
    path.write_bytes(data[: b.rnd.randrange(len(data))])


def appended(what: Callable[[Bench, Member], bytes]) -> Fault:
    def spoil(b: Bench) -> None:
        m = b.pick()
        m.path.write_bytes(m.path.read_bytes() + what(b, m))

    return spoil


def half_a_member(_b: Bench, m: Member) -> bytes:
    return m.path.read_bytes()[m.offset : m.offset + m.length // 2]


# ---------------------------------------------------------------- whole records


def without(b: Bench) -> None:
    b.put(b.pick(), b"")


def twice(b: Bench) -> None:
    m = b.pick()
    data = m.path.read_bytes()[m.offset : m.offset + m.length]
    b.put(m, data + data)


def swapped(b: Bench) -> None:
    one = b.pick(lambda m: any(n.path == m.path and n.offset == m.offset + m.length for n in b.members))
    data = one.path.read_bytes()
    two = next(n for n in b.members if n.path == one.path and n.offset == one.offset + one.length)
    end = two.offset + two.length
    one.path.write_bytes(
        data[: one.offset] + data[two.offset : end] + data[one.offset : two.offset] + data[end:]
    )


def last_exchange_gone(b: Bench) -> None:
    m = b.pick(lambda m: m.head.type == "metadata")
    ends = [n.offset + n.length for n in b.members if n.path == m.path and n.head.type == "metadata"]
    with m.path.open("r+b") as file:
        file.truncate(ends[-2] if len(ends) > 1 else 0)


def no_file(b: Bench) -> None:
    b.pick().path.unlink()


def a_copy(name: str) -> Fault:
    def spoil(b: Bench) -> None:
        target = b.root / "warc" / name
        target.parent.mkdir(exist_ok=True)
        shutil.copy(b.pick().path, target)

    return spoil


# ---------------------------------------------------------------- fields of records, packed again


def digit(b: Bench, value: bytes) -> bytes:
    at = b.rnd.choice([i for i, c in enumerate(value) if chr(c).isdigit()])
    return value[:at] + b"%d" % ((value[at] - 48 + b.rnd.randint(1, 9)) % 10) + value[at + 1 :]


def letter(b: Bench, value: bytes) -> bytes:
    at = b.rnd.randrange(6, len(value))
    other = b.rnd.choice([c for c in b"ABCDEFGHIJKLMNOPQRSTUVWXYZ" if c != value[at]])
    return value[:at] + bytes([other]) + value[at + 1 :]


def hexadecimal(b: Bench, value: bytes) -> bytes:
    at = b.rnd.choice([i for i in range(10, len(value) - 1) if chr(value[i]) in "0123456789abcdef"])
    other = b.rnd.choice([c for c in b"0123456789abcdef" if c != value[at]])
    return value[:at] + bytes([other]) + value[at + 1 :]


def field_of(name: str, change: Callable[[Bench, bytes], bytes], *types: str) -> Fault:
    """One field of a record's head is changed, and its member packed again."""

    def spoil(b: Bench) -> None:
        m = b.pick(lambda m: m.head.get(name) is not None and (not types or m.head.type in types))
        text = b.text(m)
        head, end, rest = text.partition(b"\r\n\r\n")
        found = re.search(rb"(?im)^%s: (.*?)\r?$" % name.encode(), head)
        assert found is not None
        head = head[: found.start(1)] + change(b, found[1]) + head[found.end(1) :]
        assert head + end + rest != text
        b.put(m, gzip.compress(head + end + rest))

    return spoil


def forged(b: Bench) -> None:
    """A byte of a body, with digests made to fit."""
    m = b.pick(lambda m: m.head.type == "response")
    head, end, rest = b.text(m).partition(b"\r\n\r\n")
    block = bytearray(rest[:-4])
    at = block.index(b"\r\n\r\n") + 4
    if at == len(block):
        at -= 5
    block[b.rnd.randrange(at, len(block))] ^= 1
    for name, data in (("Block", bytes(block)), ("Payload", bytes(block).partition(b"\r\n\r\n")[2])):
        digest = base64.b32encode(hashlib.sha1(data).digest())
        head = re.sub(rb"(?m)^WARC-%s-Digest: sha1:\w+" % name.encode(), b"WARC-%s-Digest: sha1:%s" % (name.encode(), digest), head)  # fmt: skip
    b.put(m, gzip.compress(head + end + bytes(block) + b"\r\n\r\n"))


# ---------------------------------------------------------------- MANIFEST, and what people edit


def lines(name: str, change: Callable[[Bench, list[bytes]], list[bytes]]) -> Fault:
    def spoil(b: Bench) -> None:
        path = b.root / name
        path.write_bytes(b"".join(change(b, path.read_bytes().splitlines(keepends=True))))

    return spoil


def one_less(b: Bench, found: list[bytes]) -> list[bytes]:
    del found[b.rnd.randrange(len(found))]
    return found


def other_digest(b: Bench, found: list[bytes]) -> list[bytes]:
    at = b.rnd.randrange(len(found))
    found[at] = hexadecimal(b, found[at][:64] + b" ")[:64] + found[at][64:]
    return found


def broken_off(_b: Bench, found: list[bytes]) -> list[bytes]:
    return [*found[:-1], found[-1][: len(found[-1]) // 2], b"\n"]


def gibberish(_b: Bench, found: list[bytes]) -> list[bytes]:
    return [*found, b'{"a": \xff\xfe\n']


def other_letters(_b: Bench, found: list[bytes]) -> list[bytes]:
    return [found[0].replace(b"asked for", b"asked \xff\xfe"), *found[1:]]


def of_another_kind(_b: Bench, found: list[bytes]) -> list[bytes]:
    return [*found, b'{"kind": "nonsense"}\n']


# ---------------------------------------------------------------- databases


def page_of(name: str, fill: Callable[[Bench, int], bytes]) -> Fault:
    def spoil(b: Bench) -> None:
        path = b.root / name
        count = path.stat().st_size // 4096
        at = b.rnd.randrange(count)
        with path.open("r+b") as file:
            file.seek(at * 4096)
            old = file.read(4096)
            file.seek(at * 4096)
            new = fill(b, len(old))
            file.write(new if new != old else b"\x5a" * len(old))

    return spoil


def noise(b: Bench, size: int) -> bytes:
    return b.rnd.randbytes(size)


def nothing(_b: Bench, size: int) -> bytes:
    return bytes(size)


def rows_of(path: Path) -> set[str]:
    """All that a reader can see of a database; what SQLite says, if it can't read it."""
    with closing(sqlite3.connect(path)) as db:
        db.text_factory = bytes
        try:
            tables = [
                row[0].decode() for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            return {repr((name, row)) for name in tables for row in db.execute(f"SELECT * FROM {name}")}
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            return {str(error)}


def a_bit_of_the_index(b: Bench) -> None:
    """One that somebody reads: more than half of them are in unused space."""
    path = b.root / "index.db"
    before, whole = rows_of(path), path.read_bytes()
    while rows_of(path) == before:
        data = bytearray(whole)
        data[b.rnd.randrange(len(data))] ^= 1 << b.rnd.randrange(8)
        path.write_bytes(data)


def shortened(name: str, share: float) -> Fault:
    def spoil(b: Bench) -> None:
        path = b.root / name
        with path.open("r+b") as file:
            file.truncate(int(path.stat().st_size * share))

    return spoil


def sql(*statements: str) -> Fault:
    def spoil(b: Bench) -> None:
        with closing(sqlite3.connect(b.root / "index.db")) as db:
            before = db.total_changes
            for statement in statements:
                db.execute(statement)
            db.commit()
            assert db.total_changes > before

    return spoil


WITH = "(SELECT id FROM {0} ORDER BY random() LIMIT 1)"
WARC_FAULTS: Mapping[str, Fault] = {
    "a bit of a gzip head": flip(0, 10),
    "a bit of packed data": flip(10, -8),
    "a bit of a checksum": flip(-8, -4),
    "a bit of a length": flip(-4, 0),
    "zeros, 1": zeros(1), "zeros, 200": zeros(200), "zeros, 4096": zeros(4096),
    "cut": cut,
    "noise behind the end": appended(lambda b, _: b.rnd.randbytes(300)),
    "zeros behind the end": appended(lambda *_: bytes(512)),
    "half a member behind the end": appended(half_a_member),
    "gzip that is no WARC behind the end": appended(lambda *_: gzip.compress(b"hello world")),
    "a line end behind the end": appended(lambda *_: b"\n"),
    "a record is missing": without,
    "a record is there twice": twice,
    "two records are swapped": swapped,
    "the last exchange is missing": last_exchange_gone,
    "a file is missing": no_file,
    "a copy of a file": a_copy("news-20261127999999999-00001-abcdef.warc.gz"),
    "a copy of a file among the imported": a_copy("imported/copy-0123456789ab.warc.gz"),
    "length of a record + 1": field_of("Content-Length", lambda _, v: b"%d" % (int(v) + 1)),
    "length of a record - 1": field_of("Content-Length", lambda _, v: b"%d" % abs(int(v) - 1)),
    "a digit of a length": field_of("Content-Length", digit),
    "a block digest": field_of("WARC-Block-Digest", letter),
    "a payload digest of a response": field_of("WARC-Payload-Digest", letter, "response"),
    "a payload digest of a revisit": field_of("WARC-Payload-Digest", letter, "revisit"),
    "a date": field_of("WARC-Date", digit),
    "an address": field_of("WARC-Target-URI", lambda _, v: v[:-1] + (b"q" if v[-1:] != b"q" else b"z"), "response", "revisit"),
    "an id of a page": field_of("WARC-Record-ID", hexadecimal, "response", "revisit"),
    "an id of another record": field_of("WARC-Record-ID", hexadecimal, "request", "metadata"),
    "an id of a warcinfo": field_of("WARC-Record-ID", hexadecimal, "warcinfo"),
    "what a revisit refers to": field_of("WARC-Refers-To", hexadecimal, "revisit"),
    "the date that a revisit refers to": field_of("WARC-Refers-To-Date", digit, "revisit"),
    "the address that a revisit refers to": field_of("WARC-Refers-To-Target-URI", lambda _, v: v + b"x", "revisit"),
    "what a record belongs to": field_of("WARC-Concurrent-To", hexadecimal),
    "the warcinfo that is named": field_of("WARC-Warcinfo-ID", hexadecimal),
    "an IP address": field_of("WARC-IP-Address", digit),
    "a response that is called a resource": field_of("WARC-Type", lambda *_: b"resource", "response"),
    "a request that is called a response": field_of("WARC-Type", lambda *_: b"response", "request"),
    "the profile of a revisit": field_of("WARC-Profile", lambda _, v: v.replace(b"payload", b"other").replace(b"not-modified", b"other")),
    "a type": field_of("Content-Type", lambda *_: b"text/plain", "response"),
    "a forged body": forged,
}  # fmt: skip
OTHER_FAULTS: Mapping[str, Fault] = {
    "MANIFEST lacks a line": lines("MANIFEST", one_less),
    "MANIFEST has another digest": lines("MANIFEST", other_digest),
    "MANIFEST breaks off": lines("MANIFEST", broken_off),
    "a page of the index is noise": page_of("index.db", noise),
    "a page of the index is empty": page_of("index.db", nothing),
    "a bit of the index": a_bit_of_the_index,
    "the index is cut": shortened("index.db", 0.6),
    "the index is empty": shortened("index.db", 0.0),
    "a capture is not in the index": sql("PRAGMA foreign_keys = OFF", f"DELETE FROM captures WHERE id = {WITH.format('captures')}"),
    "a capture is at another offset": sql(f"UPDATE captures SET warc_offset = warc_offset + 7 WHERE id = {WITH.format('captures')}"),
    "a capture is of another time": sql(f"UPDATE captures SET fetched_at = fetched_at + 3600000000 WHERE id = {WITH.format('captures')}"),
    "a capture has another digest": sql("UPDATE captures SET digest = zeroblob(20) WHERE id = (SELECT id FROM captures WHERE digest NOT NULL ORDER BY random() LIMIT 1)"),
    "a capture has another status": sql(f"UPDATE captures SET http_status = 299 WHERE id = {WITH.format('captures')}"),
    "a version is missing": sql("PRAGMA foreign_keys = OFF", f"DELETE FROM versions WHERE id = {WITH.format('versions')}"),
    "a text is another": sql(f"UPDATE texts SET text = text || ' not' WHERE id = {WITH.format('texts')}"),
    "a title is another": sql(f"UPDATE texts SET title = 'No ' || title WHERE id = {WITH.format('texts')}"),
    "an address in the index is another": sql(f"UPDATE urls SET url = url || 'x' WHERE id = {WITH.format('urls')}"),
    "a page of state is noise": page_of("state.db", noise),
    "state is cut": shortened("state.db", 0.5),
    "a decision breaks off": lines("decisions.jsonl", broken_off),
    "a decision is gibberish": lines("decisions.jsonl", gibberish),
    "a decision is in no encoding": lines("decisions.jsonl", other_letters),
    "a decision is of no kind": lines("decisions.jsonl", of_another_kind),
    "a purge breaks off": lines("purged.jsonl", broken_off),
    "a purge is gibberish": lines("purged.jsonl", gibberish),
    "a choice of imports is gibberish": lines("imports.jsonl", gibberish),
    "a watch breaks off": lines("watches.jsonl", broken_off),
    "a watch is of no kind": lines("watches.jsonl", of_another_kind),
}  # fmt: skip
FAULTS = {**WARC_FAULTS, **OTHER_FAULTS}


@dataclass
class Found:
    """How many of a kind were made, found, and found without MANIFEST."""

    made: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    bare: Counter[str] = field(default_factory=Counter)


def hunt(press: Press, folder: Path, each: int, kinds: Mapping[str, Fault]) -> Found:
    """Makes each fault so many times, one at a time, and counts what `verify` says of them."""
    found = Found()
    rnd = random.Random(f"faults {each}")
    whole = prepared(press, folder / "whole")
    assert Archive(whole).verify().exit_code == 0
    for kind, spoil in kinds.items():
        for _ in range(each):
            root = folder / "spoilt"
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(whole, root)
            spoil(Bench(root, rnd))
            kinds_found = {f.kind for f in Archive(root).verify().report.findings}
            found.made[kind] += 1
            found.found[kind] += bool(kinds_found)
            found.bare[kind] += bool(kinds_found - {"manifest"})
    return found


def prepared(press: Press, folder: Path) -> Path:
    """A copy of the archive with a decision, a purge, a watch and an imported file; its databases are one file each."""
    archive = press.copy(folder)
    archive.decide("withhold", press.plain_url, reason="asked for by a reader")
    archive.purge(press.gone_url, reason="asked for by a person")
    add_watch(folder, new_watch(START, query="ferry"))
    (folder / "one.warc").write_bytes(b"".join(WRITERS["cc-news"]()))
    archive.import_files([folder / "one.warc"], domains=["harbour.example"])
    for name in ("index.db", "state.db"):
        with closing(sqlite3.connect(folder / name)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


def shown(found: Found) -> str:
    rows = [
        f"{kind:44} {found.made[kind]:3} {found.found[kind]:3} {found.bare[kind]:3}" for kind in found.made
    ]
    sums = [c.total() for c in (found.made, found.found, found.bare)]
    return "\n".join(
        ["made, found, found without MANIFEST", *rows, f"{'all':44} {sums[0]:3} {sums[1]:3} {sums[2]:3}"]
    )


@pytest.mark.slow
def test_of_five_hundred_single_faults_hardly_any_passes(press: Press, tmp_path: Path) -> None:
    found = hunt(press, tmp_path, 7, FAULTS)
    print(shown(found))
    made = found.made.total()
    assert made >= 400
    assert found.found.total() >= 0.99 * made
    assert found.bare.total() >= 0.9 * made


def test_single_faults_are_found(press: Press, tmp_path: Path) -> None:
    found = hunt(press, tmp_path, 1, dict(list(FAULTS.items())[::7]))
    assert {kind for kind in found.made if not found.found[kind]} == set()
