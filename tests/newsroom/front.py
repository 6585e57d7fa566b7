"""The front desk: from a request to the outlet and page that it asks for, through the faults, to an answer.

Holds the desk's lock while it works; server.py sends what comes out of here. Tested in
tests/newsroom/test_server.py and test_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.newsroom import spoil
from tests.newsroom.answers import Answer, finish, own_ways, redirect
from tests.newsroom.desk import Desk
from tests.newsroom.faults import Fault
from tests.newsroom.pages import Asked, Pages, address_of
from tests.newsroom.story import Request


class Front:
    """Answers requests from the desk's stories."""

    def __init__(
        self, desk: Desk, *, bases: Mapping[str, str], tls: bool, now: Callable[[], datetime]
    ) -> None:
        self.desk, self.bases, self.tls, self.now = desk, bases, tls, now
        self.pages = Pages(desk)
        self.faults: list[Fault] = []
        self._hosts = {s.site.host: n for n, s in desk.shelves.items()}
        self._aliases = {alias: n for n, s in desk.shelves.items() for alias in s.site.aliases}

    def answer(self, request: Request) -> Answer:
        """The answer to a request, conditional requests and compression included."""
        with self.desk.lock:
            now = self.now()
            self.desk.tick(now)
            made = self._routed(request, now)
        if made.status == 200:
            finish(made, request)
        return made

    def _routed(self, request: Request, now: datetime) -> Answer:
        name = self._aliases.get(request.host, "")
        if name:
            return redirect(self.bases[name] + request.target, 301, outlet=name)
        name = self._hosts.get(request.host, "")
        if not name:
            return Answer(status=421, body=b"no such outlet here\n", content_type="text/plain")
        shelf = self.desk.shelves[name]
        if self.tls and shelf.site.secure and not request.secure:
            return redirect(self.bases[name] + request.target, 301, outlet=name)
        if request.method not in ("GET", "HEAD"):
            return Answer(status=405, outlet=name, headers=[("Allow", "GET, HEAD")])
        target = request.target.removesuffix(spoil.MOVED)
        asked = Asked(
            shelf=shelf,
            base=self.bases[name],
            target=target,
            address=address_of(shelf, target),
            now=now,
            member=is_member(request),
        )
        made = self._through_faults(asked, spared=target != request.target)
        made.what, made.outlet = asked.address.kind, name
        own_ways(made, shelf.site)
        made.chunked = shelf.site.chunked and made.status == 200
        return made

    def _through_faults(self, asked: Asked, *, spared: bool) -> Answer:
        name, kind = asked.shelf.site.name, asked.address.kind
        fault = next((f for f in self.faults if not spared and f.meets(name, asked.target, kind)), None)
        if fault is None:
            return self.pages.page(asked)
        fault.use()
        made = spoil.spoilt(self.pages, fault, asked)
        made.fault = fault.kind
        return made


def is_member(request: Request) -> bool:
    """Whether a subscriber asks: a cookie `member=…`, or an Authorization of any kind."""
    return "member=" in request.headers.get("cookie", "") or "authorization" in request.headers
