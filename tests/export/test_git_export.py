"""The git repository: its commits in the order and at the times of the versions, and what is in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from newsarchive.export import exported_versions
from newsarchive.export.git_export import write_repository
from newsarchive.index import reading

from .stories import ALL, hostile, index_of
from .test_citations import HOSTILE

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git isn't installed")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True)
    return done.stdout


def test_a_commit_is_a_version_at_its_own_time(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        versions = list(exported_versions(db, ALL, history=True, by_time=True))
        assert write_repository(tmp_path / "repository", versions) == 4
    log = git(tmp_path / "repository", "log", "--reverse", "--format=%at|%ct|%s").splitlines()
    assert log == [
        f"{when}|{when}|{v.version.title}"
        for v in versions
        for when in [git_time(v.version.first_seen_at)]
    ]  # fmt: skip
    changed = git(tmp_path / "repository", "log", "-p", "--format=", "--", "gazette/2026/01/05/bridge-toll*")
    assert "-The toll is 12 pounds." in changed
    assert "+The toll is 15 pounds." in changed
    assert git(tmp_path / "repository", "status", "--porcelain") == ""
    assert len(list((tmp_path / "repository").rglob("*.md"))) == 3


def git_time(moment: str) -> int:
    from newsarchive.times import parse_iso

    return int(parse_iso(moment).timestamp())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_title_breaks_the_stream(tmp_path: Path, text: str) -> None:
    versions = [hostile(text)]
    assert write_repository(tmp_path / "repository", versions) == 1
    assert git(tmp_path / "repository", "rev-list", "--count", "main").strip() == "1"
    git(tmp_path / "repository", "fsck", "--strict")
