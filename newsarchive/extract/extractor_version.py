"""The extractor's name and version, which stand in every row that it made. Tested in tests/extract/test_article.py."""

from __future__ import annotations

import hashlib
from importlib import metadata, resources

EXTRACTOR = "newsarchive"
_CODE = "12"  # raised by hand whenever code changes what comes out


def _version() -> str:
    """Code, data (model and signs) and, because it is asked for its opinion, trafilatura."""
    folder = resources.files("newsarchive.extract")
    data = b"".join(
        (folder / name).read_bytes()
        for name in ("block_model.json.gz", "boilerplate_phrases.toml", "ask_words.toml")
    )
    try:
        other = metadata.version("trafilatura")
    except metadata.PackageNotFoundError:
        other = "none"
    return f"{_CODE}.{hashlib.sha256(data).hexdigest()[:8]}+t{other}"


EXTRACTOR_VERSION = _version()
