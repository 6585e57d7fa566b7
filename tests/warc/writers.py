"""WARC and ARC files in the manner of the programs that write them, made by us: order and case of fields, versions, what they put beside pages.

`WRITERS` maps a program to a function that gives the records of a small crawl; `CONTAINERS` packs them.
"""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence

import zstandard

Fields = Sequence[tuple[str, str]]
HOST = "https://harbour.example"
REVISIT = "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"


def page(n: int) -> bytes:
    return f"<html><head><title>Ferry {n}</title></head><body><p>Boat {n} sails at noon.</p></body></html>".encode()


def http(n: int, *headers: str, body: bytes | None = None) -> bytes:
    body = page(n) if body is None else body
    lines = ["HTTP/1.1 200 OK", "Content-Type: text/html", *headers, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


def asked(n: int) -> bytes:
    return f"GET /{n} HTTP/1.1\r\nHost: harbour.example\r\n\r\n".encode()


def sha1(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def uid(name: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}>"


def warc(
    fields: Fields, block: bytes, *, version: str = "1.0", eol: str = "\r\n", length: int | None = None
) -> bytes:
    """One record; `length` is stated in place of the block's."""
    size = len(block) if length is None else length
    lines = [f"WARC/{version}", *(f"{k}: {v}" for k, v in fields), f"Content-Length: {size}", "", ""]
    return eol.join(lines).encode() + block + (eol * 2).encode()


def record(
    kind: str,
    url: str,
    block: bytes,
    *more: tuple[str, str],
    date: str = "2021-03-04T05:06:07Z",
    **how: object,
) -> bytes:
    """A record with the usual fields in the usual order."""
    name = uid(f"{kind} {url} {date} {more}")
    fields = [
        ("WARC-Type", kind),
        ("WARC-Target-URI", url),
        ("WARC-Date", date),
        ("WARC-Record-ID", name),
        *more,
    ]
    return warc(fields, block, **how)  # type: ignore[arg-type]


RESPONSE = ("Content-Type", "application/http; msgtype=response")
REQUEST = ("Content-Type", "application/http; msgtype=request")
INFO = b"software: a crawler\r\nformat: WARC File Format 1.0\r\n"


def info(*more: tuple[str, str], **how: object) -> bytes:
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Date", "2021-03-04T05:06:00Z"),
        ("WARC-Record-ID", uid("info")),
        *more,
    ]
    return warc([*fields, ("Content-Type", "application/warc-fields")], INFO, **how)  # type: ignore[arg-type]


def heritrix() -> list[bytes]:
    """The name server's answer first; response, request and metadata of each page; a revisit with a head."""
    found = [info(("WARC-Filename", "WEB-2021.warc.gz"))]
    found.append(
        record(
            "response",
            "dns:harbour.example",
            b"20210304\nharbour.example. A 127.0.0.1\n",
            ("Content-Type", "text/dns"),
        )
    )
    for n in range(3):
        block = http(n)
        found.append(
            record(
                "response",
                f"{HOST}/{n}",
                block,
                ("WARC-Payload-Digest", sha1(page(n))),
                ("WARC-IP-Address", "127.0.0.1"),
                RESPONSE,
            )
        )
        found.append(record("request", f"{HOST}/{n}", asked(n), ("WARC-Concurrent-To", uid("x")), REQUEST))
        found.append(
            record(
                "metadata", f"{HOST}/{n}", b"fetchTimeMs: 40\r\n", ("Content-Type", "application/warc-fields")
            )
        )
    head = http(0).split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    found.append(
        record(
            "revisit",
            f"{HOST}/0",
            head,
            ("WARC-Truncated", "length"),
            ("WARC-Profile", REVISIT),
            ("WARC-Payload-Digest", sha1(page(0))),
            RESPONSE,
            date="2021-03-05T05:06:07Z",
        )
    )
    return found


def wget() -> list[bytes]:
    """URLs in angle brackets, request before response, manifest and log at the end as resources of its own scheme."""
    found = [info(("WARC-Block-Digest", sha1(INFO)))]
    for n in range(3):
        url = f"<{HOST}/{n}>"
        found.append(
            record(
                "request",
                url,
                asked(n),
                ("Content-Type", "application/http;msgtype=request"),
                ("WARC-Block-Digest", sha1(asked(n))),
            )
        )
        found.append(
            record(
                "response",
                url,
                http(n),
                ("WARC-Block-Digest", sha1(http(n))),
                ("WARC-Payload-Digest", sha1(page(n))),
                ("Content-Type", "application/http;msgtype=response"),
            )
        )
    for name in ("MANIFEST.txt", "wget_arguments.txt", "wget.log"):
        found.append(
            record(
                "resource",
                f"<metadata://gnu.org/software/wget/warc/{name}>",
                b"--warc-file=w\n",
                ("Content-Type", "text/plain"),
            )
        )
    return found


def wpull() -> list[bytes]:
    """As wget, but the log is a resource of `urn:`, and microseconds are missing in no date."""
    found = [info()]
    for n in range(3):
        found.append(record("request", f"{HOST}/{n}", asked(n), REQUEST))
        found.append(
            record(
                "response",
                f"{HOST}/{n}",
                http(n),
                ("WARC-Concurrent-To", uid("r")),
                RESPONSE,
                date=f"2021-03-04T05:06:0{n}Z",
            )
        )
    return [*found, record("resource", "urn:X-wpull:log", b"INFO Fetching\n", ("Content-Type", "text/plain"))]


def grab_site() -> list[bytes]:
    """As wpull; a page that was seen before is a revisit without a block and without a date of the first capture."""
    block = [
        ("WARC-Profile", REVISIT),
        ("WARC-Refers-To-Target-URI", f"{HOST}/0"),
        ("WARC-Payload-Digest", sha1(page(0))),
    ]
    return [*wpull(), record("revisit", f"{HOST}/0?again", b"", *block)]


def archivebox() -> list[bytes]:
    """A page without its HTTP head, as a resource, beside what wget wrote."""
    return [*wget(), record("resource", f"{HOST}/single.html", page(9), ("Content-Type", "text/html"))]


def browsertrix() -> list[bytes]:
    """WARC/1.1, lower-case field names in the HTTP head, page infos and screenshots as resources of `urn:`."""
    found = [info(("WARC-Filename", "rec.warc.gz"), version="1.1")]
    for n in range(3):
        more = [
            ("WARC-Page-ID", uid("p")),
            ("WARC-Resource-Type", "document"),
            ("WARC-JSON-Metadata", '{"ipType":"Public"}'),
        ]
        wire = http(n).replace(b"Content-Type", b"content-type")
        found.append(
            record(
                "response",
                f"{HOST}/{n}",
                wire,
                RESPONSE,
                ("WARC-Payload-Digest", "sha256:" + hashlib.sha256(page(n)).hexdigest()),
                *more,
                date=f"2021-03-04T05:06:0{n}.123Z",
                version="1.1",
            )
        )
        found.append(record("request", f"{HOST}/{n}", asked(n), REQUEST, version="1.1"))
        found.append(
            record(
                "resource",
                f"urn:pageinfo:{HOST}/{n}",
                json.dumps({"pageid": n}).encode(),
                ("Content-Type", "application/json"),
                version="1.1",
            )
        )
    found.append(
        record(
            "resource", f"urn:thumbnail:{HOST}/0", b"\x89PNG", ("Content-Type", "image/png"), version="1.1"
        )
    )
    return found


def webrecorder() -> list[bytes]:
    """Chunked answers as they came; fields in an order of its own; a revisit of another URL."""
    body = (
        b"".join(
            b"%x\r\n%s\r\n" % (len(page(1)[i : i + 30]), page(1)[i : i + 30])
            for i in range(0, len(page(1)), 30)
        )
        + b"0\r\n\r\n"
    )
    wire = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    fields = [
        ("WARC-Record-ID", uid("w")),
        ("WARC-Target-URI", f"{HOST}/1"),
        ("WARC-Date", "2021-03-04T05:06:07Z"),
        ("WARC-Type", "response"),
    ]
    head = http(1).split(b"\r\n\r\n")[0] + b"\r\n\r\n"
    more = [
        ("WARC-Refers-To-Target-URI", f"{HOST}/1"),
        ("WARC-Refers-To-Date", "2021-03-04T05:06:07Z"),
        ("WARC-Profile", REVISIT),
    ]
    return [info(), warc([*fields, RESPONSE], wire), record("revisit", f"{HOST}/2", head, *more, RESPONSE)]


def cc_news() -> list[bytes]:
    """Nothing but warcinfo and responses; the server's codings are moved to X-Crawl fields, and pages are cut at a length."""
    found = [info()]
    for n in range(3):
        block = http(n, "X-Crawler-Content-Encoding: gzip", "X-Crawler-Content-Length: 99")
        found.append(
            record(
                "response",
                f"{HOST}/{n}",
                block,
                ("WARC-Truncated", "length") if n == 2 else ("WARC-IP-Address", "127.0.0.1"),
                ("WARC-Identified-Payload-Type", "text/html"),
                RESPONSE,
            )
        )
    return found


def warcprox() -> list[bytes]:
    """The response names its request; fields of its own; no target in angle brackets; a resource that a client posted."""
    found = [info()]
    for n in range(2):
        found.append(
            record(
                "response",
                f"{HOST}/{n}",
                http(n),
                ("WARC-Payload-Digest", "sha1:" + hashlib.sha1(page(n)).hexdigest()),
                RESPONSE,
            )
        )
        found.append(record("request", f"{HOST}/{n}", asked(n), REQUEST))
    return [*found, record("resource", f"screenshot:{HOST}/0", b"\xff\xd8", ("Content-Type", "image/jpeg"))]


def jwarc() -> list[bytes]:
    """Names of fields in another case of letters, blanks around values."""
    fields = [
        ("warc-type", " response "),
        ("WARC-TARGET-URI", f"{HOST}/0"),
        ("Warc-Date", "2021-03-04T05:06:07.123456789Z"),
        ("warc-record-id", uid("j")),
    ]
    return [
        info(),
        warc([*fields, ("content-type", "application/http;msgtype=response")], http(0)),
        *wpull()[3:5],
    ]


def old_draft() -> list[bytes]:
    """WARC/0.18, and lines that end in LF alone."""
    how: dict[str, object] = {"version": "0.18"}
    return [
        info(**how),
        *(record("response", f"{HOST}/{n}", http(n), RESPONSE, **how) for n in range(2)),
        record("response", f"{HOST}/lf", http(5), RESPONSE, eol="\n"),
    ]


def arc() -> list[bytes]:
    """The Internet Archive's older format."""
    about = b"1 0 Alexa Internet\nURL IP-address Archive-date Content-type Archive-length\n"
    found = [b"filedesc://a.arc 0.0.0.0 20050102030405 text/plain %d\n" % len(about) + about + b"\n"]
    for n in range(3):
        wire = http(n)
        found.append(f"{HOST}/{n} 127.0.0.1 2005010203040{n} text/html {len(wire)}\n".encode() + wire + b"\n")
    return found


WRITERS: Mapping[str, Callable[[], list[bytes]]] = {
    "heritrix": heritrix, "wget": wget, "wpull": wpull, "grab-site": grab_site, "archivebox": archivebox, "browsertrix": browsertrix,
    "webrecorder": webrecorder, "cc-news": cc_news, "warcprox": warcprox, "jwarc": jwarc, "old draft": old_draft, "arc": arc,
}  # fmt: skip


def _by_record(records: list[bytes]) -> bytes:
    return b"".join(gzip.compress(r, mtime=0) for r in records)


def _zstd_by_record(records: list[bytes]) -> bytes:
    return b"".join(zstandard.compress(r) for r in records)


CONTAINERS: Mapping[str, Callable[[list[bytes]], bytes]] = {
    "plain": b"".join,
    "gzip by record": _by_record,
    "one gzip": lambda records: gzip.compress(b"".join(records), mtime=0),
    "bzip2": lambda records: bz2.compress(b"".join(records)),
    "zstd by record": _zstd_by_record,
}
