"""Folding, fingerprints, paragraphs, sentences: what newsarchive/text.py promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.text import (
    fingerprint,
    fold,
    load_json,
    normalized,
    paragraphs,
    sentences,
    without_surrogates,
)

SAME = [
    ("curly quotes", "“Don’t go”, she said", '"Don\'t go", she said'),
    ("German quotes", "„Nein“, sagte er", '"Nein", sagte er'),
    ("guillemets with their spaces", "« Oui », dit-il", '"Oui", dit-il'),
    ("kinds of dashes", "2010–2012 — a time", "2010-2012 - a time"),
    ("two hyphens for a dash", "the fires -- this weekend", "the fires — this weekend"),
    ("kinds of spaces", "5\u00a0km\u2009north", "5 km north"),
    ("line wraps", "a long\n  line", "a long line"),
    ("soft hyphen", "Donau\u00addampf", "Donaudampf"),
    ("zero width space", "www.\u200bexample", "www.example"),
    ("marks of direction", "\u200fسلام\u200e", "سلام"),
    ("tatweel", "ســلام", "سلام"),
    ("decomposed letters", "cafe\u0301", "café"),
    ("ligature", "ﬁne", "fine"),
    ("full width", "ＮＥＷＳ１２", "NEWS12"),
    ("ellipsis", "well… yes", "well... yes"),
    ("spaced ellipsis", "well . . . yes", "well … yes"),
    ("entity left over", "Espa&#241;ol &amp; co", "Español & co"),
    ("entity twice escaped", "Tom &amp;amp; Ann", "Tom & Ann"),
    ("UTF-8 read as Windows-1252", "EspaÃ±ol", "Español"),
    ("quotes read as Windows-1252", "â€œHiâ€\x9d", '"Hi"'),
    ("no-break space read as Latin-1", "aÂ\u00a0b", "a b"),
    ("French spacing", "Vraiment\u00a0?", "Vraiment?"),
    ("per cent", "100 %", "100%"),
    ("raised after a letter", "5 m²", "5 m2"),
]
OTHER = [
    ("a number", "toll rises to 12", "toll rises to 15"),
    ("a decimal", "up 3.5 per cent", "up 35 per cent"),
    ("a group separator", "10,000", "10.000"),
    ("case", "the minister", "the Minister"),
    ("scare quotes", '"free" trade', "free trade"),
    ("single for double quotes", "'free' trade", '"free" trade'),
    ("a comma", "no, stop", "no stop"),
    ("a question mark", "A crisis?", "A crisis"),
    ("a power", "10²", "102"),
    ("an accent", "resume", "résumé"),
    ("a minus", "-5 degrees", "5 degrees"),
    ("a missing space", "black'- riding", "black' - riding"),
    ("Arabic-Indic digits", "٣ قتلى", "٤ قتلى"),
    ("a plural", "minister", "ministers"),
]


@pytest.mark.parametrize(("a", "b"), [(a, b) for _, a, b in SAME], ids=[n for n, _, _ in SAME])
def test_what_no_reader_sees_is_folded(a, b):
    assert fold(a) == fold(b)
    assert fingerprint(a) == fingerprint(b)


@pytest.mark.parametrize(("a", "b"), [(a, b) for _, a, b in OTHER], ids=[n for n, _, _ in OTHER])
def test_what_a_reader_sees_stays(a, b):
    assert fold(a) != fold(b)
    assert fingerprint(a) != fingerprint(b)


@given(st.text())
def test_folding_twice_changes_nothing_more(s):
    assert fold(fold(s)) == fold(s)


@given(st.text(alphabet="ab12 .,-–—“”\"'’…&;#x3nbsp\u00a0\u00ad«»!?()%", max_size=40))
def test_folding_twice_changes_nothing_more_in_typography(s):
    assert fold(fold(s)) == fold(s)


@given(st.text())
def test_no_digit_and_no_letter_of_plain_text_is_lost(s):
    plain = "".join(c for c in s if c.isascii() and c != "&")
    kept = [c for c in plain if c.isalnum()]
    assert [c for c in fold(plain) if c.isalnum()] == kept


def test_empty_lines_part_paragraphs_and_single_breaks_are_wraps():
    assert paragraphs("One line\nwrapped.\n\n\n Two. \r\n\r\nThree.") == (
        "One line wrapped.",
        "Two.",
        "Three.",
    )


def test_a_text_without_empty_lines_is_one_paragraph_a_line():
    assert paragraphs("First sentence.\nSecond sentence.") == ("First sentence.", "Second sentence.")


def test_wrapped_lines_are_one_paragraph():
    line = "and so the council met again to talk about the bridge"
    assert len(paragraphs("\n".join([line] * 6))) == 1


def test_nothing_gives_no_paragraph():
    assert paragraphs("") == paragraphs(" \n\n ") == ()


SENTENCES = [
    ("en", "He met Mr. Smith at 5 p.m. on Monday. J. K. Rowling left. Costs fell 3.5 per cent.", 3),
    ("en", '"Why?" he asked. "Because!" she said. Wait... what?', 3),
    ("de", "Am 3. Oktober kam er z.B. nach Ulm. Dann ging er.", 2),
    ("fr", "M. Martin a dit « non ». Puis il est parti !", 2),
    ("ja", "今日は雨です。明日は「晴れ」と言った。終わり", 3),
    ("ar", "قال الوزير. هل جاء؟ نعم.", 3),
    ("hi", "यह घर है। वह नदी है।", 2),
    ("zh", "他来了！她走了。", 2),
    ("hy", "Նա եկավ։ Նա գնաց։", 2),
]


@pytest.mark.parametrize(("language", "text", "count"), SENTENCES)
def test_sentences_are_found_in_many_languages(language, text, count):
    assert len(sentences(text, language)) == count


@given(st.text())
def test_sentences_lose_nothing_but_spaces(s):
    assert "".join("".join(sentences(s)).split()) == "".join(s.split())


JSON = [
    # text, value
    (r'{"a": "Bad \ud800 title"}', {"a": "Bad \ufffd title"}),
    (r'["\uDFFF\ud800", "\\ud800"]', ["\ufffd\ufffd", r"\ud800"]),
    (r'{"\ud800": {"b": ["\udfff"]}}', {"\ufffd": {"b": ["\ufffd"]}}),
    (r'"\ud83c\udfd7"', "🏗"),
    ('"raw \ud800"', "raw \ufffd"),
    ('"a\nb\x01"', "a\nb\x01"),
    (b'\xef\xbb\xbf"\xc3\xa9"', "é"),
    ("1e999", float("inf")),
]


@pytest.mark.parametrize(("text", "value"), JSON)
def test_json_of_others_holds_no_lone_surrogate(text, value):
    assert load_json(text) == value


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "9" * 5000, "", "nonsense", b"\xff"])
def test_json_that_cant_be_read_is_a_value_error(text):
    with pytest.raises(ValueError):
        load_json(text)


@given(st.text(st.characters() | st.characters(categories=["Cs"])))
def test_a_text_without_surrogates_can_be_written_and_else_stays(s):
    safe = without_surrogates(s)
    assert safe.encode().decode() == safe
    assert [a for a, b in zip(s, safe, strict=True) if a != b and not "\ud800" <= a <= "\udfff"] == []


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("mark", ["\u0301", "\u0323", "\u0e38", "\u094d"])
def test_a_letter_keeps_thirty_marks_and_loses_the_others(form, mark):
    assert normalized("NFC", "q" + mark * 30 + "w") == "q" + mark * 30 + "w"
    assert normalized(form, "q" + mark * 100_000 + "w") == "q" + mark * 30 + "w"
    assert normalized(form, "—" * 40 + "x" * 40) == "—" * 40 + "x" * 40
