"""Languages: which one a text is in, what it is called, which way it is written; numbers with their nouns.

A text's language is recognized by its script, then by its commonest little words, for 28 languages of news; empty when in
doubt. Names and direction are CLDR's, through Babel, which is loaded at the first question, so that commands that show
no page don't wait for it. Codes come from pages: any text may be asked for.
Tested in tests/test_languages.py and tests/extract/test_language.py.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale


INTERFACE = "en"  # what the program itself says, whatever language a story is in


def language_name(code: str | None) -> str:
    """Return the English name: `German` for `de`; an unknown code stays as it is."""
    locale = _locale(code or "")
    name = locale.get_language_name("en") if locale else None
    return name or code or ""


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return `1 story`, `2 stories`, `1,200 captures`."""
    if count == 1:
        return f"1 {noun}"
    if not plural:
        is_y = noun.endswith("y") and not noun.endswith(("ay", "ey"))
        plural = f"{noun[:-1]}ies" if is_y else f"{noun}es" if noun.endswith("ch") else f"{noun}s"
    return f"{count:,} {plural}"


def direction(code: str | None) -> Literal["rtl", "ltr", "auto"]:
    """Return the direction for HTML's `dir`; `auto` where the language is unknown."""
    locale = _locale(code or "")
    if locale is None:
        return "auto"
    return "rtl" if locale.text_direction == "rtl" else "ltr"


@lru_cache(maxsize=512)
def _locale(code: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code[:35], sep="-") if code else None
    except (ValueError, TypeError, UnknownLocaleError):
        return None


_LITTLE = {
    "en": "the and of to in that is was for it with as his on be at by he this had not are but from have they which",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat dass",
    "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se sont avec ce il sa",
    "es": "de la que el en y a los se del las un por con no una su para es al lo como más pero sus le ha",
    "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao das à foi",
    "it": "di e il la che in un a per è una sono con non si da le del dei della nel ha al come più anche gli alla",
    "nl": "de van een het en in is dat op te zijn met voor niet aan er om ook als bij maar uit door naar heeft worden",
    "sv": "och i att en som det på är av för med den till har de inte om ett men var sig från vi så kan",
    "no": "og i det er på en som til for med at av den har ikke de et om fra var men seg vi så kan han ble",
    "da": "og i det er på en som til for med at af den har ikke de et om fra var men sig vi så kan han blev",
    "fi": "ja on ei että se oli hän ovat mutta kun tai myös mukaan sen joka ole kuin niin jo vuoden",
    "pl": "i w na z do się nie że to jest o jak po za od przez dla tym ale są co jego był oraz",
    "cs": "a v na se je že to s z do o i za pro by ale jako po od jsou jeho podle byl které si",
    "ro": "și de în a la cu pe o că din nu care mai este pentru un au se prin fost dar sunt ca",
    "hu": "a az és hogy nem is egy meg volt de csak már azt ez el van mint még után ki lesz",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi ise kadar sonra en ne ya olduğu",
    "id": "yang dan di dengan untuk pada ini itu dari dalam tidak akan ke ada oleh juga sebagai bisa telah",
    "vi": "và của là có cho không các được trong một với những người này khi đã từ đến về",
    "ru": "и в не на что с по как это он из к а его за от но для было о все так же",
    "uk": "і в не на що з як це до та за від про у його для але було яка який бути",
    "bg": "и на в да се за от не е с по че са това като но той до ще към",
    "ar": "في من على أن إلى عن التي هذا مع ما لا كان هذه بعد الذي بين كما قال",
    "fa": "و در به از که این را با است برای آن یک خود تا بر هم شد می",
    "ur": "کے کی میں اور ہے سے کو کا نے پر کہ یہ اس ہیں نہیں بھی",
}
_BY_WORD: dict[str, list[str]] = {}
for _language, _words in _LITTLE.items():
    for _word in _words.split():
        _BY_WORD.setdefault(_word, []).append(_language)
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), "ja", 0.05),
    (re.compile("[\uac00-\ud7af]"), "ko", 0.2),
    (re.compile("[\u3400-\u9fff]"), "zh", 0.2),
    (re.compile("[\u0e00-\u0e7f]"), "th", 0.2),
    (re.compile("[\u0590-\u05ff]"), "he", 0.2),
    (re.compile("[\u0370-\u03ff]"), "el", 0.2),
    (re.compile("[\u0900-\u097f]"), "hi", 0.2),
    (re.compile("[\u0980-\u09ff]"), "bn", 0.2),
)
_WORD = re.compile(r"[^\W\d_]+")


def detect(text: str) -> str:
    """Return ISO 639-1 of `text`, or empty when it is too short or is in none of the known languages."""
    sample = text[:6000]
    letters = sum(map(str.isalpha, sample))
    if letters < 8:
        return ""
    if not sample.isascii():
        for pattern, language, share in _SCRIPTS:
            if len(pattern.findall(sample)) >= share * letters:
                return language
    words = _WORD.findall(sample.lower())
    if len(words) < 8:
        return ""
    votes: Counter[str] = Counter()
    for word, times in Counter(words).items():
        for language in _BY_WORD.get(word, ()):
            votes[language] += times
    if not votes:
        return ""
    best, count = max(votes.items(), key=lambda kv: (kv[1], kv[0]))
    return best if count >= 0.08 * len(words) else ""


def code_of(tag: str) -> str:
    """Return ISO 639-1 of a declared tag such as `en-GB`, `de_DE` or `zh-Hans`; empty if it isn't one."""
    match = re.match(r"^([a-z]{2,3})(?:[-_]|$)", tag.strip().lower())
    if match is None:
        return ""
    code = {
        "nb": "no",
        "nn": "no",
        "iw": "he",
        "in": "id",
        "eng": "en",
        "deu": "de",
        "ger": "de",
        "fra": "fr",
        "spa": "es",
        "ara": "ar",
    }
    return code.get(match[1], match[1] if len(match[1]) == 2 else "")
