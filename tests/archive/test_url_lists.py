"""Sources out of OPML files, URLs out of lists."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive.url_lists import Outline, is_opml, opml_outlines, sources_of, urls_in
from newsarchive.model import Source

OPML = """<?xml version="1.0"?><opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="News"><outline type="rss" text="The Valley Gazette" xmlUrl="https://www.gazette.example/rss" htmlUrl="https://www.gazette.example/"/>
<outline type="rss" title="Gazette: sport" xmlUrl="https://www.gazette.example/sport/rss" htmlUrl="https://www.gazette.example/"/></outline>
<outline type="rss" text="Bote &amp; Anzeiger" xmlUrl="http://feeds.bote.example/all.xml"/>
<outline type="rss" text="a script" xmlUrl="javascript:alert(1)"/><outline text="an empty folder"/>
</body></opml>"""


def test_the_feeds_of_an_outlet_become_one_source() -> None:
    outlines, unreadable = opml_outlines(OPML)
    made = {s.name: s for s in sources_of(outlines, {})}
    assert unreadable == 1
    assert made.keys() == {"gazette", "feeds-bote"}
    assert made["gazette"].feeds == (
        "https://www.gazette.example/rss",
        "https://www.gazette.example/sport/rss",
    )
    assert (made["gazette"].title, made["gazette"].homepage) == (
        "The Valley Gazette",
        "https://www.gazette.example/",
    )
    assert made["feeds-bote"].homepage == "http://feeds.bote.example/"


def test_an_outlet_that_is_there_gets_the_feeds_that_are_new_to_it_and_nothing_if_there_are_none() -> None:
    there = Source(
        name="valley", title="Ours", domains=("gazette.example",), feeds=("https://www.gazette.example/rss",)
    )
    outlines, _ = opml_outlines(OPML)
    made = {s.name: s for s in sources_of(outlines, {"valley": there})}
    assert made["valley"].title == "Ours"
    assert made["valley"].feeds[-1] == "https://www.gazette.example/sport/rss"
    assert sources_of(outlines[:1], {"valley": there}) == []


def test_two_outlets_of_one_name_get_two() -> None:
    outlines = [
        Outline(f"https://news.{tld}/rss", f"https://news.{tld}/", "News")
        for tld in ("example", "test", "invalid")
    ]
    names = [s.name for s in sources_of(outlines, {})]
    assert len(set(names)) == 3


@pytest.mark.parametrize("text", ["", "<opml", "<opml><body><outline xmlUrl='", "\ud800<opml>", "{}"])
def test_a_broken_file_gives_nothing_and_stops_nothing(text: str) -> None:
    assert opml_outlines(text)[0] == []


@pytest.mark.parametrize(
    ("text", "expected"), [(OPML, True), ("<rss/>", False), ("https://a.example/", False)]
)
def test_opml_is_told_from_a_list(text: str, expected: bool) -> None:
    assert is_opml(text) is expected


@pytest.mark.parametrize(
    ("text", "urls", "unreadable"),
    [
        ("https://a.example/1\nhttps://a.example/2\n\n# a remark\nhttps://a.example/1\n", ["https://a.example/1", "https://a.example/2"], 0),
        ("title,url\nFerry,https://a.example/1\n\"Bridge, old\",https://a.example/2\nNothing,\n", ["https://a.example/1", "https://a.example/2"], 1),
        ("2026-05-04\thttps://a.example/1\tFerry\n- [Bridge](https://a.example/2)", ["https://a.example/1", "https://a.example/2"], 0),
        ("ftp://a.example/x\nno address\n", [], 2),
        ("url,title\nhttps://a.example/1," + "x" * 200_000 + "\nhttps://a.example/2,\n", ["https://a.example/2"], 1),
        ("", [], 0),
    ],
)  # fmt: skip
def test_urls_of_a_list(text: str, urls: list[str], unreadable: int) -> None:
    assert urls_in(text) == (urls, unreadable)


def test_import_takes_opml_files_and_lists_on_the_command_line(tmp_path: Path) -> None:
    def run(*words: object) -> tuple[int, str]:
        command = [sys.executable, "-m", "newsarchive", "--archive", tmp_path / "a", *words]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert run("init")[0] == 0
    (tmp_path / "feeds.opml").write_text(OPML)
    code, said = run("import", tmp_path / "feeds.opml")
    assert (code, "2 sources written" in said, "1 line without an address" in said) == (0, True, True)
    code, said = run("import", tmp_path / "feeds.opml")
    assert (code, "the archive has all its feeds" in said) == (0, True)
    (tmp_path / "broken.opml").write_text("<opml")
    code, said = run("import", tmp_path / "broken.opml")
    assert (code, "no address of a feed" in said) == (1, True)
    assert {p.stem for p in (tmp_path / "a" / "sources").glob("*.toml")} == {"gazette", "feeds-bote"}
    (tmp_path / "list.txt").write_text("no address\n")
    code, said = run("import", tmp_path / "list.txt")
    assert (code, "no URL in this list" in said) == (1, True)
