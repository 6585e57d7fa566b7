"""What one capture says, for stories and versions: the capture with the article made of it, and what it is if it
doesn't show the story: gone, blocked, a consent page, a paywall stub, a truncated copy.

Built by ingest from a `Capture` and the `Article` after the template layer. Pure. Tested in
tests/versions/test_capture_states.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Literal, Self

from newsarchive.model import Article, Candidate, Capture, CaptureKind, Truncated
from newsarchive.text import fold

# What a reader can read as a story; every other kind of page is an event.
READABLE = frozenset(["article", "live blog", "gallery", "video"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One capture of a URL, with what extraction made of it.

    `article` is None for redirects, failures and pages that aren't HTML; for "same-payload" and
    "not-modified" it may be given (that of the payload referred to) or None (the last one of this URL).
    """

    record_id: str
    url: str
    fetched_at: datetime
    seq: int = 0
    kind: CaptureKind = "response"
    http_status: int | None = 200
    redirect_from: str | None = None
    location: str | None = None  # of a redirect: where it leads, or what its header says if that is no URL
    continues: str | None = None  # fetched as a further page of the article whose first page this URL is
    guid: str | None = None  # the feed's; that of `candidate` if None
    candidate: Candidate | None = None
    article: Article | None = None
    truncated: Truncated | None = None
    error: str | None = None

    @classmethod
    def of(cls, capture: Capture, article: Article | None) -> Self:
        """Return the capture with the article that was made of it."""
        same = {name: getattr(capture, name) for name in _OF_CAPTURE}
        return cls(record_id=capture.warc_record_id, article=article, **same)

    @property
    def order(self) -> tuple[datetime, int, str]:
        """By time, then by place in the crawl; the same for every order of arrival."""
        return self.fetched_at, self.seq, self.record_id

    @property
    def feed_guid(self) -> str:
        """The feed's identifier of the story, stripped; empty if there is none."""
        found = self.guid or (self.candidate.guid if self.candidate else None)
        return (found or "").strip()

    @property
    def is_redirect(self) -> bool:
        return self.http_status is not None and 300 <= self.http_status < 400 and self.http_status != 304

    @property
    def readable(self) -> Article | None:
        """The article, if a reader could read the story on this page."""
        ok = self.http_status is None or 200 <= self.http_status < 300 or self.http_status == 304
        if self.article is None or not ok or self.article.page_kind not in READABLE:
            return None
        return self.article

    @property
    def broken_off(self) -> Article | None:
        """What came of a page that shows no story and breaks off; a whole one might have shown it."""
        if self.article is None or not self.article.page_end or self.truncated or self.http_status != 200:
            return None
        return self.article if self.article.page_kind in ("soft 404", "empty", "front page") else None


_OF_CAPTURE = tuple({f.name for f in fields(Observation)} & {f.name for f in fields(Capture)})


EventKind = Literal[
    "gone", "back", "moved", "paywalled", "blocked", "consent", "truncated", "unreadable", "flapping", "text missing"
]  # fmt: skip

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
    "listing": ("gone", "a list of stories is in its place"),
    "profile": ("gone", "the page of a person is in its place"),
    "product": ("gone", "the page of a product is in its place"),
}


def page_event(observation: Observation, article: Article | None) -> tuple[EventKind | None, str]:
    """Return the event that a capture is by its status or its kind of page; (None, "") for a story or a mere failure.

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
    if status < 400 and page and observation.truncated:
        return "truncated", f"the transfer ended early ({observation.truncated})"
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
    """Return whether `article` is only the beginning of the story as it was seen whole.

    A stub is marked by the page (not free to read) or ends in an invitation to subscribe; a torn copy stops
    in mid-sentence. A story that was short and grew is neither.
    """
    if current is not None and _is_torn(article, current):
        return "truncated", "the text stops in mid-sentence"
    others = ([current] if current else []) + [s for s in states if s is not article]
    if not others:
        return None, ""
    text, prompts = without_prompt(article)
    marked = article.free_access is False or prompts
    if not marked:
        return None, ""
    for whole in others:
        same_mark = whole.free_access is False and not prompts
        if whole is not current and same_mark:
            continue  # both are marked: the text grew
        if _begins(whole, text):
            return "paywalled", "only the beginning is shown"
    return None, ""


def without_prompt(article: Article) -> tuple[list[str], bool]:
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


LEFT = 0.2  # of the characters; less is a body that may not have come
STORY = 200  # characters of a text whose loss is doubtful; an empty body always is


def is_stub_of(article: Article, whole: Article) -> bool:
    """Whether nothing or next to nothing is left of a text that was there."""
    total, left = len(whole.text), len(article.text)
    return bool(total) and (left == 0 or (total >= STORY and left <= LEFT * total))


def ends_early(article: Article, whole: Article) -> bool:
    """Whether a page breaks off where the whole one goes on: without the end that it had, or with the beginning of its text alone."""
    if not article.page_end or article.page_end == whole.page_end:
        return False
    if not whole.page_end:
        return True
    text, full = fold(article.text), fold(whole.text)
    return len(text) < len(full) and full.startswith(text)


def _is_torn(article: Article, current: Article) -> bool:
    text, full = [fold(p) for p in article.paragraphs], [fold(p) for p in current.paragraphs]
    if not text or len(text) > len(full) or text[:-1] != full[: len(text) - 1]:
        return False
    last, there = text[-1], full[len(text) - 1]
    return len(last) < len(there) and there.startswith(last) and (last[-1:].isalnum() or last[-1:] == ",")
