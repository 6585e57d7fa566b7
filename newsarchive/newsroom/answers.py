"""From a request to an answer: which page is asked for, what the faults make of it, which headers it gets.

Knows no connection; server.py sends what comes out of here. Tested in tests/newsroom/test_server.py and
test_faults.py.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from newsarchive.newsroom import layout, noise
from newsarchive.newsroom.desk import Desk, Shelf, month_of, recent
from newsarchive.newsroom.faults import Fault
from newsarchive.newsroom.outlets import feeds
from newsarchive.newsroom.outlets.base import FEED_SIZE, PAGE_SIZE, Address, Site, View, slugify, token
from newsarchive.newsroom.pictures import picture
from newsarchive.newsroom.story import Request
from newsarchive.newsroom.styles import style

HTML = "text/html; charset=utf-8"
XML = "application/xml; charset=utf-8"
HUGE = b"<p>" + b"the press runs and runs " * 42 + b"</p>\n"


@dataclass(slots=True, kw_only=True)
class Answer:
    """What goes back, and how: the last five fields spoil the connection."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: list[tuple[str, str]] = field(default_factory=list)
    what: str = ""  # article, feed, section …
    outlet: str = ""
    etag: str = ""
    modified: datetime | None = None
    chunked: bool = False
    fault: str = ""
    delay: float = 0.0  # seconds before the first byte
    drip: float = 0.0  # seconds over which the body is spread
    keep: float = 1.0  # share of the body that is sent before the connection closes
    drop: bool = False  # nothing is sent at all


