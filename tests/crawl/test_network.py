"""Where connections go: refused before a byte is sent, dialled elsewhere, verified. 127.0.0.2 stands for "private"."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address
from twisted.web._newclient import Request as TxRequest

from newsarchive.config import NetworkConfig
from newsarchive.crawl.address_guard import AddressGuard
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.download_handler import RecordingHeaders, RecordingProtocol
from newsarchive.crawl.network import AddressRefused, GuardedReactor, GuardedResolver
from newsarchive.crawl.recording import Recording
from newsarchive.errors import ConfigError
from newsarchive.model import Capture
from newsarchive.times import Clock
from tests.certificates import issue, server_context
from tests.crawl.conftest import make_plan
from tests.crawl.origin import HTML, UNTIL_CLOSED, WHOLE, Origin, Shape, plain


@pytest.fixture
def inside() -> Iterator[Origin]:
    """A server that nobody may reach."""
    with Origin({"/secret": plain(b"SECRET")}, address="127.0.0.2") as origin:
        yield origin


def crawl(child: CrawlChild, root: Path, *urls: str, **more: Any) -> Any:
    return child.run(make_plan(root, *urls, speed=50.0, **more))


SPELLINGS = ["127.0.0.2", "127.2", "2130706434", "0x7f.2", "0177.0.0.2", "[::ffff:127.0.0.2]", "127.0.0.2."]


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_private_address_gets_no_connection_however_it_is_spelled(
    child: CrawlChild, root: Path, inside: Origin, captures: Callable[[], list[Capture]], host: str
) -> None:
    report = crawl(child, root, f"http://{host}:{inside.port}/secret")
    assert inside.connections == 0
    assert captures() == []
    [source] = report.sources
    assert source.new == 0
    assert sum(source.outcomes.values()) == 1 or source.notes


def test_a_name_that_resolves_to_a_private_address_gets_no_connection(child: CrawlChild, root: Path) -> None:
    with Origin({"/secret": plain(b"SECRET")}) as origin:
        report = crawl(child, root, f"http://localhost:{origin.port}/secret")
        assert origin.connections == 0
        assert report.sources[0].outcomes == {"address refused": 1}


def test_connect_to_a_private_address_is_refused_unless_allowed(
    child: CrawlChild, root: Path, inside: Origin
) -> None:
    dial = (f"news.test:80:127.0.0.2:{inside.port}",)
    crawl(child, root, "http://news.test/secret", network=NetworkConfig(connect_to=dial))
    assert inside.connections == 0
    allowed = NetworkConfig(connect_to=dial, allow=("news.test:80",))
    report = crawl(child, root, "http://news.test/secret", network=allowed)
    assert report.sources[0].new == 1
    assert b"Host: news.test\r\n" in inside.log[-1]


def test_a_redirect_to_a_private_address_is_not_followed(
    child: CrawlChild, root: Path, inside: Origin
) -> None:
    with Origin() as origin:
        target = f"http://127.0.0.2:{inside.port}/secret".encode()
        origin.shapes["/a"] = plain(b"", "302 Found", [b"Location: " + target])
        report = crawl(child, root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",))
    assert inside.connections == 0
    assert report.sources[0].outcomes == {"address refused": 1}


@pytest.mark.parametrize(
    "target", ["file:///etc/hostname", "data:text/html,x", "ftp://127.0.0.1/x", "s3://bucket/x"]
)
def test_other_schemes_are_refused_in_plans_and_redirects(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]], target: str
) -> None:
    with Origin() as origin:
        origin.shapes["/a"] = plain(b"", "302 Found", [b"Location: " + target.encode()])
        report = crawl(child, root, target, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",))
    [source] = report.sources
    assert source.outcomes == {"redirect to another scheme": 1}
    assert len(source.notes) == 1
    assert {c.url for c in captures()} == {origin.url + "/robots.txt", origin.url + "/a"}


def test_proxies_of_the_environment_are_ignored(
    root: Path, inside: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.2:{inside.port}")
    with Origin({"/a": plain()}) as origin, CrawlChild() as child:
        report = crawl(child, root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",))
    assert report.sources[0].new == 1
    assert inside.connections == 0


def test_the_crawl_listens_on_no_port(child: CrawlChild, root: Path) -> None:
    with Origin({"/a": plain()}) as origin:
        listening: list[int] = []

        def look(event: dict) -> None:
            if event["event"] == "fetched" and child.pid:
                listening.extend(listeners(child.pid))

        child.run(make_plan(root, origin.url + "/a", allow=(f"127.0.0.1:{origin.port}",)), look)
    assert listening == []


def listeners(pid: int) -> list[int]:
    """Inodes of listening TCP sockets of a process."""
    sockets = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            sockets.add(int(target[8:-1]))
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[9]) in sockets:
                found.append(int(fields[9]))
    return found


# ---------------------------------------------------------------- the resolver and the dialler, in process


class Names:
    """A resolver that gives the next list of addresses each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int, *more: Any) -> None:
        receiver.resolutionBegan(None)
        for address in self.answers.pop(0):
            receiver.addressResolved(IPv4Address("TCP", address, port))
        receiver.resolutionComplete()


