"""`Newsroom`: several invented outlets on loopback, with a clock, edits, faults and a log.

    with Newsroom(seed=1, stories=50) as room:
        paper = room.outlets["courier"]
        crawl(paper.feed, connect_to=room.connect_to)
        room.edit(paper.urls()[0], "headline")

Everything may be called from any thread while pages are served. Never leaves 127.0.0.1. Tested in
tests/newsroom/test_newsroom_state.py.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.certificates import issue, server_context
from tests.newsroom.clock import NewsClock
from tests.newsroom.faults import Fault
from tests.newsroom.outlet import Outlet
from tests.newsroom.outlet_site import SITES, OutletSite
from tests.newsroom.press_response import PressResponse
from tests.newsroom.press_server import PressServer
from tests.newsroom.router import RequestRouter
from tests.newsroom.scripts import month
from tests.newsroom.state import NewsroomState
from tests.newsroom.story import LogEntry, NewsroomError, PressEvent, PressRequest, PressStory, ScriptLine


class Newsroom:
    """Outlets on loopback; a context manager that serves while it is open.

    Args:
        stories: How many each outlet has published when it opens.
        tls: Serves most outlets on https under a CA made for the run.
        speed: Seconds on its clock for each second outside; 0 = the clock moves by `advance` only.
        start: Its clock's first moment; the present if None.
        days: For how many days after `start` a script of publications and edits is made up.
        script: Further lines of the script, or the whole of it if `days` is 0.
        outlets: Names of the outlets that open; all if empty.
        certificate_days: How long the outlets' certificate holds; it may have run out (negative).
        long_from: Stories of so many paragraphs are set on two or three pages, by outlets that do so; 0 = none.
        crawl_delay: Overrules what the robots.txt of one outlet asks for; seconds.
        folder: Where the certificates go; a temporary folder if None.
        ports: For http and https; 0 = any free one.
    """

    def __init__(
        self,
        *,
        seed: int = 1,
        stories: int = 50,
        tls: bool = True,
        speed: float = 1.0,
        start: datetime | None = None,
        per_day: float = 5.0,
        days: float = 0.0,
        script: Iterable[ScriptLine] = (),
        outlets: Sequence[str] = (),
        noise: bool = True,
        crawl_delay: float | None = None,
        long_from: int = 0,
        certificate_days: float = 30.0,
        folder: Path | None = None,
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        self.clock = NewsClock(start, speed)
        begin = self.clock.now().replace(microsecond=0)
        sites = chosen(outlets, long_from=long_from, crawl_delay=crawl_delay)
        lines = list(script)
        if days:
            lines += month(
                seed, [s.name for s in sites], start=begin, days=days, per_day=per_day, known=stories
            )
        bases = {s.name: f"{'https' if tls and s.secure else 'http'}://{s.host}" for s in sites}
        self.state = NewsroomState(
            sites, seed=seed, count=stories, start=begin, per_day=per_day, bases=bases, script=lines
        )
        self.outlets = {s.name: Outlet(s, bases[s.name], self.state) for s in sites}
        self.ca_file: Path | None = None
        self._hosts = [h for s in sites for h in (s.host, *s.aliases)]
        self._router = RequestRouter(self.state, bases=bases, tls=tls, now=self.clock.now)
        self._router.pages.noise = noise
        self._tls, self._folder, self._ports, self._days = tls, folder, ports, certificate_days
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._server: PressServer | None = None
        self._log: list[LogEntry] = []
        self._log_lock = threading.Lock()

    # ------------------------------------------------------------ open and close

    def __enter__(self) -> Newsroom:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        """Makes the certificates and begins to serve."""
        if self._server is not None:
            raise NewsroomError("the newsroom is open already")
        context = None
        if self._tls:
            if self._folder is None:
                self._temporary = tempfile.TemporaryDirectory(prefix="newsroom-")
                self._folder = Path(self._temporary.name)
            self._folder.mkdir(parents=True, exist_ok=True)
            names = [*self._hosts, "localhost", "127.0.0.1"]
            self.ca_file, server_file = issue(self._folder, *names, days=self._days)
            context = server_context(server_file)
        self._server = PressServer(
            self._router.answer, self._logged, now=self.clock.now, context=context, ports=self._ports
        )
        self._server.start()

    def close(self) -> None:
        """Stops serving; a second call does nothing."""
        if self._server is not None:
            self._server.stop()
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None

    # ------------------------------------------------------------ addresses

    @property
    def http_port(self) -> int:
        """The port that http is served on."""
        return self._open_server().http_port

    @property
    def https_port(self) -> int:
        """The port that https is served on; 0 without TLS."""
        return self._open_server().https_port

    def _open_server(self) -> PressServer:
        if self._server is None:
            raise NewsroomError("the newsroom isn't open")
        return self._server

    @property
    def connect_to(self) -> list[str]:
        """Where the outlets' hosts really are, as curl's --connect-to: "host:port:127.0.0.1:PORT"."""
        server = self._open_server()
        ports = [(80, server.http_port)] + ([(443, server.https_port)] if self._tls else [])
        return [f"{host}:{port}:127.0.0.1:{real}" for host in self._hosts for port, real in ports]

    @property
    def allow(self) -> list[str]:
        """What the guard must let through: each "host:port", and the addresses behind them."""
        server = self._open_server()
        ports = [80, 443] if self._tls else [80]
        real = [server.http_port] + ([server.https_port] if self._tls else [])
        return [f"{h}:{p}" for h in self._hosts for p in ports] + [f"127.0.0.1:{p}" for p in real]

    def config_toml(self) -> str:
        """The `[network]` section of a newsarchive.toml that reaches the outlets."""
        lines = ["[network]", _toml("connect_to", self.connect_to), _toml("allow", self.allow)]
        if self.ca_file:
            lines.append(f'ca_file = "{self.ca_file}"')
        return "\n".join(lines) + "\n"

    def to_json(self) -> dict[str, Any]:
        """All addresses as JSON values."""
        return {
            "http_port": self.http_port,
            "https_port": self.https_port,
            "connect_to": self.connect_to,
            "allow": self.allow,
            "ca_file": str(self.ca_file) if self.ca_file else "",
            "now": self.clock.now().isoformat(),
            "outlets": [outlet.to_json() for outlet in self.outlets.values()],
        }

    # ------------------------------------------------------------ time and truth

    def now(self) -> datetime:
        """The time on the newsroom's clock."""
        return self.clock.now()

    def advance(self, by: timedelta | float) -> datetime:
        """Moves the clock on, by a span or by seconds, and lets happen what was to happen till then."""
        now = self.clock.advance(by)
        self.state.tick(now)
        return now

    @property
    def script(self) -> list[ScriptLine]:
        """Everything that was or is planned, in order of time."""
        with self.state.lock:
            return sorted(self.state.script, key=lambda line: line.at)

    @property
    def history(self) -> list[PressEvent]:
        """What has happened so far, in that order."""
        self.state.tick(self.clock.now())
        with self.state.lock:
            return list(self.state.history)

    def truth(self, where: str, *, outlet: str = "", at: datetime | None = None) -> PressStory:
        """The story at a URL or path, now or as it was at a moment.

        Raises:
            NewsroomError: there is none.
        """
        self.state.tick(self.clock.now())
        return self.state.truth(where, outlet, at)

    # ------------------------------------------------------------ what tests do

    def publish(self, outlet: str, path: str | None = None, **fields: Any) -> PressStory:
        """A new story with these fields of `Story`, the rest made up; where `path` holds one, an edit of it."""
        return self.state.publish(outlet, self.clock.now(), path, **fields)

    def edit(
        self, where: str, kind: str, *, outlet: str = "", silent: bool = False, **fields: Any
    ) -> PressStory:
        """The story after an edit of that kind (`edits.KINDS`); `fields` overrule what would be written."""
        return self.state.edit(where, kind, self.clock.now(), outlet=outlet, silent=silent, **fields)

    def delete(self, where: str, *, outlet: str = "", status: int | str = 404) -> PressStory:
        """Takes a story down: it answers 404 or 410, or (`soft`, `home`) hides that it is gone."""
        return self.edit(where, f"delete-{status}", outlet=outlet)

    def restore(self, where: str, *, outlet: str = "") -> PressStory:
        """Brings a deleted story back."""
        return self.edit(where, "restore", outlet=outlet)

    def fault(self, kind: str, outlet: str = "", prefix: str = "/", **options: Any) -> Fault:
        """Switches a fault on (faults.py says what there is); the earliest one that meets a request counts."""
        options.setdefault("since", self.clock.now())
        made = Fault(kind=kind, outlet=outlet, prefix=prefix, **options)
        with self.state.lock:
            self._router.faults.append(made)
        return made

    def clear_faults(self) -> None:
        """All is well again."""
        with self.state.lock:
            self._router.faults.clear()

    def noise(self, on: bool) -> None:
        """Whether counters, boxes, ads and tokens change from one fetch to the next."""
        with self.state.lock:
            self._router.pages.noise = on

    # ------------------------------------------------------------ the log

    @property
    def log(self) -> list[LogEntry]:
        """What the server saw, in the order of its answers."""
        with self._log_lock:
            return list(self._log)

    def clear_log(self) -> None:
        """Forgets it."""
        with self._log_lock:
            self._log.clear()

    def _logged(
        self, request: PressRequest, answer: PressResponse, connection: int, status: int, sent: int
    ) -> None:
        entry = LogEntry(
            at=request.at or self.clock.now(),
            wall=request.wall,
            connection=connection,
            outlet=answer.outlet,
            host=request.host,
            method=request.method,
            path=request.target,
            headers=request.raw_headers,
            status=status,
            sent=sent,
            fault=answer.fault,
        )
        with self._log_lock:
            self._log.append(entry)


def chosen(names: Sequence[str], *, long_from: int = 0, crawl_delay: float | None = None) -> list[OutletSite]:
    """Return the sites of these names, all of them if there are none; arguments as for `Newsroom`.

    Raises:
        NewsroomError: there is no such outlet.
    """
    known = {site.name: site for site in SITES}
    if strange := set(names) - set(known):
        raise NewsroomError(f"no outlet is called {', '.join(sorted(strange))}; there are {', '.join(known)}")
    sites = [replace(known[name], long_from=long_from) for name in (names or known)]
    if crawl_delay is None:
        return sites
    return [s if s.crawl_delay is None else replace(s, crawl_delay=crawl_delay) for s in sites]


def _toml(key: str, values: Sequence[str]) -> str:
    return f"{key} = [\n" + "".join(f'  "{value}",\n' for value in values) + "]"
