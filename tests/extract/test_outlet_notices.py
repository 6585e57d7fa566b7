"""Notices of the outlet in boxes of many names: found, with the right kind, in twelve languages; prose is none."""

from __future__ import annotations

import dataclasses

import pytest

from newsarchive.correction_notices import CHANGE_OF
from newsarchive.diff import compare
from newsarchive.extract import article_from_json, article_to_json, extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/quay"
KINDS = ("correction", "clarification", "update", "retraction", "editor's note")
# language -> (title, the story, a notice of each kind)
TEXTS = {
    "en": (
        "Harbour wall torn open by the storm",
        ("The storm tore the harbour wall open on Tuesday night, and 37 families had to leave their homes along the quay before dawn.",
         "The town will rebuild the wall by autumn at a cost of four million, the mayor said at a meeting in the fish hall on Wednesday.",
         "Engineers expect that the new wall will hold for sixty years, even if the sea rises faster than it did in the last century."),
        ("Correction: The number of families was 39, not 37.",
         "Clarification: The wall belongs to the port company and not to the town itself.",
         "Update: The port company has answered our questions, and its answer was added.",
         "This article has been withdrawn because a letter on which it rested was forged.",
         "Editor's note: The author is a cousin of one of the engineers quoted here."),
    ),
    "de": (
        "Sturm reißt die Hafenmauer auf",
        ("Der Sturm hat in der Nacht zum Mittwoch die Hafenmauer aufgerissen, und 37 Familien mussten ihre Häuser am Kai noch vor Morgengrauen verlassen.",
         "Die Stadt will die Mauer bis zum Herbst für vier Millionen neu bauen, sagte die Bürgermeisterin am Mittwoch in der Fischhalle vor vielen Bewohnern.",
         "Die Ingenieure erwarten, dass die neue Mauer sechzig Jahre hält, auch wenn das Meer schneller steigt als im vergangenen Jahrhundert."),
        ("Korrektur: Es waren 39 Familien, nicht 37.",
         "Klarstellung: Die Mauer gehört der Hafengesellschaft und nicht der Stadt selbst.",
         "Nachtrag: Die Hafengesellschaft hat unsere Fragen inzwischen beantwortet.",
         "Dieser Artikel wurde zurückgezogen, weil ein Brief gefälscht war.",
         "Anmerkung der Redaktion: Der Autor ist ein Vetter eines der Ingenieure."),
    ),
    "fr": (
        "La tempête éventre le mur du port",
        ("La tempête a éventré le mur du port dans la nuit de mardi, et 37 familles ont dû quitter leurs maisons le long du quai avant l'aube.",
         "La ville reconstruira le mur d'ici l'automne pour quatre millions, a dit la maire mercredi devant les habitants réunis dans la halle aux poissons.",
         "Les ingénieurs pensent que le nouveau mur tiendra soixante ans, même si la mer monte plus vite qu'au siècle dernier."),
        ("Rectificatif : les familles étaient 39, et non 37.",
         "Précision : le mur appartient à la société du port et non à la ville.",
         "Mise à jour : la société du port a répondu à nos questions.",
         "Cet article a été retiré : une lettre sur laquelle il reposait était fausse.",
         "Note de la rédaction : l'auteur est le cousin de l'un des ingénieurs."),
    ),
    "es": (
        "El temporal rompe el muro del puerto",
        ("El temporal rompió el muro del puerto en la noche del martes, y 37 familias tuvieron que dejar sus casas junto al muelle antes del amanecer.",
         "La ciudad reconstruirá el muro antes del otoño por cuatro millones, dijo la alcaldesa el miércoles ante los vecinos reunidos en la lonja.",
         "Los ingenieros creen que el nuevo muro resistirá sesenta años, aunque el mar suba más deprisa que en el siglo pasado."),
        ("Corrección: Las familias eran 39 y no 37.",
         "Aclaración: El muro es de la compañía del puerto y no de la ciudad.",
         "Actualización: La compañía del puerto ha contestado a nuestras preguntas.",
         "Este artículo ha sido retirado porque una carta era falsa.",
         "Nota de la redacción: El autor es primo de uno de los ingenieros."),
    ),
    "it": (
        "La tempesta apre il muro del porto",
        ("La tempesta ha aperto il muro del porto nella notte di martedì, e 37 famiglie hanno dovuto lasciare le case lungo la banchina prima dell'alba.",
         "La città ricostruirà il muro entro l'autunno per quattro milioni, ha detto la sindaca mercoledì davanti agli abitanti riuniti nel mercato del pesce.",
         "Gli ingegneri credono che il nuovo muro reggerà sessant'anni, anche se il mare salirà più in fretta che nel secolo scorso."),
        ("Errata corrige: le famiglie erano 39 e non 37.",
         "Precisazione: il muro è della società del porto e non della città.",
         "Aggiornamento: la società del porto ha risposto alle nostre domande.",
         "Questo articolo è stato ritirato perché una lettera era falsa.",
         "Nota della redazione: l'autore è cugino di uno degli ingegneri."),
    ),
    "pt": (
        "Tempestade abre o muro do porto",
        ("A tempestade abriu o muro do porto na noite de terça-feira, e 37 famílias tiveram de deixar as suas casas junto ao cais antes do amanhecer.",
         "A cidade vai reconstruir o muro até ao outono por quatro milhões, disse a presidente da câmara na quarta-feira perante os moradores.",
         "Os engenheiros acreditam que o novo muro durará sessenta anos, mesmo que o mar suba mais depressa do que no século passado."),
        ("Correção: as famílias eram 39 e não 37.",
         "Esclarecimento: o muro é da companhia do porto e não da cidade.",
         "Atualização: a companhia do porto respondeu às nossas perguntas.",
         "Este artigo foi retirado porque uma carta era falsa.",
         "Nota da redação: o autor é primo de um dos engenheiros."),
    ),
    "nl": (
        "Storm slaat gat in havenmuur",
        ("De storm heeft dinsdagnacht een gat in de havenmuur geslagen, en 37 gezinnen moesten voor de dageraad hun huizen langs de kade verlaten.",
         "De stad bouwt de muur voor de herfst weer op voor vier miljoen, zei de burgemeester woensdag tegen de bewoners in de vishal.",
         "De ingenieurs verwachten dat de nieuwe muur het zestig jaar houdt, ook als de zee sneller stijgt dan in de vorige eeuw."),
        ("Correctie: het waren 39 gezinnen en niet 37.",
         "Verduidelijking: de muur is van het havenbedrijf en niet van de stad.",
         "Aanvulling: het havenbedrijf heeft onze vragen beantwoord.",
         "Dit artikel is ingetrokken omdat een brief vals bleek.",
         "Noot van de redactie: de auteur is een neef van een van de ingenieurs."),
    ),
    "sv": (
        "Stormen slog hål i hamnmuren",
        ("Stormen slog hål i hamnmuren natten mot onsdagen, och 37 familjer måste lämna sina hem längs kajen före gryningen utan sina saker.",
         "Staden ska bygga upp muren till hösten för fyra miljoner, sade borgmästaren på onsdagen inför de boende i fiskhallen vid torget.",
         "Ingenjörerna väntar sig att den nya muren håller i sextio år, även om havet stiger snabbare än under förra seklet."),
        ("Rättelse: Det var 39 familjer, inte 37.",
         "Förtydligande: Muren ägs av hamnbolaget och inte av staden.",
         "Uppdatering: Hamnbolaget har svarat på våra frågor.",
         "Den här artikeln har avpublicerats eftersom ett brev var förfalskat.",
         "Redaktionens kommentar: Författaren är kusin till en av ingenjörerna."),
    ),
    "ru": (
        "Шторм пробил стену порта",
        ("Шторм пробил стену порта в ночь на среду, и 37 семей были вынуждены покинуть свои дома вдоль набережной ещё до рассвета.",
         "Город восстановит стену к осени за четыре миллиона, сказала мэр в среду перед жителями, собравшимися на рыбном рынке.",
         "Инженеры считают, что новая стена простоит шестьдесят лет, даже если море будет подниматься быстрее, чем в прошлом веке."),
        ("Исправление: семей было 39, а не 37.",
         "Уточнение: стена принадлежит компании порта, а не городу.",
         "Обновление: компания порта ответила на наши вопросы.",
         "Этот материал был удалён, потому что письмо оказалось поддельным.",
         "От редакции: автор приходится двоюродным братом одному из инженеров."),
    ),
    "ar": (
        "العاصفة تفتح جدار الميناء",
        ("فتحت العاصفة جدار الميناء ليلة الثلاثاء واضطرت 37 عائلة إلى مغادرة منازلها على طول الرصيف قبل الفجر من دون أمتعتها.",
         "ستعيد المدينة بناء الجدار قبل الخريف بكلفة أربعة ملايين كما قالت رئيسة البلدية يوم الأربعاء أمام السكان في سوق السمك.",
         "يتوقع المهندسون أن يصمد الجدار الجديد ستين عاما حتى لو ارتفع البحر أسرع مما كان عليه في القرن الماضي."),
        ("تصحيح: كان عدد العائلات 39 وليس 37.",
         "توضيح: الجدار ملك لشركة الميناء وليس للمدينة.",
         "تحديث: أجابت شركة الميناء عن أسئلتنا.",
         "تم سحب هذا المقال لأن الرسالة كانت مزورة.",
         "ملاحظة المحرر: الكاتب قريب لأحد المهندسين."),
    ),
    "ja": (
        "嵐で港の壁が壊れる",
        ("火曜日の夜の嵐で港の壁が壊れ、岸壁沿いの三十七世帯が夜明け前に家を離れなければならなかった。けが人はいないという。",
         "市は秋までに四百万をかけて壁を建て直す、と市長は水曜日に魚市場に集まった住民の前で述べた。費用の半分は国が負担する。",
         "技術者たちは、海面が前の世紀より速く上がっても新しい壁は六十年もつと見ている。工事は四月に始まる予定である。"),
        ("訂正：世帯の数は三十七ではなく三十九でした。",
         "おわびして訂正します。壁は市ではなく港の会社のものでした。",
         "追記：港の会社から質問への回答がありました。",
         "手紙が偽物と分かったため、この記事を取り消します。",
         "編集部注：筆者は技術者の一人のいとこです。"),
    ),
    "zh": (
        "风暴冲开港口围墙",
        ("星期二夜间的风暴冲开了港口的围墙，码头沿线的三十七户人家不得不在天亮之前离开家园，没有人受伤。",
         "市长星期三在鱼市场对居民说，市政府将在秋天之前花费四百万重建围墙，其中一半由国家承担。",
         "工程师们认为，即使海面上升得比上个世纪更快，新的围墙也能支撑六十年，工程将于四月开始。"),
        ("更正：户数为三十九户，而不是三十七户。",
         "勘误：围墙属于港口公司，而不属于市政府。",
         "更新：港口公司已经回答了我们的问题。",
         "因为一封信是伪造的，本文已撤回。",
         "编者注：作者是其中一位工程师的表亲。"),
    ),
}  # fmt: skip
# The Japanese and Chinese texts have no word of their own for a clarification.
SAME = {("ja", "clarification"): "correction", ("zh", "clarification"): "correction"}
BOXES = [
    '<div class="article-correction"><p>{}</p></div>',
    '<div class="editors-note">{}</div>',
    "<aside><p>{}</p></aside>",
    "<footer><p>{}</p></footer>",
    '<p class="note">{}</p>',
    '<div class="x7f3a"><p><em>{}</em></p></div>',
    '<section id="article-notice"><p>{}</p></section>',
    "<div><hr><p><i>{}</i></p></div>",
    '<div class="story-footer"><div class="inner"><p>{}</p></div></div>',
    "<p>{}</p>",
    '<div class="articleCorrections"><ul><li>{}</li></ul></div>',
]
PAGES = [
    (language, kind, TEXTS[language][2][k], BOXES[(5 * n + k) % len(BOXES)])
    for n, language in enumerate(TEXTS)
    for k, kind in enumerate(KINDS)
]


