"""What kind of thing was changed in a run of words: a number, a date, a name, a quotation, a typo, wording.

Reads one edited unit (paragraph, headline, standfirst, caption) as `word_edits` cut it. The words that name numbers,
dates and negations are known by language; of a text whose language isn't known the words of all languages count, but
for those that mean something else elsewhere (Norwegian "fire" is four). Names are recognised by their capitals, so in
scripts without capitals (and for German nouns) only where two follow each other. Pure. Tested in
tests/diff/test_edit_regions.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise

from newsarchive.diff.date_words import LANGUAGES, UNSPACED, inside_of, words_of
from newsarchive.diff.number_words import BY_HAND, number_words
from newsarchive.diff.word_diff import tokens
from newsarchive.model import WordEdit
from newsarchive.text import fold

_NEGATIONS = "not no never without isn't wasn't aren't weren't didn't doesn't don't won't can't couldn't wouldn't nicht kein keine keinen nie pas non jamais nunca niet geen nooit inte ikke aldrig aldri ei nie nigdy не нет никогда ні değil لا لم لن 不 没 未 ない"
# Articles and prepositions: one of them exchanged for another is an edit, not a significant one.
_SMALL = "a an the of in on at to for by with from and as into der die das den dem des ein eine einen im am zum zur le la les un une du des de à au aux en el los las un una del al il lo gli uno di da het een van te o os as um uma do dos na no em den det en ett i på av til"
# Dates that mean something else in another language.
_AMBIGUOUS = frozenset(
    [
        "mars",
        "mai",
        "may",
        "march",
        "mar",
        "maj",
        "mei",
        "hier",
        "morgen",
        "pazar",
        "sun",
        "sat",
        "salı",
        "cuma",
        "jan",
        "dec",
        "on",
        "stu",
        "mart",
        "wtorek",
    ]
)
NEGATIONS = frozenset(_NEGATIONS.split())
SMALL_WORDS = frozenset(_SMALL.split()) - NEGATIONS


@lru_cache(maxsize=64)
def date_words(language: str) -> frozenset[str]:
    """Return months, weekdays and days like "yesterday" in lower case, of `language` or, if unknown here, of all.

    English "may" and "march" are no dates by themselves; "5 May" is one by its number.
    """
    words = months(language)
    return words - {"may", "march"} - (frozenset() if language in LANGUAGES else _AMBIGUOUS)


@lru_cache(maxsize=64)
def months(language: str) -> frozenset[str]:
    """Return `date_words` with every word that makes a date of the number beside it."""
    if language in LANGUAGES:
        return words_of(language)
    return frozenset().union(*map(words_of, BY_HAND))


@cache
def _no_names(language: str) -> frozenset[str]:
    """Words with a capital that name nobody."""
    return months(language) | number_words(language)


@cache
def _meant(language: str) -> frozenset[str]:
    """Words of which one for another is no slip."""
    return NEGATIONS | number_words(language)


@dataclass(frozen=True, slots=True)
class Region:
    """Words deleted and added in one place, folded, with what is around them."""

    deleted: str
    added: str
    before: str  # the kept text just before
    after: str  # the kept text just after
    quoted: bool  # inside quotation marks, in the old text or the new
    opens: bool  # at the start of the unit or of a sentence


def regions(words: Sequence[WordEdit]) -> tuple[Region, ...]:
    """Return the edited places of one unit, in order."""
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
    """Return `text` with its quotes made straight without moving a character."""
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
    """Return all that apply of "date in text", "number", "quote", "name"; else one of "punctuation", "typo", "rewording".

    Args:
        region: The place.
        language: ISO 639-1, if known.
        known: The words, in lower case, that were kept: a word that is elsewhere too is spelt as meant.
        title: The unit is a headline, where capitals may mean nothing.
    """
    old, new = _words(region.deleted), _words(region.added)
    if [w.lower() for w in old] == [w.lower() for w in new]:
        return (_punctuation(region),)
    found = ["quote"] if region.quoted else []
    if max(len(old), len(new)) <= LONG:
        sides = (region.deleted, region.added)
        dates = [
            _dates(region, words, language) | _dates_inside(region, s, language)
            for s, words in zip(sides, (old, new), strict=True)
        ]
        dated = dates[0] != dates[1]
        numbers = [_numbers(region, s, language) for s in sides]
        if dated:
            found.append("date in text")
        if numbers[0] != numbers[1] and not (dated and max(map(len, numbers)) < 2):
            found.append("number")
        if _is_name(region, old, new, language, title):
            found.append("name")
        if not found and is_typo(*sides, known, language) and not _may_be_names(region, old, new, language):
            return ("typo",)
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


def _numbers(region: Region, s: str, language: str) -> list[str]:
    known = number_words(language)
    if language == "th":
        return sorted([*_DIGITS.findall(s), *_spanning(region, s, _THAI_NUMBERS)])
    found = [n.replace(",", "") for n in _DIGITS.findall(s)]
    words = [w.lower() for w in _words(s)]
    named = [w for w in words if w in known]
    if any(_HAN.match(w) for w in named) and len(named) < len(words):
        return sorted(found)  # 千 in a name is no thousand
    return sorted(found + named)


def _dates(region: Region, words: list[str], language: str) -> set[str]:
    """Months, weekdays and the numbers beside them, as they are in one side of the region."""
    near = [w.lower().rstrip(".") for w in [*_words(region.before)[-1:], *words, *_words(region.after)[:1]]]
    named, beside = date_words(language), months(language)
    inside = near[1:-1] if len(near) > len(words) + 1 else near
    if len(words) > 1 and any(_HAN.match(w) for w in words) and not any(w.isdigit() for w in words):
        return set()  # 月 in a name is no month
    found = {w for w in inside if w in named}
    for left, right in pairwise(near):
        if left in beside and right[:1].isnumeric():  # 三月, too
            found.add(right)
        elif right in beside and left[:1].isnumeric():
            found.add(left)
    return found


_THAI_NUMBERS = re.compile("|".join(sorted(BY_HAND["th"].split(), key=len, reverse=True)))
REACH = 10  # letters on either side in which a word begins or ends that was edited in part


def _spanning(region: Region, side: str, pattern: re.Pattern[str]) -> list[str]:
    """What is found in one side with what stands around it, where the edit touches it."""
    before, after = region.before[-REACH:], region.after[:REACH]
    start, end = len(before), len(before) + len(side)
    return [m[0] for m in pattern.finditer(before + side + after) if m.start() < end and m.end() > start]


def _dates_inside(region: Region, side: str, language: str) -> set[str]:
    """Weekdays, months and days in a script that parts no words, or where particles follow the word."""
    return set(_spanning(region, side, inside_of(language))) if language in UNSPACED else set()


def _is_name(region: Region, old: list[str], new: list[str], language: str, title: bool) -> bool:
    return _names(region, old, language, title) != _names(region, new, language, title)


def _names(region: Region, words: list[str], language: str, title: bool) -> set[str]:
    """Capitalised words that can be no sentence's opening (in German: two together)."""
    capital = [w for w in words if w[:1].isupper() and len(w) > 1]
    if title and len(words) > 1 and len(capital) == len(words):
        return set()
    if language == "de":
        around = _words(region.before)[-1:] + words + _words(region.after)[:1]
        upper = [w[:1].isupper() for w in around]
        beside = {
            w
            for k, w in enumerate(around)
            if upper[k] and any(upper[max(0, k - 1) : k] + upper[k + 1 : k + 2])
        }
        capital = [w for w in words if w in beside]
    opening = words[0] if words and region.opens else ""
    no_name = _no_names(language)
    return {w for w in capital if w != opening and w.lower() not in no_name}


