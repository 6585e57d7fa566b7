"""The outlets' style sheets, as bytes. Tested in tests/newsroom/test_outlets.py."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from newsarchive.newsroom.outlets.base import token


@cache
def style(name: str) -> bytes:
    """The style sheet of an outlet; a role written `@role` becomes the class that a build made of it."""
    file = files("newsarchive.newsroom") / "styles" / f"{name}.css"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return re.sub(r"@@(\w+)", lambda m: f".e{token(m[1], length=6)}", text).encode()