def _extracted(language: str, box: str = "", at_top: bool = False, edited: bool = False):
    title, paragraphs, _ = TEXTS[language]
    lines = [f"<p>{p}</p>" for p in paragraphs]
    if edited:
        lines[1] = lines[1].replace(".", "!", 1).replace("。", "！", 1)
    body = [box, *lines] if at_top else [*lines, box]
    direction = "rtl" if language == "ar" else "ltr"
    made = page(title=title, standfirst="", body="".join(body), lang=language, direction=direction)
    return extract_article(made, URL)


def test_sixty_notices_in_boxes_are_found_with_their_kinds():
    assert len(PAGES) == 60
    wrong = []
    for language, kind, text, box in PAGES:
        found = _extracted(language, box.format(text))
        kinds = [b.notice for b in found.notices if text in b.text]
        if kinds != [SAME.get((language, kind), kind)]:
            wrong.append((language, kind, box, kinds))
    assert len(wrong) <= 3, wrong


@pytest.mark.parametrize("at_top", [False, True])
def test_an_edit_beside_a_notice_is_not_silent_and_has_its_kind(at_top):
    wrong = []
    for language, kind, text, box in PAGES:
        before, after = _extracted(language), _extracted(language, box.format(text), at_top, edited=True)
        change = compare(before, after)
        if change.silent or CHANGE_OF[kind] not in change.kinds:
            wrong.append((language, kind, box, change.kinds, change.silent))
    assert len(wrong) <= 3, wrong


