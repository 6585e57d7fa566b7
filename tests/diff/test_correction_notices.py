"""Notices of correction, update and retraction are known in many languages; prose about them is not one."""

from __future__ import annotations

import pytest

from newsarchive.diff.correction_notices import NOTICES, notice

PLAIN = [
    "Corrections officers say the prison is full.",
    "The retraction of the landing gear failed.",
    "Update your phone now, experts say.",
    "The minister was withdrawn from the list.",
    "The statue was removed from the square.",
    "Clarification of the law is needed: nobody knows what it means, and courts differ from each other a lot.",
    "Developing countries want more money.",
    "Die Korrektur der Pläne kostet Geld.",
    "Korrekturen am Plan kosten Geld, sagt der Rat.",
    "Une correction sévère pour les Bleus à Lyon",
    "La corrección de los datos llevará meses, dice el ministro.",
    "Oprava mostu bude trvat rok.",
    "تحديثات جديدة للهواتف",
    "Nachtrag zum Haushalt beschlossen",
    "Rettelser i planen koster penge",
]


@pytest.mark.parametrize("row", NOTICES, ids=[f"{n.kind}-{n.language}" for n in NOTICES])
def test_each_row_knows_its_example(row):
    assert notice(row.example) == row.kind


@pytest.mark.parametrize("line", PLAIN)
def test_prose_is_no_notice(line):
    assert notice(line) is None


def test_corrections_are_known_in_at_least_twenty_languages():
    assert len({n.language for n in NOTICES if n.kind == "correction"}) >= 20
    assert len({n.language for n in NOTICES if n.kind == "update"}) >= 10
    assert len({n.language for n in NOTICES if n.kind == "retraction"}) >= 10


def test_a_notice_is_found_in_brackets_bold_marks_and_capitals():
    assert notice("(Correction: the year was wrong.)") == "correction"
    assert notice("*CORRECTION: the year was wrong.*") == "correction"
    assert notice("UPDATE: five hurt in fire") == "update"
    assert notice("This article was amended on 5 March to give the right year.") == "correction"
