"""What a robots.txt allows, kind by kind: the expectations of RFC 9309 and of Google's public tests of its own reader.

Each row is a file, the paths that it leaves open to the crawler `tidewatch`, and those that it closes. Every behaviour
that Google's tests expect has a row here, but for `DIFFERS`, where RFC 9309 says otherwise or says nothing.
"""

from __future__ import annotations

import pytest

from newsarchive.crawl.robots import read_robots

AGENT = "tidewatch"
Row = tuple[str, str, str, str]  # name, file, paths left open, paths closed

GROUPS: list[Row] = [
    ("an empty file", "", "/ /a", ""),
    ("a group of ours", "user-agent: TideWatch\ndisallow: /", "", "/ /a/b"),
    ("names that nobody knows", "crawler: tidewatch\nforbid: /", "/a/b", ""),
    ("rules before any group", "allow: /early\n\nuser-agent: tidewatch\ndisallow: /\n", "", "/early /a"),
    ("rules before, open", "disallow: /early\n\nuser-agent: tidewatch\nallow: /x\n", "/early /a", ""),
    ("two groups of ours", "user-agent: tidewatch\ndisallow: /\nallow: /x/\nuser-agent: b\ndisallow: /q\n\nuser-agent: c\n\nuser-agent: tidewatch\nallow: /z/\ndisallow: /\n", "/x/1 /z/1", "/y/1 /q"),
    ("a rule after empty lines", "user-agent: tidewatch\ndisallow: /\nallow: /y/\n\n\nallow: /w/\n", "/y/1 /w/1", "/z/1"),
    ("a group shared with another", "user-agent: b\n\nuser-agent: tidewatch\nallow: /z/\ndisallow: /\n", "/z/1", "/x/1"),
    ("upper case", "USER-AGENT: TIDEWATCH\nALLOW: /x/\nDISALLOW: /", "/x/1", "/a"),
    ("mixed case", "uSeR-aGeNt: tIdEwAtCh\nAlLoW: /x/\ndIsAlLoW: /", "/x/1", "/a"),
    ("a name with another word behind it", "User-Agent: TIDEWATCH Pictures\nAllow: /x/\nDisallow: /", "/x/1", "/a"),
    ("the star, and ours", "User-Agent: *\nDisallow: /\nUser-Agent: tidewatch pictures\nAllow: /x/\nDisallow: /", "/x/1", "/y"),
    ("ours after an open star", "user-agent: *\nallow: /\nuser-agent: tidewatch\ndisallow: /", "", "/a"),
    ("the star for a stranger", "user-agent: *\nallow: /\nuser-agent: b\ndisallow: /", "/a", ""),
    ("nothing for a stranger", "user-agent: a\nallow: /\nuser-agent: b\ndisallow: /\nuser-agent: c\ndisallow: /", "/a", ""),
    ("ours replaces the star", "User-agent: *\nDisallow: /x/\nUser-agent: tidewatch\nDisallow: /y/", "/x/page", "/y/page"),
    ("no colon", "user-agent tidewatch\ndisallow /", "", "/a/b"),
]  # fmt: skip

