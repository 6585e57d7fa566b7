"""What characters do the bytes stand for?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.web.charset import decode
from newsarchive.web.html_tree import is_html

TEXT = "Zürich – „Straße“ kostet 5 €"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode("utf-16-be"), None),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), None),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
            + TEXT.encode("cp1252"),
            None,
        ),
        (TEXT.encode(), "text/html; charset=iso-8859-1"),  # says Latin-1, is UTF-8
        (TEXT.encode(), "text/html; charset=no-such-thing"),
    ],
)
def test_the_text_comes_out(data: bytes, content_type: str | None) -> None:
    assert TEXT in decode(data, content_type)[0]


@pytest.mark.parametrize(
    ("name", "label", "text"),
    [
        ("gb18030", "gb2312", "港口委员会星期二投票"),
        ("cp932", "Shift_JIS", "港の委員会は火曜に"),
        ("euc-jp", "EUC-JP", "港の委員会は火曜に"),
        ("cp949", "euc-kr", "항만 위원회는 화요일"),
        ("big5", "Big5", "港口委員會星期二投票"),
        ("cp1251", "windows-1251", "Портовый совет"),
        ("koi8-r", "KOI8-R", "Портовый совет"),
        ("cp1256", "windows-1256", "مجلس الميناء"),
        ("iso2022_jp", "iso-2022-jp", "港の委員会は火曜に"),
    ],
)
def test_declared_encodings_of_the_world(name: str, label: str, text: str) -> None:
    data = f'<html><head><meta charset="{label}"></head><body>{text}</body></html>'.encode(name)
    assert text in decode(data)[0]


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = TEXT.encode() * 50 + b"\xff\xfe" + TEXT.encode()
    text, name, _ = decode(data)
    assert name == "utf-8"
    assert text.count("Zürich") == 51


@pytest.mark.parametrize("label", ["base64", "rot13", "unicode_escape", "idna", "utf-7", "zlib"])
def test_codecs_that_are_no_charsets_are_never_used(label: str) -> None:
    assert decode(b"<meta charset='" + label.encode() + b"'>caf\xe9 cr\xe8me")[1] != label


def test_control_characters_are_dropped() -> None:
    assert decode(b"a\x00b\x01c\x0bd\te\n")[0] == "abcd\te\n"


@pytest.mark.parametrize(
    ("data", "content_type", "text", "charset"),
    [
        (b"caf\xc3\xa9", None, "café", "utf-8"),
        (b"caf\xe9", None, "café", "cp1252"),
        (b"caf\xe9", "text/xml; charset=ISO-8859-1", "café", "cp1252"),
        (b"\x93caf\xe9\x94", "text/xml; charset=iso-8859-1", "“café”", "cp1252"),
        (b"<?xml version='1.0' encoding='koi8-r'?>\xc4\xd0", None, "<?xml version='1.0' encoding='koi8-r'?>дп", "koi8-r"),
        (b'<meta charset="shift_jis">\x83j\x83V\x83\x93', None, '<meta charset="shift_jis">ニシン', "cp932"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "x; charset=latin-1", "café", "utf-8"),
        ("<é".encode("utf-16"), None, "<é", "utf-16-le"),
        (b"\x1b$B%K\x1b(B", "x; charset=iso-2022-jp", "ニ", "iso2022_jp"),
        (b"caf\xc3\xa9", "x; charset=rot13", "café", "utf-8"),
        (b"caf\xc3\xa9", 'x; charset="utf-8"', "café", "utf-8"),
    ],
)  # fmt: skip
def test_what_is_declared_and_what_is_there(
    data: bytes, content_type: str | None, text: str, charset: str
) -> None:
    assert decode(data, content_type) == (text, charset, False)


def test_one_broken_character_does_not_change_the_charset_of_all() -> None:
    text, charset, is_repaired = decode("é".encode() * 200 + b"\xff", None)
    assert (text, charset, is_repaired) == ("é" * 200 + "\ufffd", "utf-8", True)


SENTENCES = [
    (
        "ru",
        "cp1251 koi8-r iso8859-5",
        "Мост через реку закрыт до весны, сообщила во вторник городская управа.",
    ),
    ("uk", "cp1251 koi8-u", "Міст через річку зачинено до весни, повідомила у вівторок їхня міська рада."),
    ("el", "cp1253 iso8859-7", "Η γέφυρα του ποταμού μένει κλειστή μέχρι την άνοιξη, είπε ο δήμος."),
    ("he", "cp1255", "הגשר מעל הנהר סגור עד האביב, הודיעה העירייה ביום שלישי."),
    ("ar", "cp1256", "الجسر فوق النهر مغلق حتى الربيع، حسبما أعلنت البلدية يوم الثلاثاء."),
    ("th", "cp874", "สะพานข้ามแม่น้ำปิดจนถึงฤดูใบไม้ผลิ เทศบาลแจ้งเมื่อวันอังคาร"),
    ("ja", "cp932 euc_jp", "川に架かる橋は春まで通行止めになると、市役所が火曜日に発表した。"),
    ("zh", "gb18030", "市政府星期二宣布，河上的大桥将关闭到春天。"),
    ("zh", "big5hkscs", "市政府星期二宣布，河上的大橋將關閉到春天。"),
    ("ko", "cp949", "강을 건너는 다리가 봄까지 닫힌다고 시청이 화요일에 밝혔다."),
    ("de", "cp1252", "Die Brücke über den Fluß bleibt bis zum Frühjahr geschlossen, erklärte die Behörde."),
    ("fr", "cp1252", "Le pont restera fermé jusqu’à l’été, a annoncé mardi la mairie de la cité."),
    (
        "pl",
        "cp1250",
        "Most na rzece będzie zamknięty do wiosny, ogłosił we wtorek urząd miasta, który źle śpi.",
    ),
    ("cs", "cp1250", "Most přes řeku zůstane zavřený do jara, oznámil v úterý městský úřad."),
    ("hu", "cp1250", "A folyó hídja tavaszig zárva marad, közölte kedden a városháza, és esőt ígért."),
    ("tr", "cp1254", "Nehrin üzerindeki köprü ilkbahara kadar kapalı, dedi şehir yönetimi salı günü."),
]
CASES = [(language, name, text) for language, names, text in SENTENCES for name in names.split()]


@pytest.mark.parametrize(("language", "name", "text"), CASES, ids=lambda v: v if len(v) < 12 else "")
@pytest.mark.parametrize(
    "form",
    [
        '<html lang="{}"><head><title>{}</title></head><body><p>{}</p></body></html>',
        "<rss version='2.0'><channel><language>{}</language><item><title>{}</title><description>{}</description></item></channel></rss>",
    ],
)
def test_a_document_that_does_not_say_its_charset(form: str, language: str, name: str, text: str) -> None:
    document = form.format(language, text, text)
    assert decode(document.encode(name)).text == document


@pytest.mark.parametrize(
    ("label", "name", "text"),
    [
        ("x-sjis", "cp932", "①川の橋"),
        ("windows-31j", "cp932", "①川の橋"),
        ("x-gbk", "gb18030", "大桥"),
        ("gb_2312-80", "gb18030", "大桥"),
        ("ks_c_5601-1987", "cp949", "다리"),
        ("windows-949", "cp949", "똠"),
        ("x-euc-jp", "euc_jp", "橋"),
        ("tis-620", "cp874", "สะพาน"),
        ("latin1", "cp1252", "“pont”"),
        ("ISO_8859-1:1987", "cp1252", "€ “été”"),
        ("x-mac-cyrillic", "mac_cyrillic", "Мост"),
        ("koi8-ru", "koi8-u", "Міст"),
        ("unicode", "utf-8", "橋"),
        ("utf-16", "utf-8", "橋"),
        ("utf8mb4", "utf-8", "橋"),
    ],
)
@pytest.mark.parametrize(
    "form",
    [
        "<?xml version='1.0' encoding='{}'?><rss><title>{}</title></rss>",
        '<meta charset="{}"><title>{}</title>',
    ],
)
def test_labels_mean_what_browsers_read(form: str, label: str, name: str, text: str) -> None:
    document = form.format(label, text)
    assert decode(document.encode(name)).text == document


@pytest.mark.parametrize("name", ["cp932", "euc_jp"])
def test_a_long_page_is_guessed_from_whole_characters(name: str) -> None:
    text = "a" + "川に架かる橋は春まで通行止めになると、市役所が火曜日に発表した。" * 900
    assert decode(f"<p>{text}</p>".encode(name)).text == f"<p>{text}</p>"


def test_one_letter_far_behind_in_the_page_is_read() -> None:
    data = b"<p>" + b"plain words " * 20_000 + "Brücke".encode("cp1252")
    assert decode(data).text.endswith("Brücke")


def test_a_header_comes_before_what_the_document_says() -> None:
    data = '<meta charset="koi8-r"><p>Мост'.encode("cp1251")
    assert decode(data, "text/html; charset=windows-1251").text.endswith("Мост")


def test_one_byte_that_the_declared_charset_lacks_spoils_only_itself() -> None:
    text, name, is_repaired = decode("<meta charset=windows-1251>Мост через реку".encode("cp1251") + b"\x98")
    assert (text[27:], name, is_repaired) == ("Мост через реку\ufffd", "cp1251", True)


def test_a_piece_of_another_charset_in_utf8_spoils_only_itself() -> None:
    data = "Die Brücke über den Fluß bleibt geschlossen. ".encode() * 5 + "Für".encode("cp1252")
    assert decode(data).text == "Die Brücke über den Fluß bleibt geschlossen. " * 5 + "F\ufffdr"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_make_it_raise(data: bytes, content_type: str) -> None:
    text = decode(data, content_type).text
    assert text.encode("utf-8").decode("utf-8") == text


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (b"<p>hello", None, True),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", None, True),
        ("<html><body>x".encode("utf-16"), None, True),
        (b"plain words", "text/html", True),
        (b"plain words", "text/plain", False),
        (b"%PDF-1.4 <html>", "text/html", False),
        (b"<?xml version='1.0'?><urlset>", "text/html", False),
        (b"\x89PNG....", None, False),
    ],
)
def test_what_is_a_page(data: bytes, content_type: str | None, expected: bool) -> None:
    assert is_html(data, content_type) is expected
