"""Notices of correction, update and retraction are known in many languages; prose about them is not one."""

from __future__ import annotations

import pytest

from newsarchive.correction_notices import NOTICES, notice

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
    # Others take back what is theirs, and others are quoted.
    "Nearly 40 of the chemist's articles have been retracted since the inquiry began.",
    "The journal said that this article has been retracted.",
    "This article has been withdrawn, the publisher said on Friday.",
    "Dieser Artikel wurde gelöscht, teilte der Verlag der Zeitschrift mit.",
    '"This article has been withdrawn," the publisher wrote to its authors.',
    "The minister misstated the cost, and the minutes were corrected in May.",
    "An earlier version of the bill had no such clause.",
    "Withdrawn: three horses will not run at Ascot",
    "Advisory: strong winds are expected on the coast",
    "Rund 30 Artikel des Forschers wurden zurückgezogen, teilte die Universität mit.",
    "In einer früheren Version des Gesetzes fehlte der Absatz.",
    "Gelöscht: Warum die App nicht mehr zu haben ist",
    "Une vingtaine d'articles du chercheur ont été retirés par la revue.",
    "L'article 12 a été supprimé de la loi par les députés.",
    "Más de veinte artículos del químico han sido retirados por la revista.",
    "En una versión anterior del plan, el puente era más largo.",
    "Oltre trenta articoli dello studioso sono stati ritirati dalla rivista.",
    "Mais de vinte artigos do professor foram retirados pela revista.",
    "Meer dan twintig artikelen van de hoogleraar zijn ingetrokken.",
    "Более тридцати статей профессора были отозваны журналом.",
    "Статья 12 закона была удалена в третьем чтении.",
    "Ponad trzydzieści artykułów profesora zostało wycofanych przez czasopismo.",
    "Profesörün otuz makalesi dergi tarafından geri çekildi.",
    "سحبت المجلة أكثر من ثلاثين بحثا للأستاذ.",
    "教授の論文三十本以上が撤回された。",
    "该教授的三十多篇论文已被撤回。",
    "교수의 논문 서른 편이 철회되었다.",
    "प्रोफ़ेसर के तीस शोध पत्र वापस ले लिए गए।",
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


@pytest.mark.parametrize("row", NOTICES, ids=[f"{n.kind}-{n.language}" for n in NOTICES])
def test_a_retraction_is_told_only_where_outlets_set_their_notices(row):
    assert (notice(row.example, placed=False) == row.kind) is (row.kind != "retraction")


OWN = [
    ("retraction", "Following a complaint, this article has been taken down."),
    ("retraction", "The editors have withdrawn this article. It rested on a forged letter."),
    ("retraction", "Die Redaktion hat diesen Beitrag zurückgezogen, weil ein Brief gefälscht war."),
    ("retraction", "Cet article a été retiré de notre site."),
    ("retraction", "Hemos retirado este artículo por un error grave."),
    ("retraction", "Этот материал был удалён по решению редакции."),
    ("retraction", "سحبت هيئة التحرير هذا الخبر لخطأ في المصدر."),
    ("retraction", "この記事は事実と異なるため、本記事を削除しました。"),
    ("retraction", "Dieser Artikel wurde zurückgezogen, nachdem bekannt wurde, dass ein Brief gefälscht war."),
    ("retraction", "تم حذف هذا التقرير بعدما تبين أن الصورة قديمة."),
    ("retraction", "यह लेख शिकायत के बाद हटा दिया गया है।"),
    ("correction", "This story has since been corrected to give the right street."),
    ("correction", "In einer früheren Fassung dieses Beitrags hieß es, der Turm sei 90 Meter hoch."),
    ("correction", "Dans une version précédente de cet article, le nom était faux."),
    ("update", "This article, first published at noon, was updated with the mayor's answer."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "line"), OWN)
def test_an_outlet_that_speaks_of_its_own_article_gives_notice(kind, line):
    assert notice(line) == kind
