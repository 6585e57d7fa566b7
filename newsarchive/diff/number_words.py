"""Words for numbers by language.

From 2 to 100, hundreds, thousands, millions they are num2words', loaded at the first question, Russian in all its cases; by hand are
only what it leaves out: languages that it doesn't know, other inflected forms, fractions, dozens. "One" is none, since it
is an article or a pronoun, too. Pure. Tested in tests/diff/test_number_words.py and tests/diff/test_edit_regions.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from newsarchive.diff.word_diff import tokens

# Korean's own numbers up to 99; its Chinese ones are num2words'.
_KOREAN = " ".join(
    f"{tens}{ones}"
    for tens in ["", *"열 스물 서른 마흔 쉰 예순 일흔 여든 아흔".split()]  # noqa: SIM905
    for ones in ["", *"한 하나 두 둘 세 셋 네 넷 다섯 여섯 일곱 여덟 아홉".split()]  # noqa: SIM905
    if (tens or ones) and tens + ones not in ("한", "하나")
)
BY_HAND = {
    "en": "zero hundreds thousands millions billions trillion dozen dozens half double triple third fourth fifth sixth seventh eighth ninth tenth",
    "de": "null hundert hunderte tausend tausende dutzend hälfte drittel viertel",
    "fr": "zéro cents moitié tiers quart",
    "es": "cero ciento cientos miles mitad tercio",
    "it": "zero mila metà",
    "pt": "zero duas cento bilhão bilhões metade dezesseis dezessete dezenove quatorze",
    "nl": "nul honderden duizenden helft",
    "sv": "noll fyrtio hundra tusen hälften",
    "nb": "null sju millioner milliard halvparten",
    "da": "nul hundrede tusind million milliard halvdelen",
    "fi": "nolla miljoonaa puolet",
    "pl": "zero dwie dwóch trzech czterech pięciu sześciu siedmiu ośmiu dziewięciu dziesięciu tysięcy milionów połowa",
    "cs": "nula dvě polovina",
    "ru": "ноль две двое двоих трое троих четверо четверых пятеро пятерых шестеро шестерых семеро семерых трех половина",
    "uk": "нуль дві двоє троє четверо п'ятеро тисяч мільйонів половина",
    "tr": "sıfır milyon milyar yarısı",
    "ar": "اثنين ثلاث أربع خمس ست سبع ثماني تسع عشر مئة مئات آلاف ملايين نصف",
    "zh": "一 二 三 四 五 六 七 八 九 十 百 千 万 億 亿 〇 两 兩",
    "ja": "一 二 三 四 五 六 七 八 九 十 百 千 万 億 〇",
    "ko": f"{_KOREAN} 백 천 만 억 조 수십 수백 수천 절반",
    "hi": "शून्य दो तीन चार पाँच पांच छह छः सात आठ नौ दस ग्यारह बारह तेरह चौदह पंद्रह पन्द्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस तेईस चौबीस पच्चीस"
    " छब्बीस सत्ताईस अट्ठाईस उनतीस तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस"
    " अड़तालीस उनचास पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर"
    " तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी नब्बे इक्यानवे बानवे तिरानवे चौरानवे"
    " पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे सौ हज़ार हजार लाख करोड़ अरब आधा",
    "th": "ศูนย์ สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ ร้อย พัน หมื่น แสน ล้าน",
    "fa": "صفر نیمی",
    "he": "אפס שניים שני שתי שלושה ארבעה חמישה שישה שבעה תשעה עשרה אלפים חצי",
    "el": "μηδέν δύο τρεις τρία τέσσερις τέσσερα πέντε έξι επτά εφτά οκτώ οχτώ εννέα εννιά δέκα έντεκα δώδεκα δεκατρείς δεκατρία δεκατέσσερις δεκατέσσερα δεκαπέντε δεκαέξι δεκαεπτά"
    " δεκαοκτώ δεκαεννέα είκοσι τριάντα σαράντα πενήντα εξήντα εβδομήντα ογδόντα ενενήντα εκατό χίλια χιλιάδες εκατομμύριο εκατομμύρια μισό",
}
_MADE_FOR = {n: n for n in "en de fr es it pt nl sv da fi pl cs ru uk tr ar fa he ko hu ro id vi".split()} | {"nb": "no"}  # noqa: SIM905  # fmt: skip
_FIGURES = (*range(2, 101), *range(200, 1000, 100), 1000, 2000, 10**6, 2 * 10**6, 10**9, 2 * 10**9)
_CASES = {"ru": "ngdaip"}
# Words for numbers that as often mean something else in their own language ("year", "this"), or are a name's syllable.
_NOT = {"vi": {"năm", "ba", "hai"}, "ko": set("이 삼 사 오 육 칠 팔 구 십".split())}  # noqa: SIM905
_AMBIGUOUS = frozenset(
    "once on bin fire to ti ni cent cents mil six sex sept elf null sei miles quart third half double tiers mille due tre fem fourth"  # noqa: SIM905
    " fifth nul sto set tres acht neuf dix nove otto seis".split()
)


@cache
def number_words(language: str) -> frozenset[str]:
    """Return words for numbers in lower case, of `language` (ISO 639-1) or, if it isn't known here, of all.

    Of a text in an unknown language none counts that means something else elsewhere (Norwegian "fire" is four).
    """
    if language in BY_HAND or language in _MADE_FOR:
        by_hand = BY_HAND.get(language, "").lower().split()
        return frozenset({*by_hand, *_made(language)} - _NOT.get(language, set()))
    return frozenset().union(*map(number_words, BY_HAND)) - _AMBIGUOUS


def _made(language: str) -> Iterator[str]:
    """What num2words says; of "two million" the last word, for the others may be small ones."""
    if language not in _MADE_FOR:
        return
    from num2words import num2words  # type: ignore[import-untyped]

    for figure in _FIGURES:
        for more in [{"case": case} for case in _CASES.get(language, "")] or [{}]:
            said = num2words(figure, lang=_MADE_FOR[language], **more).lower()
            words = [k for k in tokens(said).keys if k[:1].isalnum()]
            if len(words) == 1 or figure >= 100:
                yield words[-1]
            else:
                yield "-".join(words)
