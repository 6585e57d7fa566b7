"""What sites set into a story or around its ends: pull quotes, promotions, where to follow, lines about the author."""

from __future__ import annotations

import html

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/news/ferry-quay"
PARAGRAPHS = [f"<p>{html.escape(p)}</p>" for p in STORY]

NO_TEXT = {
    "a pull quote": '<blockquote class="pq"><p>We can mend it now for nine million, or we can mend it later for thirty</p></blockquote>',
    "a pull quote in an aside": "<aside><p>“voices were raised more than once before the count”</p></aside>",
    "a promotion": '<div class="inline promo"><h4>The quay in figures</h4><p>Our free weekly with maps and tables. 9,000 people read it.</p></div>',
    "a call to act": '<div class="cta"><div><p>Ready for the regatta? Book a seat on the press boat today.</p></div></div>',
    "a card for letters": '<div class="kg-signup-card"><h2>The Quay</h2><h3>Stories from the water, on Fridays.</h3></div>',
    "below a heading that asks": "<div><h4>Support local journalism</h4><p>The Observer is free to read since people like you pay for it. Please chip in.</p></div>",
    "an advertisement's label": "<p>- Advertisement -</p>",
    "was it useful": "<p>Was this article helpful?</p>",
    "a channel, English": "<p>Join our WhatsApp channel and get the news of the coast.</p>",
    "a channel, after a question": "<p>News of your town? Follow us on Telegram.</p>",
    "a channel, Italian": "<p>Iscriviti al canale Telegram del giornale</p>",
    "a channel, Hebrew": "<p>הצטרפו לקבוצת הוואטסאפ שלנו</p>",
    "a channel, Turkish": "<p>Haberler için WhatsApp kanalımıza katılın.</p>",
    "a channel, Thai": "<p>ติดตามเราได้ทางเฟซบุ๊กและ Line Official</p>",
    "links at the end": '<p><a href="/print">Printer-friendly version</a> | <a href="/mail">Send it to a friend</a></p>',
    "a line about the author": "<p><em>Mira Solberg sails, and wrote two books about ropes and the people who make them.</em></p>",
}
AT_END = ("links at the end", "a line about the author", "below a heading that asks")
TEXT = {
    "a quotation that is nowhere else": "<blockquote><p>A quay is a promise that the land makes to the water, her father used to say.</p></blockquote>",
    "two quotations of the same words": "<blockquote><p>Nobody had asked the divers what they saw.</p></blockquote><p>Later it came again, on a wall, in red and white.</p><blockquote><p>Nobody had asked the divers what they saw.</p></blockquote>",
    "a story's sentence about a channel": "<p>The council asked people to join its WhatsApp channel, which 41 have done since the spring of last year, and most of them were clerks.</p>",
    "copyright as a subject": "<p>Copyright lawyers called the drawings of the quay a case for the courts.</p>",
    "italics at the end, of nobody": "<p><em>The regatta opens at nine on Saturday, whatever the weather will be.</em></p>",
}


def _text(extra: str, at: int) -> str:
    body = "\n".join([*PARAGRAPHS[:at], extra, *PARAGRAPHS[at:]])
    return extract_article(page(body=body), URL).text


@pytest.mark.parametrize("name", NO_TEXT)
def test_what_is_set_into_a_story_is_no_text(name: str) -> None:
    at = len(STORY) if name in AT_END else 4
    assert _text(NO_TEXT[name], at) == "\n\n".join(STORY)


@pytest.mark.parametrize("name", TEXT)
def test_what_only_resembles_it_stays(name: str) -> None:
    at = len(STORY) if "at the end" in name else 4
    last = TEXT[name].split("<p>")[-1].split("</")[0].removeprefix("<em>")
    text = _text(TEXT[name], at)
    assert last in text
    assert all(paragraph in text for paragraph in STORY)


def test_a_date_among_other_dates_is_an_item_of_the_list() -> None:
    days = "<ul><li>March 16, 2026</li><li>The quay closes to lorries</li><li>March 18, 2026</li><li>Divers begin</li></ul>"
    lead = "<ul><li>March 16, 2026</li><li>No Comments</li></ul>"
    assert "March 18, 2026" in _text(days, 2)
    assert _text(lead, 0) == "\n\n".join(STORY)
