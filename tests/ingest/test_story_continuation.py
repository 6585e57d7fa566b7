"""A story with many captures goes on from where it was, and its rows are those of a rebuild."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newsarchive.errors import NothingFoundError
from newsarchive.index import open_readonly, reading, story
from newsarchive.index.write import Index, open_index
from newsarchive.ingest import ingest, rebuild
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.ingester import Ingester
from newsarchive.ingest.story_builder import Templates
from newsarchive.ingest.story_continuation import VERSIONS, extension_of
from newsarchive.model import Candidate, Exchange
from newsarchive.versions import Decision, append_decision
from newsarchive.warc import purge
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write
from tests.versions.build import OTHER_BODY

LIVE = f"{SITE}/news/4711/the-crane-falls-live"
SHORT = f"{SITE}/node/4711"
PROMPT = "Subscribe to the Gazette to read on."


def page(number: int, reads: int = 4711, dead: int = 12) -> bytes:
    """One of the states of the story: entries, the newest on top; some end in an invitation to subscribe."""
    entries = [text(n, 1)[0] for n in range(number, max(-1, number - 6), -1)]
    entries += [PROMPT] if number % 7 == 3 else []
    published = START + timedelta(hours=30 * (number // 9)) if number % 2 else None
    entries += [
        f"The crane fell on a row of parked cars, and {dead} people were hurt, said the harbour police."
    ]
    made = html(f"The crane falls {number // 5}", entries, published=published)
    return made.replace(b"</body>", b"<footer><p>Read %d times</p></footer></body>" % reads)


def choir(number: int) -> bytes:
    """Another story, under the same address."""
    return html(
        "Ninety singers win the prize",
        [*OTHER_BODY, *OTHER_BODY[number:]],
        published=START + timedelta(days=5),
    )


def archive_of(root: Path, steps: Sequence[Sequence[Exchange]]) -> None:
    """One crawl and one ingest for each step."""
    for i, exchanges in enumerate(steps):
        write(root, exchanges, f"crawl-{i}")
        ingest(root, config=CONFIG, sources=SOURCES)


def edits(count: int) -> list[list[Exchange]]:
    return [[answer(LIVE, page(i), hour=i / 4, seq=i)] for i in range(count)]


@contextmanager
def ready(root: Path) -> Iterator[Index]:
    """The index, with all captures taken in and no story put together."""
    with (
        Ingester(root, config=CONFIG, sources=SOURCES) as one,
        closing(open_index(root / "index.db")) as index,
    ):
        one.take_in(index)
        yield index


def goes_on(root: Path) -> bool:
    """Whether the stories of what was captured last go on; the ingest that follows puts them together."""
    with ready(root) as index:
        urls = index.connected(index.dirty_urls(9))
        return extension_of(index, urls, Decided(root), Templates(index)) is not None


LATER = {
    "an edit": (True, [answer(LIVE, page(20), hour=9)]),
    "the same again": (True, [answer(LIVE, page(VERSIONS - 1), hour=9)]),
    "an earlier state": (True, [answer(LIVE, page(4), hour=9)]),
    "several at once": (True, [answer(LIVE, page(20 + i), hour=9 + i) for i in range(4)]),
    "not found": (True, [answer(LIVE, b"", hour=9, status=404)]),
    "not modified": (True, [answer(LIVE, b"", hour=9, status=304)]),
    "another story": (False, [answer(LIVE, choir(1), hour=9)]),
    "an older capture": (False, [answer(LIVE, page(20), hour=0.1)]),
    "another spelling": (False, [answer(LIVE + "?utm_source=x", page(20), hour=9)]),
    "a feed that names it": (False, [answer(LIVE, page(20), hour=9, candidate=Candidate(url=LIVE, kind="feed", title="Crane"))]),
    "a redirect": (True, [answer(LIVE, b"", hour=9, status=301, headers=[("Location", SITE + "/")])]),
    "a short form": (False, [answer(SHORT, page(20), hour=9)]),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_what_goes_on_and_what_is_put_together_again_is_as_in_a_rebuild(tmp_path: Path, name: str) -> None:
    expected, exchanges = LATER[name]
    archive_of(tmp_path, edits(VERSIONS))
    write(tmp_path, exchanges, "later")
    assert goes_on(tmp_path) == expected
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


REPEATED = {
    "the same bytes": (True, [answer(LIVE, page(1), hour=9)]),
    "a counter beside the text": (True, [answer(LIVE, page(1, reads=4712), hour=9)]),
    "a counter in the text": (False, [answer(LIVE, page(1, dead=13), hour=9)]),
    "not modified, twice": (True, [answer(LIVE, b"", hour=9 + n, status=304) for n in range(2)]),
    "bytes and not modified": (True, [answer(LIVE, page(1), hour=9), answer(LIVE, b"", hour=10, status=304)]),
    "an edit": (False, [answer(LIVE, page(20), hour=9)]),
    "an earlier state": (False, [answer(LIVE, page(0), hour=9)]),
    "not found": (False, [answer(LIVE, b"", hour=9, status=404)]),
    "the same bytes with another status": (False, [answer(LIVE, page(1), hour=9, status=404)]),
    "the same bytes, then an edit": (False, [answer(LIVE, page(1), hour=9), answer(LIVE, page(20), hour=10)]),
    "another spelling": (False, [answer(LIVE + "?utm_source=x", page(1), hour=9)]),
    "a feed that names it": (False, [answer(LIVE, page(1), hour=9, candidate=Candidate(url=LIVE, kind="feed", title="Crane"))]),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_a_page_that_is_shown_again_is_counted_without_reading_it(tmp_path: Path, name: str) -> None:
    expected, exchanges = REPEATED[name]
    archive_of(tmp_path, edits(2))
    write(tmp_path, exchanges, "later")
    assert goes_on(tmp_path) == expected
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    write(tmp_path, [answer(LIVE, b"", hour=12, status=304)], "still-later")
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_one_capture_more_changes_as_many_rows_of_a_long_story_as_of_a_short_one(tmp_path: Path) -> None:
    archive_of(tmp_path, edits(VERSIONS + 4))
    changed = []
    for i in range(VERSIONS + 4, VERSIONS + 34):
        write(tmp_path, [answer(LIVE, page(i), hour=i / 4, seq=i)], f"crawl-{i}")
        with ready(tmp_path) as index, Ingester(tmp_path, config=CONFIG, sources=SOURCES) as one:
            before = index.db.total_changes
            one.put_together(index)
            changed.append(index.db.total_changes - before)
    with reading(tmp_path / "index.db") as db:
        assert story(db, LIVE).n_versions == VERSIONS + 34
    assert max(changed[-10:]) <= max(changed[:10]) + 2


STEPS = ("edit", "same", "again", "counter", "return", "304", "404", "late", "two", "other", "reuse", "split", "merge", "withhold", "undo", "purge")  # fmt: skip


class History:
    """An archive whose every step is crawled, decided or purged, then indexed."""

    def __init__(self, root: Path, versions: int) -> None:
        self._root = root
        self._at = 0
        self._decisions: list[Decision] = []
        self._last = page(0)
        for i in range(versions):
            self._last = page(i)
            self._capture(answer(LIVE, self._last, hour=i / 4, seq=i))

    def _capture(self, *exchanges: Exchange) -> None:
        self._at += 1
        write(self._root, exchanges, f"crawl-{self._at}")
        ingest(self._root, config=CONFIG, sources=SOURCES)

    def step(self, kind: str, number: int) -> None:
        hour = VERSIONS + self._at / 3
        made = {
            "edit": lambda: [answer(LIVE, page(self._at + 10), hour=hour)],
            "same": lambda: [answer(LIVE, page(number), hour=hour)],
            "again": lambda: [answer(LIVE, self._last, hour=hour)],
            "return": lambda: [answer(LIVE, page(self._at + 9), hour=hour)],
            "counter": lambda: [answer(LIVE, self._last.replace(b"Read 4711", b"Read %d" % (4712 + number)), hour=hour)],
            "304": lambda: [answer(LIVE, b"", hour=hour, status=304)],
            "404": lambda: [answer(LIVE, b"", hour=hour, status=404)],
            "late": lambda: [answer(LIVE, page(number + 30), hour=number / 3)],
            "two": lambda: [answer(LIVE, page(number + n), hour=hour + n / 9, seq=n) for n in range(2)],
            "other": lambda: [answer(SHORT, page(self._at), hour=hour)],
            "reuse": lambda: [answer(LIVE, choir(number % 2), hour=hour)],
        }  # fmt: skip
        if kind == "edit":
            self._last = page(self._at + 10)
        if kind in made:
            self._capture(*made[kind]())
        elif kind == "purge":
            self._purge()
        else:
            self._decide(kind, number)

    def _decide(self, kind: str, number: int) -> None:
        at = START + timedelta(days=2, minutes=self._at)
        self._at += 1
        if kind == "undo":
            if not self._decisions:
                return
            old = self._decisions[number % len(self._decisions)]
            decision = Decision(
                kind=old.kind,
                urls=old.urls,
                record_id=old.record_id,
                at=at,
                reason="a mistake",
                undo=True,
            )
        else:
            urls = (LIVE, SHORT) if kind == "merge" else (LIVE,)
            record = self._record(number) if kind == "split" else ""
            decision = Decision(kind=kind, urls=urls, record_id=record, at=at, reason="we know better")  # type: ignore[arg-type]
            self._decisions.append(decision)
        append_decision(self._root / "decisions.jsonl", decision)
        ingest(self._root, config=CONFIG, sources=SOURCES)

    def _record(self, number: int) -> str:
        with closing(open_readonly(self._root / "index.db")) as db:
            found = [r[0] for r in db.execute("SELECT warc_record_id FROM captures_read ORDER BY fetched_at")]
        return found[number % len(found)]

    def _purge(self) -> None:
        try:
            purge(self._root, [SHORT], "they asked", now=START + timedelta(days=9))
        except NothingFoundError:
            return
        ingest(self._root, config=CONFIG, sources=SOURCES)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.reuse, Phase.generate),  # to make a failure smaller takes minutes
)
@given(
    st.sampled_from((1, 2, VERSIONS)),
    st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 12)), min_size=3, max_size=12),
)
def test_any_history_that_came_step_by_step_is_that_of_a_rebuild(
    versions: int, steps: list[tuple[str, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        history = History(Path(folder), versions)
        for kind, number in steps:
            history.step(kind, number)
        report = rebuild(Path(folder), config=CONFIG, sources=SOURCES, check=True)
        assert report.equal, report.to_text()
