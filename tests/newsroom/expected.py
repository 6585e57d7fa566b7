"""What a faithful archive makes of each thing that happens in the newsroom: the key to a scripted month.

Pure data: for each kind of edit, whether it is a version, a change of fields, an event or nothing, and
under which names. Tested in tests/newsroom/test_scripts.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Makes = Literal["version", "field", "event", "nothing"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What one kind of edit should become.

    `kinds`: one of these must be among the kinds of the change. `event`: the name of the event.
    """

    makes: Makes
    kinds: frozenset[str] = frozenset()
    event: str = ""


def _version(*kinds: str) -> Expected:
    return Expected("version", frozenset(kinds))


EXPECTED: Mapping[str, Expected] = {
    "publish": Expected("version"),  # the first one, without a change
    "headline": _version("headline"),
    "standfirst": _version("standfirst"),
    "byline": _version("byline"),
    "caption": _version("captions"),
    "typo": _version("typo"),
    "case": _version("punctuation"),
    "number": _version("number", "date in text"),
    "name": _version("name", "rewording"),  # a script without capitals doesn't show a name
    "quote": _version("quote"),
    "paragraph-added": _version("added"),
    "paragraph-removed": _version("removed"),
    "paragraph-moved": _version("moved"),
    "paragraph-rewritten": _version(
        "removed", "added", "rewording", "number", "quote", "date in text", "name"
    ),
    "paragraph-split": Expected("field", frozenset({"layout"})),
    "paragraph-merged": Expected("field", frozenset({"layout"})),
    "correction": _version("correction"),
    "update": _version("update"),
    "retraction": _version("retraction"),
    "entry": _version("update", "added"),
    "tags": Expected("field", frozenset({"tags"})),
    "image": Expected("field", frozenset({"image"})),
    "date": Expected("field", frozenset({"page dates"})),
    "slug": Expected("event", event="moved"),
    "paywall": Expected("event", event="paywalled"),
    "open": Expected("event", event="back"),
    "delete-404": Expected("event", event="gone"),
    "delete-410": Expected("event", event="gone"),
    "delete-soft": Expected("event", event="gone"),
    "delete-home": Expected("event", event="gone"),
    "restore": Expected("event", event="back"),
}
# `set` is what the caller makes of it.