PATHS: list[Row] = [
    ("case of a path", "disallow: /x/", "/X/y", "/x/y"),
    ("case of a rule", "disallow: /X/", "/x/y", "/X/y"),
    ("longer disallow", "disallow: /x/page.html\nallow: /x/", "/x/other", "/x/page.html"),
    ("longer allow", "allow: /x/page.html\ndisallow: /x/", "/x/page.html", "/x/ /x/other"),
    ("two empty rules", "disallow: \nallow: ", "/x/page.html", ""),
    ("equal rules for all", "disallow: /\nallow: /", "/ /x", ""),
    ("equal rules for a page", "disallow: /x/page.html\nallow: /x/page.html", "/x/page.html", ""),
    ("equal rules, allow first", "allow: /folder\ndisallow: /folder", "/folder/page", ""),
    ("a slash more", "disallow: /x\nallow: /x/", "/x/", "/x"),
    ("longer with a star", "allow: /page\ndisallow: /*.html", "/page", "/page.html"),
    ("shorter with a star", "allow: /x/page.\ndisallow: /*.html", "/x/page.html", "/x/y.html"),
    ("an extension", "allow: /page\ndisallow: /*.htm", "/page", "/page.htm"),
    ("allow before all", "allow: /p\ndisallow: /", "/page", "/other"),
    ("the front page alone", "allow: /$\ndisallow: /", "/", "/page.html"),
    ("an address in a query", "disallow: /\nallow: /a/b?q=r&to=http://e.test?tar&par", "/a/b?q=r&to=http://e.test?tar&par", "/a/b?q=r"),
    ("letters beyond ASCII", "disallow: /\nallow: /a/港", "/a/%E6%B8%AF /a/港", "/a/%E6%B8%B0"),
    ("escaped letters", "disallow: /\nallow: /a/%E6%B8%AF", "/a/%E6%B8%AF /a/%e6%b8%af /a/港", "/a/%E6%B8%B0"),
    ("escaped ASCII", "disallow: /\nallow: /a/%62%61%7A", "/a/%62%61%7A", "/a/bay"),
    ("a star within", "disallow: /a/bar/quz\nallow: /a/*/qux", "/a/quz /a//quz /a/bax/quz", "/a/bar/quz"),
    ("an end", "disallow: /a/bar$\nallow: /a/bar/qux", "/a/bar/qux /a/bar/ /a/bar/baz", "/a/bar"),
    ("index.html is its folder", "allow: /open/index.html\ndisallow: /", "/open/index.html /open/", "/open/index.htm /b"),
    ("comments", "# disallow: /\ndisallow: /a/quz#qux\nallow: /", "/a/bar", "/a/quz"),
    ("a prefix", "disallow: /\nallow: /fish", "/fish /fish.html /fish/salmon.html /fishheads /fishheads/yummy.html /fish.html?id=any", "/bar /Fish.asp /catfish /?id=fish"),
    ("a star at the end", "disallow: /\nallow: /fish*", "/fish /fish.html /fish/salmon.html /fishheads /fishheads/yummy.html /fish.html?id=any", "/bar /Fish.bar /catfish /?id=fish"),
    ("a folder", "disallow: /\nallow: /fish/", "/fish/ /fish/salmon /fish/?salmon /fish/salmon.html /fish/?id=any", "/bar /fish /fish.html /Fish/Salmon.html"),
    ("an ending anywhere", "disallow: /\nallow: /*.php", "/name.php /f/name.php /f/name.php?q //f/any.php.file.html /name.php/ /index?f=name.php/", "/bar /php/ /index?php /windows.PHP"),
    ("an ending at the end", "disallow: /\nallow: /*.php$", "/name.php /f/name.php", "/bar /name.php?q /name.php/ /name.php5 /php/ /name?php /aaaphpaaa //windows.PHP"),
    ("a beginning and an ending", "disallow: /\nallow: /fish*.php", "/fish.php /fishheads/catfish.php?q", "/bar /Fish.PHP"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "opened", "closed"), [row[1:] for row in GROUPS], ids=[row[0] for row in GROUPS]
)
def test_a_group_is_chosen_by_the_crawlers_name(text: str, opened: str, closed: str) -> None:
    hold(text.encode(), opened, closed)


@pytest.mark.parametrize(
    ("rules", "opened", "closed"), [row[1:] for row in PATHS], ids=[row[0] for row in PATHS]
)
def test_the_longest_rule_that_matches_a_path_decides(rules: str, opened: str, closed: str) -> None:
    hold(f"user-agent: tidewatch\n{rules}\n".encode(), opened, closed)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_lines_may_end_in_any_way(end: str, last: bool) -> None:
    lines = ["user-agent: a", "allow: /p", "user-agent: tidewatch", "", "", "disallow: /"]
    hold((end.join(lines) + end * last).encode(), "", "/ /a")


def test_line_ends_may_be_mixed() -> None:
    hold(b"user-agent: a\nallow: /p\r\nuser-agent: tidewatch\n\r\n\ndisallow: /", "", "/ /a")


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b""])
def test_a_byte_order_mark_or_a_piece_of_one_is_passed_over(mark: bytes) -> None:
    hold(mark + b"user-agent: tidewatch\ndisallow: /x\n", "/a", "/x")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"\xef\x11\xbfuser-agent: tidewatch\ndisallow: /x\n", id="before the agent's line"),
        pytest.param(b"user-agent: tidewatch\n\xef\xbb\xbfdisallow: /x\n", id="before a rule"),
    ],
)
def test_a_line_that_begins_with_nonsense_is_no_line(text: bytes) -> None:
    hold(text, "/a /x", "")


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_sitemap_line_may_be_anywhere(place: int) -> None:
    lines = ["user-agent: a", "allow: /p", "user-agent: tidewatch", "disallow: /x"]
    lines.insert(place, "Sitemap: https://e.test/sitemap.xml")
    hold("\n".join(lines).encode(), "/a", "/x")


LONG = "/x/" + "a" * 17_000
DIFFERS: list[Row] = [
    # Google cuts a line after 16,664 bytes, and compares what is left; RFC 9309 has no such limit.
    ("a long line", f"disallow: {LONG}/qux", f"/fux {LONG}/fux", f"{LONG}/qux"),
    # Google takes escaped letters of ASCII for others; RFC 9309, 2.2.2: they are decoded before they are compared.
    ("escaped ASCII in the file", "disallow: /\nallow: /a/%62%61%7A", "/a/baz", "/a/bay"),
    ("escaped ASCII in the address", "disallow: /a/baz", "/a/bay", "/a/%62%61%7A"),
]


@pytest.mark.parametrize(
    ("rules", "opened", "closed"), [row[1:] for row in DIFFERS], ids=[row[0] for row in DIFFERS]
)
def test_where_google_differs_rfc_9309_is_kept(rules: str, opened: str, closed: str) -> None:
    hold(f"user-agent: tidewatch\n{rules}\n".encode(), opened, closed)


def hold(text: bytes, opened: str, closed: str) -> None:
    robots = read_robots(200, text)
    found = {path: robots.allows(f"http://e.test{path}", AGENT) for path in (opened + " " + closed).split()}
    assert found == dict.fromkeys(opened.split(), True) | dict.fromkeys(closed.split(), False)
