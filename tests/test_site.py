"""The docs as a site: every page is there, no link leads nowhere, nothing is loaded from elsewhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_docs import PAGES, ROOT

pytest.importorskip("mkdocs", reason="needs newsarchive[docs]")


def build(root: Path, to: Path) -> subprocess.CompletedProcess[str]:
    """What `make site` does, to another folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(to)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly."""
    folder = tmp_path_factory.mktemp("site")
    done = build(ROOT, folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_every_page_is_there_and_the_readme_is_the_first(site: Path) -> None:
    names = {page.stem for page in PAGES} - {"README"} | {"index"}
    assert {page.stem for page in site.glob("*.html")} - {"404"} == names
    assert "Diff successive versions" in (site / "index.html").read_text()


def test_a_page_loads_nothing_from_elsewhere(site: Path) -> None:
    loaded = re.compile(
        r'<(?:script|img|iframe|link rel="?stylesheet)[^>]+(?:src|href)="(?:https?:)?//[^"]+"'
    )
    assert {
        page.name: found for page in site.glob("*.html") if (found := loaded.findall(page.read_text()))
    } == {}


def test_code_blocks_with_a_word_for_the_tests_are_code_blocks(site: Path) -> None:
    assert "```" not in (site / "cookbook.html").read_text()


@pytest.mark.parametrize("link", ["[x](nowhere.md)", "[x](versions.md#no-such-heading)"])
def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path, link: str) -> None:
    for name in ("mkdocs.yml", "site_pages.py", *(page.name for page in PAGES if page.parent == ROOT)):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    page = tmp_path / "docs" / "sources.md"
    page.write_text(f"{page.read_text()}\n{link}\n")
    done = build(tmp_path, tmp_path / "site")
    assert done.returncode == 1
    assert "sources.md" in done.stderr
