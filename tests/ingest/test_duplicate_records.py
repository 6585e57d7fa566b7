"""One record in several files: the index names the same place, whatever came first."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.index import reading
from newsarchive.index.integrity import compare_indexes
from newsarchive.ingest import ingest, warc_scan
from newsarchive.ingest.import_scope import Choice, add_choice
from newsarchive.ingest.page_sources import host_or_empty
from newsarchive.ingest.warc_scan import rank
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, by_others, html, take, text, write

PLACES = [("a.warc.gz", 9), ("b.warc.gz", 0), ("imported/a.warc.gz", 0), ("imported/a.warc.gz", 5), ("imported/b.warc.gz", 1)]  # fmt: skip
FAR = "https://far.example/x"


def test_own_files_come_first_then_names_then_offsets() -> None:
    turned = PLACES[::-1]
    assert sorted(turned, key=lambda p: rank(*p)) == PLACES


def is_rebuilt(root: Path) -> None:
    """The index, brought up to date, is what a rebuild makes."""
    ingest(root, config=CONFIG, sources=SOURCES)
    other = root.parent / "rebuilt"
    shutil.rmtree(other, ignore_errors=True)
    other.mkdir()
    for file in ("warc", "imports.jsonl"):
        if (root / file).exists():
            (other / file).symlink_to(root / file)
    ingest(other, config=CONFIG, sources=SOURCES)
    assert compare_indexes(root / "index.db", other / "index.db") == ()


def files(root: Path) -> set[str]:
    with reading(root / "index.db") as db:
        sql = "SELECT w.name FROM captures c JOIN warc_files w ON w.id = c.warc_file_id"
        return {name.partition("/")[0] for (name,) in db.execute(sql)}


@pytest.fixture(params=[1, 2, 100], autouse=True)
def size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warc_scan, "BATCH", request.param)


def test_an_imported_copy_of_an_own_file_changes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "a"
    write(root, [answer(f"{SITE}/{n}", html(f"T {n}", text(n)), seq=n, hour=n) for n in range(3)])
    own = next((root / "warc").glob("*.warc.gz"))
    is_rebuilt(root)
    copy = shutil.copy(own, tmp_path / "copy.warc.gz")
    take(root, Path(copy))
    is_rebuilt(root)
    assert files(root) == {own.name}


def test_an_own_file_that_comes_back_takes_the_place_of_its_imported_copy(tmp_path: Path) -> None:
    root, there = tmp_path / "a", tmp_path / "there"
    write(there, [answer(f"{SITE}/{n}", html(f"T {n}", text(n)), seq=n, hour=n) for n in range(3)])
    own = next((there / "warc").glob("*.warc.gz"))
    take(root, own)
    is_rebuilt(root)
    assert files(root) == {"imported"}
    shutil.copy(own, root / "warc" / own.name)
    is_rebuilt(root)
    assert files(root) == {own.name}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_files_that_overlap_may_be_imported_in_any_order(tmp_path: Path, order: tuple[int, ...]) -> None:
    root = tmp_path / "a"
    pages = [(f"{SITE}/{n}", float(n), html(f"T {n}", text(n))) for n in range(4)]
    made = [by_others(tmp_path / f"{n}.warc.gz", [pages[n], pages[n + 1], pages[0]]) for n in range(3)]
    for number in order:
        take(root, made[number])
        is_rebuilt(root)


@pytest.mark.parametrize("pick", [min, max])
def test_a_copy_that_is_chosen_stays_when_the_other_leaves(
    tmp_path: Path, pick: Callable[[list[str]], str]
) -> None:
    root = tmp_path / "a"
    pages = [(FAR, 0.0, html("Far", text(1))), (f"{SITE}/a", 1.0, html("A", text(2)))]
    names = [take(root, by_others(tmp_path / f"{n}.warc.gz", pages[: n + 1])).filenames[0] for n in range(2)]
    for name in names:
        add_choice(root, [name], Choice(domains=("far.example",)), now=START)
    is_rebuilt(root)
    (root / "imports.jsonl").write_text("")
    add_choice(root, [pick(names)], Choice(domains=("far.example",)), now=START)
    is_rebuilt(root)
    with reading(root / "index.db") as db:
        hosts = {host_or_empty(url) for (url,) in db.execute("SELECT url FROM stories")}
    assert hosts == {"far.example", "gazette.example"}
