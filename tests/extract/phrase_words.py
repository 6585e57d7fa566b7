"""What newsarchive/extract/phrase_words.json holds: the patterns of boilerplate_phrases.toml, and what they need.

    python -m tests.extract.phrase_words > newsarchive/extract/phrase_words.json

It is read from a file because parsing all patterns takes each extracting process a third of a second of processor time.
Tested in tests/extract/test_boilerplate_phrases.py.
"""

from __future__ import annotations

import json

from newsarchive.extract.boilerplate_phrases import entries
from newsarchive.pattern_words import beginnings, needed_words


def phrase_words() -> list[list[object]]:
    """Return a row for each phrase: group, language, pattern, beginnings, words of which one is needed."""
    return [
        [e.group, e.language, e.pattern, sorted(beginnings(e.pattern)), sorted(needed_words(e.pattern))]
        for e in entries()
    ]


if __name__ == "__main__":
    print("[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in phrase_words()) + "\n]")