class Answers:
    """Collects what is resolved."""

    def __init__(self) -> None:
        self.addresses: list[tuple[str, int]] = []

    def resolutionBegan(self, _: Any) -> None:
        self.addresses = []

    def addressResolved(self, address: Any) -> None:
        self.addresses.append((address.host, address.port))

    def resolutionComplete(self) -> None:
        pass


def test_refused_addresses_are_dropped_and_public_ones_stay() -> None:
    resolver, answers = GuardedResolver(Names(["10.0.0.1", "93.184.216.34"]), AddressGuard()), Answers()
    resolver.resolveHostName(answers, "e.test", 443)
    assert answers.addresses == [("93.184.216.34", 443)]
    assert resolver.refused == ""


def test_a_name_that_turns_private_later_is_refused_then() -> None:
    resolver, answers = GuardedResolver(Names(["93.184.216.34"], ["127.0.0.2"]), AddressGuard()), Answers()
    resolver.resolveHostName(answers, "e.test", 80)
    resolver.resolveHostName(answers, "e.test", 80)
    assert answers.addresses == []
    assert "127.0.0.2" in resolver.refused


def test_the_dialler_refuses_what_slipped_past_the_resolver() -> None:
    class Reactor:
        def __init__(self) -> None:
            self.nameResolver = Names()
            self.dialled: list[tuple[str, int]] = []

        def connectTCP(self, host: str, port: int, factory: Any) -> None:
            self.dialled.append((host, port))

    reactor = Reactor()
    view = GuardedReactor(reactor, AddressGuard(), "e.test", 80)
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1 is not a public address"):
        view.connectTCP("10.0.0.1", 80, None)
    view.connectTCP("93.184.216.34", 80, None)
    assert reactor.dialled == [("93.184.216.34", 80)]


# ---------------------------------------------------------------- TLS


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[tuple[Origin, Path]]:
    """A TLS server for two names, and the file of its authority."""
    ca_file, server_file = issue(tmp_path, "one.test", "two.test", days=1)
    with Origin({"/a": plain()}, context=server_context(server_file)) as origin:
        yield origin, ca_file


def tls_network(origin: Origin, *names: str, **more: Any) -> NetworkConfig:
    return NetworkConfig(
        connect_to=tuple(f"{name}:443:127.0.0.1:{origin.port}" for name in names),
        allow=(f"127.0.0.1:{origin.port}",),
        timeout=10.0,
        **more,
    )


def test_two_names_on_one_port_with_tls_under_an_authority_of_our_own(
    child: CrawlChild, root: Path, secure: tuple[Origin, Path], captures: Callable[[], list[Capture]]
) -> None:
    origin, ca_file = secure
    network = tls_network(origin, "one.test", "two.test", ca_file=str(ca_file))
    report = crawl(child, root, "https://one.test/a", "https://two.test/a", network=network)
    assert report.sources[0].new == 2
    assert {c.url for c in captures() if c.http_status == 200} == {"https://one.test/a", "https://two.test/a"}
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    assert set(report.certificates) == {"one.test", "two.test"}
    assert all(abs(until - tomorrow) < timedelta(minutes=5) for until in report.certificates.values())
    text = b"".join(path.read_bytes() for path in (root / "warc").iterdir())
    assert b"WARC-Protocol: tls/1.3" in gzip.decompress(text)


@pytest.mark.parametrize(
    ("shape", "cut"),
    [
        (Shape((UNTIL_CLOSED + HTML,), close=True), "disconnect"),
        (Shape((UNTIL_CLOSED + HTML,), close=True, last_word=True), None),
        (Shape((UNTIL_CLOSED + WHOLE,), close=True), None),
        (plain(HTML, close=True), None),
    ],
    ids=["cut", "ended", "whole", "length"],
)
def test_tls_that_ends_without_its_last_word_cuts_an_answer_without_a_length(
    child: CrawlChild,
    root: Path,
    secure: tuple[Origin, Path],
    captures: Callable[[], list[Capture]],
    shape: Shape,
    cut: str | None,
) -> None:
    origin, ca_file = secure
    origin.shapes["/a"] = shape
    network = tls_network(origin, "one.test", ca_file=str(ca_file))
    report = crawl(child, root, "https://one.test/a", network=network)
    assert {c.truncated for c in captures() if c.url.endswith("/a")} == {cut}
    assert report.sources[0].new == int(cut is None)


