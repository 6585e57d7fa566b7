"""The demonstration runs to its end on a small press, and only overwrites its own folder."""

from __future__ import annotations

import pytest

from newsarchive.archive.demo import demo, next_steps
from newsarchive.errors import UsageError


def test_the_demonstration_archives_edits_searches_and_rebuilds(tmp_path):
    said: list[str] = []
    archive = demo(tmp_path / "demo", said.append, stories=6)
    text = "\n".join(said)
    assert "The live index was the same" in text
    assert "significant edits" in text
    assert archive.stats()["changes"] > 0
    assert "browse" in next_steps(archive.root)


def test_a_folder_that_isnt_a_demos_is_left_alone(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep")
    with pytest.raises(UsageError, match="isn't a demo's"):
        demo(tmp_path / "mine", lambda _: None)
    assert (tmp_path / "mine" / "notes.txt").read_text() == "keep"
