"""Which elements no reader sees: by `hidden`, by their own style, by a rule of the page's own style sheet.

Of style sheets it reads rules for one class or id alone, and none for a name that another rule shows again: what a
script does later can't be known. Files of styles aren't read. Pure. Tested in tests/extract/test_hidden_text.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsarchive.web.html_tree import Element

_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
_SHOWS = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible", re.I)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_STEP = re.compile(r"(?<![^{}])([^{}]*+)([{}])")
_ALONE = re.compile(r"[a-z0-9]*([.#][\w-]+)", re.I)
_NAME = re.compile(r"[.#][\w-]+")
MAX_STYLE = 300_000  # characters of the page's style sheets that are read


def is_hidden(attributes: Mapping[str, str], names: frozenset[str] = frozenset()) -> bool:
    """Return whether the element with these attributes is hidden itself; its containers aren't asked.

    Args:
        names: What `names_hidden_by_style` gave.
    """
    style = attributes.get("style")
    if (style and _HIDES.search(style)) or "hidden" in attributes:
        return True
    if not names:
        return False
    own = [f".{name}" for name in (attributes.get("class") or "").split()]
    return not names.isdisjoint([*own, f"#{attributes.get('id', '')}"])


def names_hidden_by_style(root: Element) -> frozenset[str]:
    """Return classes (`.more`) and ids (`#more`) that the page's own style elements hide and never show."""
    hidden: set[str] = set()
    shown: set[str] = set()
    left = MAX_STYLE
    for element in root.iter("style"):
        css = (element.text or "")[:left]
        left -= len(css)
        if _HIDES.search(css):
            _read(_COMMENT.sub("", css), hidden, shown)
    return frozenset(hidden - shown)


def _read(css: str, hidden: set[str], shown: set[str]) -> None:
    """Add the names of one style sheet; rules inside `@media` and the like only show."""
    depth, selectors = 0, ""
    for text, brace in _STEP.findall(css):
        if brace == "{":
            depth += 1
            selectors = text.rpartition(";")[2].strip()
            continue
        if selectors and not selectors.startswith("@"):
            if _SHOWS.search(text):
                shown.update(_NAME.findall(selectors))
            elif depth == 1 and _HIDES.search(text):
                hidden.update(m[1] for s in selectors.split(",") if (m := _ALONE.fullmatch(s.strip())))
        depth, selectors = max(0, depth - 1), ""
