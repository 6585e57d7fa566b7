"""Source files: read strictly, written rarely, the same after a round trip."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.errors import ArchiveNotWritableError, BadUrlError, ConfigError
from newsarchive.model import SiteRule, Source
from newsarchive.sources import (
    builtin_outlets,
    parse_source,
    read_source,
    read_sources,
    source_name_for,
    source_to_toml,
    write_source,
)

FULL = Source(
    name="gazette",
    title='The "Gazette" of Élan\\Ville',
    homepage="https://gazette.example/",
    language="fr",
    domains=("gazette.example", "gazette.test"),
    feeds=("https://gazette.example/rss", "https://gazette.example/" + "very-long-path/" * 8),
    sitemaps=("https://gazette.example/news.xml",),
    sections=("https://gazette.example/europe",),
    article_patterns=(r"/\d{4}/[^/]+\.html$", "it's"),
    exclude_patterns=("/live/",),
    delay=2.5,
    daily_budget=300,
    obey_robots=False,
    night="22:00-06:00",
    cookies_file="cookies.txt",
    login_header="GAZETTE_LOGIN",
    render=True,
    requisites=True,
    enabled=False,
    rules=(
        SiteRule(action="drop", selector="div.promo > p", since=date(2026, 1, 2), until=date(2026, 3, 4)),
        SiteRule(action="root", selector="main article", note="new layout"),
    ),
)


def write(folder: Path, text: str, name: str = "gazette") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_source_with_everything_comes_back_the_same(tmp_path: Path) -> None:
    path = write_source(tmp_path, FULL)
    assert path == tmp_path / "sources" / "gazette.toml"
    assert read_source(path) == FULL
    assert read_sources(tmp_path) == {"gazette": FULL}


@given(
    title=st.text(max_size=60).filter(lambda t: "\r" not in t),
    pattern=st.sampled_from([r"\d+", "a'b", 'a"b', "\\", "\t", "\x7f", "é", ""]),
    delay=st.one_of(st.none(), st.floats(0, 1e7), st.integers(0, 100)),
)
def test_any_values_come_back_the_same(title: str, pattern: str, delay: float | None) -> None:
    patterns = (pattern,) if pattern not in ("\\",) else (r"\\",)
    source = Source(name="x", title=title, article_patterns=patterns, delay=delay)
    again = parse_source(source_to_toml(source), Path("x.toml"))
    if delay is None or delay > 1e-3:
        assert again == source


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert source_to_toml(Source(name="x", feeds=("https://x.example/rss",))) == (
        'name = "x"\nfeeds = ["https://x.example/rss"]\n'
    )


def test_a_hand_written_file_that_says_the_same_keeps_its_comments(tmp_path: Path) -> None:
    text = '# my notes\nhomepage = "https://x.example/"   # the front page\n'
    (tmp_path / "sources").mkdir()
    path = write(tmp_path / "sources", text, "x")
    write_source(tmp_path, Source(name="x", homepage="https://x.example/"))
    assert path.read_text() == text
    write_source(tmp_path, Source(name="x", homepage="https://x.example/en"))
    assert path.read_text() == '# my notes\nhomepage = "https://x.example/en"   # the front page\n'


HAND_WRITTEN = """\
# asked the editor on 3 March: not at night
delay = 5.0   # they asked for this
homepage='https://x.example/'

