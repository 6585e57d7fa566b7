"""Which elements no reader sees, and which are set as blocks: by `hidden`, their own style, the page's style sheet.

Of style sheets it reads rules for one class or id alone, and none for a name that another rule shows again: what a
script does later can't be known. Files of styles aren't read. Pure. Tested in tests/extract/test_hidden_text.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsarchive.web.html_tree import Element

_HIDES = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)")
_SHOWS = re.compile(r"display\s*:\s*(?!none)\w|visibility\s*:\s*visible")
_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table)\b")
_BESIDE = re.compile(r"float\s*:\s*(?:left|right)|position\s*:\s*(?:absolute|fixed)")  # an initial, a number
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_ALONE = re.compile(r"[a-z0-9]*([.#][\w-]+)", re.I)
_NAME = re.compile(r"[.#][\w-]+")
MAX_STYLE = 300_000  # characters of the page's style sheets that are read


def is_hidden(attributes: Mapping[str, str], names: frozenset[str] = frozenset()) -> bool:
    """Return whether the element with these attributes is hidden itself; its containers aren't asked.

    Args:
        names: The hidden ones that `names_in_styles` gave.
    """
    style = attributes.get("style")
    if (style and _HIDES.search(style.lower())) or "hidden" in attributes:
        return True
    return bool(names) and (
        not names.isdisjoint(attributes.get("class", "").split()) or f"#{attributes.get('id', '')}" in names
    )


def is_block(attributes: Mapping[str, str], names: frozenset[str] = frozenset()) -> bool:
    """Return whether an inline element with these attributes is set as a block, by its own style or one of `names`."""
    if (style := attributes.get("style")) and _BLOCK.search(style.lower()):
        return True
    return bool(names) and not names.isdisjoint(attributes.get("class", "").split())


def names_in_styles(root: Element) -> tuple[frozenset[str], frozenset[str]]:
    """Return classes (`more`) and ids (`#more`) that the page's own style elements hide and never show, and those
    that they set as blocks."""
    hidden: set[str] = set()
    shown: set[str] = set()
    blocks: set[str] = set()
    left = MAX_STYLE
    for element in root.iter("style"):
        css = (element.text or "")[:left]
        left -= len(css)
        if _says(css):
            _read(_COMMENT.sub("", css), hidden, shown, blocks)
    return frozenset(hidden - shown), frozenset(blocks - hidden)


def _read(css: str, hidden: set[str], shown: set[str], blocks: set[str]) -> None:
    """Add the names of one style sheet; rules inside `@media` and the like only show."""
    depth = 0
    for part in css.split("}")[:-1]:
        depth += part.count("{")
        if _says(part):
            head, _, text = part.rpartition("{")
            selectors, text = head.rpartition("{")[2].rpartition(";")[2].strip(), text.lower()
            if not selectors or selectors.startswith("@"):
                pass
            elif _SHOWS.search(text):
                shown.update(n.removeprefix(".") for n in _NAME.findall(selectors))
                if depth == 1 and _BLOCK.search(text) and not _BESIDE.search(text):
                    blocks.update(_alone(selectors))
            elif depth == 1 and _HIDES.search(text):
                hidden.update(_alone(selectors))
        depth = max(0, depth - 1)


def _says(css: str) -> bool:
    """Whether `display` or `visibility` may be in it."""
    return "isplay" in css or "isibil" in css or "ISPLAY" in css or "ISIBIL" in css


def _alone(selectors: str) -> list[str]:
    """The classes and ids that are a selector by themselves."""
    return [m[1].removeprefix(".") for s in selectors.split(",") if (m := _ALONE.fullmatch(s.strip()))]
