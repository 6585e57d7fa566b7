"""What search takes for the same word, and that no query text is an error."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.index.folding import folded, pairs, plain, query
from newsarchive.index.schema import statements

TEXTS = {
    "zh": "气候变化会议在北京举行，各国代表出席。",
    "ja": "東京オリンピックのニュース。コーヒーを飲む",
    "th": "การประชุมรัฐสภาไทยวันนี้ที่กรุงเทพ",
    "ko": "정부가 새로운 정책을 발표했다",
    "ru": "Ёлка в Москве, Чайковский",
    "de": "Die Straße von Łódź, søster Ærø",
    "ar": "أحمد يكتب الأخبار في القاهرة",
    "en": "Don't stop the minister's plan: 12.5 per cent, U.S. café naïve",
    "hi": "हिन्दी समाचार पत्र",
    "el": "Ο άνθρωπος στην Αθήνα",
}


@pytest.fixture(scope="module")
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        for statement in statements():
            if "texts" in statement.split("(")[0]:
                made.execute(statement)
        for number, text in enumerate(TEXTS.values()):
            made.execute(
                "INSERT INTO texts (id, title, text, folded) VALUES (?, '', ?, ?)",
                (number, text, folded(text)),
            )
        yield made


def found(db: sqlite3.Connection, text: str) -> set[str]:
    asked = query(text)
    if not asked.match:
        return set()
    names = list(TEXTS)
    return {
        names[r[0]] for r in db.execute("SELECT rowid FROM texts_fts WHERE texts_fts MATCH ?", (asked.match,))
    }


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("气候", {"zh"}), ("变化会议", {"zh"}), ("行", {"zh"}), ("席", {"zh"}), ("北京 气候", {"zh"}), ("化气", set()),
        ("東京", {"ja"}), ("ニュース", {"ja"}), ("ｺｰﾋｰ", {"ja"}), ("飲", {"ja"}), ("京東", set()),
        ("รัฐสภา", {"th"}), ("กรุงเทพ", {"th"}), ("สภารัฐ", set()),
        ("정부", {"ko"}), ("정책", {"ko"}),
        ("елка", {"ru"}), ("ёлка", {"ru"}), ("ЁЛКА", {"ru"}), ("чаиковскии", {"ru"}), ("Чайковский", {"ru"}),
        ("strasse", {"de"}), ("Straße", {"de"}), ("STRASSE", {"de"}), ("lodz", {"de"}), ("soster", {"de"}), ("ærø", {"de"}),
        ("احمد", {"ar"}), ("أحمد", {"ar"}), ("الاخبار", {"ar"}), ("الْأَخْبَار", {"ar"}),
        ("don't", {"en"}), ("dont", set()), ("12.5", {"en"}), ("U.S.", {"en"}), ("cafe", {"en"}), ("CAFÉ", {"en"}),
        ("nai\u0308ve", {"en"}), ("minist*", {"en"}), ("minist", set()), ("MINISTER", {"en"}),
        ("हिन्दी", {"hi"}), ("समाचार", {"hi"}), ("ανθρωπος", {"el"}), ("Αθηνα", {"el"}), ("ΑΘΗΝΑ", {"el"}),
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_script(db: sqlite3.Connection, text: str, hits: set[str]) -> None:
    assert found(db, text) == hits


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("stop plan", {"en"}),
        ("stop missing", set()),
        ('"stop the"', {"en"}),
        ('"the stop"', set()),
        ("“stop the”", {"en"}),
        ("stop OR 北京", {"en", "zh"}),
        ("stop | 北京", {"en", "zh"}),
        ("stop -plan", set()),
        ("stop -missing", {"en"}),
        ("stop NOT plan", set()),
        ("-stop", {"en"}),
        ("stop AND plan", {"en"}),
        ("title:stop", set()),
        ("the OR", {"en"}),
        ("OR the", set()),
        ("NEAR the", set()),
    ],
)
def test_operators_mean_what_people_expect(db: sqlite3.Connection, text: str, hits: set[str]) -> None:
    assert found(db, text) == hits


NASTY = ['"', '""', "'", "*", "^", "-", "--", "(", ")", "NEAR(", "a NEAR/2 b", "OR", "AND", "NOT", "NOT NOT", "{title}", ":",
         "title:", 'title:"', "x'; DROP TABLE texts; --", "😀", "👩‍👩‍👧 family", "\x00", "a\x00b", "\ud800", "％", "a OR OR b", "- - -",
         "+", "\\", "%", "_", "stop " * 5000, "(" * 3000, '"a" ' * 900, "ก" * 5000, "a-b-c", "http://x.example/?a=b&c=d"]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_no_query_text_is_an_error(db: sqlite3.Connection, text: str) -> None:
    found(db, text)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from('"*()-:^{}|ORNT 气ก')), max_size=40))
@settings(max_examples=300, deadline=None)
def test_random_texts_are_no_error(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE t USING fts5(title, folded)")
        if match := query(text).match:
            db.execute("SELECT rowid FROM t WHERE t MATCH ?", (match,)).fetchall()


def test_signs_alone_ask_for_nothing_and_blanks_for_all() -> None:
    assert query("?!").match == ""
    assert not query("?!").is_blank
    assert query("  ").is_blank


@pytest.mark.parametrize(
    ("run", "expected"),
    [("北", ["北"]), ("北京市", ["北京", "京市", "市"]), ("ที่ดี", ["ที่ดี", "ดี"])],
)
def test_pairs_overlap_and_the_last_stands_alone(run: str, expected: list[str]) -> None:
    assert pairs(run) == expected


def test_only_what_needs_it_is_folded() -> None:
    assert folded("Plain English, café") == ""
    assert folded("Straße und Haus") == "strasse"
    assert plain("ÉCOLE") == "ecole"


@pytest.mark.parametrize(
    ("text", "too_short", "hits"),
    [
        ("m*", ("m*",), set()),
        ("st*", ("st*",), set()),
        ("sto*", (), {"en"}),
        ("u.s*", ("s*",), {"en"}),  # the word s of "U.S."
        ("to* in* to* minist*", ("to*", "in*"), set()),
        ("12*", ("12*",), {"en"}),
        ("ёлк*", (), {"ru"}),
        ("ё*", ("ё*",), set()),
        ("行*", (), {"zh"}),  # scripts without spaces are looked for by character
        ("s", (), {"en"}),
    ],
)
def test_a_beginning_of_fewer_than_three_letters_is_a_word(
    db: sqlite3.Connection, text: str, too_short: tuple[str, ...], hits: set[str]
) -> None:
    assert (query(text).too_short, found(db, text)) == (too_short, hits)
