"""What robots.txt allows, by RFC 9309.

Pure: the answer to GET /robots.txt in, a `Robots` out. Fetches nothing: the crawl fetches robots.txt
like any page, so it is archived. Fails closed: an unreachable file forbids everything.
Tested in tests/crawl/test_robots.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from protego import Protego

LONGEST = 500 * 1024  # bytes that are read (RFC 9309, 2.5: at least 500 KiB)
DEFAULT_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(hours=24)  # RFC 9309, 2.4
REDIRECTS = 5  # RFC 9309, 2.3.1.2


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.

    `state` is "rules" (a file was read), "absent" (4xx: all is allowed) or "unreachable" (5xx, or no
    answer: nothing is).
    """

    state: str
    rules: Protego | None = None
    life: timedelta = DEFAULT_LIFE

    def allows(self, url: str, agent: str) -> bool:
        """May a crawler named `agent` fetch `url`?"""
        if self.rules is None:
            return self.state == "absent"
        return bool(self.rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        """Seconds between two requests that the file asks for; None if it doesn't."""
        delay = self.rules.crawl_delay(agent) if self.rules is not None else None
        return float(delay) if delay is not None else None


def read_robots(status: int | None, body: bytes, cache_control: str = "") -> Robots:
    """The rules that an answer gives.

    Args:
        status: The final status after redirects; None if there was no answer.
        body: The decoded body; only the first 500 KiB count.
        cache_control: That header, for how long the answer may be kept.
    """
    life = _life(cache_control)
    if status is None or status == 429 or status >= 500:
        return Robots("unreachable", None, min(life, DEFAULT_LIFE))
    if 400 <= status < 500:
        return Robots("absent", None, life)
    if 200 <= status < 300:
        text = body[:LONGEST].decode("utf-8", "replace").lstrip("\ufeff")
        return Robots("rules", Protego.parse(text), life)
    return Robots("absent", None, life)  # too many redirects count as 4xx (2.3.1.2)


def _life(cache_control: str) -> timedelta:
    found = re.search(r"max-age\s*=\s*\"?(\d{1,9})", cache_control.lower())
    if not found:
        return DEFAULT_LIFE
    return min(timedelta(seconds=int(found[1])), LONGEST_LIFE)


def agent_token(user_agent: str) -> str:
    """The product token by which robots.txt names a crawler: what stands before the first slash."""
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0] or "newsarchive"
