"""WARC, ARC and WACZ files that are made to cost: small on disk, and without end, or beyond measure, when they are unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable

import zstandard

MB = 1 << 20
HEAD = (
    b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: https://gazette.example/a\r\n"
    b"WARC-Date: 2026-03-02T06:00:00Z\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n"
)
HTTP = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
PAGE = b"<p>The harbour wall is to be rebuilt.</p>"
RECORD = HEAD % len(HTTP + PAGE) + HTTP + PAGE + b"\r\n\r\n"
LONG = RECORD + HEAD % (1 << 40)  # a whole record, and one that says that it has a terabyte
_ARC_INFO = b"1 0 Example\nURL IP-address Archive-date Content-type Archive-length\n"
ARC = (
    b"filedesc://x.arc 0.0.0.0 20260302060000 text/plain %d\n" % len(_ARC_INFO)
    + _ARC_INFO
    + b"\nhttps://gazette.example/a 192.0.2.1 20260302060000 text/html 99999999999\n"
    + HTTP
)


def one_stream(begin: bytes, part: bytes, megabytes: int) -> bytes:
    """One gzip stream of `begin` and so many megabytes of `part`; its checksum is wrong, nobody comes that far."""
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = engine.compress(begin) + engine.flush(zlib.Z_FULL_FLUSH)
    turn = engine.compress(part * (4 * MB // len(part))) + engine.flush(zlib.Z_FULL_FLUSH)
    return start + turn * (megabytes // 4)


def streams(pack: Callable[[bytes], bytes], begin: bytes, megabytes: int) -> bytes:
    """Streams behind each other: `begin`, then zeros."""
    return pack(begin) + pack(bytes(16 * MB)) * (megabytes // 16)


def zipped(entries: list[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as file:
        for name, data in entries:
            file.writestr(name, data)
    return out.getvalue()


def overlapping(count: int) -> bytes:
    """A WACZ whose entries all have the same bytes."""
    data = zipped([("archive/a.warc.gz", gzip.compress(RECORD))], zipfile.ZIP_STORED)
    directory = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    return (
        data[:directory]
        + data[directory:end] * count
        + struct.pack(
            "<4s4H2LH",
            b"PK\x05\x06",
            0,
            0,
            min(count, 65535),
            min(count, 65535),
            (end - directory) * count,
            directory,
            0,
        )
    )


def understated(data: bytes, size: int) -> bytes:
    """A WACZ whose first entry says that it unpacks to `size` bytes."""
    directory = data.index(b"PK\x01\x02")
    return data[: directory + 24] + struct.pack("<L", size) + data[directory + 28 :]


FILES: dict[str, Callable[[], bytes]] = {
    "zeros in one gzip stream": lambda: one_stream(LONG, b"\0", 1_000),
    "a line in one gzip stream": lambda: one_stream(RECORD + b"WARC/1.1\r\nx: ", b"y", 1_000),
    "fields of a head in one gzip stream": lambda: one_stream(RECORD + b"WARC/1.1\r\n", b"x: y\r\n", 1_000),
    "line ends in one gzip stream": lambda: one_stream(RECORD, b"\r\n", 1_000),
    "records of nothing in one gzip stream": lambda: one_stream(RECORD, b"WARC/1.1\r\nContent-Length: 0\r\n\r\n\r\n\r\n", 300),
    "zeros in many gzip members": lambda: streams(gzip.compress, LONG, 1_000),
    "zeros in one record of a gzip member": lambda: gzip.compress(RECORD) + one_stream(HEAD % (600 * MB), b"\0", 600),
    "zeros in bzip2 streams": lambda: streams(bz2.compress, LONG, 20_000),
    "zeros in zstd frames": lambda: streams(zstandard.compress, LONG, 10_000),
    "an ARC record of zeros": lambda: one_stream(ARC, b"\0", 1_000),
    "an ARC file of one line": lambda: one_stream(ARC[: ARC.index(b"https:")] + b"x", b"\0", 1_000),
    "pieces that are no members": lambda: gzip.compress(RECORD) + (gzip.compress(RECORD) + b"no") * 2_000,
    "a WACZ entry of zeros": lambda: zipped([("archive/a.warc", LONG + bytes(600 * MB))]),
    "a WACZ entry that understates itself": lambda: understated(zipped([("archive/a.warc", LONG + bytes(600 * MB))]), 1_000),
    "a WACZ entry in bzip2": lambda: zipped([("archive/a.warc", LONG + bytes(200 * MB))], zipfile.ZIP_BZIP2),
    "a WACZ entry in LZMA": lambda: zipped([("archive/a.warc", LONG + bytes(200 * MB))], zipfile.ZIP_LZMA),
    "a WACZ of 1,000,000 entries": lambda: overlapping(1_000_000),
    "a WACZ of one file, 10,000 times": lambda: overlapping(10_000),
    "a datapackage of blanks": lambda: zipped([("datapackage.json", b" " * 600 * MB), ("archive/a.warc", RECORD)]),
    "a datapackage of brackets": lambda: zipped([("datapackage.json", b"[" * 15 * MB), ("archive/a.warc", RECORD)]),
    "a datapackage in bzip2": lambda: zipped([("datapackage.json", b" " * 200 * MB), ("archive/a.warc", RECORD)], zipfile.ZIP_BZIP2),
    "a datapackage of small values": lambda: zipped([("datapackage.json", b'{"resources": [' + b"{}," * 5_000_000 + b"{}]}"), ("archive/a.warc", RECORD)]),
}  # fmt: skip
