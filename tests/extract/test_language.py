"""In what language is a text?"""

from __future__ import annotations

import pytest

from newsarchive.languages import code_of, detect

TEXTS = {
    "en": "The council of the harbour town voted on Tuesday to close the old quay and it will be mended for two years",
    "de": "Der Rat der Stadt hat am Dienstag beschlossen, dass der alte Kai für zwei Jahre gesperrt und nicht mehr genutzt wird",
    "fr": "Le conseil du port a voté mardi pour la fermeture du vieux quai et les travaux dureront deux ans selon la mairie",
    "es": "El consejo del puerto votó el martes a favor de cerrar el viejo muelle por dos años para que los buzos trabajen",
    "pt": "O conselho do porto votou na terça-feira para fechar o velho cais por dois anos e os mergulhadores vão trabalhar",
    "it": "Il consiglio del porto ha votato martedì per la chiusura del vecchio molo e i lavori dureranno due anni per il comune",
    "nl": "De raad van de havenstad heeft dinsdag besloten om de oude kade voor twee jaar te sluiten en het werk is niet licht",
    "pl": "Rada portu zdecydowała we wtorek, że stare nabrzeże będzie zamknięte na dwa lata, a nurkowie nie mogą się spóźnić do pracy w maju",
    "ru": "Совет порта во вторник проголосовал за то, что старый причал будет закрыт на два года и это не всё",
    "tr": "Liman meclisi salı günü eski iskelenin iki yıl için kapatılmasına karar verdi ve bu karar çok tartışıldı ama sonra kabul edildi",
    "ar": "صوت مجلس الميناء يوم الثلاثاء على إغلاق الرصيف القديم لمدة عامين من أجل تقوية أساساته في البحر",
    "zh": "港口委员会星期二投票决定关闭旧码头两年",
    "ja": "港の委員会は火曜に古い桟橋を二年間閉じることを決めた",
    "ko": "항만 위원회는 화요일 낡은 부두를 이년간 닫기로 결정했다",
    "th": "สภาท่าเรือลงมติเมื่อวันอังคารให้ปิดท่าเรือเก่าเป็นเวลาสองปี",
    "hi": "बंदरगाह परिषद ने मंगलवार को पुराने घाट को दो साल के लिए बंद करने का फैसला किया",
    "he": "מועצת הנמל הצביעה ביום שלישי בעד סגירת הרציף הישן לשנתיים",
    "el": "Το συμβούλιο του λιμανιού ψήφισε την Τρίτη να κλείσει η παλιά προβλήτα",
}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_languages(language: str) -> None:
    assert detect(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text",
    ["", "ok", "12345 67890", "Lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor"],
)
def test_doubt_gives_nothing(text: str) -> None:
    assert detect(text) == ""


@pytest.mark.parametrize(
    ("tag", "code"),
    [("en-GB", "en"), ("de_DE", "de"), ("zh-Hans", "zh"), ("nb", "no"), ("EN", "en"), ("eng", "en"), ("x-default", ""), ("", ""), ("english", "")],
)  # fmt: skip
def test_declared_tags(tag: str, code: str) -> None:
    assert code_of(tag) == code
