"""Names of a package that are loaded when first used, so that a process loads no more than it needs (PEP 562).

    __getattr__ = lazy_names(__name__, {"ingester": ("Ingester", "ingest")})

A name must not be that of a module of the package. Tested in tests/test_house.py.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any


def lazy_names(package: str, names: Mapping[str, tuple[str, ...]]) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package.

    Args:
        names: The names of each of its modules.
    """

    homes = {name: module for module, found in names.items() for name in found}

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    return load
