"""What kind of thing was changed in a run of words: a number, a date, a name, a quotation, a typo, wording.

Looks at one edited unit (paragraph, headline, standfirst, caption) as `word_edits` cut it. Rules and their
word lists are data below. Names are told by their capitals, so in scripts without capitals (and for German
nouns) only where two stand together. Pure. Tested in tests/diff/test_edit_regions.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.diff.lexicon import NEGATIONS, date_words, months, number_words
from newsarchive.diff.word_diff import tokens
from newsarchive.model import WordEdit
from newsarchive.text import fold


@dataclass(frozen=True, slots=True)
class Region:
    """Words deleted and added in one place, folded, with what stands around them."""

    deleted: str
    added: str
    before: str  # the kept text just before
    after: str  # the kept text just after
    quoted: bool  # inside quotation marks, in the old text or the new
    opens: bool  # at the start of the unit or of a sentence


def regions(words: Sequence[WordEdit]) -> tuple[Region, ...]:
    """The edited places of one unit, in order."""
    old = "".join(w.text for w in words if w.op != "add")
    new = "".join(w.text for w in words if w.op != "delete")
    spans_old, spans_new = _quoted_spans(fold_same_length(old)), _quoted_spans(fold_same_length(new))
    found: list[Region] = []
    at_old = at_new = 0
    k = 0
    while k < len(words):
        if words[k].op == "keep":
            at_old, at_new, k = at_old + len(words[k].text), at_new + len(words[k].text), k + 1
            continue
        start = k
        deleted = added = ""
        while k < len(words) and words[k].op != "keep":
            if words[k].op == "delete":
                deleted += words[k].text
            else:
                added += words[k].text
            k += 1
        before = words[start - 1].text if start else ""
        after = words[k].text if k < len(words) else ""
        end_old, end_new = at_old + len(deleted), at_new + len(added)
        quoted = _inside(spans_old, at_old, end_old) or _inside(spans_new, at_new, end_new)
        opens = not before or before.rstrip()[-1:] in (*".!?…:\"“„«'‘(", "\u2029")
        found.append(Region(fold(deleted), fold(added), fold(before[-60:]), fold(after[:60]), quoted, opens))
        at_old, at_new = end_old, end_new
    return tuple(found)


_SINGLE = str.maketrans("“”„«»‘’‚‹›", "\"\"\"\"\"'''''")


def fold_same_length(s: str) -> str:
    """Quotes made straight without moving a character."""
    return s.translate(_SINGLE)


_QUOTE = re.compile(r"\"[^\"]{1,1500}(?:\"|$)|(?<!\w)'[^']{2,500}'(?!\w)|「[^」]*」?|『[^』]*』?")


def _quoted_spans(s: str) -> list[tuple[int, int]]:
    return [m.span() for m in _QUOTE.finditer(s)]


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(
        a < max(end, start + 1) and start < b and not (start <= a and b < end - 1)
        for a, b in spans
        if start < end
    )


# ---------------------------------------------------------------- the kinds of a region

_DIGITS = re.compile(r"\d+(?:[.,:/]\d+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_UNSPACED_ALONE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff]{2,4}")
_PLAIN = re.compile(r"[^\w]+")
LONG = 12  # words; a longer addition or deletion is new or lost text, not a changed number or name


def region_kinds(
    region: Region, language: str = "", known: frozenset[str] = frozenset(), title: bool = False
) -> tuple[str, ...]:
    """All that apply of "date in text", "number", "quote", "name"; else one of "punctuation", "typo", "rewording".

    Args:
        region: The place.
        language: ISO 639-1, if known.
        known: The words, in lower case, that were kept: a word that stands elsewhere too is spelt as meant.
        title: The unit is a headline, where capitals may mean nothing.
    """
    old, new = _words(region.deleted), _words(region.added)
    if [w.lower() for w in old] == [w.lower() for w in new]:
        return (_punctuation(region),)
    found = ["quote"] if region.quoted else []
    if max(len(old), len(new)) <= LONG:
        dated = _dates(region, old, language) != _dates(region, new, language)
        numbers = [_numbers(s, language) for s in (region.deleted, region.added)]
        if dated:
            found.append("date in text")
        if numbers[0] != numbers[1] and not (dated and max(map(len, numbers)) < 2):
            found.append("number")
        if not found and is_typo(region.deleted, region.added, known, language):
            return ("typo",) if not _is_name(region, old, new, language, title) else ("name",)
        if _is_name(region, old, new, language, title):
            found.append("name")
    return tuple(found) or ("rewording",)


def _words(s: str) -> list[str]:
    return [k for k in tokens(s).keys if k[:1].isalnum()]


def _punctuation(region: Region) -> str:
    """Case and punctuation; but quotation marks set or taken away change who speaks."""
    old, new = region.deleted, region.added
    quotes = [sum(s.count(q) for q in "\"'") for s in (old, new)]
    if (
        quotes[0] != quotes[1]
        and _PLAIN.sub("", old) == _PLAIN.sub("", new)
        and not _apostrophes_only(old, new)
    ):
        return "quote"
    return "punctuation"


def _apostrophes_only(old: str, new: str) -> bool:
    return '"' not in old + new and bool(re.search(r"\w'\w", old + new))


def _numbers(s: str, language: str) -> list[str]:
    known = number_words(language)
    found = [n.replace(",", "") for n in _DIGITS.findall(s)]
    words = [w.lower() for w in _words(s)]
    named = [w for w in words if w in known]
    if any(_HAN.match(w) for w in named) and len(named) < len(words):
        return sorted(found)  # 千 in a name is no thousand
    return sorted(found + named)


def _dates(region: Region, words: list[str], language: str) -> set[str]:
    """Months, weekdays and the numbers beside them, as they stand in one side of the region."""
    near = [w.lower().rstrip(".") for w in [*_words(region.before)[-1:], *words, *_words(region.after)[:1]]]
    named, beside = date_words(language), months(language)
    inside = near[1:-1] if len(near) > len(words) + 1 else near
    if len(words) > 1 and any(_HAN.match(w) for w in words) and not any(w.isdigit() for w in words):
        return set()  # 月 in a name is no month
    found = {w for w in inside if w in named}
    for left, right in pairwise(near):
        if left in beside and right[:1].isdigit():
            found.add(right)
        elif right in beside and left[:1].isdigit():
            found.add(left)
    return found


def _is_name(region: Region, old: list[str], new: list[str], language: str, title: bool) -> bool:
    return _names(region, old, language, title) != _names(region, new, language, title)


def _names(region: Region, words: list[str], language: str, title: bool) -> set[str]:
    """Capitalised words that can be no sentence's opening (in German: two together)."""
    capital = [w for w in words if w[:1].isupper() and len(w) > 1]
    if title and len(words) > 1 and len(capital) == len(words):
        return set()
    if language == "de":
        around = _words(region.before)[-1:] + words + _words(region.after)[:1]
        capital = [w for k, w in enumerate(around[:-1]) if w[:1].isupper() and around[k + 1][:1].isupper()]
    opening = words[0] if words and region.opens else ""
    no_name = months(language) | number_words(language)
    return {w for w in capital if w != opening and w.lower() not in no_name}


