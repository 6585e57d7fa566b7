"""What the package shows to others: its version and its names."""

from __future__ import annotations

from importlib import metadata

import newsarchive


def test_the_version_is_in_one_place():
    assert newsarchive.__version__ == metadata.version("newsarchive")


def test_the_root_offers_the_archive_and_the_extraction():
    assert [callable(getattr(newsarchive, name)) for name in ("Archive", "extract_article")] == [True, True]
    assert set(newsarchive.__all__) == {"Archive", "__version__", "extract_article"}