def test_without_a_notice_there_is_none():
    assert [language for language in TEXTS if _extracted(language).notices] == []


SET = [
    ('<aside class="box"><h4>Correction</h4><p>There were 39 families, not 37.</p></aside>', "correction", None,
     "Correction: There were 39 families, not 37."),
    ('<div class="corrections"><h3>Corrections</h3><p>Correction, 5 March 2024: There were 39.</p></div>', "correction", "2024-03-05", None),
    ('<div class="correction"><p>The number of families was 39, and not 37 as first given.</p></div>', "correction", None, None),
    ('<div class="editors-note"><p>A letter quoted here was shown to be forged after we published.</p></div>', "editor's note", None, None),
    ('<div class="update-note"><time datetime="2024-03-05T10:00:00Z">5 March</time><p>Update: The port company answered.</p></div>', "update", "2024-03-05", None),
    ('<p class="korrektur"><strong>Korrektur vom 5. März 2024:</strong> Es waren 39.</p>', "correction", "2024-03-05", None),
    ("<p><b>Correction</b><br>There were 39 families and not 37.</p>", "correction", None, "Correction: There were 39 families and not 37."),
    ("<p>Correction, 5 March 2024:</p><p>There were 39 families on the quay, and not 37 as we wrote.</p>", "correction", "2024-03-05", None),
    ("<p>Embargoed until 12:00 on 5 March: figures of the port company.</p>", "embargo", None, None),
    ("<aside><p>Sperrfrist: Freitag, 12 Uhr. Frei zur Veröffentlichung danach.</p></aside>", "embargo", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("box", "kind", "day", "text"), SET)
def test_a_notice_is_one_block_with_its_kind_and_day(box, kind, day, text):
    found = _extracted("en", box)
    (block,) = found.notices
    assert (block.notice, block.at and block.at.date().isoformat()) == (kind, day)
    assert text is None or block.text == text
    assert article_from_json(article_to_json(found)) == found


NONE = [
    '<div class="correction-form"><p>Have you seen an error in this text? Tell the readers\' desk about it.</p></div>',
    '<div class="corrections"><a href="/corrections">Our policy on corrections and clarifications</a></div>',
    '<div class="correction" style="display:none"><p>Correction: There were 39 families, not 37.</p></div>',
    '<div class="related"><p>Correction: where the town went wrong with its wall</p></div>',
    '<ol class="commentlist"><li><p>Correction: the author has no idea of walls at all.</p></li></ol>',
    '<div class="cookie-notice"><p>Update: we use cookies to measure who reads our pages.</p></div>',
    '<p class="updated">Updated: 5 March 2024, 10:22 a.m.</p>',
    '<div class="head"><span>Updated</span><p>The ferry company was founded in 1911.</p></div>',
    "<p>More than 40 of the engineer's papers have been retracted since the inquiry began last year.</p>",
    '<aside class="box"><h4>Corrections officers</h4><p>The prison by the port is full.</p></aside>',
]


@pytest.mark.parametrize("box", NONE)
def test_what_is_no_notice_of_this_article_is_none(box):
    assert [(b.notice, b.text) for b in _extracted("en", box).notices] == []


def test_a_notice_outside_the_text_stays_outside_and_one_inside_stays_inside():
    boxed = extract_article(
        page(
            body="".join(f"<p>{p}</p>" for p in STORY), extra=BOXES[3].format("Correction: There were 310.")
        ),
        URL,
    )
    plain = extract_article(
        page(paragraphs=(*STORY, "Correction: There were 310 ferries and not 301, the owner says.")), URL
    )
    assert boxed.paragraphs == STORY
    assert [b.kept for b in boxed.notices] == [False]
    assert [b.kept for b in plain.notices] == [True]
    assert plain.paragraphs[-1].startswith("Correction")


def test_a_field_shows_a_notice_beside_the_text():
    before = _extracted("en")
    after = _extracted("en", BOXES[2].format("Correction: There were 39 families, not 37."))
    after = dataclasses.replace(after, published_at=before.published_at)
    (field,) = (f for f in compare(before, after).fields if f.name == "notices")
    assert (field.before, field.after) == ("", "Correction: There were 39 families, not 37.")
