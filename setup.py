"""The description on a package index: the README with links that lead somewhere from there.

Everything else is in pyproject.toml. An index keeps neither pictures nor pages, so relative links are made
absolute with `[project.urls] Repository`; without it they become their words and the pictures are left out.
Tested in tests/test_packaging.py.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import setuptools

ROOT = Path(__file__).resolve().parent
LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?://|mailto:|#)([^)\s]+)\)")


def description(readme: str, repository: str) -> str:
    """Return `readme` for a package index.

    Args:
        repository: The project's address at a host that serves files at `/raw/HEAD/PATH` and pages at
            `/blob/HEAD/PATH` (GitHub and GitLab do); empty if it has none.
    """

    def absolute(link: re.Match[str]) -> str:
        mark, words, path = link.groups()
        if not repository:
            return "" if mark else words
        kind = "raw" if mark else "blob"
        return f"{mark}[{words}]({repository.rstrip('/')}/{kind}/HEAD/{path})"

    return LINK.sub(absolute, readme)


if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository = project.get("urls", {}).get("Repository", "")
    setuptools.setup(
        long_description=description((ROOT / "README.md").read_text(encoding="utf-8"), repository),
        long_description_content_type="text/markdown",
    )
