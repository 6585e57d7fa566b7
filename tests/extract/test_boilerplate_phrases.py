"""Each sign finds its own example and leaves its counter-example alone."""

from __future__ import annotations

import re
from dataclasses import astuple

import pytest

from newsarchive.extract import boilerplate_phrases
from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.boilerplate_phrases import Phrase, entries, group_in, signs_of
from newsarchive.web.html_tree import parse
from tests.extract.phrase_words import phrase_words
from tests.pumped_strings import slow_on

IDS = [f"{e.language}-{e.group}-{n}" for n, e in enumerate(entries())]


@pytest.mark.parametrize("entry", entries(), ids=IDS)
def test_a_sign_finds_its_example_only(entry: Phrase) -> None:
    language = "" if entry.language == "any" else entry.language
    assert re.match(entry.pattern, entry.yes, re.I)
    assert group_in(entry.yes, language)
    assert not group_in(entry.no, language)


@pytest.mark.parametrize("entry", entries(), ids=IDS)
def test_a_phrase_is_looked_for_in_linear_time(entry: Phrase) -> None:
    assert slow_on(re.compile(entry.pattern, re.IGNORECASE), is_anchored=True) is None


def test_the_file_of_words_is_made_of_these_patterns() -> None:
    assert [list(astuple(row))[:5] for row in boilerplate_phrases._patterns()] == phrase_words()


def test_signs_know_at_least_fifteen_languages() -> None:
    assert len({e.language for e in entries()}) >= 15


@pytest.mark.parametrize(
    "group",
    [
        "republishing notice", "app line", "donation", "newsletter", "subscription", "bio", "update line", "share line",
        "cookie notice", "related",
    ],
)  # fmt: skip
def test_a_group_is_known_in_at_least_twenty_languages(group: str) -> None:
    assert len({e.language for e in entries() if e.group == group}) >= 20


@pytest.mark.parametrize(
    "sentence",
    [
        "The magazine reprinted the letter without the family's permission, and the rights were disputed for years.",
        "Apps that count steps were downloaded a million times.",
        "Updated rules for the quay were published by the council.",
        "Donations paid for half of the new boat, the captain said.",
    ],
)
def test_a_story_about_notices_has_none(sentence: str) -> None:
    assert group_in(sentence, "en") == ""


@pytest.mark.parametrize(
    ("markup", "strong"),
    [
        ("<p>Sign up for our newsletter</p>", True),
        ("<p>All rights reserved.</p>", True),
        ("<div class='newsletter-box'><p>Sign up to our newsletter to read about the quay, the ferries and the town. It is free.</p></div>", True),
        ("<p>Sign up for our newsletter, said the mayor, and the hall laughed. Then the divers spoke, and it grew quiet. The vote came late.</p>", False),
        ("<p>The quay closes in October.</p>", None),
    ],
)  # fmt: skip
def test_a_sign_is_strong_where_place_and_shape_agree(markup: str, strong: bool | None) -> None:
    blocks, _ = blocks_of(parse(f"<body><article>{markup}</article></body>"))
    sign = signs_of(blocks, "en")[0]
    assert (sign.is_strong if sign is not None else None) is strong


def test_a_long_paragraph_is_never_a_sign() -> None:
    blocks, _ = blocks_of(
        parse("<p>Sign up for our newsletter. " + "The quay closes in October. " * 30 + "</p>")
    )
    assert signs_of(blocks, "en") == [None]


@pytest.mark.parametrize(
    "paragraph",
    [
        "“Support our journalism,” read the banner that the typesetters hung over the quay.",
        '"We use cookies to lure the gulls," the baker of the front told the council.',
        "»Werden Sie Mitglied«, riefen die Ruderer den Gästen zu.",
        "« Suivez-nous sur la jetée », a lancé le capitaine aux écoliers.",
        "“关注我们的码头”，渔民在横幅上写道。",
    ],
)
def test_what_somebody_says_is_no_sign(paragraph: str) -> None:
    blocks, _ = blocks_of(parse(f"<article><p>{paragraph}</p></article>"))
    assert signs_of(blocks, "") == [None]


@pytest.mark.parametrize(
    ("line", "language"),
    [
        ("Zuletzt aktualisiert am 2. März 2017 um 11:02 Uhr", "de"),
        ("Senast uppdaterad: 2 mars 2017 kl. 11.02", "sv"),
        ("Poslední aktualizace: 2. března 2017, 11:02", "cs"),
    ],
)
def test_an_ordinal_or_an_abbreviation_ends_no_sentence(line: str, language: str) -> None:
    blocks, _ = blocks_of(parse(f"<article><p>{line}</p></article>"))
    sign = signs_of(blocks, language)[0]
    assert sign is not None
    assert (sign.group, sign.share) == ("update line", 1.0)


CHANNELS = {
    "en": "Join our Telegram channel for news of the coast",
    "de": "Folgen Sie unserem WhatsApp-Kanal",
    "fr": "Rejoignez notre chaîne WhatsApp",
    "es": "Únete a nuestro canal de WhatsApp",
    "pt": "Siga o nosso canal no WhatsApp",
    "it": "Iscriviti al nostro canale WhatsApp",
    "nl": "Volg ons WhatsApp-kanaal",
    "pl": "Dołącz do naszego kanału na WhatsAppie",
    "sv": "Följ vår kanal på WhatsApp",
    "no": "Følg kanalen vår på WhatsApp",
    "da": "Følg vores kanal på WhatsApp",
    "fi": "Liity WhatsApp-kanavallemme",
    "cs": "Sledujte náš kanál na WhatsAppu",
    "hu": "Csatlakozzon Telegram-csatornánkhoz",
    "ro": "Urmăriți canalul nostru de WhatsApp",
    "ru": "Подписывайтесь на наш канал в Telegram",
    "uk": "Підписуйтесь на наш канал у Telegram",
    "el": "Ακολουθήστε το κανάλι μας στο Viber",
    "tr": "WhatsApp kanalımıza katılın",
    "ar": "انضموا إلى قناتنا على تلغرام",
    "fa": "به کانال تلگرام ما بپیوندید",
    "he": "הצטרפו לערוץ הטלגרם שלנו",
    "hi": "हमारे व्हाट्सएप चैनल से जुड़ें",
    "id": "Ikuti saluran WhatsApp kami",
    "vi": "Theo dõi kênh Telegram của chúng tôi",
    "th": "ติดตามช่องเฟซบุ๊กของเรา",
    "ja": "LINE公式アカウントを友だち追加",
    "ko": "카카오톡 채널을 추가하세요",
    "zh": "扫描二维码，关注我们的微信公众号",
}


@pytest.mark.parametrize("language", CHANNELS)
def test_a_line_that_says_where_to_follow_is_known_in_every_language(language: str) -> None:
    assert group_in(CHANNELS[language], language)


@pytest.mark.parametrize(
    "sentence",
    [
        "Telegram was fined nine million on Tuesday",
        "The police found the message on WhatsApp, where 41 people had joined the group",
        "Join hands, said the preacher on Facebook's own stage",
        "Следователи нашли переписку в телеграме",
    ],
)
def test_a_sentence_about_a_service_is_no_line_to_follow(sentence: str) -> None:
    assert not group_in(sentence)
