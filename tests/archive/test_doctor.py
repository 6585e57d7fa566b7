"""The doctor finds what is wrong and says how to mend it."""

from __future__ import annotations

from newsarchive.archive import doctor


def test_a_sound_machine_and_archive_pass_every_check(press):
    found = doctor.examine(press.folder)
    assert [f for f in found if not f.ok and f.name != "space left"] == []
    assert {"sqlite fts5", "lxml html clean", "brotli", "archive writable", "scrapy"} <= {
        f.name for f in found
    }


def test_a_missing_archive_is_named_with_the_verb_that_makes_it(tmp_path):
    last = doctor.examine(tmp_path / "none")[-1]
    assert (last.ok, "newsarchive init" in last.mend) == (False, True)


def test_a_library_that_doesnt_import_is_a_finding_not_a_crash():
    found = doctor._safely(lambda: doctor.library("nothing-of-that-name", "nothing_of_that_name"))
    assert not found.ok
    assert "nothing_of_that_name" in found.detail