_DETERMINERS = frozenset("der die das den dem des ein eine einen einem einer eines kein keine im am zum zur vom beim ins ans".split())  # noqa: SIM905  # fmt: skip


def _may_be_names(region: Region, old: list[str], new: list[str], language: str) -> bool:
    """Whether one other letter may make another person: a capital where any word has one, or a script without them.

    Two swapped letters are a slip anywhere; a German noun behind its article is no name.
    """
    if len(old) != 1 or len(new) != 1 or sorted(old[0].lower()) == sorted(new[0].lower()):
        return False
    if old[0].lower() == old[0].upper():
        return True
    before = [w.lower() for w in _words(region.before)[-1:]]
    is_noun = language == "de" and not region.opens and not _DETERMINERS.isdisjoint(before)
    return old[0][:1].isupper() and new[0][:1].isupper() and not is_noun


def is_typo(old: str, new: str, known: frozenset[str] = frozenset(), language: str = "") -> bool:
    """Return whether one letter (or two swapped) of one longer word changed, where the old form is nowhere else in the text.

    Two swapped letters are a slip also where the right form is elsewhere and the wrong one came in.
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
    if min(len(x), len(y)) < 4 or not (x + y).isalpha() or {x, y} & _meant(language):
        return False
    if x in known and (y in known or sorted(x) != sorted(y)):
        return False
    if x.startswith(y) or y.startswith(x):
        return False
    return within_one_letter(x, y)


def within_one_letter(x: str, y: str) -> bool:
    """Return whether one letter was added, lost or changed, or two neighbours were swapped."""
    if abs(len(x) - len(y)) > 1:
        return False
    k = 0
    while k < min(len(x), len(y)) and x[k] == y[k]:
        k += 1
    if len(x) == len(y):
        return x[k + 1 :] == y[k + 1 :] or (x[k + 2 :] == y[k + 2 :] and x[k : k + 2] == y[k : k + 2][::-1])
    return x[k + 1 :] == y[k:] if len(x) > len(y) else x[k:] == y[k + 1 :]
