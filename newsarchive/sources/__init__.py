"""The outlets that an archive follows: TOML files, read strictly; built-in ones; detection.

Fetches nothing. Tested in tests/sources/.
"""

from __future__ import annotations

from newsarchive.sources.detect import Detection, common_places, detect, edition_of, is_wall
from newsarchive.sources.outlets import Outlet, builtin_outlets, builtin_sources, search_outlets
from newsarchive.sources.registry import (
    check_source,
    former_names,
    parse_source,
    read_source,
    read_sources,
    rename_source,
    source_name_for,
    source_to_toml,
    write_source,
)

__all__ = [
    "Detection",
    "Outlet",
    "builtin_outlets",
    "builtin_sources",
    "check_source",
    "common_places",
    "detect",
    "edition_of",
    "former_names",
    "is_wall",
    "parse_source",
    "read_source",
    "read_sources",
    "rename_source",
    "search_outlets",
    "source_name_for",
    "source_to_toml",
    "write_source",
]
