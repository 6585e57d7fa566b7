"""A hook of MkDocs: the pages beside docs/ (README and others) are pages of the site, the README its first.

Writes nothing. Tested in tests/test_site.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).resolve().parent
PAGES = {"README.md": "index.md", "CHANGELOG.md": "", "CONTRIBUTING.md": "", "SECURITY.md": ""}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Return the files of docs/ and the pages beside it, their links made for the place where they are."""
    from mkdocs.structure.files import File

    for name, as_name in PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8").replace("](docs/", "](")
        files.append(File.generated(config, as_name or name, content=text))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Return a page whose code blocks have a language and nothing more: the rest of the line is the tests' own."""
    return re.sub(r"^(```\w+) [\w-]+$", r"\1", markdown, flags=re.M)
