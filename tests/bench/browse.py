"""How long the pages of browse take on a large archive.

    python -m tests.bench.browse [--stories 100000] [--keep DIR] [--requests 40] [--json]

Writes stories of the newsroom's generator (four outlets, two languages, two versions each: a headline, a
paragraph or a number was edited; one in twenty is gone), serves them over HTTP on loopback, and asks for each route with ever other
ids and words. Prints p50 and p95 in milliseconds, the size of the index a story, and its machine; asserts
nothing. `--keep DIR` leaves the archive there and takes it again if it holds one.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

import datasette

from newsarchive.browse import app
from newsarchive.model import Change
from tests.browse.build import Desk, State
from tests.browse.chromium import serving
from tests.newsroom.generate import Draft, stories

OUTLETS = {"gazette": "en", "harbour": "en", "courier": "en", "morgenblatt": "de"}
END = datetime(2026, 11, 2, 6, tzinfo=UTC)
BATCH = 1000
COMMON = "the"  # stands in nearly every English text


def fill(root: Path, count: int) -> None:
    """Writes `count` stories with two versions each, without looking for copies: all are made of the same few sentences."""
    each = count // len(OUTLETS)
    with Desk(root, finds_copies=False) as desk:
        for name, language in OUTLETS.items():
            desk.source(name, title=name.title(), language=language)
        written = 0
        for name, language in OUTLETS.items():
            for draft in stories(11, each, name, language=language, end=END, per_day=each / 1000):
                tell(desk, name, draft)
                written += 1
                if written % BATCH == 0:
                    desk.flush()


def tell(desk: Desk, source: str, draft: Draft) -> None:
    """One story: seen ten minutes after it came out, edited three hours later, looked at two times more."""
    at = draft.published_at + timedelta(minutes=10)
    first = State(
        at=at, title=draft.title, description=draft.standfirst, authors=draft.authors, paragraphs=draft.paragraphs,
        captions=draft.captions, section=draft.section,
    )  # fmt: skip
    text, later = draft.paragraphs, at + timedelta(hours=3)
    kind, second = (
        ("headline", replace(first, at=later, title=f"{draft.title} after all")),
        ("added", replace(first, at=later, paragraphs=(*text, draft.standfirst))),
        ("number", replace(first, at=later, paragraphs=(f"{text[0]} ({draft.number})", *text[1:]))),
    )[draft.number % 3]
    change = Change(
        kind=kind, kinds=(kind,), significant=kind != "number", reason="invented", silent=draft.number % 2 == 0,
        chars_added=20, chars_removed=0, share=0.01,
    )  # fmt: skip
    url = f"https://{source}.example/{draft.section.lower().replace(' ', '-')}/{draft.number}"
    checks = [at + timedelta(hours=h) for h in (1, 9)]
    gone = at + timedelta(hours=30) if draft.number % 20 == 0 else None
    desk.story(
        source, url, [first, second], published=draft.published_at, checks=checks, changes=[change], gone=gone
    )


def routes(root: Path, seed: int = 5) -> dict[str, Callable[[], str]]:
    """For each route a function that gives the next address to ask for."""
    rng = random.Random(seed)
    with closing(sqlite3.connect(f"file:{root / 'index.db'}?mode=ro", uri=True)) as db:
        rows = db.execute(
            "SELECT story_id, first_capture_id FROM versions WHERE version_no = 2 ORDER BY id LIMIT 4000"
        ).fetchall()
        titles = [t for (t,) in db.execute("SELECT title FROM versions ORDER BY id LIMIT 4000")]
        section, author = (_middling(db, name) for name in ("section", "authors"))

    def story() -> str:
        return f"/-/news/story/{rng.choice(rows)[0]}"

    def words(count: int) -> str:
        parts = [w for w in rng.choice(titles).split() if len(w) > 4] or ["bridge"]
        return quote(" ".join(parts[:count]))

    day = (END - timedelta(days=300)).date()
    filters = {
        "a source": "source=gazette",
        "a language": "lang=en",
        "a section": f"section={quote(section)}",
        "an author": f"author={quote(author)}",
        "from a day": f"since={day}",
        "up to a day": f"until={day}",
        "edited": "changed=1",
        "gone": "gone=1",
    }
    return {
        "front": lambda: "/-/news",
        "search, one word": lambda: f"/-/news/search?q={words(1)}",
        "search, two words": lambda: f"/-/news/search?q={words(2)}",
        "search, a common word": lambda: f"/-/news/search?q={COMMON}",
        "search, common, newest": lambda: f"/-/news/search?q={COMMON}&sort=newest",
        "search, common, page 5": lambda: f"/-/news/search?q={COMMON}&page=5",
        **{f"search, common, {name}": _common(query) for name, query in filters.items()},
        "search, common, three filters": lambda: (
            f"/-/news/search?q={COMMON}&source=gazette&since={day}&changed=1"
        ),
        "search, common, removed too": lambda: f"/-/news/search?q={COMMON}&all=1",
        "search, no word": lambda: "/-/news/search",
        "search, no word, filters": lambda: f"/-/news/search?lang=en&author={quote(author)}&changed=1",
        "story": story,
        "diff": lambda: f"{story()}/diff",
        "story, words marked": lambda: f"{story()}?q=the",
        "diff, words marked": lambda: f"{story()}/diff?q=the",
        "diff, side by side": lambda: f"{story()}/diff?view=sides",
        "capture": lambda: f"/-/news/capture/{rng.choice(rows)[1]}",
        "changes": lambda: "/-/news/changes",
        "changes, silent headlines": lambda: "/-/news/changes?silent=1&headline=1&source=gazette",
        "changes, page 100": lambda: "/-/news/changes?page=100",
        "changes, Atom": lambda: "/-/news/changes.atom",
        "vanished": lambda: "/-/news/vanished",
        "vanished, a kind of a source": lambda: "/-/news/vanished?kind=gone&source=gazette",
        "vanished, page 50": lambda: "/-/news/vanished?page=50",
        "vanished, Atom": lambda: "/-/news/vanished.atom",
        "digest, a week": lambda: f"/-/news/digest?period=week&day={day}",
        "source": lambda: f"/-/news/source/{rng.choice(list(OUTLETS))}",
        "source, 365 days": lambda: "/-/news/source/gazette?days=365",
        "table stories": lambda: "/archive/stories",
        "table stories, faceted": lambda: "/archive/stories?source=gazette",
        "most edited stories": lambda: "/archive/most_edited_stories",
    }


def _common(query: str) -> Callable[[], str]:
    return lambda: f"/-/news/search?q={COMMON}&{query}"


def _middling(db: sqlite3.Connection, column: str) -> str:
    """A value of English stories that is neither rare nor everywhere."""
    sql = f"SELECT {column}, COUNT(*) FROM versions WHERE language = 'en' AND {column} != '' GROUP BY 1 ORDER BY 2, 1"
    values = [row[0] for row in db.execute(sql)]
    return str(values[len(values) * 3 // 4])


def ask(
    url: str, asked: dict[str, Callable[[], str]], requests: int
) -> Iterator[tuple[str, list[float], list[float], int]]:
    """(route, milliseconds of each request, CPU milliseconds of one, bytes of the last answer); the first request of each is left out.

    CPU is the whole process's, client included; on a busy machine it says more than the wall clock.
    """
    parts = urlsplit(url)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)) as connection:
        for name, next_path in asked.items():
            times: list[float] = []
            spent: list[float] = []
            body = b""
            for i in range(requests + 1):
                path = next_path()
                start, cpu = time.perf_counter(), time.process_time()
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 200:
                    raise RuntimeError(f"{path}: status {answer.status}")
                if i:
                    times.append((time.perf_counter() - start) * 1000)
                    spent.append((time.process_time() - cpu) * 1000)
            yield name, times, spent, len(body)


def measure(root: Path, requests: int) -> dict[str, object]:
    """All figures."""
    served = app(root)
    found = {}
    with serving(served) as url:
        for name, times, cpu, size in ask(url, routes(root), requests):
            found[name] = {
                "p50": round(statistics.median(times), 1),
                "p95": round(statistics.quantiles(times, n=20)[-1], 1),
                "cpu": round(statistics.median(cpu), 1),
                "cpu95": round(statistics.quantiles(cpu, n=20)[-1], 1),
                "kB": round(size / 1000),
            }
    for database in served.databases.values():
        database.close()
    with closing(sqlite3.connect(root / "index.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        counts = {
            t: db.execute(f"SELECT COUNT(*) FROM {t}").fetchone()[0]
            for t in ("stories", "versions", "captures")
        }
        sizes: dict[str, int] = {}
        with suppress(sqlite3.OperationalError):  # an SQLite without dbstat
            sizes = dict(
                db.execute("SELECT name, SUM(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 8")
            )
    size = (root / "index.db").stat().st_size
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}",
        "software": f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Datasette {datasette.__version__}",
        **counts,
        "index_bytes": size,
        "bytes_a_story": size // max(counts["stories"], 1),
        "largest": {name: n // max(counts["stories"], 1) for name, n in sizes.items()},
        "routes": found,
    }


def main() -> None:
    """Makes the archive, asks, prints."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=40, help="timed requests a route")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder)
        start = time.monotonic()
        if not (root / "index.db").exists():
            root.mkdir(exist_ok=True)
            fill(root, options.stories)
        written = time.monotonic() - start
        result = measure(root, options.requests)
    result["seconds_to_write"] = round(written, 1)
    if options.json:
        print(json.dumps(result, indent=1))
        return
    for name, value in result.items():
        if name != "routes":
            print(f"{name}: {value}")
    print(f"\n{'route':32} {'p50 ms':>8} {'p95 ms':>8} {'CPU ms':>8} {'CPU p95':>8} {'kB':>6}")
    for name, figures in result["routes"].items():  # type: ignore[attr-defined]
        print(
            f"{name:32} {figures['p50']:8.1f} {figures['p95']:8.1f} {figures['cpu']:8.1f} {figures['cpu95']:8.1f} {figures['kB']:6}"
        )


if __name__ == "__main__":
    main()
