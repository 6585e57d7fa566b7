"""Lines that change by themselves: counters, share lines, related links; relative times and "last updated" are known by
newsarchive/diff/date_words.py.

A rule reads one whole paragraph, never into prose, so that a number inside a sentence is always an
edit. A change in such a line is kept in the edit script; it only makes no version and isn't significant.
Each rule has examples that a test runs. Pure. Tested in tests/diff/test_noise.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.diff import date_words
from newsarchive.text import fold

LONGEST = 200  # characters; a longer paragraph is prose


@dataclass(frozen=True, slots=True)
class NoiseRule:
    """`pattern` must match a whole line, or each of its parts between bars, bullets and commas."""

    name: str
    pattern: str
    examples: tuple[str, ...]


_NUMBER = r"\d[\d.,' ]*[kKmM]?"
_NETWORKS = r"(?:facebook|twitter|x|whatsapp|telegram|linkedin|reddit|pinterest|e-?mail|mail|pocket|flipboard|threads|bluesky|mastodon|instagram|messenger|viber|vk|copy link|link|print|save)"

RULES = (
    NoiseRule(
        "counter",
        rf"(?:read |view |see |show )?(?:all )?\(?{_NUMBER}\)? ?\+?(?:comments?|views?|shares?|reads?|likes?|reactions?|replies|followers|remaining paragraphs?"
        r"|kommentare?n?|aufrufe|kommentarer|commentaires?|vues|partages|comentarios?|vistas|compartidos|comenta?ri(?:os)?|commenti|visualizza(?:zioni|ti)|reacties?|weergaven"
        r"|комментари(?:й|я|ев)|просмотр(?:а|ов)?|koment[aá]ř[eů]?|komentarzy?|yorum|görüntülenme|تعليقات?|مشاهدات?|条评论|次浏览|件のコメント)"
        rf"|(?:comments?|views?|shares?|kommentare|commentaires|comentarios|commenti|reacties|комментарии|просмотров|vistas|visitas|visualizações|tykkäystä|阅读|评论|閲覧) ?[:(]? ?{_NUMBER}\)?"
        r"|read (?:\d+ remaining paragraphs?|full article|more)|comments?|kommentare|commentaires|comentarios|commenti|reacties|комментарии",
        ("15,419 Views", "Read 27 remaining paragraphs | Comments", "3 Kommentare", "(48) Comments", "Просмотров: 1 204"),
    ),
    NoiseRule(
        "share line",
        rf"(?:share|share this(?: article| story| page| post)?|share on|follow us on|send this [^.!?]{{1,30}} on|tweet|print|save|teilen|artikel teilen|partager|compartir|condividi|delen|del|dela|jaa|udostępnij|sdílet|поделиться|paylaş|مشاركة|分享|シェア)"
        rf"(?:[:,/ ]+(?:(?:on|via|by|auf|sur|en|su|op|and|or) )?{_NETWORKS})*[.!]?|send this card to someone on twitter!?",
        ("Share on Facebook, Twitter, WhatsApp", "Share this article", "Teilen", "Send this card to someone on Twitter!"),
    ),
    NoiseRule(
        "reading time",
        r"(?:reading time|read time|lesezeit|lesedauer|temps de lecture|tiempo de lectura|tempo di lettura|leestijd|lästid|время чтения|listen(?: to this article)?)?[:(]? ?(?:ca\.? )?\d+ ?(?:min(?:ute[ns]?|uti|utos|uten)?\.?|мин\.?|分)(?: ?(?:read|lesezeit|de lecture|de lectura|di lettura|leestijd|listen))?\)?|listen to this article",
        ("5 min read", "Lesezeit: 4 Minuten", "Temps de lecture : 3 min"),
    ),
    NoiseRule(
        "related link",
        r"(?:read more|read also|related|see also|more on this(?: story)?|recommended|also read|lesen sie auch|lesen sie mehr|mehr zum thema|lire aussi|à lire aussi|lea también|leggi anche|leia também|lees ook|läs också|les også|læs også|lue myös|czytaj też|czytaj także|čtěte také|читайте также|читайте ещё|ayrıca okuyun|اقرأ أيضا|相关阅读|関連記事)(?::.{0,180})?",
        ("Read more: Ministers agree on the bridge", "Lesen Sie auch: Die neue Brücke", "Lire aussi : Le pont est ouvert", "Related"),
    ),
    NoiseRule(
        "copyright line",
        r"(?:copyright )?(?:©|\(c\)|copyright) ?(?:\d{4}(?: ?- ?\d{4})?)?[^.!?]{0,80}(?:\. ?(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|todos los derechos reservados)\.?)?",
        ("© 2024 The Example Times. All rights reserved.", "Copyright 2023-2024 Example"),
    ),
    NoiseRule(
        "path to the page",
        r"\w[^.!?><(='-]{1,40}(?: > [^.!?><(=']{2,60}){1,4} > [^><(=]{2,120}",
        ("Home > News > Local > The bridge is closed", "Inicio » Noticias » Salud » El puente"),
    ),
    NoiseRule(
        "advertisement",
        r"advertisement|advertorial|sponsored|ad|anzeige|werbung|publicité|publicidad|pubblicità|advertentie|annonse|annons|реклама|reklam[ay]?|إعلان|广告|広告|story continues below(?: advertisement)?|article continues after (?:ad|advertisement)",
        ("Advertisement", "Anzeige", "Story continues below"),
    ),
)  # fmt: skip

_COMPILED = tuple((r.name, re.compile(rf"\A(?:{r.pattern})", re.IGNORECASE)) for r in RULES)
_PARTS = re.compile(r" ?[|·*/] ?| - ")


@lru_cache(maxsize=8192)
def noise(paragraph: str) -> str:
    """Return the name of the rule that this whole paragraph falls under; empty for everything else."""
    if len(paragraph) > LONGEST:
        return ""
    if "«" not in paragraph and "‹" not in paragraph:  # as arrows, not as quotation marks
        paragraph = paragraph.replace("»", ">").replace("›", ">")
    text = fold(paragraph)
    if not text:
        return "empty"
    name = _rule(text)
    if name:
        return name
    parts = [p for p in _PARTS.split(text) if p]
    if len(parts) < 2:
        return ""
    names = [_rule(p) for p in parts]
    return names[0] if all(names) else ""


def says_updated(line: str) -> bool:
    """Whether a line, or a part of it between bars, tells the reader that the page was updated."""
    text = fold(line)
    return any(map(date_words.says_updated, (text, *_PARTS.split(text))))


def has_date(line: str) -> bool:
    """Whether a line of dates gives a moment that stays: "5 March 2024, 10:22", not "5 minutes ago"."""
    return any(c.isdigit() for c in line) and noise(line) != "relative time"


def _rule(text: str) -> str:
    if found := date_words.time_line(text):
        return found
    for name, pattern in _COMPILED:
        if pattern.fullmatch(text):
            return name
    return ""
