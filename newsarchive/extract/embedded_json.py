"""The article's text where it stands only in the page's data: JSON-LD's articleBody, framework state.

Used when the HTML shows next to nothing. Takes the longest run of prose under keys that name a body.
Tested in tests/extract/test_embedded_json.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from newsarchive.extract import jsonld
from newsarchive.extract.class_names import BIT, mask_of
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.text import load_json
from newsarchive.web.html_tree import tokens

_KEYS = tokens(
    "body content contents text html articlebody bodytext bodyhtml body_html paragraphs components elements blocks content_elements "
    "children data value story article richtext raw rendered maintext storybody nodes items"
)
_TEXT_KEYS = tokens(
    "text html content contents value body raw rendered bodytext bodyhtml body_html articlebody maintext"
)
_SCRIPT_IDS = (
    "__next_data__",
    "__nuxt_data__",
    "__apollo_state__",
    "serverapp-state",
    "__data__",
    "__preloaded_state__",
)
MAX_CHARS = 3_000_000
_ENDS = ("html", "body", "text")  # of a key such as `contentHtml` or `storyBody`
_PUSHED = re.compile(r"\b__next_f\.push\(\s*(?=\[)")  # a page streamed in pieces: `[1, "PIECE"]`
_ROW = re.compile(r"^[0-9a-f]{1,6}:(?=[\[{])", re.M)  # of a streamed page: `1f:JSON`, or `1f:T2a,TEXT`
_TEXT_ROW = re.compile(r"^[0-9a-f]{1,6}:T[0-9a-f]+,", re.M)
_BOXES = BIT["newsletter"] | BIT["related"] | BIT["ad"] | BIT["share"] | BIT["paywall"]
_PROSE = tokens("p h2 h3 h4 h5 h6 li blockquote")
_BESIDE = tokens("aside nav footer header form button title")
_ASSIGNED = re.compile(
    r"(?:[\w\])]\s*=|\b(?:push|parse|assign)\()\s*(?=[{\[])"
)  # `state = {`, `queue.push({`
MOST_STATES = 40  # values of one program that are read


def paragraphs_of(head: PageMetadata, with_programs: bool = True) -> tuple[str, ...]:
    """Return the paragraphs of the article from the page's data; empty if there are none.

    Args:
        with_programs: Whether the page's templates and the values that its programs assign are read too, which
            takes longer.
    """
    body = _lines(head.body)
    for name, text in head.scripts.items():
        if name.lower() not in _SCRIPT_IDS and "state" not in name.lower() and "data" not in name.lower():
            continue
        if len(text) > MAX_CHARS:
            continue
        try:
            loaded = load_json(text)
        except ValueError:
            continue
        body = _longer(body, _best(loaded))
    for text in head.templates if with_programs else ():
        body = _longer(body, _lines(jsonld.plain(text)))
    for text in head.states if with_programs else ():
        for loaded in _states(text) if len(text) <= MAX_CHARS else ():
            body = _longer(body, _best(loaded))
    if with_programs:
        body = _longer(body, _streamed(head.states))
    return tuple(body)


def _streamed(programs: Sequence[str]) -> list[str]:
    """The longest text of one row of a page that programs push in pieces (`self.__next_f.push([1, "…"])`)."""
    decoder = json.JSONDecoder(strict=False)
    pieces: list[str] = []
    for text in programs:
        for match in _PUSHED.finditer(text):
            try:
                value, _ = decoder.raw_decode(text, match.end())
            except (ValueError, RecursionError):
                continue
            if len(value) == 2 and isinstance(value[1], str):
                pieces.append(value[1])
    stream = "".join(pieces)[:MAX_CHARS]
    best: list[str] = []
    for match in _ROW.finditer(stream):
        try:
            row, _ = decoder.raw_decode(stream, match.end())
        except (ValueError, RecursionError):
            continue
        best = _longer(best, _elements_in(row) or _best(row))
    for start in _TEXT_ROW.finditer(stream):
        end = _ROW.search(stream, start.end())
        best = _longer(best, _lines(jsonld.plain(stream[start.end() : end.start() if end else len(stream)])))
    return best


def _elements_in(row: Any) -> list[str]:
    """The paragraphs among a row's elements, `["$", TAG, KEY, {"children": …}]`, in order."""
    found: list[str] = []
    stack: list[Any] = [row]
    while stack:
        value = stack.pop()
        if not isinstance(value, list):
            continue
        if len(value) == 4 and value[0] == "$" and isinstance(value[3], dict):
            inner = value[3].get("children")
            if value[1] in _PROSE:
                found += [" ".join(_characters(inner).split())]
            elif value[1] not in _BESIDE:
                stack.append(inner if isinstance(inner, list) else [])
        else:
            stack.extend(reversed(value))
    return [text for text in found if text]


