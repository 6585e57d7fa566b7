"""Watches: what readers want to be notified of, and whether a change is such a thing.

A word appears or vanishes, a headline changes, a story goes. Deciding is pure; the list of watches
is a file of the archive, `watches.jsonl`, one JSON object a line. Tested in tests/schedule/test_watchlist.py.
"""

from __future__ import annotations

import dataclasses
import json
import os
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.config import read_rows
from newsarchive.errors import ArchiveNotWritableError, NothingFoundError, UsageError
from newsarchive.model import WordEdit
from newsarchive.plan import decode
from newsarchive.text import fold
from newsarchive.times import iso_seconds
from newsarchive.urls import typed_url, url_key

FILENAME = "watches.jsonl"
NEW = "new"  # the kind of a story's first version
_TERM = re.compile(r'"([^"]+)"|(\S+)')
_WIDE = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")  # scripts without blanks


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What a change must match; all that is given must hold."""

    id: str
    query: str = ""  # words that must all appear, or vanish; "a phrase" in quotes, a stem* with a star
    url: str = ""  # of one story
    source: str = ""
    kinds: tuple[str, ...] = ()  # kinds of changes or events, or "new"
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A new version or an event of a story. `key` is a record id or the like, unique for good."""

    key: str
    story_id: int
    url: str
    source: str
    at: datetime
    kinds: tuple[str, ...]  # of the change; (event,) for an event; ("new",) for a story's first version
    title_before: str = ""
    title_after: str = ""
    before: str = ""  # title, standfirst and text; empty for a new story
    after: str = ""  # empty where nothing new was read (an event)
    urls: tuple[str, ...] = ()  # other addresses of the story
    words: tuple[
        tuple[WordEdit, ...], ...
    ] = ()  # of an edit: what went and came in headline and text, a line each
    versions: tuple[int, int] = (0, 0)  # ids of the versions before and after an edit
    link: str = ""  # of the page that shows it in browse


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchMatch:
    """A watch that a happening satisfies, and why."""

    watch: Watch
    happening: Happening
    reason: str

    @property
    def key(self) -> str:
        """Unique for watch and happening."""
        return f"{self.watch.id}|{self.happening.key}"

    @property
    def subject(self) -> str:
        """One line."""
        return f"{self.reason}: {self.happening.title_after or self.happening.title_before or self.happening.url}"

    def to_text(self) -> str:
        """Return some lines for a person."""
        h = self.happening
        lines = [self.subject, h.url, f"{h.source}, {h.at:%Y-%m-%d %H:%M} UTC, {', '.join(h.kinds)}"]
        if h.title_before and h.title_after and h.title_before != h.title_after and not h.words:
            lines.insert(1, f"before: {h.title_before}")
        from newsarchive.diff.terminal import marked_words  # loads all of diff, for the few that match

        lines[-2:-2] = [marked_words(line) for line in h.words]
        lines += [f"See it: {h.link}"] if h.link else []
        return "\n".join([*lines, f"(watch {self.watch.id})"])

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, for programs; the texts are left out, the words that differ are [op, text] by line."""
        h = self.happening
        return {
            "watch": self.watch.id,
            "reason": self.reason,
            "story_id": h.story_id,
            "url": h.url,
            "source": h.source,
            "at": iso_seconds(h.at),
            "kinds": list(h.kinds),
            "title_before": h.title_before,
            "title_after": h.title_after,
            "words": [[[word.op, word.text] for word in line] for line in h.words],
            "link": h.link,
        }


def hits(watches: Iterable[Watch], happenings: Iterable[Happening]) -> tuple[WatchMatch, ...]:
    """Return every pair of a watch and a happening that satisfies it; what happened before the watch was made doesn't."""
    found = []
    wanted = list(watches)
    for happening in happenings:
        for watch in wanted:
            reason = match(watch, happening)
            if reason:
                found.append(WatchMatch(watch=watch, happening=happening, reason=reason))
    return tuple(found)


