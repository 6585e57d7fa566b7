"""The outlets' style sheets and scripts, as bytes. Tested in tests/newsroom/test_outlets.py."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from tests.newsroom.outlet_site import token


@cache
def style(name: str) -> bytes:
    """A file of styles/; empty if there is none. A role written `@role` becomes the class that a build made of it."""
    file = files("tests.newsroom") / "styles" / name
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.sub(r"@@(\w+)", lambda m: f".e{token(m[1], length=6)}", text).encode()
