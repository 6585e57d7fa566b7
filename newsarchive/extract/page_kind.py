"""What sort of page is this, and may everybody read all of it?

Looks at the page's own statements, its few words and the article's length. Says "article" when in doubt.
Tested in tests/extract/test_page_kind.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract import jsonld
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.model import PageKind

_BLOCK = re.compile(
    r"just a moment|attention required|access denied|are you a (?:human|robot)|verify (?:you are|that you are) (?:a )?human|checking your browser|"
    r"pardon our interruption|request blocked|you have been blocked|security check|unusual traffic|captcha|forbidden|bot (?:protection|detection)|"
    r"ddos protection|please enable js and disable any ad blocker|enable javascript and cookies to continue|too many requests|"
    r"nicht berechtigt|zugriff verweigert|accès refusé|acceso denegado|service unavailable|temporarily unavailable|bad gateway",
    re.I,
)
_CONSENT = re.compile(
    r"\b(?:cookies?|consent|gdpr|dsgvo|datenschutz|privacy|einwilligung|zustimm\w*|consentement|rgpd|privacidad)\b",
    re.I,
)
_CONSENT_ACT = re.compile(
    r"accept (?:all|and)|i agree|reject all|manage (?:options|settings|preferences)|alle akzeptieren|zustimmen|akzeptieren|"
    r"tout accepter|accepter|aceptar|accetta|akkoord|before you continue|mit werbung",
    re.I,
)
_MISSING = re.compile(
    r"(?:page|article|story|content|site)\b.{0,30}\b(?:not found|can(?:no|')t be found|cannot be found|no longer (?:available|exists)|does(?:n't| not) exist|"
    r"has been (?:removed|deleted|moved))|\b404\b|(?:seite|artikel)\b.{0,30}\bnicht (?:gefunden|mehr verfügbar)|page (?:introuvable|non trouvée)|"
    r"página no (?:encontrada|existe)|no se (?:ha )?encontr|pagina (?:non|niet) (?:trovata|gevonden)|страница не найдена|الصفحة غير موجودة|页面不存在|ページが見つかりません|"
    r"sidan (?:hittades inte|kunde inte)|oops|we can(?:'t|not) find|couldn['’]t find",
    re.I,
)
_LIVE = re.compile(
    r"\blive ?blog|liveticker|news-?ticker|\blive updates?\b|minuto a minuto|en direct\b|as it happened|live:|\blive\b",
    re.I,
)
_PAYWORDS = re.compile(
    r"subscribe to (?:continue|read|unlock)|to (?:continue|keep) reading|this (?:article|content|story) is (?:for|only|reserved|exclusive)|already a (?:subscriber|member)|"
    r"subscribers? only|log in to (?:continue|read)|register to (?:continue|read)|nur für abonnenten|exklusiv für|weiterlesen mit|"
    r"réservé aux abonnés|il vous reste|exclusivo para suscriptores|para seguir leyendo|riservato agli abbonati|exclusiv[oa] para assinantes|"
    r"alleen voor abonnees|会員限定|有料会員|この記事は有料|غير متاح إلا للمشتركين",
    re.I,
)
_TIER = {"free": True, "metered": None, "locked": False, "paid": False, "premium": False, "subscriber": False}


def page_kind(
    head: PageMetadata, blocks: Sequence[RawBlock], kept_chars: int, title: str, url: str
) -> PageKind:
    """The kind of the page; `kept_chars` is the size of the article's text."""
    if not blocks:
        return "article" if kept_chars else "empty"
    total = sum(b.size for b in blocks)
    titles = f"{title} {head.title}"
    if total < 4000 and kept_chars < 1500:
        start = " ".join(b.text for b in blocks[:30])[:3000]
        if _BLOCK.search(titles) or (total < 1500 and _BLOCK.search(start)):
            return "block page"
        if _CONSENT.search(start) and _CONSENT_ACT.search(start) and head.article is None:
            return "consent page"
    if _MISSING.search(titles) and head.article is None and kept_chars < 2500:
        return "soft 404"
    if (
        kept_chars < 600
        and head.article is None
        and any(b.node.tag in ("h1", "h2") and _MISSING.search(b.text) for b in blocks)
    ):
        return "soft 404"
    kinds = set().union(*(jsonld.types_of(i) for i in head.items)) if head.items else set()
    if "liveblogposting" in kinds or (
        _LIVE.search(titles) and any(b.node.mask & BIT["live"] for b in blocks)
    ):
        return "live blog"
    if head.article is None and _is_front(url, head, blocks, kept_chars, total):
        return "front page"
    if head.article is None and (other := _no_story(head, kinds, blocks, kept_chars, total)):
        return other
    if kept_chars < 1500:
        own = jsonld.types_of(head.article) if head.article is not None else set()
        kind = head.meta("og:type").lower()
        if (
            kinds & {"imagegallery", "mediagallery"}
            or "gallery" in kind
            or re.search(r"/(?:gallery|galleries|photos|fotostrecke|bildergalerie|pictures)/", url)
        ):
            return "gallery"
        if (
            (kind.startswith("video") or "videoobject" in kinds)
            and kept_chars < 600
            and not own & {"newsarticle"}
        ):
            return "video"
    return "article"


