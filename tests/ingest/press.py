"""A small invented paper whose pages go straight into WARC files: for tests of ingest."""

from __future__ import annotations

import gzip
import io
import random
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.config import Config, ExtractConfig
from newsarchive.model import Candidate, Exchange, Reason, RecordRef, Source
from newsarchive.times import Clock
from newsarchive.warc import ImportedFile, WarcStore, import_file

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SITE = "https://gazette.example"
CONFIG = Config(extract=ExtractConfig(workers=1))
SOURCES = {
    "gazette": Source(
        name="gazette", title="The Gazette", homepage=SITE + "/", language="en", domains=("gazette.example",)
    )
}
WHO = ["the mayor", "two engineers", "a fisherman", "the treasurer", "her deputy", "the harbour master", "several residents", "an inspector", "the ferry company", "market traders", "a retired captain", "the librarian"]  # fmt: skip
DID = [
    "praised",
    "measured",
    "refused",
    "repaired",
    "painted",
    "closed",
    "inspected",
    "rented",
    "moved",
    "sold",
    "counted",
    "defended",
]
WHAT = ["the old crane", "a narrow bridge", "three barges", "the northern pier", "an empty warehouse", "the fish market", "its steel cables", "the tide gauge", "a stone wall", "the winter road", "every lamp post", "the customs house"]  # fmt: skip
WHEN = [
    "on Tuesday",
    "before dawn",
    "last winter",
    "in silence",
    "at low tide",
    "after lunch",
    "without delay",
    "for years",
    "during Lent",
    "at noon",
    "once more",
    "since May",
]
WHY = ["because money ran short", "although nobody had asked", "while children watched", "so that boats could pass", "until the surveyors left", "when the storm was over", "since the lease had ended", "before the court could rule", "as if nothing had happened", "though the rails were rusty"]  # fmt: skip


def text(seed: int, count: int = 5) -> list[str]:
    """Invented paragraphs of two sentences each; those of two seeds have little in common."""
    rng = random.Random(seed)
    return [
        " ".join(_sentence(rng) for _ in range(2)) + f" That was item {seed * 10 + i}." for i in range(count)
    ]


def _sentence(rng: random.Random) -> str:
    parts = [rng.choice(words) for words in (WHO, DID, WHAT, WHEN, WHY)]
    return f"{parts[0].capitalize()} {parts[1]} {parts[2]} {parts[3]}, {parts[4]}, and {rng.choice(WHO)} {rng.choice(DID)} {rng.choice(WHAT)}."


def html(
    title: str,
    paragraphs: Iterable[str],
    *,
    published: datetime | None = None,
    head: str = "",
    after: str = "",
    lang: str = "en",
) -> bytes:
    """An article's page."""
    date = f'<meta property="article:published_time" content="{published.isoformat()}">' if published else ""
    body = "".join(f"<p>{p}</p>" for p in paragraphs)
    page = (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title} | The Gazette</title>'
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">{date}{head}</head>'
        f"<body><header><nav><a href='/'>Home</a> <a href='/news'>News</a></nav></header><main><article><h1>{title}</h1>"
        f'<p class="byline">By <a rel="author" href="/staff/lee">Ann Lee</a></p>{body}{after}</article></main>'
        f"<footer>The Gazette, Harbour Street 1</footer></body></html>"
    )
    return page.encode()


def answer(
    url: str,
    body: bytes,
    *,
    hour: float = 0,
    status: int = 200,
    content_type: str = "text/html; charset=utf-8",
    headers: Sequence[tuple[str, str]] = (),
    seq: int = 0,
    source: str = "gazette",
    reason: Reason = "new",
    candidate: Candidate | None = None,
    redirect_from: str | None = None,
    previous: RecordRef | None = None,
    error: str | None = None,
) -> Exchange:
    """An exchange as it went over the wire, `hour` hours after START."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers]
    raw = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    return Exchange(
        url=url,
        started_at=START + timedelta(hours=hour),
        request=b"GET / HTTP/1.1\r\nHost: gazette.example\r\n\r\n",
        response=None if error else io.BytesIO(raw),
        error=error,
        seq=seq,
        source=source,
        reason=reason,
        candidate=candidate,
        redirect_from=redirect_from,
        previous=previous,
    )


def write(root: Path, exchanges: Iterable[Exchange], crawl_id: str = "one") -> list[RecordRef]:
    """Write exchanges into a WARC of the archive `root`; references to them come back."""
    (root / "warc").mkdir(parents=True, exist_ok=True)
    made = []
    with WarcStore(root, crawl_id=crawl_id, clock=Clock(START)) as store:
        for exchange in exchanges:
            capture = store.commit(exchange)
            made.append(
                RecordRef(
                    record_id=capture.warc_record_id,
                    url=capture.url,
                    fetched_at=capture.fetched_at,
                    payload_digest=capture.payload_digest or "",
                )
            )
        store.sync()
    return made


def by_others(path: Path, pages: Iterable[tuple[str, float, bytes]], *, status: int = 200) -> Path:
    """A WARC of another program: responses alone, each (url, hours after START, body)."""
    with path.open("wb") as out:
        for url, hour, body in pages:
            http = f"HTTP/1.1 {status} OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            at = (START + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%SZ")
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, url + at)}>\r\n"
                f"WARC-Date: {at}\r\nWARC-Target-URI: {url}\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(http) + len(body)}\r\n\r\n"
            )
            out.write(gzip.compress(head.encode() + http + body + b"\r\n\r\n", mtime=0))
    return path


def take(root: Path, path: Path) -> ImportedFile:
    """Import a file, as `newsarchive import` does, without indexing it."""
    (root / "warc").mkdir(parents=True, exist_ok=True)
    return import_file(root, path, clock=Clock(START))
