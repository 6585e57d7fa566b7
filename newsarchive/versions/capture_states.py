"""What a capture is instead of the story: gone, blocked, a consent page, a paywall stub, a torn copy.

Pure. Tested in tests/versions/test_capture_states.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from newsarchive.model import Article
from newsarchive.text import fold
from newsarchive.versions.observation import Observation

EventKind = Literal[
    "gone", "back", "moved", "paywalled", "blocked", "consent", "truncated", "unreadable", "flapping"
]

_BY_STATUS: dict[int, tuple[EventKind, str]] = {
    401: ("blocked", "asks for a login (401)"),
    402: ("paywalled", "asks for payment (402)"),
    403: ("blocked", "refused (403)"),
    404: ("gone", "not found (404)"),
    410: ("gone", "gone (410)"),
    429: ("blocked", "too many requests (429)"),
    451: ("gone", "withheld for legal reasons (451)"),
}
_BY_PAGE: dict[str, tuple[EventKind, str]] = {
    "block page": ("blocked", "a block page"),
    "consent page": ("consent", "a consent page"),
    "soft 404": ("gone", "a page that says not found"),
    "empty": ("unreadable", "an empty page"),
    "front page": ("gone", "the front page stands in its place"),
}


def page_event(observation: Observation, article: Article | None) -> tuple[EventKind | None, str]:
    """The event that a capture is by its status or its kind of page; (None, "") for a story or a mere failure.

    Failures of the network and errors of the server (5xx) say nothing about the story.
    """
    status = observation.http_status
    page = observation.article.page_kind if observation.article else ""
    if observation.kind == "failed" or status is None:
        return None, ""
    if page in ("block page", "consent page"):  # also those with status 403 or 503
        return _BY_PAGE[page]
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if status >= 400 or article is not None:
        return None, ""
    return _BY_PAGE.get(page, (None, ""))


_PROMPT = re.compile(
    r"subscri|sign in|log in|register|abonn|anmelden|registrier|suscr|inscri|connect[ez]|iscriv|accedi|assin[ea]|prenumer|logga in|logg inn|tilaa|kirjaudu|subskry|zaloguj|předplat|přihlás|подпис|войдите|подписк|abone|اشترك|سجل|会員|登録|ログイン|订阅|登录|구독|로그인",
    re.IGNORECASE,
)
STUB = 0.7  # of the whole's characters; a stub is shorter


def cut_of(
    article: Article, current: Article | None, states: Iterable[Article]
) -> tuple[EventKind | None, str]:
    """Whether `article` is only the beginning of the story as it was seen whole.

    A stub is marked by the page (not free to read) or ends in an invitation to subscribe; a torn copy stops
    in mid-sentence. A story that was short and grew is neither.
    """
    if current is not None and _is_torn(article, current):
        return "truncated", "the text stops in mid-sentence"
    text, prompts = _without_prompt(article)
    marked = article.free_access is False or prompts
    if not marked:
        return None, ""
    for whole in ([current] if current else []) + [s for s in states if s is not article]:
        same_mark = whole.free_access is False and not prompts
        if whole is not current and same_mark:
            continue  # both are marked: the text grew
        if _begins(whole, text):
            return "paywalled", "only the beginning is shown"
    return None, ""


def _without_prompt(article: Article) -> tuple[list[str], bool]:
    """The folded paragraphs without invitations to subscribe at the end, and whether there were any."""
    text = [fold(p) for p in article.paragraphs]
    count = len(text)
    while text and len(text[-1]) < 300 and _PROMPT.search(text[-1]):
        text.pop()
    return text, len(text) < count


def _begins(whole: Article, text: list[str]) -> bool:
    """Whether `text` is the beginning of `whole`, and clearly shorter."""
    full = [fold(p) for p in whole.paragraphs]
    if sum(map(len, text)) > STUB * sum(map(len, full)) or len(text) > len(full):
        return False
    if not text:
        return bool(full)
    last = text[-1].rstrip(" .…")
    return text[:-1] == full[: len(text) - 1] and full[len(text) - 1].startswith(last[:2000])


def _is_torn(article: Article, current: Article) -> bool:
    text, full = [fold(p) for p in article.paragraphs], [fold(p) for p in current.paragraphs]
    if not text or len(text) > len(full) or text[:-1] != full[: len(text) - 1]:
        return False
    last, there = text[-1], full[len(text) - 1]
    return len(last) < len(there) and there.startswith(last) and (last[-1:].isalnum() or last[-1:] == ",")
