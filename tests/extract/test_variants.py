"""The founding page's difficulties in other shapes: nothing of the box, the notice or the lists stays in the text."""

from __future__ import annotations

import html

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import NEWSLETTER, NOTICE, STORY, TITLE, page

URL = "https://veldt.example/news/ferry-quay"
BOX = (
    f"<div class='block block-content block-f3a1'><h3>Stay informed with Veldt's newsletters</h3><p>{NEWSLETTER}</p>"
    "<form><input type='email' placeholder='Your email'><button>Sign up</button></form></div>"
)


def paragraphs(*texts: str) -> str:
    return "\n".join(f"<p>{html.escape(t)}</p>" for t in texts)


def test_the_box_in_the_middle_of_the_text() -> None:
    article = extract_article(page(body=paragraphs(*STORY[:3]) + BOX + paragraphs(*STORY[3:])), URL)
    assert article.paragraphs == STORY
    assert {b.reason for b in article.removed if "newsletter" in b.text.lower() or b.text == NEWSLETTER} == {
        "newsletter"
    }


def test_the_notice_as_the_last_plain_paragraph() -> None:
    article = extract_article(page(body=paragraphs(*STORY) + f"<p>{NOTICE}</p>"), URL)
    assert article.paragraphs == STORY
    assert any(b.reason == "republishing notice" for b in article.removed)


def test_hashed_class_names() -> None:
    data = page(
        classes=("css-1x8q0kd", "sc-bdVaJa kXyzQp", "css-9f2ab1"),
        extra=BOX.replace("block-content", "css-77aa"),
    )
    assert extract_article(data, URL).paragraphs == STORY


def test_without_json_ld_or_open_graph() -> None:
    article = extract_article(page(extra=BOX), URL)
    assert (article.title, article.paragraphs) == (TITLE, STORY)


def test_one_flat_cell_with_breaks() -> None:
    cell = "<br><br>".join(html.escape(p) for p in STORY)
    data = (
        f"<html><head><title>{TITLE}</title></head><body><table><tr><td><a href='/'>Home</a><br><a href='/s'>Sport</a></td>"
        f"<td><b>{TITLE}</b><br><br>{cell}<br><br>{NOTICE}</td></tr></table></body></html>"
    ).encode()
    assert extract_article(data, URL).paragraphs == STORY


def test_a_story_about_newsletters_keeps_its_sentences() -> None:
    about = (
        "Readers signed up for the newsletter in their thousands last year, the publisher said, and most of them stayed.",
        "Its editor wants people to subscribe to fewer newsletters and read them properly, she told the trade fair.",
        *STORY[3:],
    )
    assert (
        extract_article(page(paragraphs=about, title="The newsletter that ate a newspaper"), URL).paragraphs
        == about
    )


SISTERS = {
    "de": (
        "Alter Fährkai in Niederfeld wird für zwei Jahre gesperrt",
        (
            "Der Hafenrat von Niederfeld hat am Dienstag beschlossen, den alten Fährkai für zwei Jahre zu sperren, damit Taucher "
            "seine Fundamente verstärken können; die Geschäftsleute am Ufer hatten seit dem Frühjahr dagegen gekämpft.",
            "Bürgermeisterin Ottilie Brandt sagte, der 1911 gebaute Kai sinke um vier Millimeter im Jahr und trage die neuen "
            "Elektrofähren nicht, von denen jede beladen 310 Tonnen wiegt.",
            "Die Ladenbesitzer fürchten, dass die Fahrgäste künftig am nördlichen Anleger aussteigen, zwanzig Minuten vom Markt.",
        ),
        (
            "Jetzt unseren Newsletter abonnieren",
            "Alle Rechte vorbehalten",
            "Lesen Sie auch: Was der Haushalt bringt",
        ),
    ),
    "es": (
        "El viejo muelle de Campobajo cierra dos años",
        (
            "El consejo del puerto de Campobajo votó el martes a favor de cerrar el viejo muelle de los transbordadores durante dos "
            "años para que los buzos refuercen sus cimientos, contra la opinión de los comerciantes del paseo.",
            "La alcaldesa, Otilia Brandt, dijo que el muelle, construido en 1911, se hunde cuatro milímetros al año y no soporta los "
            "nuevos transbordadores eléctricos, de 310 toneladas cada uno.",
            "Los comerciantes temen que los pasajeros desembarquen en el muelle norte, a veinte minutos del mercado, y no vuelvan.",
        ),
        (
            "Suscríbete a nuestro boletín",
            "Todos los derechos reservados",
            "Lea también: la sequía en el norte",
        ),
    ),
    "ar": (
        "إغلاق رصيف العبارات القديم في الميناء لمدة عامين",
        (
            "صوت مجلس الميناء يوم الثلاثاء لصالح إغلاق رصيف العبارات القديم لمدة عامين حتى يتمكن الغواصون من تقوية أساساته، وهو قرار "
            "عارضه أصحاب المتاجر على الواجهة البحرية منذ الربيع.",
            "وقالت رئيسة البلدية إن الرصيف الذي بني عام 1911 يهبط أربعة مليمترات في السنة ولا يستطيع حمل العبارات الكهربائية الجديدة "
            "التي يزن كل منها 310 أطنان عند تحميلها.",
            "ويخشى أصحاب المتاجر أن ينزل الركاب في الرصيف الشمالي الذي يبعد عشرين دقيقة عن السوق وألا يعود منهم إلا القليل.",
        ),
        ("اشترك في نشرتنا البريدية", "جميع الحقوق محفوظة", "اقرأ أيضاً: الجفاف في الشمال"),
    ),
}


@pytest.mark.parametrize("lang", sorted(SISTERS))
def test_sisters_in_other_languages(lang: str) -> None:
    title, story, (newsletter, rights, related) = SISTERS[lang]
    body = (
        paragraphs(*story[:2], related, story[2])
        + f"<div class='box-x1'><p>{newsletter}</p></div><p>{rights}</p>"
    )
    data = page(title=title, body=body, lang=lang, standfirst="", direction="rtl" if lang == "ar" else "ltr")
    article = extract_article(data, URL)
    assert article.paragraphs == story
    assert (article.title, article.language) == (title, lang)
