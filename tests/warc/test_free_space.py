"""The error for a write that failed."""

from __future__ import annotations

import os

import pytest

from newsarchive.warc.files import not_writable


@pytest.mark.parametrize(("number", "text"), [(28, "disk is full"), (27, "can't grow"), (30, "Read-only")])
def test_a_failed_write_says_what_where_and_how_much(tmp_path, number, text):
    error = not_writable(OSError(number, os.strerror(number)), tmp_path / "x.warc.gz", 4711)
    assert text in str(error)
    assert "x.warc.gz" in str(error)
    assert "4711 bytes" in str(error)
