"""From a request to the outlet and page that it asks for, through the faults, to a response.

Holds the state's lock while it works; press_server.py sends what comes out of here. Tested in
tests/newsroom/test_server.py and test_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from tests.newsroom import fault_responses
from tests.newsroom.faults import Fault
from tests.newsroom.press_pages import PageMaker, PageRequest, address_of
from tests.newsroom.press_response import PressResponse, finish, outlet_validators, redirect
from tests.newsroom.state import NewsroomState
from tests.newsroom.story import PressRequest


class RequestRouter:
    """Answers requests from the stories of the outlets."""

    def __init__(
        self, state: NewsroomState, *, bases: Mapping[str, str], tls: bool, now: Callable[[], datetime]
    ) -> None:
        self.state, self.bases, self.tls, self.now = state, bases, tls, now
        self.pages = PageMaker(state)
        self.faults: list[Fault] = []
        self._hosts = {s.site.host: n for n, s in state.outlet_states.items()}
        self._aliases = {alias: n for n, s in state.outlet_states.items() for alias in s.site.aliases}

    def answer(self, request: PressRequest) -> PressResponse:
        """The answer to a request, conditional requests and compression included."""
        with self.state.lock:
            now = self.now()
            self.state.tick(now)
            made = self._routed(request, now)
        if made.status == 200:
            finish(made, request)
        return made

    def _routed(self, request: PressRequest, now: datetime) -> PressResponse:
        name = self._aliases.get(request.host, "")
        if name:
            return redirect(self.bases[name] + request.target, 301, outlet=name)
        name = self._hosts.get(request.host, "")
        if not name:
            return PressResponse(status=421, body=b"no such outlet here\n", content_type="text/plain")
        outlet_state = self.state.outlet_states[name]
        if self.tls and outlet_state.site.secure and not request.secure:
            return redirect(self.bases[name] + request.target, 301, outlet=name)
        if request.method not in ("GET", "HEAD"):
            return PressResponse(status=405, outlet=name, headers=[("Allow", "GET, HEAD")])
        target = request.target.removesuffix(fault_responses.MOVED)
        wanted = PageRequest(
            outlet_state=outlet_state,
            base=self.bases[name],
            target=target,
            address=address_of(outlet_state, target),
            now=now,
            member=is_member(request),
        )
        made = self._through_faults(wanted, spared=target != request.target)
        made.what, made.outlet = wanted.address.kind, name
        outlet_validators(made, outlet_state.site)
        made.chunked = outlet_state.site.chunked and made.status == 200
        return made

    def _through_faults(self, wanted: PageRequest, *, spared: bool) -> PressResponse:
        name, kind = wanted.outlet_state.site.name, wanted.address.kind
        fault = next((f for f in self.faults if not spared and f.matches(name, wanted.target, kind)), None)
        if fault is None:
            return self.pages.page(wanted)
        fault.use()
        made = fault_responses.faulty_response(self.pages, fault, wanted)
        made.fault = fault.kind
        return made


def is_member(request: PressRequest) -> bool:
    """Whether a subscriber asks: a cookie `member=…`, or an Authorization of any kind."""
    return "member=" in request.headers.get("cookie", "") or "authorization" in request.headers
