"""Lines in which an outlet speaks of itself: its own mail address, its name beside a network's, a label before its name.

Knows no words of any language but the names of services. Never reads a paragraph, nor what quotes. Pure.
Tested in tests/extract/test_set_into_the_story.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive import urls
from newsarchive.errors import BadUrlError
from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.asks import QUOTE
from newsarchive.extract.blocks import HEADINGS, RawBlock

LONGEST = 200  # characters of such a line
LABEL = 25  # characters of a label before the outlet's name
_TOLD = re.compile(r"[\"“”„«»「『]|[.!?。](?:\s|$)")  # a quotation, a whole sentence
_RULE = re.compile(r"([_=*#~—–-])(?: ?\1){2,}")  # marks that part the text
_MAIL = re.compile(r"[\w.+-]{1,60}@([\w-]{1,60}(?:\.[\w-]{1,60}){1,4})")
_SERVICE = re.compile(
    r"whats-?app|telegram|viber|instagram|facebook|google news|youtube|телеграм|вайбер|واتس ?اب|واتساب|تلغرام|تيليجرام|تلگرام|"
    r"ווטסאפ|טלגרם|व्हाट्स|टेलीग्राम|微信|카카오|네이버",
    re.I,
)


def without_own_lines(
    blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], publisher: str, url: str
) -> None:
    """Remove kept lines of an outlet about itself, and lines of one mark."""
    own = _host(url)
    for block, verdict in zip(blocks, verdicts, strict=True):
        if not verdict.kept or block.size > LONGEST or block.node.tag in HEADINGS:
            continue
        if verdict.kind == "paragraph" and _RULE.fullmatch(block.text):
            verdict.kept, verdict.reason = False, "no words"
        elif "@" in block.text and _asks(block):
            if any(f".{own}".endswith(f".{host.lower()}") for host in _MAIL.findall(block.text)):
                verdict.kept, verdict.reason = False, "contact"
        elif publisher and _names_itself(block.text, publisher):
            verdict.kept, verdict.reason = False, "share line"


def _asks(block: RawBlock) -> bool:
    """Whether a line has a label or a question, or is in italics, and quotes nothing."""
    is_italic = block.italic_chars > 0.9 * len(block.text)
    return (is_italic or ":" in block.text or "?" in block.text) and not QUOTE.search(block.text)


def _host(url: str) -> str:
    try:
        return urls.host(url)
    except BadUrlError:
        return ""


def _names_itself(text: str, publisher: str) -> bool:
    """Whether a line has the outlet's name and that of a service, or is a label and the outlet's name."""
    own, low = publisher.casefold(), text.casefold()
    if own not in low:
        return False
    label, _, name = low.partition(":")
    is_label = len(label) <= LABEL and name.strip(" .") == own
    return is_label or (bool(_SERVICE.search(text)) and not _TOLD.search(text))
