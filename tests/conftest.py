"""Fixtures that every room's tests may use."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from newsarchive.archive.crawling import Collector
from tests.loopback_only import sitecustomize
from tests.object_store import ObjectStore
from tests.press import Press, make

ROOT = Path(__file__).resolve().parent.parent

# How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Nothing leaves this machine, neither from here nor from the processes that tests start.
ASKED = Path(tempfile.mkdtemp(prefix="newsarchive-asked-")) / "outside"
atexit.register(shutil.rmtree, ASKED.parent, ignore_errors=True)
os.environ[sitecustomize.ASKED] = str(ASKED)
os.environ["PYTHONPATH"] = os.pathsep.join(
    filter(None, [str(Path(sitecustomize.__file__).parent), os.environ.get("PYTHONPATH", "")])
)
sys.addaudithook(sitecustomize.refuse)


@pytest.fixture(autouse=True)
def _stay_here() -> Iterator[None]:
    """A test fails that asked for a name or address outside this machine, also if the program got over it."""
    ASKED.unlink(missing_ok=True)
    yield
    assert not ASKED.exists(), ASKED.read_text()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared development data; the test skips where it is absent."""
    folder = Path(os.environ.get("NEWSARCHIVE_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"the shared development data are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def collector() -> Iterator[Collector]:
    """One crawl process for all archives of a test process, where the process isn't what is tested."""
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="session")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """An S3 on loopback; `objects.bucket()` gives the address of an empty bucket."""
    with ObjectStore(tmp_path_factory.mktemp("objects")) as store:
        yield store


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty place: a folder, then a bucket."""
    if request.param == "folder":
        return str(tmp_path / "place")
    store: ObjectStore = request.getfixturevalue("objects")
    return store.bucket()


@pytest.fixture(scope="session")
def press(tmp_path_factory: pytest.TempPathFactory) -> Press:
    """A small archive that was crawled twice; don't write to it, take `press.copy(folder)`."""
    return make(tmp_path_factory.mktemp("press") / "archive")
