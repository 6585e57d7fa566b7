"""Decisions of people: kept in a file, made and undone, never lost."""

from __future__ import annotations

import pytest

from newsarchive.errors import ArchiveNotWritableError, BadUrlError, ConfigError, UsageError
from newsarchive.versions import Decision, append_decision, in_force, read_decisions
from tests.versions.build import START

A, B = "https://news.example/a", "https://news.example/b"


def decide(kind="merge", urls=(A, B), **fields):
    return Decision(kind=kind, urls=urls, at=START, **fields)


def test_what_was_appended_is_read_again(tmp_path):
    path = tmp_path / "decisions.jsonl"
    rows = [
        decide(),
        decide("withhold", (A,), reason="court order, “§ 5”"),
        decide("split", (A,), record_id="urn:uuid:1"),
        decide(undo=True),
    ]
    for row in rows:
        append_decision(path, row)
    assert list(read_decisions(path)) == rows
    assert read_decisions(tmp_path / "absent") == ()


def test_a_later_line_undoes_an_earlier_one_whatever_the_spelling_of_the_urls():
    assert in_force([decide(), decide(urls=("http://www.news.example/b/", A), undo=True)]) == ()
    assert len(in_force([decide(), decide(undo=True), decide()])) == 1
    assert len(in_force([decide(), decide("split")])) == 2


def test_a_torn_last_line_is_left_out_and_the_next_one_begins_anew(tmp_path):
    path = tmp_path / "decisions.jsonl"
    append_decision(path, decide())
    with path.open("a") as file:
        file.write('{"kind": "mer')
    assert len(read_decisions(path)) == 1
    append_decision(path, decide("split"))
    assert [d.kind for d in read_decisions(path)] == ["merge", "split"]


def test_a_broken_line_names_its_place(tmp_path):
    path = tmp_path / "decisions.jsonl"
    path.write_text('{"kind": "merge"}\n{"kind": "merge", "urls": ["x"], "at": "2026-01-01"}\n')
    with pytest.raises(ConfigError) as caught:
        read_decisions(path)
    assert f"{path}:1" in str(caught.value)


def test_what_cannot_be_decided_is_refused():
    for wrong in ({"kind": "drop"}, {"urls": ()}, {"kind": "split", "urls": (A,)}):
        with pytest.raises(UsageError):
            decide(**wrong)
    with pytest.raises(BadUrlError):
        decide(urls=("ftp://x", A))


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(ArchiveNotWritableError):
        append_decision(tmp_path / "no" / "folder.jsonl", decide())
