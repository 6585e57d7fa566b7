"""What search takes for the same word: accents, letter forms, and scripts without spaces.

SQLite's tokenizer folds case and Latin accents. Everything else goes into one extra column, `folded`:
pairs of characters where a script writes no spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese),
and the plain form of a word whose letters have several (ё and е, أ and ا, ß and ss, ø and o). `query` turns
what a person typed into an FTS5 expression over these columns. Pure. Tested in tests/index/test_folding.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from newsarchive.text import normalized

# Combining marks that belong to a word (Unicode categories Mn and Mc of the scripts that newspapers use).
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u07a6-\u07b0\u0900-\u0903\u093a-\u093c"
    "\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a70"
    "\u0a71\u0a81-\u0a83\u0abc\u0abe-\u0acd\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04"
    "\u0c3e-\u0c56\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3e-\u0d4d\u0d57\u0d82\u0d83\u0dca-\u0ddf\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u3099\u309a"
)
WORD = re.compile(rf"[^\W_]+(?:[{_MARKS}]+[^\W_]*)*")
# Scripts that put no space between words: kana, Han, Hangul (its particles stick to the word), Thai, Lao,
# Burmese, Khmer.
_UNSPACED = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003134f\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2"
    "\u0eb3\u0ebd-\u0ec6\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3\u17dc"
)
RUN = re.compile(rf"(?:[{_UNSPACED}][{_MARKS}]*)+")
_UNIT = re.compile(rf"[{_UNSPACED}][{_MARKS}]*")
_PLAIN_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]"
)
_BEYOND_ASCII = re.compile(r"[^\W\x00-\x7f]")
_LETTERS = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
    | {"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك", "ٱ": "ا", "ς": "σ"}
)


@lru_cache(maxsize=16384)
def plain(word: str) -> str:
    """Return the plain form of a word of a script with spaces: no case, no accents, one form a letter."""
    if word.isascii():
        return word.lower()
    bare = _PLAIN_MARKS.sub("", normalized("NFKD", word))
    return normalized("NFC", bare.casefold().translate(_LETTERS))


@lru_cache(maxsize=16384)
def _as_tokenized(word: str) -> str:
    """What SQLite's `unicode61 remove_diacritics 2` makes of a word: Latin accents go, the rest stays."""
    parts = normalized("NFD", word.lower())
    if all(c < "\u0370" for c in parts):
        return _PLAIN_MARKS.sub("", parts)
    return word.lower()


def count_words(text: str) -> int:
    """Return how many words a text has; in a script without spaces every character counts as one."""
    words = WORD.findall(text)
    if text.isascii() or not RUN.search(text):
        return len(words)
    return sum(len(_UNIT.findall(w)) or 1 for w in words)


def folded(*texts: str) -> str:
    """Return what the column `folded` holds for `texts`: pairs of characters and plain forms, by spaces."""
    return " ".join(token for text in texts for token in _folded_tokens(text))


def _folded_tokens(text: str) -> Iterator[str]:
    if text.isascii() or not _BEYOND_ASCII.search(text):
        return
    for word in WORD.findall(text):
        if word.isascii():
            continue
        runs = RUN.findall(normalized("NFKC", word))
        for run in runs:
            yield from pairs(run)
        if not runs and (bare := plain(word)) != _as_tokenized(word):
            yield bare


def pairs(run: str) -> list[str]:
    """Return a run of an unspaced script as overlapping pairs, then its last character alone.

    The last one lets a search for one character find it at the end of a run; everywhere else it begins a pair.
    """
    units = _UNIT.findall(run)
    return [a + b for a, b in pairwise(units)] + units[-1:]