class Front:
    """The house's front desk: answers requests from the desk's stories."""

    def __init__(self, desk: Desk, *, bases: dict[str, str], tls: bool, now: Callable[[], datetime]) -> None:
        self.desk = desk
        self.bases = bases
        self.tls = tls
        self.now = now
        self.noise = True
        self.faults: list[Fault] = []
        self._fetches: dict[tuple[str, str], int] = {}
        self._hosts = {s.site.host: n for n, s in desk.shelves.items()}
        self._aliases = {alias: n for n, s in desk.shelves.items() for alias in s.site.aliases}

    def answer(self, request: Request) -> Answer:
        """The answer to a request, conditional requests and compression included."""
        with self.desk.lock:
            now = self.now()
            self.desk.tick(now)
            made = self._routed(request, now)
        if made.status == 200:
            _finish(made, request)
        return made

    def _routed(self, request: Request, now: datetime) -> Answer:
        if request.host in self._aliases:
            name = self._aliases[request.host]
            return _redirect(self.bases[name] + request.target, 301, outlet=name)
        name = self._hosts.get(request.host, "")
        if not name:
            return Answer(status=421, body=b"no such outlet here\n", content_type="text/plain")
        shelf = self.desk.shelves[name]
        if self.tls and shelf.site.secure and not request.secure:
            return _redirect(self.bases[name] + request.target, 301, outlet=name)
        if request.method not in ("GET", "HEAD"):
            return Answer(status=405, outlet=name, headers=[("Allow", "GET, HEAD")])
        target, moved = request.target, False
        if target.endswith("?moved=1"):
            target, moved = target.removesuffix("?moved=1"), True
        address = self._address(shelf, target)
        fault = next(
            (f for f in self.faults if f.meets(name, request.target, address.kind) and not moved), None
        )
        if fault is None:
            made = self._page(shelf, target, address, now)
        else:
            fault.use()
            made = self._spoilt(fault, shelf, target, address, now)
            made.fault = fault.kind
        made.what, made.outlet = address.kind, name
        _own_ways(made, shelf.site)
        made.chunked = shelf.site.chunked and made.status == 200
        return made

    # ---------------------------------------------------------------- addresses

    def _address(self, shelf: Shelf, target: str) -> Address:
        path = target.partition("?")[0]
        for candidate in (target, path):
            if candidate in shelf.paths:
                return Address(kind="article", key=str(shelf.paths[candidate]))
        address = shelf.site.find(target) or shelf.site.find(path)
        if address is None:
            return Address(kind="missing")
        if address.kind == "id":
            return replace(address, kind="moved", key=str(int(address.key) - shelf.site.first_id))
        if address.kind in ("amp", "print") and address.key in shelf.paths:
            return replace(address, key=str(shelf.paths[address.key]))
        return address

    # ---------------------------------------------------------------- pages

    def _view(
        self,
        shelf: Shelf,
        target: str,
        *,
        changed: datetime | None = None,
        variant: str = "",
        release: int = 1,
    ) -> View:
        key = (shelf.site.name, target)
        fetch = self._fetches[key] = self._fetches.get(key, -1) + 1
        made = noise.view(
            shelf.site,
            self.bases[shelf.site.name],
            seed=self.desk.seed,
            path=target,
            fetch=fetch,
            on=self.noise,
            now=self.now(),
            changed=changed,
            others=shelf.newest(40),
            variant=variant,
            release=release,
        )
        return replace(made, elsewhere=self.bases)

    def _page(
        self, shelf: Shelf, target: str, address: Address, now: datetime, *, release: int = 1
    ) -> Answer:
        kind, site, base = address.kind, shelf.site, self.bases[shelf.site.name]
        if kind in ("article", "amp", "print"):
            return self._article(shelf, target, address, release)
        if kind == "moved":
            found = shelf.stories.get(int(address.key))
            return _redirect(base + found.path, 301) if found else self._note(shelf, "not_found", 404)
        if kind in ("front", "section", "tag", "author"):
            return self._list(shelf, target, address, release)
        if kind == "plain" and address.key in site.plain_pages:
            heading, text = site.plain_pages[address.key]
            html = site.plain(heading, [text], self._view(shelf, target), path=target)
            return self._html(shelf, html, etag=token(site.name, target))
        if kind == "robots":
            return Answer(body=site.robots(base).encode(), content_type="text/plain; charset=utf-8")
        if kind == "picture":
            number = int("".join(c for c in target.partition("?")[0] if c.isdigit()) or "0")
            return Answer(body=picture(number), content_type="image/png", etag=f"png{number}")
        if kind == "css":
            return Answer(
                body=style(address.key), content_type="text/css; charset=utf-8", etag=f"css{release}"
            )
        made = self._xml(shelf, address, now)
        return made or self._note(shelf, "not_found", 404)

    def _article(self, shelf: Shelf, target: str, address: Address, release: int) -> Answer:
        number, site = int(address.key), shelf.site
        story, base = shelf.stories[number], self.bases[site.name]
        if gone := shelf.gone.get(number):
            if gone == "delete-home":
                return _redirect(base + "/", 302)
            if gone == "delete-soft":
                return self._note(shelf, "not_found", 200)
            return self._note(shelf, *(("gone", 410) if gone == "delete-410" else ("not_found", 404)))
        if address.kind == "article" and target.partition("?")[0] != story.path.partition("?")[0]:
            return _redirect(base + story.path, 301)
        changed = shelf.changed[number]
        variant = "" if address.kind == "article" else address.kind
        view = self._view(shelf, target, changed=changed, variant=variant, release=release)
        html = site.article(story, view)
        if release > 1:
            html = layout.relaunch(html)
        etag = token(site.name, number, shelf.revision[number], address.kind, release)
        return self._html(shelf, html, etag=etag, modified=changed)

    def _list(self, shelf: Shelf, target: str, address: Address, release: int) -> Answer:
        site, key = shelf.site, address.key
        stories, heading, size = shelf.newest(), site.title, PAGE_SIZE
        if address.kind == "section":
            stories, heading = [s for s in stories if s.section == key], site.section_title(key)
        elif address.kind == "tag":
            stories = [s for s in stories if key in {slugify(t) for t in s.tags}]
            heading = next((t for s in stories for t in s.tags if slugify(t) == key), "")
        elif address.kind == "author":
            stories = [s for s in stories if key in {slugify(a) for a in s.authors}]
            heading = next((a for s in stories for a in s.authors if slugify(a) == key), "")
        shown = stories[(address.page - 1) * size : address.page * size]
        if not shown and (address.page > 1 or address.kind in ("tag", "author")):
            return self._note(shelf, "not_found", 404)
        paged = address.kind == "section"
        older = (
            site.section_path(key, address.page + 1) if paged and len(stories) > address.page * size else ""
        )
        newer = site.section_path(key, address.page - 1) if paged and address.page > 1 else ""
        view = self._view(shelf, target, release=release)
        html = site.listing(heading, shown, view, path=target, older=older, newer=newer)
        if release > 1:
            html = layout.relaunch(html)
        return self._html(shelf, html, etag=token(site.name, target, shelf.changes, release))

    def _xml(self, shelf: Shelf, address: Address, now: datetime) -> Answer | None:
        site, base, kind = shelf.site, self.bases[shelf.site.name], address.kind
        content_type = XML
        if kind == "feed":
            text, content_type = site.feed(shelf.newest(FEED_SIZE), base), site.feed_type
        elif kind == "news-sitemap":
            text = feeds.news_sitemap(site, recent(shelf, now), base)
        elif kind == "sitemap":
            text = feeds.sitemap(site, [s for s in shelf.newest() if month_of(s) == address.key], base)
        elif kind == "sitemap-index":
            months: dict[str, datetime] = {}
            for s in shelf.newest():
                months[month_of(s)] = max(s.modified_at, months.get(month_of(s), s.modified_at))
            text = feeds.sitemap_index(site, months.items(), base)
        else:
            return None
        body = text.encode()
        if kind == "sitemap" and site.sitemap_path(address.key).endswith(".gz"):
            body, content_type = gzip.compress(body, mtime=0), "application/gzip"
        etag = token(site.name, address.kind, address.key, shelf.changes)
        return Answer(body=body, content_type=content_type, etag=etag, modified=shelf.touched)

    def _note(self, shelf: Shelf, what: str, status: int) -> Answer:
        heading, *text = noise.notes(shelf.site.language)[what]
        html = shelf.site.plain(heading, text, self._view(shelf, f"/{what}"), path=f"/{what}")
        return self._html(shelf, html, status=status)

    def _html(self, shelf: Shelf, html: str, **more: Any) -> Answer:
        charset = shelf.site.charset
        body = html.encode(charset, "xmlcharrefreplace")
        return Answer(body=body, content_type=f"text/html; charset={charset}", **more)

    # ---------------------------------------------------------------- faults

    def _spoilt(self, fault: Fault, shelf: Shelf, target: str, address: Address, now: datetime) -> Answer:
        kind = fault.kind
        if kind in ("500", "503", "429", "404", "410", "robots-500"):
            return self._refused(fault, shelf, int(kind.removeprefix("robots-")))
        if kind in _SHAPES:
            return _SHAPES[kind](self, fault, shelf, target)
        if kind == "empty-feed":
            body = shelf.site.feed([], self.bases[shelf.site.name]).encode()
            return Answer(body=body, content_type=shelf.site.feed_type)
        if kind == "paywall" and address.kind in ("article", "amp"):
            number = int(address.key)
            open_story = shelf.stories[number]
            shelf.stories[number] = replace(open_story, paywalled=True)
            try:
                return self._page(shelf, target, address, now)
            finally:
                shelf.stories[number] = open_story
        made = self._page(shelf, target, address, now, release=2 if kind == "layout" else 1)
        if kind == "slow":
            made.delay = fault.seconds
        elif kind == "drip":
            made.drip = fault.seconds
        elif kind == "cut":
            made.keep = fault.keep
        elif kind == "drop":
            made.drop = True
        elif kind == "huge":
            made.body += HUGE * max(0, (fault.size - len(made.body)) // len(HUGE) + 1)
        elif kind == "wrong-charset":
            legacy = "utf-8" if shelf.site.charset == "windows-1252" else _LEGACY[shelf.site.language]
            made.body = made.body.decode(shelf.site.charset).encode(legacy, "xmlcharrefreplace")
        elif kind == "broken-xml":
            made.body = made.body[: int(len(made.body) * 0.6)] + b"<title>and &nbsp; then"
        elif kind == "stale-validators":
            made.etag, made.modified = "never-changes", datetime(2020, 1, 1, tzinfo=UTC)
        return made

    def _refused(self, fault: Fault, shelf: Shelf, status: int) -> Answer:
        what = {404: "not_found", 410: "gone"}.get(status, "error")
        made = self._note(shelf, what, status)
        if isinstance(fault.retry_after, datetime):
            made.headers.append(
                ("Retry-After", format_datetime(fault.retry_after.astimezone(UTC), usegmt=True))
            )
        elif fault.retry_after is not None:
            made.headers.append(("Retry-After", str(fault.retry_after)))
        return made

    def _challenge(self, fault: Fault, shelf: Shelf, target: str) -> Answer:
        html = (
            '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta name="robots" '
            'content="noindex,nofollow"></head><body><div class="main-wrapper"><h1>Checking your browser before '
            f"accessing {shelf.site.host}</h1><p>Enable JavaScript and cookies to continue</p>"
            f'<script>window.__challenge="{token(target, len(self._fetches), length=32)}"</script></div></body></html>'
        )
        return Answer(status=fault.status, body=html.encode(), headers=[("X-Mitigated", "challenge")])

    def _consent(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        heading, text = noise.notes(shelf.site.language)["consent"]
        html = (
            f'<!DOCTYPE html><html lang="{shelf.site.language}"><head><meta charset="utf-8"><title>{heading}</title></head>'
            f'<body><div id="consent-wall"><h1>{heading}</h1><p>{text}</p><form method="post" action="/consent">'
            f'<input type="hidden" name="return" value="{target}"><button>OK</button></form></div></body></html>'
        )
        return Answer(body=html.encode())

    def _empty(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        return Answer(body=b"")

    def _pdf(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        return Answer(
            body=b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", content_type="application/pdf"
        )

    def _missing(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        return self._note(shelf, "not_found", 200)

    def _forbid(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        return Answer(body=b"User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")

    def _away(self, fault: Fault, shelf: Shelf, target: str) -> Answer:
        base = self.bases[shelf.site.name]
        if fault.kind == "redirect-home":
            return _redirect(base + "/", 302)
        if fault.kind == "feed-moved":
            return _redirect(fault.to or f"{base}{target}?moved=1", 301)
        if fault.kind == "redirect-loop":
            return _redirect(base + target, 302)
        return _redirect(fault.to or base + "/", 302)

    def _feed_page(self, fault: Fault, shelf: Shelf, target: str) -> Answer:  # noqa: ARG002
        return self._note(shelf, "error", 200)


_LEGACY = {"ar": "cp1256", "ja": "euc_jp", "en": "cp1252", "de": "cp1252"}
_SHAPES: dict[str, Callable[[Front, Fault, Shelf, str], Answer]] = {
    "block": Front._challenge,
    "consent": Front._consent,
    "empty-body": Front._empty,
    "not-html": Front._pdf,
    "soft-404": Front._missing,
    "robots-forbid": Front._forbid,
    "redirect": Front._away,
    "redirect-home": Front._away,
    "redirect-loop": Front._away,
    "feed-moved": Front._away,
    "feed-html": Front._feed_page,
}


def _redirect(to: str, status: int, *, outlet: str = "") -> Answer:
    body = f'<html><head><title>Moved</title></head><body><a href="{to}">Moved</a></body></html>'
    return Answer(status=status, body=body.encode(), headers=[("Location", to)], outlet=outlet)


def _own_ways(made: Answer, site: Site) -> None:
    """Which validators the outlet sends: some none, some by the story, some by the bytes."""
    if not site.dated:
        made.modified = None
    if site.etags == "none" or not made.etag:
        made.etag = ""
    elif site.etags == "strong" and made.fault != "stale-validators":
        made.etag = f'"{hashlib.sha1(made.body).hexdigest()[:20]}"'
    else:
        made.etag = f'W/"{made.etag}"'


def _finish(made: Answer, request: Request) -> None:
    """Validators, 304, compression: what any page gets that is answered with 200."""
    if (made.etag or made.modified) and made.fault in ("", "stale-validators", "layout", "slow"):
        _validators(made, request)
    if made.status == 200 and "gzip" in request.headers.get("accept-encoding", "") and len(made.body) > 200:
        if made.content_type.startswith(("text/", "application/xml", "application/rss", "application/atom")):
            packer = zlib.compressobj(4, zlib.DEFLATED, 31)
            made.body = packer.compress(made.body) + packer.flush()
            made.headers.append(("Content-Encoding", "gzip"))
        made.headers.append(("Vary", "Accept-Encoding"))


def _validators(made: Answer, request: Request) -> None:
    if made.modified:
        moment = made.modified.replace(microsecond=0)
        made.headers.append(("Last-Modified", format_datetime(moment, usegmt=True)))
    tag = made.etag
    if tag:
        made.headers.append(("ETag", tag))
    asked = request.headers.get("if-none-match")
    if asked is not None:
        same = bool(tag) and (asked.strip() == "*" or tag.removeprefix("W/") in _tags(asked))
    else:
        since = _date(request.headers.get("if-modified-since", ""))
        same = bool(made.modified and since and made.modified.replace(microsecond=0) <= since)
    if same:
        made.status, made.body, made.content_type = 304, b"", ""


def _tags(header: str) -> Sequence[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def retry_date(now: datetime, seconds: float) -> datetime:
    """The moment for a `retry_after` that is to be sent as an HTTP date."""
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)
