"""What a page is asked for: the query string, checked and bounded.

Pure. A date that is none is refused, since a page without it would show something else; a number or id that is
none is taken as absent. Nothing here reaches SQL as text. Tested in tests/browse/test_query_args.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode

from newsarchive.errors import UsageError
from newsarchive.index.known_values import refuse_no_time

MAX_TEXT = 500  # characters of one value
MAX_FIELDS = 100
MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Args:
    """The values of a query string and of the path."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, query_string: str, path: Mapping[str, str] | None = None) -> Args:
        """Return the arguments of a request; too many fields are as none."""
        try:
            values = parse_qs(query_string, keep_blank_values=False, max_num_fields=MAX_FIELDS)
        except ValueError:
            values = {}
        return cls(values, path or {})

    def text(self, name: str) -> str:
        """Return the first value, without control characters, at most 500 characters; empty if absent."""
        return _clean(self.values.get(name, ("",))[0])

    def texts(self, name: str) -> list[str]:
        """Return all values that aren't empty, each as `text` gives it."""
        return [text for value in self.values.get(name, ()) if (text := _clean(value))]

    def flag(self, name: str) -> bool:
        """Return whether the argument is 1, on, yes or true."""
        return self.text(name).lower() in ("1", "on", "yes", "true")

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """Return a whole number within bounds."""
        text = self.text(name)
        if not text.lstrip("-").isdecimal() or len(text) > 20:
            return default
        return min(max(int(text), low), high)

    def day(self, name: str) -> date | None:
        """Return a day written `YYYY-MM-DD`; None if there is no value.

        Raises:
            UsageError: the value is no day.
        """
        text = self.text(name)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise UsageError(
                f"'{text}' is no day ({name})", next_step="Days are written as in 2026-11-02"
            ) from error

    def span(self) -> tuple[date | None, date | None]:
        """Return the days of `since` and `until`, both included.

        Raises:
            UsageError: one is no day, or the first is after the second.
        """
        since, until = self.day("since"), self.day("until")
        refuse_no_time(since, until)
        return since, until

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """Return the value if it is one of `allowed`, else the first of them."""
        found = self.text(name)
        return found if found in allowed else allowed[0]

    def id(self, name: str) -> int | None:
        """Return a 63-bit id, or None."""
        return as_id(self.text(name))

    def path_id(self, name: str = "id") -> int:
        """Return the id in the path; -1, which nothing has, if it is none."""
        found = as_id(self.path.get(name, ""))
        return -1 if found is None else found

    def query(self, **changes: object) -> str:
        """Return the same query string with some values replaced; None or empty takes one out."""
        kept = {name: self.texts(name) for name in self.values}
        kept.update({k: [] if v in (None, "") else [str(v)] for k, v in changes.items()})
        return urlencode(kept, doseq=True)


def _clean(value: str) -> str:
    return "".join(c for c in value[:MAX_TEXT] if c >= " " and c != "\x7f").strip()


def as_id(text: str) -> int | None:
    """Return a decimal text as an id of the index, None if it can't be one."""
    if not text.isascii() or not text.isdecimal() or len(text) > 19:
        return None
    value = int(text)
    return value if value <= MAX_ID else None


def day_after(day: date) -> date:
    """Return the end, not included, of a range that includes `day`."""
    return day + timedelta(days=1) if day < date.max else day