def _is_front(url: str, head: PageMetadata, blocks: Sequence[RawBlock], kept_chars: int, total: int) -> bool:
    path = url.split("://", 1)[-1].partition("/")[2].split("?", 1)[0].strip("/")
    linked = sum(b.link_chars for b in blocks)
    kind = head.meta("og:type").lower()
    if kind == "article" or head.meta("article:published_time"):
        return False
    if not path or path in ("index.html", "index.php", "home", "en", "de", "fr", "es", "ar"):
        return linked * 3 > total
    return kind == "website" and linked * 2 > total and kept_chars < 600


_LIST_TYPES = frozenset({"collectionpage", "searchresultspage"})
_PROFILE_TYPES = frozenset({"profilepage"})
_PRODUCT_TYPES = frozenset({"product", "productgroup"})
_STORY_TYPES = frozenset({"article", "newsarticle", "reportagenewsarticle", "blogposting", "liveblogposting"})


def _no_story(
    head: PageMetadata, kinds: set[str], blocks: Sequence[RawBlock], kept_chars: int, total: int
) -> PageKind | None:
    """What a page says of itself that no story's page says; believed where the page names no article of its own,
    and of a list only if much of it is links: some outlets give every page the type of a list."""
    stated = head.meta("og:type").lower()
    if head.meta("article:published_time") or kinds & _STORY_TYPES:
        return None
    if kinds & _PRODUCT_TYPES or stated in ("product", "product.item", "og:product"):
        return "product" if kept_chars < 2500 else None
    if kinds & _PROFILE_TYPES or stated == "profile":
        return "profile" if kept_chars < 2500 else None
    linked = sum(b.link_chars for b in blocks)
    return "listing" if kinds & _LIST_TYPES and (kept_chars < 600 or linked * 3 > total) else None


def free_access(head: PageMetadata, blocks: Sequence[RawBlock], kept_chars: int) -> bool | None:
    """False if the page says that readers must pay or holds only a teaser with an ask; True if it says it is free; None if unknown."""
    stated = _stated(head)
    if stated is not None:
        return stated
    if kept_chars >= 2000:
        return None
    asks = any(
        b.size < 400
        and _PAYWORDS.search(b.text)
        and (b.node.mask & BIT["paywall"] or _near(b) or kept_chars < 1200)
        for b in blocks
    )
    return False if asks else None


def _near(block: RawBlock) -> bool:
    parent = block.node.parent
    return parent is not None and bool(parent.mask & BIT["paywall"])


def _stated(head: PageMetadata) -> bool | None:
    for item in [head.article, *head.items] if head.article is not None else head.items:
        if item is None:
            continue
        value = item.get("isAccessibleForFree")
        if value is not None:
            return str(value).strip().lower().rsplit("/", 1)[-1] in ("true", "1", "yes")
    tier = head.meta("article:content_tier", "content_tier", "og:article:content_tier").lower()
    return _TIER.get(tier)
