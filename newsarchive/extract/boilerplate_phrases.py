"""Phrases that hold everywhere: sign-ups, republishing notices, donation asks, share lines, bios, related lists.

Data are in boilerplate_phrases.toml: for each group and language a pattern with an example that it must find and one that it
must not. phrase_words.json, which tests/extract/phrase_words.py makes of it, has the patterns with what a sentence must begin
with and contain, so that only those are compiled that may match. A pattern is tried at the start of each sentence of a short
block; it is strong only where shape and place agree, so that a story about newsletters keeps its sentences.
Tested in tests/extract/test_boilerplate_phrases.py.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.pattern_words import folded, has_one

MAX_SIZE = 500  # characters of a block beyond which nothing is a sign
SHORT = 60  # characters of a text that is remembered: it may be on other pages
LONGEST_ASK = 130  # characters of a sentence without a link beyond which it tells rather than asks
# Not behind an ordinal ("2. März") nor before a small letter or a figure ("kl. 11.02").
_SENTENCE = re.compile(
    r"(?<=[.!?…。！？؟।])(?<!\b\d\.)(?<!\b\d\d\.)\s+(?![\da-zß-öø-ÿā-žа-яёіїєґά-ώ])|\n|(?<=[。！？])"
)
_QUOTED = re.compile(
    r"[\"“”„«»「『](?![a-zA-ZÀ-ӿ]+[\"”»])[^\"“”„«»」』]{3,}[\"“”«»」』]\W{0,3}\w.{6,}"
)  # what somebody said or wrote, and who
_SAID = re.compile(
    r"[\"“„«「『][^\"“”„«»」』]{30,}[\"”“»」』]\W{0,3}\w.{6,}"
)  # a sentence quoted among others
_MAY_END = re.compile(r"[.!?…。！？؟।\n]")


@dataclass(frozen=True, slots=True)
class PhraseMatch:
    """A phrase found in a block."""

    group: str  # "newsletter", "republishing notice", …
    share: float  # of the block's sentences that are signs
    is_strong: bool  # place and shape agree: remove it whatever the model says


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of boilerplate_phrases.toml."""

    group: str
    language: str
    pattern: str
    yes: str
    no: str


@dataclass(slots=True)
class _Pattern:
    """One row of phrase_words.json."""

    group: str
    language: str
    pattern: str
    starts: list[str]  # what a match begins with, one or two letters; empty if it may be anything
    words: list[str]  # of which a sentence that matches has one
    compiled: re.Pattern[str] | None = None  # as soon as it was needed


@lru_cache(maxsize=1)
def entries() -> tuple[Phrase, ...]:
    """All phrases, with their examples."""
    text = (resources.files("newsarchive.extract") / "boilerplate_phrases.toml").read_text(encoding="utf-8")
    return tuple(Phrase(**row) for row in tomllib.loads(text)["sign"])


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    text = (resources.files("newsarchive.extract") / "phrase_words.json").read_text(encoding="utf-8")
    return tuple(_Pattern(*row) for row in json.loads(text))


@lru_cache(maxsize=1)
def _languages() -> frozenset[str]:
    return frozenset(p.language for p in _patterns())


@lru_cache(maxsize=8192)
def _candidates(language: str, start: str) -> tuple[_Pattern, ...]:
    """What may begin with the two letters of `start`: of a language and English, or of all languages."""
    return tuple(
        p for p in _of_language(language) if not p.starts or start in p.starts or start[:1] in p.starts
    )


@lru_cache(maxsize=256)
def _of_language(language: str) -> tuple[_Pattern, ...]:
    return tuple(p for p in _patterns() if not language or p.language in (language, "en", "any"))


def group_in(sentence: str, language: str = "") -> str:
    """The group whose phrase begins `sentence`; empty if none does."""
    sentence = sentence.lstrip(" \t\"'“”„«•*-–—>→»|·▶►▼■●（")
    if not sentence:
        return ""
    known = language if language in _languages() else ""
    low = folded(sentence)
    for one in _candidates(known, low[:2]):
        if one.compiled is None or not one.starts:  # of the others, matching is the quicker question
            if not has_one(low, one.words):
                continue
            one.compiled = one.compiled or re.compile(one.pattern, re.I)
        if one.compiled.match(sentence):
            return one.group
    return ""


def signs_of(blocks: Sequence[RawBlock], language: str) -> list[PhraseMatch | None]:
    """For each block the sign in it, if any."""
    result: list[PhraseMatch | None] = []
    for block in blocks:
        result.append(_sign(block, language) if block.size <= MAX_SIZE else None)
    return result


def _sign(block: RawBlock, language: str) -> PhraseMatch | None:
    found = (_known_phrases if len(block.text) <= SHORT else _phrases)(block.text, language)
    if found is None:
        return None
    longest = 0 if block.links else found.longest
    is_strong = _is_strong(
        block, found.group, found.share, starts=found.is_first, is_long=longest > LONGEST_ASK
    )
    return PhraseMatch(found.group, found.share, is_strong)


@dataclass(frozen=True, slots=True)
class _Phrases:
    """What a text's sentences say, wherever it stands."""

    group: str
    share: float  # of its sentences
    is_first: bool  # the first sentence is one
    longest: int  # characters of a sentence


def _phrases(text: str, language: str) -> _Phrases | None:
    if _QUOTED.match(text) or _SAID.search(text):
        return None
    sentences = [s for s in _SENTENCE.split(text) if s] if _MAY_END.search(text) else [text]
    found = [group_in(s, language) for s in sentences]
    if not any(found):
        return None
    for i in range(len(found) - 2, -1, -1):
        if sentences[i][-1] in "?？؟":
            found[i] = found[i] or found[i + 1]  # "News of your town? Join our channel."
    hits = [f for f in found if f]
    return _Phrases(hits[0], len(hits) / len(sentences), bool(found[0]), max(map(len, sentences)))


_known_phrases = lru_cache(maxsize=20000)(_phrases)  # menus and headings come again on every page


_BACKED = {
    "newsletter": BIT["newsletter"] | BIT["ad"] | BIT["box"] | BIT["modal"] | BIT["paywall"],
    "donation": BIT["paywall"] | BIT["ad"] | BIT["box"],
    "subscription": BIT["paywall"] | BIT["newsletter"] | BIT["ad"],
    "share line": BIT["share"],
    "related": BIT["related"] | BIT["box"],
    "bio": BIT["bio"] | BIT["byline"],
}


def _is_strong(block: RawBlock, group: str, share: float, *, starts: bool, is_long: bool) -> bool:
    """Strong: notices nearly always; the rest when the whole block is the phrase, is short, or its container is named so."""
    if group in ("republishing notice", "copyright", "cookie notice", "comments", "affiliate notice"):
        return starts or share >= 0.5
    near = block.node.mask | (block.node.parent.mask if block.node.parent is not None else 0)
    if near & _BACKED.get(group, 0):
        return True
    is_styled = max(block.bold_chars, block.italic_chars) > 0.9 * len(block.text)
    whole = 0.5 if is_styled or group in ("share line", "subscription") else 0.99  # what to do, and what for
    is_short = not is_long and (block.size <= 160 or len(block.text) <= 80)
    return share >= whole and (starts or is_styled) and (is_short or block.link_chars > 0.3 * len(block.text))
