"""What the faults make of an answer. One function for each kind or family; faults.py says when they strike.

Tested in tests/newsroom/test_faults.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.newsroom import noise
from tests.newsroom.answers import Answer, redirect
from tests.newsroom.faults import Fault
from tests.newsroom.outlets.base import FEED_SIZE, token
from tests.newsroom.pages import Asked, Pages

Spoiling = Callable[[Pages, Fault, Asked], Answer]

MOVED = "?moved=1"  # a feed that moved answers at its old address with this behind it
HUGE = b"<p>" + b"the press runs and runs " * 42 + b"</p>\n"
# What an outlet's pages are wrongly encoded in: by charset, then by language.
_WRONG = {"windows-1252": "utf-8", "shift_jis": "euc_jp", "ar": "cp1256"}


def spoilt(pages: Pages, fault: Fault, asked: Asked) -> Answer:
    """The answer that a fault gives instead of the right one, or makes of it."""
    if instead := _INSTEAD.get(fault.kind):
        return instead(pages, fault, asked)
    asked = replace(asked, release=2 if fault.kind == "layout" else 1, stub=fault.kind == "paywall")
    made = pages.page(asked)
    _AFTERWARDS.get(fault.kind, _nothing)(made, fault, asked)
    return made


# ------------------------------------------------------------------ instead of the page


def _refused(pages: Pages, fault: Fault, asked: Asked) -> Answer:
    status = int(fault.kind.removeprefix("robots-"))
    made = pages.note(asked, {404: "not_found", 410: "gone"}.get(status, "error"), status)
    if isinstance(fault.retry_after, datetime):
        moment = fault.retry_after.astimezone(UTC)
        made.headers.append(("Retry-After", format_datetime(moment, usegmt=True)))
    elif fault.retry_after is not None:
        made.headers.append(("Retry-After", str(fault.retry_after)))
    return made


def _challenge(_pages: Pages, fault: Fault, asked: Asked) -> Answer:
    html = (
        '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title><meta name="robots" '
        'content="noindex,nofollow"></head><body><div class="main-wrapper"><h1>Checking your browser before '
        f"accessing {asked.shelf.site.host}</h1><p>Enable JavaScript and cookies to continue</p>"
        f'<script>window.__challenge="{token(asked.target, asked.now, length=32)}"</script></div></body></html>'
    )
    return Answer(status=fault.status, body=html.encode(), headers=[("X-Mitigated", "challenge")])


def _consent(_pages: Pages, _fault: Fault, asked: Asked) -> Answer:
    site = asked.shelf.site
    heading, text = noise.notes(site.language)["consent"]
    html = (
        f'<!DOCTYPE html><html lang="{site.language}"><head><meta charset="utf-8"><title>{heading}</title></head>'
        f'<body><div id="consent-wall"><h1>{heading}</h1><p>{text}</p><form method="post" action="/consent">'
        f'<input type="hidden" name="return" value="{asked.target}"><button>OK</button></form></div></body></html>'
    )
    return Answer(body=html.encode())


def _shell(pages: Pages, _fault: Fault, asked: Asked) -> Answer:
    """A page without text, which a script fetches: only of outlets that have an api."""
    story = asked.shelf.stories.get(int(asked.address.key))
    html = asked.shelf.site.shell(story, pages.view(asked)) if story else ""
    return Answer(body=html.encode()) if html else pages.page(asked)


def _away(_pages: Pages, fault: Fault, asked: Asked) -> Answer:
    if fault.kind == "redirect-home":
        return redirect(asked.base + "/", 302)
    if fault.kind == "feed-moved":
        return redirect(fault.to or asked.base + asked.target + MOVED, 301)
    if fault.kind == "redirect-loop":
        return redirect(asked.base + asked.target, 302)
    return redirect(fault.to or asked.base + "/", 302)


def _feed(pages: Pages, fault: Fault, asked: Asked) -> Answer:
    if asked.address.kind != "feed":
        return pages.page(asked)
    if fault.kind == "empty-feed":
        return pages.feed(asked, [])
    since = fault.since or asked.now
    return pages.feed(asked, [s for s in asked.shelf.newest() if s.published_at <= since][:FEED_SIZE])


_INSTEAD: dict[str, Spoiling] = {
    **dict.fromkeys(("500", "503", "429", "404", "410", "robots-500"), _refused),
    **dict.fromkeys(("redirect", "redirect-home", "redirect-loop", "feed-moved"), _away),
    **dict.fromkeys(("empty-feed", "feed-frozen"), _feed),
    "block": _challenge,
    "consent": _consent,
    "client-side": _shell,
    "soft-404": lambda pages, _fault, asked: pages.note(asked, "not_found", 200),
    "feed-html": lambda pages, _fault, asked: pages.note(asked, "error", 200),
    "empty-body": lambda _pages, _fault, _asked: Answer(),
    "not-html": lambda _pages, _fault, _asked: Answer(
        body=b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF\n", content_type="application/pdf"
    ),
    "robots-forbid": lambda _pages, _fault, _asked: Answer(
        body=b"User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8"
    ),
}


# ------------------------------------------------------------------ the page, made worse


def _nothing(_made: Answer, _fault: Fault, _asked: Asked) -> None:
    return


def _slow(made: Answer, fault: Fault, _asked: Asked) -> None:
    made.delay = fault.seconds


def _drip(made: Answer, fault: Fault, _asked: Asked) -> None:
    made.drip = fault.seconds


def _cut(made: Answer, fault: Fault, _asked: Asked) -> None:
    made.keep = fault.keep


def _drop(made: Answer, _fault: Fault, _asked: Asked) -> None:
    made.drop = True


def _huge(made: Answer, fault: Fault, _asked: Asked) -> None:
    made.body += HUGE * max(0, (fault.size - len(made.body)) // len(HUGE) + 1)


def _charset(made: Answer, _fault: Fault, asked: Asked) -> None:
    site = asked.shelf.site
    wrong = _WRONG.get(site.charset) or _WRONG.get(site.language, "cp1252")
    made.body = made.body.decode(site.charset).encode(wrong, "xmlcharrefreplace")


def _broken(made: Answer, _fault: Fault, _asked: Asked) -> None:
    made.body = made.body[: int(len(made.body) * 0.6)] + b"<title>and &nbsp; then"


def _stale(made: Answer, _fault: Fault, _asked: Asked) -> None:
    made.etag, made.modified = "never-changes", datetime(2020, 1, 1, tzinfo=UTC)


def _opt_out(made: Answer, _fault: Fault, _asked: Asked) -> None:
    made.headers += [("X-Robots-Tag", "noarchive, noai"), ("tdm-reservation", "1")]
    made.body = made.body.replace(b"</head>", b'<meta name="robots" content="noarchive"></head>', 1)


_AFTERWARDS: dict[str, Callable[[Answer, Fault, Asked], None]] = {
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
