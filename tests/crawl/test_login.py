"""Cookies and login headers: sent to the source's own hosts, and found in no file of the archive."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from newsarchive.config import NetworkConfig
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.login import Logins
from newsarchive.errors import ConfigError
from newsarchive.model import Source
from newsarchive.plan import Target
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain

COOKIES = """# Netscape HTTP Cookie File
.e.test\tTRUE\t/\tFALSE\t0\tsession\tTOPSECRETCOOKIE
.e.test\tTRUE\t/\tTRUE\t4102444800\tsecure\tONLYHTTPS
.e.test\tTRUE\t/members\tFALSE\t4102444800\tarea\tMEMBERS
.e.test\tTRUE\t/\tFALSE\t1000\told\tEXPIRED
.other.test\tTRUE\t/\tFALSE\t4102444800\tother\tELSEWHERE
"""
SOURCE = Source(name="e", domains=("e.test",), cookies_file="cookies.txt", login_header="E_LOGIN")
ENVIRONMENT = {"E_LOGIN": "X-Subscriber: TOPSECRETHEADER"}


@pytest.fixture
def logins(tmp_path: Path) -> Logins:
    (tmp_path / "cookies.txt").write_text(COOKIES)
    return Logins(tmp_path, [SOURCE], ENVIRONMENT)


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://e.test/a", {"Cookie": "session=TOPSECRETCOOKIE"}),
        (
            "https://www.e.test/a",
            {"Cookie": "session=TOPSECRETCOOKIE; secure=ONLYHTTPS", "X-Subscriber": "TOPSECRETHEADER"},
        ),
        ("http://e.test/members/a", {"Cookie": "area=MEMBERS; session=TOPSECRETCOOKIE"}),
        ("https://other.test/a", {}),
        ("https://note.test/a", {}),
    ],
)
def test_what_goes_along_with_a_request(logins: Logins, url: str, headers: dict[str, str]) -> None:
    assert logins.headers("e", url) == headers


def test_another_source_gets_nothing(logins: Logins) -> None:
    assert logins.headers("f", "https://e.test/a") == {}


@pytest.mark.parametrize("text", [None, "not a cookie file", ""])
def test_a_cookie_file_that_cant_be_read_is_an_error(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "cookies.txt").write_text(text)
    with pytest.raises(ConfigError, match="Netscape"):
        Logins(tmp_path, [SOURCE], ENVIRONMENT)


@pytest.mark.parametrize("value", [None, "", "no colon", ": x", "X-A:", "X-A: b\r\nX-B: c"])
def test_a_login_header_that_isnt_one_is_an_error(tmp_path: Path, value: str | None) -> None:
    (tmp_path / "cookies.txt").write_text(COOKIES)
    with pytest.raises(ConfigError, match="E_LOGIN"):
        Logins(tmp_path, [SOURCE], {} if value is None else {"E_LOGIN": value})


def test_secrets_reach_the_server_and_no_file_of_the_archive(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("E_LOGIN", "Authorization: Bearer TOPSECRETHEADER")
    (root / "cookies.txt").write_text(COOKIES)
    lines: list[str] = []
    events: list[dict] = []
    with Origin(
        {"/a": plain(b"", "302 Found", [b"Location: http://foreign.test/b"]), "/b": plain()}
    ) as origin:
        network = NetworkConfig(
            connect_to=tuple(f"{host}:80:127.0.0.1:{origin.port}" for host in ("e.test", "foreign.test")),
            allow=(f"127.0.0.1:{origin.port}",),
        )
        targets = (Target(url="http://e.test/a", source="e", reason="manual"),)
        with CrawlChild(on_log=lines.append) as child:
            report = child.run(
                make_plan(root, sources=(SOURCE,), targets=targets, network=network), events.append
            )
        asked = {request.split(b" ", 2)[1]: request for request in origin.log}
    assert report.sources[0].new == 1
    assert b"session=TOPSECRETCOOKIE" in asked[b"/a"]
    assert b"SECRET" not in asked[b"/b"]
    everything = [path for path in root.rglob("*") if path.is_file() and path.name != "cookies.txt"]
    assert len(everything) >= 4
    for path in everything:
        data = path.read_bytes()
        if path.suffix == ".gz":
            data = gzip.decompress(data)
        assert b"TOPSECRET" not in data, path
    assert "TOPSECRET" not in repr(events) + "".join(lines)


@pytest.mark.parametrize(
    ("line", "url", "is_sent"),
    [
        ("e.test\tFALSE\t/", "http://e.test/a", True),
        ("e.test\tFALSE\t/", "http://www.e.test/a", False),
        ("www.e.test\tFALSE\t/", "http://www.e.test/a", True),
        ("www.e.test\tFALSE\t/", "http://img.www.e.test/a", False),
        (".e.test\tTRUE\t/", "http://www.e.test/a", True),
    ],
)
def test_a_cookie_of_one_host_stays_with_it(tmp_path: Path, line: str, url: str, is_sent: bool) -> None:
    (tmp_path / "c.txt").write_text(f"# Netscape HTTP Cookie File\n{line}\tFALSE\t4102444800\tname\tvalue\n")
    made = Logins(tmp_path, [Source(name="e", domains=("e.test",), cookies_file="c.txt")], {})
    assert ("Cookie" in made.headers("e", url)) is is_sent
