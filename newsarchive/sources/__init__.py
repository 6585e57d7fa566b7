"""The outlets that an archive follows: TOML files, read strictly; built-in ones; detection.

Fetches nothing. Tested in tests/sources/.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.lazy_names import lazy_names

if TYPE_CHECKING:
    from newsarchive.sources.detection import Detection, common_places, detect, edition_of, is_wall
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

_NAMES = {
    "detection": (
        "Detection",
        "common_places",
        "detect",
        "edition_of",
        "is_wall",
    ),
    "outlets": (
        "Outlet",
        "builtin_outlets",
        "builtin_sources",
        "search_outlets",
    ),
    "registry": (
        "check_source",
        "former_names",
        "parse_source",
        "read_source",
        "read_sources",
        "rename_source",
        "source_name_for",
        "source_to_toml",
        "write_source",
    ),
}

__getattr__ = lazy_names(__name__, _NAMES)

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
