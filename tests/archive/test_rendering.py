"""Changes as a person reads them, with the versions' names above."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from newsarchive.archive import Archive

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def archive(press) -> Archive:
    return Archive(press.folder)


@pytest.mark.parametrize("form", ["terminal", "side_by_side", "unified", "html"])
def test_both_headlines_stand_in_every_form(archive, press, form):
    before, after, change = archive.compare(press.headline_url)
    text = archive.render(before, after, change, form=form)
    words = {w for w in (press.old_title + " " + press.new_title).split() if w.isalpha()}
    assert [w for w in words if w not in text] == []
    assert "version 1, seen 2026-03-02 " in text


def test_a_feed_entry_keeps_its_id_when_the_index_is_made_anew(press, tmp_path):
    archive = press.copy(tmp_path / "a")

    def ids() -> list[str]:
        return [e.findtext(f"{ATOM}id") for e in ET.fromstring(archive.feed()).findall(f"{ATOM}entry")]

    first = ids()
    archive.rebuild()
    assert len(first) == 1
    assert ids() == first
