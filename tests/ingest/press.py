"""A small invented paper whose pages go straight into WARC files: for tests of ingest."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.config import Config, ExtractConfig
from newsarchive.model import Candidate, Exchange, Reason, RecordRef, Source
from newsarchive.times import Clock
from newsarchive.warc import WarcStore

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SITE = "https://gazette.example"
CONFIG = Config(extract=ExtractConfig(workers=1))
SOURCES = {
    "gazette": Source(
        name="gazette", title="The Gazette", homepage=SITE + "/", language="en", domains=("gazette.example",)
    )
}
SENTENCES = (
    "The council met on Tuesday evening to decide how the old harbour crane should be repaired this year.",
    "Engineers had warned for months that the crane could no longer carry the weight of the winter barges.",
    "Several residents spoke against the plan because the road along the quay would be closed until June.",
    "The treasurer said that the money had been put aside in the spring and would not be spent elsewhere.",
    "A vote is expected before the end of the month, after the surveyors have handed in their last report.",
    "Shopkeepers near the market hope that the work will bring visitors back to the lower part of the town.",
    "The ferry company announced that its boats would leave from the northern pier while the work goes on.",
    "Nobody on the committee wanted to say what would happen if the repair cost more than was agreed.",
)  # fmt: skip


def text(seed: int, count: int = 5) -> list[str]:
    """Invented paragraphs that differ from seed to seed."""
    picked = [SENTENCES[(seed * 3 + i * (seed % 3 + 1)) % len(SENTENCES)] for i in range(count)]
    return [f"In district {seed}, part {i + 1}: {sentence}" for i, sentence in enumerate(picked)]


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