def _characters(value: Any, depth: int = 0) -> str:
    """The text of an element's children."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list) or depth > 20:
        return ""
    if len(value) == 4 and value[0] == "$" and isinstance(value[3], dict):
        return _characters(value[3].get("children"), depth + 1)
    return "".join(_characters(part, depth + 1) for part in value)


def _longer(body: list[str], found: list[str]) -> list[str]:
    return found if sum(map(len, found)) > 1.2 * sum(map(len, body)) else body


def _states(program: str) -> Iterator[Any]:
    """The JSON values that a program's text assigns or pushes; what isn't JSON is passed over."""
    decoder = json.JSONDecoder(strict=False)
    end = 0
    for count, match in enumerate(_ASSIGNED.finditer(program)):
        if count >= MOST_STATES:
            return
        start = match.end()
        if start < end:
            continue
        try:
            _, end = decoder.raw_decode(program, start)
            if end - start > 300:
                yield load_json(program[start:end])
        except (ValueError, RecursionError):
            continue


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _best(loaded: Any) -> list[str]:
    """The longest text that one list or one value under a body key holds."""
    best: list[str] = []
    size = 0
    stack: list[tuple[str, Any]] = [("", loaded)]
    seen = 0
    while stack and seen < 200_000:
        key, value = stack.pop()
        seen += 1
        found: list[str] = []
        if isinstance(value, dict):
            stack.extend((str(k).lower(), v) for k, v in value.items())
        elif isinstance(value, list):
            stack.extend((key, v) for v in value)
            if key in _KEYS or any(isinstance(v, dict) for v in value):
                found = [t for v in value for t in _text_in(v)]
        elif isinstance(value, str) and len(value) > 300 and (key in _TEXT_KEYS or key.endswith(_ENDS)):
            found = _lines(jsonld.plain(value))
        found = [f for f in found if len(f.split()) > 2 or len(f) > 30]
        total = sum(map(len, found))
        if total > size:
            best, size = found, total
    return best


def _is_beside(part: dict[str, Any]) -> bool:
    """Whether a part of a body says by its type that it is a box: a newsletter, related stories, an advertisement."""
    kinds = (part.get(key) for key in ("type", "_type", "__typename", "kind"))
    return any(isinstance(kind, str) and mask_of(kind) & _BOXES for kind in kinds)


def _text_in(value: Any) -> list[str]:
    """The prose of one element of a list of paragraphs; a nested text run counts as one paragraph."""
    if isinstance(value, str):
        return _lines(jsonld.plain(value)) if len(value) > 20 and " " in value else []
    if not isinstance(value, dict) or _is_beside(value):
        return []
    for key in value:
        inner = value[key]
        if str(key).lower() in _TEXT_KEYS and isinstance(inner, str) and inner.strip():
            return _lines(jsonld.plain(inner))
    for key in ("children", "content", "nodes"):
        inner = value.get(key)
        if isinstance(inner, list):
            joined = "".join(" ".join(_text_in(v)) if isinstance(v, dict) else str(v) for v in inner)
            if joined.strip():
                return [" ".join(joined.split())]
    return []