def is_typo(old: str, new: str, known: frozenset[str] = frozenset(), language: str = "") -> bool:
    """One letter (or two swapped) of one longer word, where the old form stands nowhere else in the text.

    Two swapped letters are a slip also where the right form stands elsewhere and the wrong one came in.
    Endings don't count ("minister", "ministers"): that is grammar, so wording. Nor do negations.
    """
    a, b = _words(old), _words(new)
    if "".join(a).lower() == "".join(b).lower() and a and b:
        return True  # "every one", "everyone"
    if _UNSPACED_ALONE.fullmatch(old) and old != new and sorted(old) == sorted(new):
        return True  # two kana swapped
    if len(a) != 1 or len(b) != 1:
        return False
    x, y = (w[0].lower().replace("'", "") for w in (a, b))
    if min(len(x), len(y)) < 4 or not (x + y).isalpha() or {x, y} & (NEGATIONS | number_words(language)):
        return False
    if x in known and (y in known or sorted(x) != sorted(y)):
        return False
    if x.startswith(y) or y.startswith(x):
        return False
    return within_one_letter(x, y)


def within_one_letter(x: str, y: str) -> bool:
    """One letter added, lost, changed, or two neighbours swapped."""
    if abs(len(x) - len(y)) > 1:
        return False
    k = 0
    while k < min(len(x), len(y)) and x[k] == y[k]:
        k += 1
    if len(x) == len(y):
        return x[k + 1 :] == y[k + 1 :] or (x[k + 2 :] == y[k + 2 :] and x[k : k + 2] == y[k : k + 2][::-1])
    return x[k + 1 :] == y[k:] if len(x) > len(y) else x[k:] == y[k + 1 :]
