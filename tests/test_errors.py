"""The error tree: exit codes, messages, pickling."""

from __future__ import annotations

import inspect
import pickle

import pytest

from newsarchive import errors
from newsarchive.errors import NewsarchiveError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, NewsarchiveError)]


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_pickling(kind):
    error = kind("it broke", where="a.warc.gz@12", next_step="Run `newsarchive verify`")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.where, copy.next_step) == (
        kind,
        "it broke (a.warc.gz@12). Run `newsarchive verify`.",
        "a.warc.gz@12",
        "Run `newsarchive verify`",
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("UsageError", 2),
        ("ConfigError", 2),
        ("BadUrlError", 2),
        ("NewsarchiveError", 70),
        ("NothingFoundError", 1),
        ("NoInputError", 66),
        ("SourceFailedError", 3),
        ("ArchiveDamagedError", 4),
        ("ArchiveNotWritableError", 5),
        ("ArchiveLockedError", 75),
    ],
)
def test_each_error_knows_its_exit_code(name, code):
    assert getattr(errors, name).exit_code == code


def test_the_tree_at_the_head_of_the_file_names_every_error():
    assert errors.__doc__ is not None
    assert [k.__name__ for k in ALL if k.__name__ not in errors.__doc__] == []
