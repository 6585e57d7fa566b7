"""What is packed: the source distribution holds every file of the repository, the index shows a README that works."""

from __future__ import annotations

import ast
import re
import runpy
import shutil
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PICTURES = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")
TARGETS = re.compile(r"\]\(([^)]+)\)")
AT_RUN_TIME = ("notify", "js", "parquet", "dask", "s3")  # extras that some commands need
HOME = "https://code.example/desk/newsarchive"


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """The files that git keeps."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def sdist(tracked: list[str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Path -> bytes of what a source distribution of the tracked files holds."""
    copy, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("sdist")
    for name in tracked:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, copy / name)
    build = f"import setuptools.build_meta as made; made.build_sdist({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (archive,) = out.iterdir()
    with tarfile.open(archive) as tar:
        files = [member for member in tar if member.isfile()]
        return {m.name.partition("/")[2]: tar.extractfile(m).read() for m in files}  # type: ignore[union-attr]


def test_the_source_distribution_holds_every_tracked_file(tracked, sdist):
    assert sorted(set(tracked) - set(sdist)) == []


def test_it_holds_nothing_else_but_what_packing_makes(tracked, sdist):
    made = {"PKG-INFO", "setup.cfg"}
    others = {name for name in sdist if name not in made and not name.startswith("newsarchive.egg-info/")}
    assert sorted(others - set(tracked)) == []


def test_the_description_is_the_readme_without_a_link_that_leads_nowhere(sdist):
    text = sdist["PKG-INFO"].decode()
    assert "# newsarchive" in text
    assert [t for t in TARGETS.findall(text) if "://" not in t] == []


def test_with_a_home_every_picture_and_page_of_the_readme_is_found_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    text = runpy.run_path(str(ROOT / "setup.py"))["description"](readme, HOME + "/")
    pictures = PICTURES.findall(text)
    assert pictures == [f"{HOME}/raw/HEAD/{name}" for name in PICTURES.findall(readme)]
    pages = set(TARGETS.findall(text)) - set(pictures)
    assert [p for p in pages if not p.startswith(f"{HOME}/blob/HEAD/")] == []
    assert all((ROOT / p.split("/HEAD/")[1]).is_file() for p in (*pictures, *pages))


def test_every_library_that_the_package_imports_comes_with_it():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    installed = _with_their_own(
        [*project["dependencies"], *(d for name in AT_RUN_TIME for d in extras[name])]
    )
    owners = packages_distributions()
    strangers = {
        name
        for file in (ROOT / "newsarchive").rglob("*.py")
        for name in _imported(file)
        if name not in sys.stdlib_module_names | {"newsarchive", "_typeshed"}
        and not installed & set(map(_normal, owners.get(name, ["?"])))
    }
    assert strangers == set()


def _with_their_own(requirements: list[str]) -> set[str]:
    """The names of these distributions, and of all that they require without an extra."""
    found: set[str] = set()
    left = list(requirements)
    while left:
        name = _normal(re.split(r"[^A-Za-z0-9._-]", left.pop())[0])
        if name not in found:
            found.add(name)
            with suppress(PackageNotFoundError):
                left += [line for line in requires(name) or () if "extra ==" not in line]
    return found


def _imported(file: Path) -> Iterator[str]:
    """The top-level names that a file imports from elsewhere."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