feeds = [
  "https://x.example/a",  # all of it
  "https://x.example/b",  # sport
]
# the spring layout
[[rules]]
action = "drop"  # was: keep
selector = "p"
# the new one
[[rules]]
selector = "main"
action = "root"
"""
DROP, ROOT = SiteRule(action="drop", selector="p"), SiteRule(action="root", selector="main")
A, B, C = (f"https://x.example/{letter}" for letter in "abc")


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"delay": 9.5}, "delay = 5.0   #", "delay = 9.5   #"),
        ({"delay": None}, "delay = 5.0   # they asked for this\n", ""),
        ({"homepage": B}, "'https://x.example/'", f'"{B}"'),
        ({"feeds": (A, B, C)}, "# sport\n]", f'# sport\n  "{C}",\n]'),
        ({"feeds": (B,)}, f'  "{A}",  # all of it\n', ""),
        ({"enabled": False}, "# sport\n]\n", "# sport\n]\nenabled = false\n"),
        ({"language": "fr", "night": ""}, "# sport\n]\n", '# sport\n]\nlanguage = "fr"\n'),
        (
            {"rules": (DROP, ROOT, SiteRule(action="keep", selector="h2"))},
            'action = "root"\n',
            'action = "root"\n\n[[rules]]\naction = "keep"\nselector = "h2"\n',
        ),
        ({"rules": (DROP,)}, '[[rules]]\nselector = "main"\naction = "root"\n', ""),
    ],
)
def test_only_the_value_that_changes_is_rewritten(
    tmp_path: Path, change: dict[str, object], old: str, new: str
) -> None:
    (tmp_path / "sources").mkdir()
    path = write(tmp_path / "sources", HAND_WRITTEN, "x")
    assert HAND_WRITTEN.count(old) == 1
    write_source(tmp_path, replace(read_source(path), **change))
    assert path.read_text() == HAND_WRITTEN.replace(old, new)


RULES = st.builds(
    SiteRule,
    action=st.sampled_from(["keep", "drop", "root"]),
    selector=st.sampled_from("pqr"),
    note=st.text(max_size=3),
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(max_size=5),
        "feeds": st.lists(st.sampled_from([A, B, C, f"{A}#'"]), max_size=5).map(tuple),
        "article_patterns": st.lists(st.sampled_from(["/a/", r"\d", "#", "'"]), max_size=3).map(tuple),
        "delay": st.none() | st.integers(0, 9) | st.floats(0, 9),
        "enabled": st.booleans(),
        "rules": st.lists(RULES | st.sampled_from([DROP, ROOT]), max_size=4).map(tuple),
    },
)


@settings(max_examples=40, deadline=None)
@given(changes=st.lists(CHANGES, min_size=1, max_size=3))
@pytest.mark.parametrize(
    "text", [HAND_WRITTEN, 'rules = [{action = "drop", selector = "p"}]  # one line\n', ""]
)
def test_whatever_changes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, changes: list[dict[str, object]]
) -> None:
    root = tmp_path_factory.mktemp("archive")
    (root / "sources").mkdir()
    path = write(root / "sources", text, "x")
    for change in changes:
        wanted = replace(read_source(path), **change)
        write_source(root, wanted)
        assert read_source(path) == wanted
    if text == HAND_WRITTEN:
        assert path.read_text().startswith("# asked the editor on 3 March: not at night\n")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("# only notes", "# only notes\nenabled = false\n"),
        ("delay = 1.0", "delay = 1.0\nenabled = false\n"),
        ("delay = 1.0  # slow\n\n# at the end\n", "delay = 1.0  # slow\n\n# at the end\nenabled = false\n"),
        (
            "# notes\n[[rules]]\naction='root'\nselector='p'",
            "enabled = false\n# notes\n[[rules]]\naction='root'\nselector='p'",
        ),
    ],
)
def test_a_new_key_comes_last_but_before_the_rules(tmp_path: Path, text: str, after: str) -> None:
    (tmp_path / "sources").mkdir()
    path = write(tmp_path / "sources", text, "x")
    write_source(tmp_path, replace(read_source(path), enabled=False))
    assert path.read_text() == after


def test_a_file_that_is_no_source_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    path = write(tmp_path / "sources", "title = \n", "x")
    write_source(tmp_path, Source(name="x", title="X"))
    assert path.read_text() == 'name = "x"\ntitle = "X"\n'


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    path = tmp_path / "sources" / "x.toml"
    path.write_bytes(b"# by hand\r\ndelay = 1.0  # slow\r\nenabled = true\r\n")
    write_source(tmp_path, Source(name="x", delay=3.0))
    assert path.read_bytes() == b"# by hand\r\ndelay = 3.0  # slow\r\nenabled = true\r\n"


def test_no_half_written_file_is_left_behind(tmp_path: Path) -> None:
    write_source(tmp_path, FULL)
    assert [p.name for p in (tmp_path / "sources").iterdir()] == ["gazette.toml"]


@pytest.mark.parametrize(
    ("text", "says", "line", "next_step"),
    [
        ('title = "x"\nfeed = ["https://x.example/rss"]\n', "unknown key 'feed'", 2, "feeds"),
        ("title = 3\n", "text in quotes", 1, ""),
        ('feeds = "https://x.example/rss"\n', "list of texts", 1, ""),
        ('\nhomepage = "ftp://x.example/"\n', "not an http", 2, ""),
        ('feeds = ["https://u:secret@x.example/"]\n', "password", 1, ""),
        ('domains = ["https://x.example"]\n', "not a host name", 1, "without scheme"),
        ('name = "other"\n', "must be called other.toml", 1, ""),
        ('name = "Gazette!"\n', "can't name a source", 1, "a-z"),
        ('article_patterns = ["("]\n', "not a regular expression", 1, ""),
        ('night = "10pm"\n', "window of time", 1, "UTC"),
        ("delay = -1\n", "negative", 1, ""),
        ("daily_budget = 2.5\n", "whole number", 1, ""),
        ('[[rules]]\naction = "drop"\n', "without 'selector'", 1, ""),
        ('[[rules]]\naction = "hide"\nselector = "p"\n', "not an action", 2, "keep, drop"),
        (
            '[[rules]]\naction = "drop"\nselector = "p"\nsince = "2026-01-01"\n',
            "date without quotes",
            4,
            "2026",
        ),
        ('[[rules]]\naction = "drop"\nselektor = "p"\n', "without 'selector'", 1, ""),
        ('rules = "none"\n', "rules are tables", 1, ""),
        ("title = \n", "not valid TOML", 1, ""),
    ],
)
def test_a_wrong_file_is_told_with_its_line(
    tmp_path: Path, text: str, says: str, line: int, next_step: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read_source(write(tmp_path, text))
    assert says in caught.value.what
    assert caught.value.where.endswith(f"gazette.toml:{line}")
    assert next_step in caught.value.next_step
    assert caught.value.exit_code == 2
    assert "secret" not in str(caught.value)


def test_a_missing_or_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="can't read"):
        read_source(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="can't read"):
        read_source(tmp_path / "bad.toml")


def test_values_that_could_not_be_read_back_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        write_source(tmp_path, Source(name="../evil"))
    with pytest.raises(ConfigError):
        write_source(tmp_path, Source(name="x", feeds=("file:///etc/passwd",)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "sources").write_text("a file where the folder should be")
    with pytest.raises(ArchiveNotWritableError):
        write_source(tmp_path, Source(name="x"))


def test_an_archive_without_sources_has_none(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == {}


def test_the_built_in_sources_are_whole_and_say_that_they_were_not_fetched() -> None:
    known = builtin_outlets()
    assert "mee" in known
    assert len(known) >= 12
    for name, outlet in known.items():
        source = outlet.source
        assert source.homepage
        assert source.feeds or source.sitemaps
        assert source.language
        assert source.domains, name
        assert outlet.state == "not yet seen live"
        file = Path(read_source.__code__.co_filename).parent / "builtin" / f"{name}.toml"
        assert not file.exists() or "not fetched from here" in file.read_text()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://www.middleeasteye.net/rss", "middleeasteye"),
        ("https://news.gazette.example.co.uk/", "news-gazette-example"),
        ("http://127.0.0.2:8080/", "127-0-0-2"),
        ("http://localhost/", "localhost"),
        ("https://www.gazette.example/", "gazette"),
        ("https://news.gazette.example/", "news-gazette"),
        ("https://gazette.co.uk/", "gazette"),
        ("http://[::1]:80/", "1"),
        ("https://www.zeitung-für-alle.example/", "xn-zeitung-fr-alle-7vb"),
        ("https://" + "long" * 15 + ".example/", ("long" * 15)[:40]),
    ],
)
def test_a_name_is_made_from_the_host(url: str, name: str) -> None:
    assert source_name_for(url) == name
    assert parse_source(source_to_toml(Source(name=name)), Path(f"{name}.toml")).name == name


def test_no_name_is_made_from_what_is_no_url() -> None:
    with pytest.raises(BadUrlError):
        source_name_for("gazette")
