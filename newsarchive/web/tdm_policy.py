"""What an outlet's `/.well-known/tdmrep.json` says of text and data mining (the TDM Reservation Protocol of the W3C's group).

Pure: bytes in, rules out; whatever the file holds, nothing is raised. Tested in tests/web/test_tdm_policy.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

PATH = "/.well-known/tdmrep.json"
MOST = 100  # rules of a file that are read
LONGEST = 256 * 1024  # bytes of a file that are read
CUT = 500  # letters of a location or a policy's address


@dataclass(frozen=True, slots=True, kw_only=True)
class TdmRule:
    """What holds for the pages whose path matches `location` (`*` is any text, `$` the end)."""

    location: str
    is_reserved: bool
    policy: str = ""  # URL of the terms under which mining may be licensed

    def to_text(self) -> str:
        """Return one line: `/news/*: reserved, terms at https://…`."""
        terms = f", terms at {self.policy}" if self.policy else ""
        return f"{self.location}: {'reserved' if self.is_reserved else 'not reserved'}{terms}"


def tdm_rules(body: bytes) -> tuple[TdmRule, ...]:
    """Return the rules of a file, in its order; none where it is no such file."""
    try:
        found = json.loads(body[:LONGEST].decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return ()
    rows = found if isinstance(found, list) else [found]
    return tuple(rule for row in rows[:MOST] if (rule := _rule(row)) is not None)


def _rule(row: object) -> TdmRule | None:
    if not isinstance(row, dict) or not isinstance(location := row.get("location"), str) or not location:
        return None
    reserved, policy = row.get("tdm-reservation"), row.get("tdm-policy")
    if str(reserved) not in ("0", "1"):
        return None
    terms = policy[:CUT] if isinstance(policy, str) else ""
    return TdmRule(location=location[:CUT], is_reserved=str(reserved) == "1", policy=terms)


def tdm_urls(urls: Iterable[str]) -> tuple[str, ...]:
    """Return where the hosts of these URLs would have their file, each once."""
    places = []
    for url in urls:
        try:
            parts = urlsplit(url)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and parts.netloc:
            places.append(f"{parts.scheme}://{parts.netloc}{PATH}")
    return tuple(dict.fromkeys(places))