def match(watch: Watch, happening: Happening) -> str:
    """Return why a watch is satisfied, in a clause; empty if it isn't."""
    if happening.at < watch.created_at or (watch.source and watch.source != happening.source):
        return ""
    if watch.url and url_key(watch.url) not in {url_key(u) for u in (happening.url, *happening.urls)}:
        return ""
    kinds = [k for k in watch.kinds if k in happening.kinds]
    if watch.kinds and not kinds:
        return ""
    if watch.query:
        return _query_reason(watch.query, happening)
    return kinds[0] if kinds else ", ".join(happening.kinds) or "changed"


def _query_reason(query: str, happening: Happening) -> str:
    if not happening.after and not happening.before:
        return ""
    before, after = contains(happening.before, query), contains(happening.after, query)
    if after and not before:
        return f"'{query}' appears"
    if before and not after and happening.after:
        return f"'{query}' vanishes"
    return ""


def contains(text: str, query: str) -> bool:
    """Return whether all words and phrases of `query` are in `text`, without regard to case and typography."""
    folded = fold(text).casefold()
    terms = [fold(phrase or word).casefold() for phrase, word in _TERM.findall(query)]
    return bool(terms) and all(_stands(term, folded) for term in terms)


def _stands(term: str, text: str) -> bool:
    stem = term.endswith("*")
    term = term.rstrip("*")
    if not term:
        return False
    if _WIDE.search(term):
        return term in text
    return re.search(rf"(?<!\w){re.escape(term)}" + ("" if stem else r"(?!\w)"), text) is not None


# ---------------------------------------------------------------- the file


def new_watch(
    now: datetime, *, query: str = "", url: str = "", source: str = "", kinds: tuple[str, ...] = ()
) -> Watch:
    """Return a watch with a new id.

    Raises:
        UsageError: it would fit everything.
        BadUrlError: `url` isn't http(s).
    """
    if not (query.strip() or url or source or kinds):
        raise UsageError("a watch for everything", next_step="Give --query, --url, --source or --kind")
    url = typed_url(url) or url
    if url:
        url_key(url)
    return Watch(
        id=secrets.token_hex(3), query=query.strip(), url=url, source=source, kinds=kinds, created_at=now
    )


def read_watches(root: Path) -> tuple[Watch, ...]:
    """Return the watches of the archive in `root`, in order; none if there is no file.

    Raises:
        ConfigError: a line isn't a watch; `where` is `file:line`.
    """
    return tuple(read_rows(root / FILENAME, _watch, "a watch"))


def _watch(row: Any) -> Watch:
    made: Watch = decode(Watch, row)
    if unknown := row.keys() - Watch.__dataclass_fields__.keys():
        raise ValueError(f"unknown key {min(unknown)!r}")
    if made.url:
        url_key(made.url)
    return made


def add_watch(root: Path, watch: Watch) -> None:
    """Append a watch to the archive's file."""
    _write(root, [*read_watches(root), watch])


def rename_source(root: Path, old: str, new: str) -> None:
    """Let the watches of a source watch it under its new name."""
    watches = read_watches(root)
    if any(watch.source == old for watch in watches):
        _write(root, [dataclasses.replace(w, source=new) if w.source == old else w for w in watches])


def remove_watch(root: Path, watch_id: str) -> Watch:
    """Take a watch out of the file and return it.

    Raises:
        NothingFoundError: there is none with that id.
    """
    watches = read_watches(root)
    found = next((w for w in watches if w.id == watch_id), None)
    if found is None:
        raise NothingFoundError(f"no watch '{watch_id}'", next_step="`newsarchive watch list` shows them")
    _write(root, [w for w in watches if w.id != watch_id])
    return found


def _write(root: Path, watches: Iterable[Watch]) -> None:
    path = root / FILENAME
    part = path.with_name(f".{FILENAME}.{os.getpid()}.part")
    try:
        part.write_text("".join(_line(w) for w in watches), encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise ArchiveNotWritableError(
            f"can't write the watches: {error.strerror}", where=str(path)
        ) from error


def _line(watch: Watch) -> str:
    row = {k: v for k, v in dataclasses.asdict(watch).items() if v}
    row["created_at"] = iso_seconds(watch.created_at)
    return json.dumps(row, ensure_ascii=False) + "\n"
