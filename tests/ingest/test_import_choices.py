"""What was chosen of imported files is kept beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.errors import ConfigError, UsageError
from newsarchive.ingest.import_scope import FILENAME, Choice, add_choice, read_choices
from tests.ingest.press import START

ONE = "imported/one.warc.gz"


def test_nothing_chosen_is_no_file(tmp_path: Path) -> None:
    assert read_choices(tmp_path) == {}


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (Choice(), Choice(), Choice()),
        (Choice(), Choice(domains=("a.example",)), Choice(domains=("a.example",))),
        (Choice(domains=("b.example",)), Choice(domains=("a.example",)), Choice(domains=("a.example", "b.example"))),
        (Choice(sources=("b",)), Choice(sources=("a",)), Choice(sources=("a", "b"))),
        (Choice(sources=("a",)), Choice(), Choice()),
        (Choice(), Choice(sources=("a",)), Choice()),
        (Choice(sources=("a",)), Choice(sources=("a",), domains=("x.example",)), Choice(sources=("a",), domains=("x.example",))),
    ],
)  # fmt: skip
def test_a_second_choice_adds_to_the_first(
    tmp_path: Path, first: Choice, second: Choice, both: Choice
) -> None:
    for choice in (first, second):
        add_choice(tmp_path, [ONE], choice, now=START)
    assert read_choices(tmp_path) == {ONE: both}


def test_the_same_choice_again_writes_nothing(tmp_path: Path) -> None:
    for _ in range(3):
        add_choice(tmp_path, [ONE], Choice(domains=("a.example",)), now=START)
    assert len((tmp_path / FILENAME).read_text().splitlines()) == 1


def test_each_file_has_its_own(tmp_path: Path) -> None:
    add_choice(tmp_path, [ONE, "imported/two.warc.gz"], Choice(sources=("a",)), now=START)
    add_choice(tmp_path, [ONE], Choice(sources=("b",)), now=START)
    assert read_choices(tmp_path) == {
        ONE: Choice(sources=("a", "b")),
        "imported/two.warc.gz": Choice(sources=("a",)),
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("example.org", "example.org"),
        (" WWW.Example.ORG. ", "example.org"),
        ("news.example.co.uk", "news.example.co.uk"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("127.0.0.2", "127.0.0.2"),
    ],
)
def test_a_domain_is_compared_in_one_spelling(text: str, name: str) -> None:
    assert Choice.of([text]).domains == (name,)


@pytest.mark.parametrize(
    "text", ["", "https://example.org/", "example.org/news", "a b.example", "com", "x@y.example"]
)
def test_what_is_no_domain_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"example\.org"):
        Choice.of([text])


def test_a_torn_last_line_is_left_out_and_cut_by_the_next_one(tmp_path: Path) -> None:
    add_choice(tmp_path, [ONE], Choice(domains=("a.example",)), now=START)
    with (tmp_path / FILENAME).open("a") as file:
        file.write('{"file": "imported/tw')
    assert read_choices(tmp_path) == {ONE: Choice(domains=("a.example",))}
    add_choice(tmp_path, [ONE], Choice(domains=("b.example",)), now=START)
    assert read_choices(tmp_path) == {ONE: Choice(domains=("a.example", "b.example"))}


@pytest.mark.parametrize(
    "line", ["nonsense", "[]", "{}", '{"file": "x", "domains": ["a/b"]}', '{"file": "x", "domains": 3}']
)
def test_a_wrong_line_is_named_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / FILENAME).write_text(f'{{"file": "{ONE}"}}\n{line}\n')
    with pytest.raises(ConfigError, match=r"imports\.jsonl:2"):
        read_choices(tmp_path)