# ---------------------------------------------------------------- what a person typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query as search understands it.

    Attributes:
        match: The FTS5 expression; empty if there is nothing to search.
        is_blank: Nothing was typed, so that every story matches; else an empty `match` finds none.
        terms: The words and phrases to highlight, each a tuple of plain words; a last `*` is a prefix.
        runs: Runs of unspaced scripts to highlight.
        too_short: Beginnings ("s*") too short to search, taken as whole words.
    """

    match: str
    is_blank: bool
    terms: tuple[tuple[str, ...], ...] = ()
    runs: tuple[str, ...] = ()
    too_short: tuple[str, ...] = ()


# Letters that a beginning must have. `s*` collects the places of every such word: 1.9 s among 100,000 stories,
# two letters 0.5 s (2026-11-24, tests/bench/browse.py's archive).
SHORTEST_BEGINNING = 3
MAX_WORDS = 64  # of a query; FTS5 refuses very deep expressions, and nobody means more

_CHUNK = re.compile(
    r'(?P<minus>-?)(?P<title>title:)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))', re.IGNORECASE
)
_QUOTES = str.maketrans("“”„‟«»「」『』＂", '"' * 11)


def query(text: str) -> Query:
    """Return what `text` asks for: all words; "phrases"; `a OR b`; `-not`; `begin*`; `title:word`. Never an error.

    A beginning has three letters or more; a shorter one is a word. Any other sign is a space. A word that FTS5 reserves (AND, NEAR) is a word like others, but for
    OR, NOT between words.
    """
    wanted: list[list[str]] = []
    unwanted: list[str] = []
    terms: list[tuple[str, ...]] = []
    runs: list[str] = []
    too_short: list[str] = []
    joins = negates = False
    for found in islice(_CHUNK.finditer(text.translate(_QUOTES)), MAX_WORDS):
        word = found["word"]
        if word in ("OR", "|", "||") and wanted:
            joins = True
            continue
        if word in ("NOT", "AND", "&", "&&", "+") and wanted:
            negates = word == "NOT"
            continue
        part = _part(found["phrase"] if word is None else word, terms, runs, bool(found["minus"]) or negates)
        if not part:
            continue
        too_short += _too_short(found["phrase"] if word is None else word)
        if found["title"] and "{folded}" not in part:  # the pairs don't say which field they are from
            part = f"{{title}} : {part}"
        if found["minus"] or negates:
            unwanted.append(part)
        elif joins:
            wanted[-1].append(part)
        else:
            wanted.append([part])
        joins = negates = False
    if not wanted:  # nothing but words with a minus: somebody pasted a list
        wanted, unwanted = [[part] for part in unwanted], []
    match = " AND ".join(f"({' OR '.join(group)})" if len(group) > 1 else group[0] for group in wanted)
    if unwanted:
        match = f"({match}) NOT ({' OR '.join(unwanted)})"
    return Query(
        match=match,
        is_blank=not text.strip(),
        terms=tuple(terms),
        runs=tuple(runs),
        too_short=tuple(dict.fromkeys(too_short)),
    )


def _part(chunk: str, terms: list[tuple[str, ...]], runs: list[str], is_negated: bool) -> str:
    """The FTS5 expression for one word or phrase; adds to `terms` and `runs` what to highlight."""
    chunk = normalized("NFC", chunk)
    pieces: list[str] = []
    words: list[str] = []
    for word in WORD.findall(chunk):
        found = RUN.findall(normalized("NFKC", word))
        if found:
            pieces += [_run(run) for run in found]
            if not is_negated:
                runs += found
        else:
            words.append(word)
    if words:
        star = "*" if chunk.endswith("*") and not pieces and not _too_short(chunk) else ""
        pieces.append(_words(words, star))
        if not is_negated:
            terms.append((*(plain(w) for w in words), *([star] if star else [])))
    return f"({' AND '.join(pieces)})" if len(pieces) > 1 else "".join(pieces)


def _too_short(chunk: str) -> list[str]:
    """The last word of `chunk` with its star, if it is a beginning of too few letters."""
    words = WORD.findall(normalized("NFC", chunk))
    is_short = chunk.endswith("*") and words and len(plain(words[-1])) < SHORTEST_BEGINNING
    return [f"{words[-1]}*"] if is_short and not RUN.search(chunk) else []


def _run(run: str) -> str:
    tokens = pairs(run)
    if len(tokens) == 1:
        return f'{{folded}} : "{tokens[0]}" *'
    return f'{{folded}} : "{" ".join(tokens[:-1])}"'


def _words(words: list[str], star: str) -> str:
    typed, bare = " ".join(words), " ".join(plain(w) for w in words)
    end = f" {star}" if star else ""
    if all(plain(w) == _as_tokenized(w) for w in words):
        return f'"{typed}"{end}'
    return f'("{typed}"{end} OR "{bare}"{end})'