@pytest.mark.parametrize(("name", "with_ca"), [("one.test", False), ("other.test", True)])
def test_a_certificate_that_isnt_trusted_or_names_another_host_is_refused(
    child: CrawlChild,
    root: Path,
    secure: tuple[Origin, Path],
    captures: Callable[[], list[Capture]],
    name: str,
    with_ca: bool,
) -> None:
    origin, ca_file = secure
    network = tls_network(origin, name, ca_file=str(ca_file) if with_ca else "")
    report = crawl(child, root, f"https://{name}/a", network=network)
    assert report.sources[0].failed == {"tls": 1}
    assert origin.log == []
    assert {c.kind for c in captures()} == {"failed"}


def test_verification_can_be_turned_off_and_the_warc_says_so(
    child: CrawlChild, root: Path, secure: tuple[Origin, Path]
) -> None:
    origin, _ = secure
    report = crawl(
        child, root, "https://one.test/a", network=tls_network(origin, "one.test", verify_tls=False)
    )
    assert report.sources[0].new == 1
    assert b"certificates: not verified" in gzip.decompress(next((root / "warc").iterdir()).read_bytes())


def test_an_authority_file_that_cant_be_read_is_an_error_before_the_first_fetch(
    child: CrawlChild, root: Path
) -> None:
    with pytest.raises(ConfigError, match=r"ca_file.*PEM"):
        crawl(child, root, "https://one.test/a", network=NetworkConfig(ca_file="absent.pem"))


def test_a_closed_port_is_a_failure_with_a_name(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    report = crawl(child, root, f"http://127.0.0.1:{port}/a", allow=(f"127.0.0.1:{port}",))
    assert report.sources[0].failed == {"connection refused": 1}
    assert report.exit_code == 3
    assert {c.kind for c in captures()} == {"failed"}


# ---------------------------------------------------------------- the last look: the peer, before a byte is sent


class Wire:
    """A transport whose peer turned out to be another than was dialled."""

    def __init__(self, peer: str) -> None:
        self.peer, self.written, self.is_aborted = peer, b"", False

    def getPeer(self) -> IPv4Address:
        return IPv4Address("TCP", self.peer, 80)

    def write(self, data: bytes) -> None:
        self.written += data

    def writeSequence(self, pieces: Any) -> None:
        self.written += b"".join(pieces)

    def abortConnection(self) -> None:
        self.is_aborted = True


@pytest.mark.parametrize(("peer", "is_sent"), [("127.0.0.2", False), ("93.184.216.34", True)])
def test_the_peer_is_looked_at_before_a_byte_is_sent(peer: str, is_sent: bool) -> None:
    class Room:
        guard, clock = AddressGuard(), Clock()

    protocol, wire, headers = RecordingProtocol(), Wire(peer), RecordingHeaders({b"Host": [b"e.test"]})
    protocol.archiving = Room()  # type: ignore[assignment]
    protocol.makeConnection(wire)
    headers.recording = Recording(
        host="e.test", port=80, started_at=Clock().now(), max_header=999, max_wire=999
    )
    request = TxRequest._construct(b"GET", b"/", headers, None, persistent=True)
    answer = protocol.request(request)
    failures: list[Any] = []
    answer.addErrback(failures.append)
    assert bool(wire.written) is is_sent
    assert wire.is_aborted is not is_sent
    assert bytes(headers.recording.request) == wire.written
    assert [type(f.value) for f in failures] == ([] if is_sent else [AddressRefused])


def test_ipv6_works_and_is_guarded(child: CrawlChild, root: Path) -> None:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            pass
    except OSError:
        pytest.skip("no IPv6 on this machine")
    with Origin({"/a": plain()}, address="::1") as origin:
        url = f"http://[::1]:{origin.port}/a"
        refused = crawl(child, root, url)
        assert (origin.connections, refused.sources[0].outcomes) == (0, {"address refused": 1})
        allowed = crawl(child, root, url, allow=(f"[::1]:{origin.port}",))
        assert allowed.sources[0].new == 1
