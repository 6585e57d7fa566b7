"""Answers that are cut anywhere, under every framing, between two whole ones: none is ever an edit.

Each page has a loopback address of its own, so that its failures trouble no other. The slow test cuts at more places.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, chunks, head

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WORDS = [
    "harbour",
    "ferry",
    "council",
    "vote",
    "budget",
    "school",
    "storm",
    "pier",
    "crew",
    "mayor",
    "market",
    "river",
    "bridge",
    "road",
    "train",
    "winter",
    "police",
    "fire",
    "court",
    "judge",
]
OK = (b"HTTP/1.1 200 OK", b"Content-Type: text/html; charset=utf-8")


def page(seed: int) -> bytes:
    """A story of thirty paragraphs, with a head, a menu and a footer."""
    rnd = random.Random(seed)
    title = " ".join(rnd.sample(WORDS, 6)).capitalize()
    text = "".join(f"<p>{' '.join(rnd.choices(WORDS, k=40)).capitalize()}.</p>\n" for _ in range(30))
    return (
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><nav><a href=/>Home</a></nav>"
        f"<article><h1>{title}</h1>\n{text}</article><footer>Imprint · Contact</footer></body></html>"
    ).encode()


def by_close(body: bytes, cut: float) -> Shape:
    return Shape((head(*OK, b"Connection: close") + body[: int(len(body) * cut)],), close=True)


def by_length(body: bytes, cut: float) -> Shape:
    return Shape((head(*OK, b"Content-Length: %d" % len(body)) + body[: int(len(body) * cut)],), close=True)


def by_chunks(body: bytes, cut: float) -> Shape:
    framed = chunks(body, 700)
    return Shape((head(*OK, b"Transfer-Encoding: chunked") + framed[: int(len(framed) * cut)],), close=True)


def by_gzip(body: bytes, cut: float) -> Shape:
    coded = gzip.compress(body, mtime=0)
    coded = coded[: int(len(coded) * cut)]
    return Shape((head(*OK, b"Content-Encoding: gzip", b"Content-Length: %d" % len(coded)) + coded,))


def by_brotli(body: bytes, cut: float) -> Shape:
    coded = brotli.compress(body)
    return Shape((head(*OK, b"Content-Encoding: br") + coded[: int(len(coded) * cut)],), close=True)


FRAMINGS: tuple[Callable[[bytes, float], Shape], ...] = (by_close, by_length, by_chunks, by_gzip, by_brotli)


@contextmanager
def served(
    cuts: int,
) -> Iterator[tuple[list[Origin], list[str], list[tuple[bytes, Callable[[bytes, float], Shape], float]]]]:
    """One server a framing and cut; their URLs, and what each serves."""
    rnd = random.Random(cuts)
    with ExitStack() as stack:
        origins, urls, cases = [], [], []
        for f, framing in enumerate(FRAMINGS):
            for n in range(cuts):
                origin = stack.enter_context(Origin(address=f"127.0.{f + 20}.{n + 1}"))
                origins.append(origin)
                urls.append(f"{origin.url}/2026/story-of-{f}-and-{n}")
                cases.append((page(100 * f + n), framing, rnd.uniform(0.02, 0.985)))
        yield origins, urls, cases


def archive_at(root: Path, hours: float) -> Archive:
    return Archive(root, clock=Clock(START + timedelta(hours=hours), speed=20.0))


@pytest.mark.parametrize("cuts", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_cut_is_no_edit_wherever_it_is(tmp_path: Path, cuts: int) -> None:
    root = tmp_path / "archive"
    Archive.create(root)
    with served(cuts) as (origins, urls, cases):
        allow = json.dumps([f"{o.address}:{o.port}" for o in origins])
        (root / FILENAME).write_text(
            f"[network]\nallow = {allow}\ntimeout = 8\n[crawl]\ndelay = 0.01\n[extract]\nworkers = 1\n"
        )
        for run, is_cut in enumerate((False, True, False)):
            for origin, url, (body, framing, cut) in zip(origins, urls, cases, strict=True):
                origin.shapes[url] = framing(body, cut if is_cut else 1.0)
            archive_at(root, run).crawl(urls=urls)
            if is_cut:
                coming, _ = archive_at(root, run + 0.1).agenda(limit=10 * cuts)
                soon = {c.url for c in coming if c.due_at <= START + timedelta(hours=run, minutes=15)}
                assert set(urls[:cuts]) <= soon  # nothing but the text shows that these were cut
    archive = archive_at(root, 4)
    stories = {url: archive.story(url) for url in urls}
    assert {url: len(s.versions) for url, s in stories.items()} == dict.fromkeys(urls, 1)
    assert archive.changes() == ()
