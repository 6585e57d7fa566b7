"""What the faults make of an answer. One function for each kind or family; faults.py says when they strike.

Tested in tests/newsroom/test_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.newsroom import noise, templates
from tests.newsroom.faults import Fault
from tests.newsroom.outlet_site import FEED_SIZE, token
from tests.newsroom.press_pages import PageMaker, PageRequest
from tests.newsroom.press_response import PressResponse, redirect

FaultyResponse = Callable[[PageMaker, Fault, PageRequest], PressResponse]

MOVED = "?moved=1"  # a feed that moved answers at its old address with this behind it
HUGE = b"<p>" + b"the press runs and runs " * 42 + b"</p>\n"
# What an outlet's pages are wrongly encoded in: by charset, then by language.
_WRONG = {"windows-1252": "utf-8", "shift_jis": "euc_jp", "ar": "cp1256"}


def faulty_response(pages: PageMaker, fault: Fault, wanted: PageRequest) -> PressResponse:
    """The answer that a fault gives instead of the right one, or makes of it."""
    if instead := _INSTEAD.get(fault.kind):
        return instead(pages, fault, wanted)
    wanted = replace(wanted, release=2 if fault.kind == "layout" else 1, stub=fault.kind == "paywall")
    made = pages.page(wanted)
    _AFTERWARDS.get(fault.kind, _nothing)(made, fault, wanted)
    return made


# ------------------------------------------------------------------ instead of the page


def _refused(pages: PageMaker, fault: Fault, wanted: PageRequest) -> PressResponse:
    status = int(fault.kind.removeprefix("robots-"))
    made = pages.note(wanted, {404: "not_found", 410: "gone"}.get(status, "error"), status)
    if isinstance(fault.retry_after, datetime):
        moment = fault.retry_after.astimezone(UTC)
        made.headers.append(("Retry-After", format_datetime(moment, usegmt=True)))
    elif fault.retry_after is not None:
        made.headers.append(("Retry-After", str(fault.retry_after)))
    return made


def _challenge(_pages: PageMaker, fault: Fault, wanted: PageRequest) -> PressResponse:
    html = (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta name="robots" '
        'content="noindex,nofollow"></head><body><div class="main-wrapper"><h1>Checking your browser before '
        f"accessing {wanted.outlet_state.site.host}</h1><p>Enable JavaScript and cookies to continue</p>"
        f'<script>window.__challenge="{token(wanted.target, wanted.now, length=32)}"</script></div></body></html>'
    )
    return PressResponse(status=fault.status, body=html.encode(), headers=[("X-Mitigated", "challenge")])


def _consent(_pages: PageMaker, _fault: Fault, wanted: PageRequest) -> PressResponse:
    site = wanted.outlet_state.site
    heading, text = noise.notes(site.language)["consent"]
    html = (
        f'<!DOCTYPE html><html lang="{site.language}"><head><meta charset="utf-8"><title>{heading}</title></head>'
        f'<body><div id="consent-wall"><h1>{heading}</h1><p>{text}</p><form method="post" action="/consent">'
        f'<input type="hidden" name="return" value="{wanted.target}"><button>OK</button></form></div></body></html>'
    )
    return PressResponse(body=html.encode())


def _shell(pages: PageMaker, _fault: Fault, wanted: PageRequest) -> PressResponse:
    """A page without text, which a script fetches: only of outlets that have an api."""
    story = wanted.outlet_state.stories.get(int(wanted.address.key))
    site = wanted.outlet_state.site
    if story is None or not site.has_api:
        return pages.page(wanted)
    html = templates.article_page(site, story, pages.view(wanted), kind="shell")
    return PressResponse(body=html.encode())


def _away(_pages: PageMaker, fault: Fault, wanted: PageRequest) -> PressResponse:
    if fault.kind == "redirect-home":
        return redirect(wanted.base + "/", 302)
    if fault.kind == "feed-moved":
        return redirect(fault.to or wanted.base + wanted.target + MOVED, 301)
    if fault.kind == "redirect-loop":
        return redirect(wanted.base + wanted.target, 302)
    return redirect(fault.to or wanted.base + "/", 302)


def _feed(pages: PageMaker, fault: Fault, wanted: PageRequest) -> PressResponse:
    if wanted.address.kind != "feed":
        return pages.page(wanted)
    if fault.kind == "empty-feed":
        return pages.feed(wanted, [])
    since = fault.since or wanted.now
    return pages.feed(
        wanted, [s for s in wanted.outlet_state.newest() if s.published_at <= since][:FEED_SIZE]
    )


_INSTEAD: dict[str, FaultyResponse] = {
    **dict.fromkeys(("500", "503", "429", "404", "410", "robots-500"), _refused),
    **dict.fromkeys(("redirect", "redirect-home", "redirect-loop", "feed-moved"), _away),
    **dict.fromkeys(("empty-feed", "feed-frozen"), _feed),
    "block": _challenge,
    "consent": _consent,
    "client-side": _shell,
    "soft-404": lambda pages, _fault, wanted: pages.note(wanted, "not_found", 200),
    "feed-html": lambda pages, _fault, wanted: pages.note(wanted, "error", 200),
    "empty-body": lambda _pages, _fault, _asked: PressResponse(),
    "not-html": lambda _pages, _fault, _asked: PressResponse(
        body=b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", content_type="application/pdf"
    ),
    "robots-forbid": lambda _pages, _fault, _asked: PressResponse(
        body=b"User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8"
    ),
}


# ------------------------------------------------------------------ the page, made worse


def _nothing(_made: PressResponse, _fault: Fault, _asked: PageRequest) -> None:
    return


def _slow(made: PressResponse, fault: Fault, _asked: PageRequest) -> None:
    made.delay = fault.seconds


def _drip(made: PressResponse, fault: Fault, _asked: PageRequest) -> None:
    made.drip = fault.seconds


def _cut(made: PressResponse, fault: Fault, _asked: PageRequest) -> None:
    made.keep = fault.keep


def _drop(made: PressResponse, _fault: Fault, _asked: PageRequest) -> None:
    made.drop = True


def _huge(made: PressResponse, fault: Fault, _asked: PageRequest) -> None:
    made.body += HUGE * max(0, (fault.size - len(made.body)) // len(HUGE) + 1)


def _charset(made: PressResponse, _fault: Fault, wanted: PageRequest) -> None:
    site = wanted.outlet_state.site
    wrong = _WRONG.get(site.charset) or _WRONG.get(site.language, "cp1252")
    made.body = made.body.decode(site.charset).encode(wrong, "xmlcharrefreplace")


def _broken(made: PressResponse, _fault: Fault, _asked: PageRequest) -> None:
    made.body = made.body[: int(len(made.body) * 0.6)] + b"<title>and &nbsp; then"


def _stale(made: PressResponse, _fault: Fault, _asked: PageRequest) -> None:
    made.etag, made.modified = "never-changes", datetime(2020, 1, 1, tzinfo=UTC)


def _opt_out(made: PressResponse, _fault: Fault, _asked: PageRequest) -> None:
    made.headers += [("X-Robots-Tag", "noarchive, noai"), ("tdm-reservation", "1")]
    made.body = made.body.replace(b"</head>", b'<meta name="robots" content="noarchive"></head>', 1)


_AFTERWARDS: dict[str, Callable[[PressResponse, Fault, PageRequest], None]] = {
    "slow": _slow,
    "drip": _drip,
    "cut": _cut,
    "drop": _drop,
    "huge": _huge,
    "wrong-charset": _charset,
    "broken-xml": _broken,
    "stale-validators": _stale,
    "opt-out": _opt_out,
}
