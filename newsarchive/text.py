"""What "the same text" means: folding, fingerprints, paragraphs, sentences.

Folding takes away what no reader sees (Unicode form, quote and dash shapes, kinds of spaces, soft
hyphens, leftover entities, line wraps, text decoded with the wrong charset) and leaves what a reader
sees: every word, digit, capital letter and quotation mark. Two texts are the same text if and only if
their folds are equal.

Also makes text and JSON from outside safe: `without_surrogates`, `load_json`, `normalized`.

Pure; knows nothing of HTML, articles or languages beyond the tables below. Tested in tests/test_text.py.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Literal

# ---------------------------------------------------------------- text from outside

_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def without_surrogates(s: str) -> str:
    """Return `s` with U+FFFD for each lone surrogate: no file, pipe or database takes one."""
    return s if s.isascii() else _SURROGATE.sub("\ufffd", s)


def load_json(text: str | bytes) -> Any:
    """Return the value of a JSON text that others wrote, without lone surrogates; control characters are taken.

    Raises:
        ValueError: not JSON, not UTF-8, or nested deeper than the parser goes.
    """
    text = without_surrogates(text if isinstance(text, str) else text.decode("utf-8-sig"))
    try:
        value = json.loads(text, strict=False)
        if _ESCAPED_SURROGATE.search(text):  # a pair of them is one character by now
            value = json.loads(without_surrogates(json.dumps(value, ensure_ascii=False)))
    except RecursionError as error:
        raise ValueError("JSON nested too deep") from error
    return value


# What a terminal obeys or what reorders a line: controls but tab and line end, embeddings, overrides, isolates; and
# lone surrogates, which no encoding writes. Marks of direction (U+200E, U+200F), which Arabic and Hebrew need, stay.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb\ud800-\udfff]")


def escaped(s: str) -> str:
    """Return `s` as a terminal or a log may show it: what is UNSAFE as `\\x9b` or `\\u202e`."""
    return UNSAFE.sub(lambda m: f"\\x{ord(m[0]):02x}" if m[0] < "\u0100" else f"\\u{ord(m[0]):04x}", s)


_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")  # no letters, so they may be marks; sorting them is quadratic
MAX_MARKS = 30  # on one letter: what Unicode's stream-safe text allows (UAX 15)


def normalized(form: Literal["NFC", "NFD", "NFKC", "NFKD"], s: str) -> str:
    """Return `s` in a Unicode normal form, without the marks that are more than MAX_MARKS on one letter.

    Linear, as `unicodedata.normalize` isn't: it sorts the marks of a letter by exchanging neighbours.
    """
    return unicodedata.normalize(form, s if s.isascii() else _MARKS.sub(_fewer_marks, s))


def _fewer_marks(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for c in run[0]:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= MAX_MARKS:
            kept.append(c)
    return "".join(kept)


# ---------------------------------------------------------------- folding

# Every row: the shapes on the left are set, by taste or by software, for the one on the right.
_SHAPES = {
    '"': "“”„‟«»〝〞〟＂″‶「」『』",
    "'": "‘’‚‛‹›＇′‵`ʼʻˈ",
    "-": "‐‑‒–—―−﹘﹣－⸺⸻",
    " ": "\t\n\r\v\f\x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
    "*": "•‣▪●◦",
}
# Never drawn: soft hyphen, zero-width characters, marks of direction, byte order mark, Arabic tatweel,
# variation selectors, controls.
_INVISIBLE = (
    [0x00AD, 0x034F, 0x061C, 0x0640, 0x180E, 0xFEFF, 0xFFFC]
    + [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)]
    + [c for c in range(0x20) if chr(c) not in "\t\n\r\v\f"]
    + [c for c in range(0x7F, 0xA0) if c != 0x85]
)
_TABLE: dict[int, str | None] = {ord(c): to for to, shapes in _SHAPES.items() for c in shapes}
_TABLE.update(dict.fromkeys(_INVISIBLE))
_SHAPED = re.compile("[" + "".join(re.escape(chr(c)) for c in _TABLE) + "]")
_QUOTE_TABLE = {ord(c): to for to in "\"'" for c in _SHAPES[to]}

# "10²" is not "102", though compatibility folding says so; "m²" may be written "m2".
_RAISED = re.compile(r"(?<=\d)([⁰¹²³⁴-⁹₀-₉]+)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SPACES = re.compile(r" {2,}")
_TIGHT = re.compile(r" (?=[!?;:%])|(?<=[(\[]) | (?=[)\]])")  # French spacing, "100 %"
_LOOSE = (" !", " ?", " ;", " :", " %", "( ", "[ ", " )", " ]")  # one of these is in what _TIGHT finds
_GUILLEMETS = re.compile(r"([«‹])\s+|(?<!\s)\s+([»›])")
_DOTS = re.compile(r"\.(?: ?\.){2,}")
_DASHES = re.compile(r"-{2,}")

_CONTROL = re.compile(r"[\x00-\x1f\x7f`]")
_LEAD_BYTE = re.compile("[\u00c2-\u00f4]")

# Text in UTF-8 that was read as Windows-1252 or Latin-1: a lead byte and its followers, seen as characters.
_CP1252 = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0x100)}
_BYTE_OF = {**{chr(b): b for b in range(0x80, 0x100)}, **_CP1252}
_FOLLOWERS = "".join(re.escape(c) for c, b in _BYTE_OF.items() if 0x80 <= b <= 0xBF)
_MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{_FOLLOWERS}]|[\u00e0-\u00ef][{_FOLLOWERS}]{{2}}|[\u00f0-\u00f4][{_FOLLOWERS}]{{3}}"
)
# "Â" alone is what stays of a no-break space read as Latin-1, when white space was trimmed around it.
_LOST_SPACE = re.compile(r"(?<![\u00c0-\u00ffA-Z])Â(?=\s|$)")


@lru_cache(maxsize=16384)
def fold(s: str) -> str:
    """Return `s` without what no reader sees; case, digits, words and quotation marks stay.

    Idempotent. Two texts that fold alike are the same text to a reader.

    Examples:
        “Don’t”, he said → "Don't", he said; 10–12 → 10-12; Espa\u00c3\u00b1ol → Español; line wraps → spaces.
        Not folded: 12 and 15, Minister and minister, "free" and free, single and double quotes,
        `black'- riding` and `black' - riding` (a missing space is a typo that a reader sees).
    """
    for _ in range(8):  # what was folded may show another layer: text encoded twice, an entity of an entity
        folded = _fold_once(s)
        if folded == s:
            break
        s = folded
    return s


def _fold_once(s: str) -> str:
    if "&" in s:
        s = _unescape(s)
    if s.isascii():
        return _squeeze(s.translate(_TABLE) if _CONTROL.search(s) else s)
    s = normalized("NFC", s)
    if _LEAD_BYTE.search(s):
        s = _MOJIBAKE.sub(_as_utf8, s)
    if "«" in s or "»" in s or "‹" in s:
        s = _GUILLEMETS.sub(r"\1\2", s)
    if _RAISED.search(s):
        s = _RAISED.sub(lambda m: "^" + m[1], s)
    if _SHAPED.search(s):  # a twentieth of what `translate` costs
        s = s.translate(_TABLE)
    compatible = normalized("NFKC", s)
    s = s if compatible == s else compatible.translate(_TABLE)
    return _squeeze(_LOST_SPACE.sub(" ", s) if "Â" in s else s)


def _squeeze(s: str) -> str:
    """Runs of spaces, dots and dashes made one; no space where taste alone puts one."""
    if "  " in s:
        s = _SPACES.sub(" ", s)
    if ".." in s or ". ." in s:
        s = _DOTS.sub("...", s)
    if "--" in s:
        s = _DASHES.sub("-", s)
    if any(pair in s for pair in _LOOSE):  # a tenth of what the pattern costs on a text without any
        s = _TIGHT.sub("", s)
    return s.strip(" ")


def _unescape(s: str) -> str:
    """Entities that were escaped once too often, as feeds and careless templates leave them."""
    return _ENTITY.sub(lambda m: html.unescape(m[0]), s)


def _as_utf8(found: re.Match[str]) -> str:
    """ "EspaÃ±ol" as "Español"; what is no valid UTF-8 when taken back to bytes stays."""
    try:
        return bytes(_BYTE_OF[c] for c in found[0]).decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def fingerprint_of(parts: Iterable[str]) -> str:
    """Return what `fingerprint` does, of several pieces (paragraphs) that are folded one by one."""
    whole = "\n\n".join(map(fold, parts))
    return hashlib.blake2b(whole.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def fingerprint(s: str) -> str:
    """Return 32 hex digits that are the same for texts which fold alike."""
    return hashlib.blake2b(fold(s).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


# ---------------------------------------------------------------- paragraphs

_BLANK_LINE = re.compile(r"(?:\r\n?|\n|\u2029|\x85)[^\S\n]*(?:\r\n?|\n|\u2029|\x85)\s*|\u2029+")
_END = ".!?…。！？؟۔।॥።։:;\"'”’»」』)）]"


def paragraphs(s: str) -> tuple[str, ...]:
    """Return the paragraphs of a plain text, in order, stripped, none empty.

    Empty lines part paragraphs, and a single line break is then a wrap. A text without an empty line is
    one paragraph a line, unless its lines seem wrapped (three or more, none longer than 100 characters,
    most ending in mid-sentence).
    """
    blocks = [b.strip() for b in _BLANK_LINE.split(s)]
    blocks = [b for b in blocks if b]
    if len(blocks) == 1:
        lines = [line.strip() for line in blocks[0].splitlines() if line.strip()]
        if not _is_wrapped(lines):
            return tuple(lines)
    return tuple(" ".join(b.split()) if "\n" in b or "\r" in b else b for b in blocks)


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < 3 or max(map(len, lines)) > 100 or min(map(len, lines[:-1])) < 40:
        return False
    return sum(line[-1] not in _END for line in lines[:-1]) > len(lines) // 2


# ---------------------------------------------------------------- sentences


def _words(s: str) -> frozenset[str]:
    return frozenset(s.split())


# Words before a full stop that end no sentence. One list for all languages: a word here costs at worst
# two sentences taken for one, and only where it also ends a sentence.
_ABBREVIATIONS = _words(
    """
    mr mrs ms dr prof rev hon gen col maj capt lt sgt gov sen rep pres st ste mt nos vs etc inc ltd co corp
    jr sr dept est approx fig vol ed eds cf jan feb mar apr jun jul aug sep sept oct nov dec
    e.g i.e eg ie a.m p.m u.s u.k u.n d.c ph.d
    bzw ca usw vgl nr str hr fr tel abs bd geb gest jh evtl ggf inkl mio mrd sog z.b d.h u.a o.ä s.o
    mme mlle mm av bd env p.ex chap
    sra sr srta dña ud uds ee.uu pág núm aprox dto gral lic ing
    sig sigg dott avv prof.ssa ecc pag
    dhr mevr drs ir mr bv blz o.a m.b.t bijv jl enz
    bl.a f.eks kl ca osv mv dvs t.ex s.k
    np tj tzn itd itp ul gen ks św
    г гг ул им тыс млн млрд руб стр см др т.е т.д т.п в.в
    """
)
_MONTHS = _words(
    """
    januar jänner februar märz april mai juni juli august september oktober november dezember
    januari februari maart mei augustus desember joulukuuta tammikuuta
    """
)
_WIDE_STOP = "。！？｡"
_STOP = re.compile(
    rf"(?:(?<![.!?…؟۔।॥።։])[.!?…؟۔।॥።։]++[\"'”’»›)\]]*+(?=\s|$)|[{_WIDE_STOP}]+[\"'”’»›」』）\])]*)\s*"
)
_LAST_WORD = re.compile(r"(?<![\w.])[\w.]+$")


def sentences(s: str, language: str = "") -> tuple[str, ...]:
    """Return the sentences of one paragraph, in order, stripped, none empty.

    Args:
        s: A paragraph; line breaks in it are spaces.
        language: ISO 639-1 if known. "de", "da", "no", "fi", "cs" … write ordinals with a stop ("3. Oktober").

    Joined by spaces (or by nothing in Chinese and Japanese) they give the paragraph again.
    """
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(s):
        if _ends_sentence(s, start, stop, language):
            found.append(" ".join(s[start : stop.end()].split()))
            start = stop.end()
    found.append(" ".join(s[start:].split()))
    return tuple(f for f in found if f)


def _ends_sentence(s: str, start: int, stop: re.Match[str], language: str) -> bool:
    mark, rest = stop[0].rstrip(), s[stop.end() : stop.end() + 24]
    if not rest or mark[0] != ".":
        return not (rest and mark[0] in "!?…" and _continues(rest))
    if _continues(rest):
        return False
    before = _LAST_WORD.search(s, start, stop.start())
    word = before[0] if before else ""
    if not mark.startswith("..") and len(mark) == 1:
        if word.lower().rstrip(".") in _ABBREVIATIONS and not (word.isupper() and len(word) > 3):
            return False
        if len(word) == 1 and word.isalpha() and word.isupper():  # an initial: "J. Smith"
            return False
        if word.isdigit() and len(word) < 3:  # "3. Oktober", "am 24. Dezember"
            following = re.match(r"\w+", rest)
            if (following and following[0].lower() in _MONTHS) or language in _ORDINAL_STOP:
                return False
    return True


_ORDINAL_STOP = _words("de da nb nn no fi cs sk hu et lv hr sl sr is pl tr")


def _continues(rest: str) -> bool:
    """What follows a stop starts in lower case: the sentence isn't over."""
    first = rest.lstrip("\"'“‘«(")[:1]
    return first.islower()
