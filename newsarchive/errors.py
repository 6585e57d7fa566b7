"""Every error that this package raises on purpose, in one tree.

    NewsarchiveError                      exit code 70, raised bare: a fault of ours
    ├── UsageError                             2     the caller asked for something that can't be
    │   ├── ConfigError                        2     newsarchive.toml, a source file, decisions and their like
    │   └── BadUrlError                        2     not an http(s) URL, or one with a password in it
    ├── NothingFoundError                      1     no such story, source, capture or version
    │   └── NoInputError                      66     no archive there, no such file
    ├── SourceFailedError                      3     a source gave nothing, or too many fetches failed
    ├── ArchiveDamagedError                    4     torn file, wrong digest, missing record
    ├── ArchiveNotWritableError                5     read-only, full, gone
    ├── ArchiveLockedError                    75     another process works on the archive
    └── ClusterLostError                      75     the cluster that did the work is gone

An error says what happened, where (file and byte offset, URL, config line) and what to do next.
All of them pickle, so that a worker process can raise one. Tested in tests/test_errors.py.
"""

from __future__ import annotations

import re


class NewsarchiveError(Exception):
    """Base of all. `str()` gives one readable paragraph: what, where, next step.

    Args:
        what: One sentence, no full stop needed.
        where: The place: a path with `@offset`, a URL, `file:line`. Empty if there is none.
        next_step: What the reader can do now. Empty if there is nothing to do.
    """

    exit_code = 70

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.next_step = next_step

    def __str__(self) -> str:
        parts = [self.what.rstrip(".")]
        if self.where:
            parts[0] += f" ({self.where})"
        if self.next_step:
            parts.append(self.next_step.rstrip("."))
        return ". ".join(parts) + "."

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.what, self.where, self.next_step))


MAX_REASON = 500  # characters
_ADDRESS = re.compile(r"\b0x[0-9a-f]+")  # of an object in memory: another one in each run


def reason_of(error: BaseException) -> str:
    """Return exception and message on one line of UTF-8, the same in every run."""
    text = _ADDRESS.sub("0x", " ".join(f"{type(error).__name__}: {error}".split()))
    return text[:MAX_REASON].encode("utf-8", "replace").decode()


def _rebuild(kind: type[NewsarchiveError], what: str, where: str, next_step: str) -> NewsarchiveError:
    return kind(what, where=where, next_step=next_step)


class UsageError(NewsarchiveError):
    """The caller asked for something that can't be."""

    exit_code = 2


class ConfigError(UsageError):
    """A key, value or line in a file that people edit is wrong; `where` is `file:line`."""


class BadUrlError(UsageError):
    """Not an http(s) URL, or one that carries a password."""


class NothingFoundError(NewsarchiveError):
    """No such story, source, capture or version."""

    exit_code = 1


class NoInputError(NothingFoundError):
    """What a verb works on isn't there: no archive, no such file."""

    exit_code = 66


class SourceFailedError(NewsarchiveError):
    """A source gave nothing, or more than 20 % of its fetches failed."""

    exit_code = 3


class ArchiveDamagedError(NewsarchiveError):
    """Torn file, wrong digest, missing record; `where` is `file@offset`."""

    exit_code = 4


class ArchiveNotWritableError(NewsarchiveError):
    """The archive folder is read-only, full or gone."""

    exit_code = 5


class ArchiveLockedError(NewsarchiveError):
    """Another process holds the lock that this work needs."""

    exit_code = 75


class ClusterLostError(NewsarchiveError):
    """The cluster that did the work is gone; the same command goes on where it was."""

    exit_code = 75
