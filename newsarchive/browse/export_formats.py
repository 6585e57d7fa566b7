"""The formats in which the search page offers its result: names for readers, media types, what they need.

Tested in tests/browse/test_export.py.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is called, and what a browser saves it as."""

    name: str
    suffix: str
    content_type: str


FORMATS = {
    "csv": Format("CSV", "csv", "text/csv; charset=utf-8"),
    "jsonl": Format("JSON Lines", "jsonl", "application/x-ndjson"),
    "parquet": Format("Parquet", "parquet", "application/vnd.apache.parquet"),
    "markdown": Format("Markdown, a file a story (zip)", "zip", "application/zip"),
    "text": Format("plain text, a file a story (zip)", "zip", "application/zip"),
    "bibtex": Format("BibTeX", "bib", "application/x-bibtex"),
    "ris": Format("RIS", "ris", "application/x-research-info-systems"),
    "csl": Format("CSL-JSON (Zotero)", "json", "application/vnd.citationstyles.csl+json"),
    "wikipedia": Format("Wikipedia\u2019s cite news", "txt", "text/plain; charset=utf-8"),
    "git": Format("git, a commit a version (for git fast-import)", "fi", "application/octet-stream"),
    "wacz": Format("WACZ, the archived pages themselves", "wacz", "application/wacz"),
}


def offered(root: Path | None) -> dict[str, Format]:
    """Return the formats that can be made: WACZ needs the WARC files, in `root`, Parquet a package."""
    missing = set() if root is not None else {"wacz"}
    if importlib.util.find_spec("pyarrow") is None:
        missing.add("parquet")
    return {form: made for form, made in FORMATS.items() if form not in missing}
