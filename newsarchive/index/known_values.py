"""Refuses what can never match: a source, language, kind or span of time that this archive can't have, with the known ones named.

Used by the command line and by browse alike. Tested in tests/index/test_known_values.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from newsarchive.errors import UsageError
from newsarchive.index.counts import source_names

MOST = 40  # known values that a message names


def refuse_unknown(what: str, given: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a value that isn't among the known ones.

    Raises:
        UsageError: names the value, those like it, and all that are known.
    """
    there = sorted(set(known))
    for value in given:
        if value in there:
            continue
        like = get_close_matches(value, there, n=3, cutoff=0.6)
        hint = f"Did you mean {' or '.join(like)}? " if like else ""
        more = f" and {len(there) - MOST} more" if len(there) > MOST else ""
        listed = f"{', '.join(there[:MOST])}{more}" if there else "none yet"
        raise UsageError(f"no {what} '{value}'", next_step=f"{hint}There are: {listed}")


def refuse_no_time(since: date | datetime | None, until: date | datetime | None) -> None:
    """Refuse a span that ends before it begins.

    Args:
        until: The last day, or the moment at which the span ends, which isn't in it.

    Raises:
        UsageError: it does.
    """
    if since is None or until is None:
        return
    last = until - timedelta(microseconds=1) if isinstance(until, datetime) else until
    if since > last:
        raise UsageError(f"since {since:%Y-%m-%d} is after until {last:%Y-%m-%d}", next_step="Exchange them")


def check_conditions(db: sqlite3.Connection, conditions: Mapping[str, Any], kinds: Iterable[str]) -> None:
    """Refuse conditions of `index.activity` that nothing can fit; `kinds` are the known ones.

    Raises:
        UsageError: a kind or source is unknown, or the span ends before it begins.
    """
    refuse_unknown("kind", conditions.get("kinds") or (), kinds)
    refuse_unknown_sources(db, conditions.get("sources") or ())
    refuse_no_time(conditions.get("since"), conditions.get("until"))


def refuse_unknown_sources(db: sqlite3.Connection, given: Iterable[str]) -> None:
    """Refuse a source that the index doesn't know.

    Raises:
        UsageError: names the known ones.
    """
    wanted = list(given)
    for name in wanted:
        row = db.execute(_RENAMED, (name,)).fetchone()
        if row is not None:
            raise UsageError(f"no source '{name}'", next_step=f"It is called {row[0]} now")
    if wanted:
        refuse_unknown("source", wanted, source_names(db))


_RENAMED = "SELECT o.name FROM sources o, json_each(o.config, '$.formerly') f WHERE f.value = ?"


def refuse_unknown_language(db: sqlite3.Connection, language: str) -> None:
    """Refuse a language in which there is no story.

    Raises:
        UsageError: names the known ones.
    """
    if language:
        found = db.execute("SELECT DISTINCT language FROM stories WHERE language IS NOT NULL")
        refuse_unknown("language", [language], (name for (name,) in found if name))
