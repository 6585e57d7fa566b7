"""The words that a reader searched for, marked where a page shows a story or what changed in it.

A link of the search carries them as `q`; they match as they do in the index: case, accents, phrases, beginnings.
Every text is escaped; without words nothing is marked. Tested in tests/browse/test_found_words.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from newsarchive.index.folding import query
from newsarchive.index.snippets import found_in, highlight, marked
from newsarchive.model import WordEdit


def mark(text: str) -> Markup:
    """Return the text, escaped, with what was found in `<mark>`."""
    return Markup(marked(text, "<mark>", "</mark>", lambda t: str(escape(t))))  # noqa: S704


class FoundWords:
    """Marks the hits of one query."""

    def __init__(self, text: str) -> None:
        self._query = query(text)

    def text(self, text: str) -> Markup:
        """Return a text with its hits marked."""
        return mark(highlight(text, self._query))

    def pieces(self, words: Sequence[WordEdit]) -> list[list[tuple[str, bool]]]:
        """Return runs of words as their pieces, each with whether it belongs to a hit: `diff.html.Marks`."""
        return found_in(words, self._query)

    def words(self, words: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return runs of words, as data of a page, with their hits marked."""
        found = self.pieces([WordEdit(**word) for word in words])
        return [
            {
                **word,
                "text": Markup().join(Markup("<mark>{}</mark>").format(t) if hit else t for t, hit in run),
            }
            for word, run in zip(words, found, strict=True)
        ]


def first_found(html: Markup) -> Markup:
    """Return a part of a page with an address, `#found`, for its first hit."""
    return html.replace("<mark>", Markup('<mark id="found">'), 1)
