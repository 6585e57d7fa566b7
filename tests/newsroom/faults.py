"""Faults that a test switches on: which requests they meet and what they do to an answer.

`meets` is pure; fault_responses.py carries the faults out, press_server.py those of the connection. Tested in tests/newsroom/test_faults.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

FaultKind = Literal[
    "500",
    "503",
    "429",
    "404",
    "410",
    "slow",
    "drip",
    "cut",
    "drop",
    "redirect",
    "redirect-home",
    "redirect-loop",
    "soft-404",
    "block",
    "consent",
    "paywall",
    "empty-body",
    "huge",
    "wrong-charset",
    "not-html",
    "stale-validators",
    "layout",
    "client-side",
    "opt-out",
    "broken-xml",
    "empty-feed",
    "feed-moved",
    "feed-html",
    "feed-frozen",
    "robots-forbid",
    "robots-500",
]
FAULT_KINDS: tuple[str, ...] = FaultKind.__args__  # type: ignore[attr-defined]

FEED_KINDS = frozenset({"broken-xml", "empty-feed", "feed-moved", "feed-html", "feed-frozen"})
ROBOTS_KINDS = frozenset({"robots-forbid", "robots-500"})
ARTICLE_KINDS = frozenset({"paywall", "soft-404", "wrong-charset", "layout", "client-side", "opt-out"})


@dataclass(slots=True, kw_only=True)
class Fault:
    """A fault, on until it is cleared or used up.

    Args:
        outlet: Name of the outlet; empty = every one.
        prefix: Beginning of the paths that it meets.
        times: How many responses it changes; None = all.
        status: For `block`: the status of the challenge page (403, or 200 or 202 for a disguised one).
        retry_after: For 503 and 429: seconds, or the moment, which is sent as an HTTP date.
        seconds: For `slow` (before the answer) and `drip` (spread over the body).
        to: For `redirect` and `feed-moved`: where to.
        size: For `huge`: bytes of the body.
        keep: For `cut`: the share of the body that is sent before the connection closes.
        since: For `feed-frozen`: the feed shows nothing newer; the newsroom fills it in.
        robots: Whether robots.txt is met too, when `prefix` doesn't name it.
    """

    kind: str
    outlet: str = ""
    prefix: str = "/"
    times: int | None = None
    status: int = 403
    retry_after: int | datetime | None = None
    seconds: float = 1.0
    to: str = ""
    size: int = 40 * 1024 * 1024
    keep: float = 0.5
    robots: bool = False
    since: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind not in FAULT_KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; known: {', '.join(FAULT_KINDS)}")

    def matches(self, outlet: str, path: str, what: str) -> bool:
        """Whether a request for `path` of `outlet` is met by it.

        Args:
            what: What the address is: article, feed, news-sitemap, robots, section …
        """
        if self.times == 0 or (self.outlet and self.outlet != outlet) or not path.startswith(self.prefix):
            return False
        if self.kind in FEED_KINDS:
            return what in ("feed", "news-sitemap", "sitemap", "sitemap-index") and (
                self.prefix != "/" or what == "feed"
            )
        if self.kind in ROBOTS_KINDS:
            return what == "robots"
        if self.kind in ARTICLE_KINDS:
            return what in ("article", "amp") or (self.kind == "layout" and what in ("front", "section"))
        return what != "robots" or self.robots or self.prefix.startswith("/robots")

    def use(self) -> None:
        """Counts one response."""
        if self.times is not None:
            self.times -= 1
