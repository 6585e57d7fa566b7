"""The sample archive and a way to ask its pages, for the tests of browse."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browse import app

from .chromium import ARGUMENTS, find_chromium
from .press import Press, print_press

STOPPED = {"now": "2026-11-02T12:00:00Z"}


class Reader:
    """Asks a Datasette in this process for pages."""

    def __init__(self, datasette: Any) -> None:
        self.datasette = datasette

    def get(self, path: str, **options: Any) -> Any:
        """The response; redirects are not followed."""
        with ThreadPoolExecutor(1) as aside:  # the browser's driver has a loop running in this thread
            return aside.submit(lambda: asyncio.run(self.datasette.client.get(path, **options))).result()

    def html(self, path: str) -> str:
        """The page's text; it must be there."""
        found = self.get(path)
        assert found.status_code == 200, f"{path}: {found.status_code} {found.text[:400]}"
        return str(found.text)

    def json(self, path: str) -> Any:
        """The page's data; it must be there."""
        found = self.get(path)
        assert found.status_code == 200, f"{path}: {found.status_code} {found.text[:400]}"
        assert found.headers["content-type"].startswith("application/json")
        return json.loads(found.text)

    def close(self) -> None:
        for database in self.datasette.databases.values():
            database.close()


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    """The sample archive, written once; tests only read it."""
    return print_press(tmp_path_factory.mktemp("press"))


@pytest.fixture(scope="session")
def reader(press: Press) -> Iterator[Reader]:
    """The sample archive, served."""
    found = Reader(app(press.root, settings=STOPPED))
    yield found
    found.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Reader]:
    """An archive in which nothing is."""
    from .build import Desk

    with Desk(tmp_path):
        pass
    found = Reader(app(tmp_path, settings=STOPPED))
    yield found
    found.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium; skips where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium (Debian: apt-get install chromium; or set NEWSARCHIVE_CHROMIUM)")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield found
        found.close()
