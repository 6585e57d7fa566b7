"""The page of a front over time: places, headlines that were tested, links to the archive's own stories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsarchive.archive import Archive
from newsarchive.browse import app
from newsarchive.config import FILENAME
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.ingest.press import SITE, SOURCES, START, answer, html, text, write
from tests.test_fronts import FRONT, NAMES, front

from .conftest import STOPPED, Reader

PAGE = "/-/news/fronts"
ATTACK = "Ferry &lt;script&gt;alert(1)&lt;/script&gt; sails at last"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Archive.create(tmp_path_factory.mktemp("fronts") / "a", clock=Clock(START))
    (made.root / FILENAME).write_text("[extract]\nworkers = 1\n")
    write_source(made.root, SOURCES["gazette"])
    turns = [ATTACK, "The other headline of the ferry"] * 3
    shown = [answer(FRONT, front("abch", b=b), hour=n / 4, reason="section") for n, b in enumerate(turns)]
    pages = [answer(SITE + NAMES[n], html(f"Told {n}", text(ord(n))), hour=1.1) for n in "bh"]
    write(made.root, [*shown, *pages], "one")
    opened = Archive(made.root, clock=Clock(START))
    opened.ingest()
    opened.decide("withhold", SITE + NAMES["h"], reason="court order")
    found = Reader(app(made.root, settings=STOPPED))
    yield found
    found.close()


def test_the_list_names_each_page_and_the_source_leads_to_its_own(reader: Reader) -> None:
    assert [p["url"] for p in reader.json(f"{PAGE}.json")["pages"]] == [FRONT]
    assert 'href="/-/news/fronts?page=https%3A%2F%2Fgazette.example%2F"' in reader.html(PAGE)
    assert 'href="/-/news/fronts?page=https%3A%2F%2Fgazette.example%2F"' in reader.html(
        "/-/news/source/gazette"
    )


def test_a_front_shows_places_and_headlines_that_were_tested_and_nothing_withheld(reader: Reader) -> None:
    data = reader.json(f"{PAGE}.json?page={FRONT}")
    assert [(s["places"][-1]["position"], s["headlines"]) for s in data["stories"]] == [
        (1, ""),
        (2, "tested"),
        (3, ""),
    ]
    assert data["captures"] == 6
    shown = reader.html(f"{PAGE}?page=gazette")
    assert "headlines tested against each other" in shown
    assert "<script>alert" not in shown
    assert f'/-/news/story/{data["stories"][1]["story_id"]}"' in shown
    assert NAMES["h"] not in shown
    assert "Story h of" not in shown + str(data)


@pytest.mark.parametrize(
    ("query", "status", "count"),
    [
        (f"page={FRONT}&since=2026-03-02", 200, 3), (f"page={FRONT}&until=2026-03-02", 200, 3), (f"page={FRONT}&since=2020-01-01", 200, 0),
        ("page=https://elsewhere.example/", 404, None), (f"page={FRONT}&since=2026-03-03&until=2026-03-01", 400, None),
        (f"page={FRONT}&since=0001-01-01&until=9999-12-31", 200, 3),
    ],
)  # fmt: skip
def test_days_choose_and_what_cant_be_is_said(
    reader: Reader, query: str, status: int, count: int | None
) -> None:
    found = reader.get(f"{PAGE}.json?{query}")
    assert found.status_code == status
    assert count is None or len(found.json()["stories"]) == count
    assert reader.get(f"{PAGE}?{query}").status_code == status
