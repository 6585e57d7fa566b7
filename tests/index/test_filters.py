"""Every combination of filters, against plain Python on a small invented archive."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from newsarchive.index import search as search_module
from newsarchive.index.connection import open_readonly
from newsarchive.index.search import SearchQuery, SearchResult, search
from tests.index.build import START, Told, build

WORDS = ("bridge", "harbour", "crane", "toll", "mayor", "ferry", "gull")
FIRST = datetime(2026, 1, 20, 3, tzinfo=UTC)
CHOICES: dict[str, list[dict[str, Any]]] = {
    "words": [{"text": ""}, {"text": "bridge"}, {"text": "toll OR ferry"}, {"text": "crane -gull"}],
    "sources": [{}, {"sources": ("gazette",)}, {"sources": ("gazette", "courier")}],
    "language": [{}, {"language": "de"}],
    "section": [{}, {"section": "SPORT"}],
    "author": [{}, {"author": "lee"}],
    "days": [{}, {"since": date(2026, 2, 1)}, {"since": date(2026, 1, 25), "until": date(2026, 2, 3)}],
    "changed": [{}, {"changed": True}],
    "gone": [{}, {"gone": True}],
    "versions": [{}, {"all_versions": True}],
}


def invented(count: int, seed: int = 3) -> list[Told]:
    """Stories of one to three versions, each a few words of WORDS; some withheld."""
    rng = random.Random(seed)
    return [
        Told(
            f"https://{(source := rng.choice(['gazette', 'courier', 'herald']))}.example/{i}",
            [
                (f"Story {i}", " ".join(rng.sample(WORDS, rng.randint(1, 3))))
                for _ in range(rng.randint(1, 3))
            ],
            source=source,
            language=rng.choice(["en", "de"]),
            section=rng.choice(["", "Sport", "Town"]),
            authors=rng.choice([(), ("Ann Lee",), ("Bo Chen", "Leena Oak"), ("Cy Dow",)]),
            published=FIRST + timedelta(hours=rng.randint(0, 24 * 20)),
            status=rng.choice(["live", "live", "gone"]),
            withheld=rng.random() < 0.1,
        )
        for i in range(count)
    ]


def says(text: str, version: tuple[str, str]) -> bool:
    """Whether a version matches one of the queries above."""
    held = set(version[1].split())
    if text == "crane -gull":
        return "crane" in held and "gull" not in held
    return not text or not held.isdisjoint(text.split(" OR "))


def expected(stories: list[Told], wanted: SearchQuery) -> list[Told]:
    """What should be found, newest first."""
    found = []
    for told in stories:
        day = (told.published or START).date()
        versions = told.versions if wanted.all_versions and wanted.text else told.versions[-1:]
        if (
            not told.withheld
            and any(says(wanted.text, v) for v in versions)
            and (not wanted.sources or told.source in wanted.sources)
            and (not wanted.language or told.language == wanted.language)
            and (not wanted.section or told.section.lower() == wanted.section.lower())
            and (not wanted.author or any(wanted.author in a.lower() for a in told.authors))
            and (not wanted.since or day >= wanted.since)
            and (not wanted.until or day <= wanted.until)
            and (not wanted.changed or len(told.versions) > 1)
            and (not wanted.gone or told.status == "gone")
        ):
            found.append(told)
    return sorted(found, key=lambda t: t.published or START, reverse=True)


def numbers(told: Told, wanted: SearchQuery) -> tuple[int, ...]:
    """Numbers of the versions that match."""
    return tuple(i for i, version in enumerate(told.versions, 1) if says(wanted.text, version))


def urls(found: SearchResult) -> list[str]:
    return [hit.url for hit in found.hits]


STORIES = invented(120)
EVERYTHING = [
    SearchQuery(**{k: v for part in parts for k, v in part.items()}, limit=1000)
    for parts in itertools.product(*CHOICES.values())
]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    path = build(tmp_path_factory.mktemp("filters") / "index.db", STORIES)
    with closing(open_readonly(path)) as opened:
        yield opened


def test_the_invented_stories_tell_the_filters_apart() -> None:
    found = [len(expected(STORIES, wanted)) for wanted in EVERYTHING]
    assert len(found) == 2304
    assert sum(n > 0 for n in found) > 1500
    assert len(set(found)) > 40


def test_every_combination_of_filters_finds_what_plain_python_finds(db: Any) -> None:
    for wanted in EVERYTHING:
        right = expected(STORIES, wanted)
        months = Counter(f"{t.published:%Y-%m}" for t in right)
        for newest in (False, True):
            found = search(db, replace(wanted, newest=newest))
            assert (found.total, dict(found.months)) == (len(right), dict(months)), wanted
            if newest or not wanted.text:
                assert [h.published_at for h in found.hits] == [f"{t.published:%FT%TZ}" for t in right], (
                    wanted
                )
            assert sorted(urls(found)) == sorted(t.url for t in right), wanted
            if wanted.all_versions and wanted.text:
                told = {t.url: t for t in right}
                assert all(h.matching == numbers(told[h.url], wanted) for h in found.hits), wanted


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("more", [{}, {"all_versions": True}, {"changed": True}, {"text": ""}])
def test_pages_are_parts_of_the_whole(db: Any, newest: bool, more: dict[str, Any]) -> None:
    wanted = SearchQuery(**{"text": "bridge", "newest": newest, "limit": 1000, **more})
    whole = search(db, wanted)
    pages = [search(db, replace(wanted, limit=7, offset=at)) for at in range(0, whole.total, 7)]
    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {(page.total, page.months) for page in pages} == {(whole.total, whole.months)}


@pytest.mark.parametrize("ranked", [1, 2, 5, 17, 40])
@pytest.mark.parametrize("more", [{}, {"language": "de"}, {"since": date(2026, 1, 25)}, {"gone": True}])
def test_only_the_newest_texts_are_ranked(
    db: Any, monkeypatch: pytest.MonkeyPatch, ranked: int, more: dict[str, Any]
) -> None:
    monkeypatch.setattr(search_module, "RANKED", ranked)
    wanted = SearchQuery(text="bridge", limit=1000, **more)
    right = expected(STORIES, wanted)
    found = search(db, wanted)
    assert (found.total, found.ranked) == (len(right), min(ranked, len(right)))
    assert len(found.hits) == min(ranked, len(right))
    days = sorted(((t.published or START).date() for t in right), reverse=True)[:ranked]
    assert sorted((h.published_at[:10] for h in found.hits if h.published_at), reverse=True) == [
        day.isoformat() for day in days
    ]


@pytest.mark.parametrize("text", ["", "bridge"])
@pytest.mark.parametrize(
    ("since", "until", "is_all"),
    [
        (date.min, date.max, True),
        (date(1960, 1, 1), date(2400, 1, 1), True),
        (date.max, None, False),
        (None, date.min, False),
    ],
)
def test_days_far_away_are_no_error(
    db: Any, text: str, since: date | None, until: date | None, is_all: bool
) -> None:
    whole = search(db, SearchQuery(text=text)).total
    assert search(db, SearchQuery(text=text, since=since, until=until)).total == (whole if is_all else 0)
