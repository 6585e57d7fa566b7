"""Alignment: the edit script gives the new text, mirrors, and says move, split and merge by their names."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff.align import JOINT, align, apply
from newsarchive.model import EditOp
from newsarchive.text import fold

S = (
    "The council met on Monday to talk about the bridge.",
    "It has been closed since an inspector found cracks in March.",
    "Traders on the north bank say that they lose customers every day.",
    "A temporary ferry carries people but no cars across the river.",
    "The mayor hopes for money from the state before the summer.",
)


def names(before, after):
    return [(o.op, o.before, o.after) for o in align(before, after) if o.op != "keep"]


CASES = [
    ("nothing", S, S, []),
    ("edit", S, (S[0], S[1].replace("March", "April"), *S[2:]), [("edit", (1,), (1,))]),
    ("add", S, (*S[:2], "A new sentence about something else entirely.", *S[2:]), [("add", (), (2,))]),
    ("delete", S, (*S[:2], *S[3:]), [("delete", (2,), ())]),
    ("move", S, (S[3], *S[:3], S[4]), [("move", (3,), (0,))]),
    ("move and edit", S, (S[3].replace("ferry", "boat"), *S[:3], S[4]), [("move", (3,), (0,))]),
    ("swap", S[:2], (S[1], S[0]), None),
    ("split", (S[0] + " " + S[1], *S[2:]), S, [("split", (0,), (0, 1))]),
    ("merge", S, (*S[:3], S[3] + " " + S[4]), [("merge", (3, 4), (3,))]),
    ("split with an edit", (S[0] + " " + S[1], *S[2:]), (S[0], S[1].replace("March", "May"), *S[2:]), [("split", (0,), (0, 1))]),
    ("split in three", (" ".join(S[:3]), *S[3:]), S, [("split", (0,), (0, 1, 2))]),
    ("replaced", S[:1], ("Entirely different words without relation stand here now.",), [("delete", (0,), ()), ("add", (), (0,))]),
    ("from nothing", (), S[:2], [("add", (), (0,)), ("add", (), (1,))]),
    ("to nothing", S[:2], (), [("delete", (0,), ()), ("delete", (1,), ())]),
    ("typography", ('He said "no" - twice.',), ("He said “no” – twice.",), []),
    ("a letter set apart", ("Na endlich!", S[0]), ("N a endlich!", S[0]), [("edit", (0,), (0,))]),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_operations_are_called_by_their_names(before, after, expected):
    found = names(before, after)
    if expected is not None:
        assert sorted(found) == sorted(expected)
    assert apply(before, align(before, after)) == tuple(after)


def test_a_deletion_stands_where_the_unit_stood():
    assert [o.op for o in align(S, (*S[:2], *S[3:]))] == ["keep", "keep", "delete", "keep", "keep"]


def test_the_parts_of_a_split_are_told_apart_in_its_words():
    (op,) = (o for o in align((S[0] + " " + S[1],), S[:2]) if o.op == "split")
    assert "".join(w.text for w in op.words).split(JOINT) == list(S[:2])


def test_a_script_of_another_text_is_refused():
    with pytest.raises(ValueError):
        apply(("x",), align(S, S))
    with pytest.raises(ValueError):
        apply(S, align(S[:2], S[:2]))


words = st.sampled_from(
    [
        "the",
        "a",
        "bridge",
        "council",
        "met",
        "river",
        "mayor",
        "said",
        "12",
        "15",
        "ferry",
        "—",
        "“no”",
        "not",
        "new",
        "old",
    ]
)
sentence = st.lists(words, min_size=1, max_size=9).map(" ".join)
texts = st.lists(sentence | st.sampled_from(S), max_size=9).map(tuple)
any_text = st.lists(st.text(st.characters(exclude_characters=JOINT), max_size=20), max_size=6).map(tuple)


@settings(max_examples=70, deadline=None)
@given(texts, texts)
def test_applying_the_script_gives_the_new_text(a, b):
    assert apply(a, align(a, b)) == b


@settings(max_examples=60, deadline=None)
@given(any_text, any_text)
def test_applying_the_script_gives_the_new_text_whatever_it_holds(a, b):
    assert apply(a, align(a, b)) == b


@settings(max_examples=100, deadline=None)
@given(texts)
def test_a_text_has_no_difference_from_itself(a):
    assert all(o.op == "keep" and not o.words for o in align(a, a))


def mirrored(op: EditOp):
    turn = {"add": "delete", "delete": "add", "split": "merge", "merge": "split"}
    words = sorted((turn.get(w.op, w.op), fold(w.text)) for w in op.words)
    return turn.get(op.op, op.op), op.after, op.before, words


@settings(max_examples=70, deadline=None)
@given(texts, texts)
def test_the_way_back_is_the_mirror_image(a, b):
    there = sorted(
        (o.op, o.before, o.after, sorted((w.op, fold(w.text)) for w in o.words)) for o in align(a, b)
    )
    back = sorted(mirrored(o) for o in align(b, a))
    assert there == back


@settings(max_examples=70, deadline=None)
@given(texts, texts)
def test_every_unit_stands_in_exactly_one_operation(a, b):
    ops = align(a, b)
    assert sorted(i for o in ops for i in o.before) == list(range(len(a)))
    assert sorted(j for o in ops for j in o.after) == list(range(len(b)))


def test_a_paragraph_that_moved_away_keeps_its_neighbours_apart():
    """What is merged is one run of the old text, so that each column reads in its own order."""
    bridge, close = "The old bridge was closed on Monday.", "橋は月曜日に閉鎖された。"
    before = [bridge, close, close, f"{bridge} {bridge}"]
    after = ["Nobody knows when it opens again.", f"{bridge} {close}", f"{bridge} {bridge}", close]
    merged = [op.before for op in align(before, after) if op.op == "merge"]
    assert [parts for parts in merged if list(parts) != list(range(parts[0], parts[-1] + 1))] == []
    assert apply(before, align(before, after)) == tuple(after)


HALF_REWRITTEN = [
    ("en", "The council closed the old bridge on Monday, and about twelve buses a day will take another road until April.", "The council closed the old bridge on Monday.", "Some twelve buses will use another road each day until the end of April."),
    ("de", "Der Rat sperrte die alte Brücke am Montag, und etwa zwölf Busse am Tag nehmen bis April eine andere Straße.", "Der Rat sperrte die alte Brücke am Montag.", "Rund zwölf Busse fahren bis Ende April täglich über eine andere Straße."),
    ("fr", "Le conseil a fermé le vieux pont lundi, et une douzaine de bus par jour prendront une autre route jusqu'en avril.", "Le conseil a fermé le vieux pont lundi.", "Chaque jour une douzaine de bus passeront par une autre route jusqu'à la fin avril."),
    ("es", "El consejo cerró el puente viejo el lunes, y unos doce autobuses al día irán por otra carretera hasta abril.", "El consejo cerró el puente viejo el lunes.", "Cada día doce autobuses usarán otra carretera hasta finales de abril."),
    ("ru", "Совет закрыл старый мост в понедельник, и около двенадцати автобусов в день поедут по другой дороге до апреля.", "Совет закрыл старый мост в понедельник.", "Каждый день около двенадцати автобусов пойдут по другой дороге до конца апреля."),
    ("ar", "أغلق المجلس الجسر القديم يوم الاثنين، وستسلك نحو اثنتي عشرة حافلة يوميا طريقا آخر حتى أبريل.", "أغلق المجلس الجسر القديم يوم الاثنين.", "ستمر اثنتي عشرة حافلة كل يوم عبر طريقا آخر حتى نهاية أبريل."),
    ("zh", "市议会周一关闭了旧桥，每天约有十二辆公交车将改走另一条路直到四月。", "市议会周一关闭了旧桥。", "大约十二辆公交车每天要走另一条路，到四月底为止。"),
    ("ko", "시의회는 월요일에 낡은 다리를 폐쇄했으며 하루 약 열두 대의 버스가 사월까지 다른 길로 다닌다.", "시의회는 월요일에 낡은 다리를 폐쇄했다.", "열두 대의 버스가 매일 사월까지 다른 길로 돌아간다."),
    ("hi", "परिषद ने सोमवार को पुराना पुल बंद कर दिया और रोज करीब बारह बसें अप्रैल तक दूसरी सड़क से जाएँगी।", "परिषद ने सोमवार को पुराना पुल बंद कर दिया।", "हर रोज बारह बसें अप्रैल के अंत तक दूसरी सड़क लेंगी।"),
]  # fmt: skip


@pytest.mark.parametrize(("whole", "first", "second"), [c[1:] for c in HALF_REWRITTEN], ids=[c[0] for c in HALF_REWRITTEN])  # fmt: skip
def test_a_split_of_which_a_half_was_rewritten_is_a_split_and_back_a_merge(whole, first, second):
    head, tail = "Nobody was hurt.", "More follows."
    found = align([head, whole, tail], [head, first, second, tail])
    assert [(o.op, o.before, o.after) for o in found if o.op != "keep"] == [("split", (1,), (1, 2))]
    back = align([head, first, second, tail], [head, whole, tail])
    assert [(o.op, o.before, o.after) for o in back if o.op != "keep"] == [("merge", (1, 2), (1,))]
