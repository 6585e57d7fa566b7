"""What links two URLs to one story, and what doesn't: evidence, one rule each.

A page may claim to be another page (rel=canonical, og:url, amphtml, JSON-LD @id), a server may send one URL
to another, a feed may name both by one guid, or both may carry one id. Traps are ruled out here: a claim
that names the homepage or a section, an id that is a date or a category, another language's edition, another
domain (which is syndication). Pure. Tested in tests/versions/test_identity.py.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.errors import BadUrlError
from newsarchive.text import fingerprint_of
from newsarchive.urls import domain, is_homepage, path_ids, slug, url_key
from newsarchive.versions.observation import Observation
from newsarchive.web.links import absolute

# Kinds of evidence, the strongest first: the order in which stories are put together.
STRENGTH = ("decision", "redirect", "guid", "canonical", "amphtml", "json-ld", "og:url", "id", "case", "text")
SAME_TEXT = 600  # characters that two texts on one domain must share to be one story


@dataclass(frozen=True, slots=True, order=True)
class Claim:
    """One page says that it is (also) another: `target` is a URL key."""

    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class UrlFacts:
    """What a URL says by itself; cached, since every capture of it asks."""

    key: str
    domain: str
    outlet: str  # the domain without its suffix: bbc.co.uk and bbc.com are one outlet's
    ids: tuple[str, ...]
    slug: str
    language: str  # a language edition named in host or path
    place: str  # the segment before the id: "video", "article"
    tail: int  # segments after the id
    homepage: bool


_ADDRESS = re.compile(r"[0-9.]+|\[.*\]")
_LANGUAGE = re.compile(r"^[a-z]{2}(?:-[a-z]{2})?$")
_LANGUAGES = frozenset("ar az be bg bn ca cs da de el en es et fa fi fr he hi hr hu id is it ja ka ko lt lv mk ms nb nl no pl ps pt ro ru sk sl sq sr sv sw ta th tr uk ur uz vi zh".split())  # noqa: SIM905  # fmt: skip


@lru_cache(maxsize=8192)
def url_facts(url: str) -> UrlFacts:
    """Return the facts of one URL. Raises BadUrlError."""
    key = url_key(url)
    name, _, path = key.partition("/")
    segments = path.split("?")[0].split("/")
    labels = name.split(".")
    language = labels[0] if labels[0] in _LANGUAGES and len(labels) > 2 else ""
    if not language and _LANGUAGE.match(segments[0]) and segments[0][:2] in _LANGUAGES:
        language = segments[0][:2]
    ids = path_ids(url)
    value = ids[0].partition(":")[2] if ids else ""
    at = max((k for k, s in enumerate(segments) if value and value in s.lower() + s), default=-1)
    place = segments[at - 1] if at > 0 else ""
    own = domain(url)
    outlet = own if _ADDRESS.fullmatch(own) else own.partition(".")[0]
    return UrlFacts(
        key, own, outlet, ids, slug(url), language, place, len(segments) - 1 - at, is_homepage(url)
    )


def main_id(facts: UrlFacts) -> str:
    """Return the identifier that most likely is the story's: a UUID, a hash, the longest number (the last of equals), a code."""
    for kind in ("uuid:", "hex:"):
        found = [i for i in facts.ids if i.startswith(kind)]
        if found:
            return found[-1]
    numbers = [i for i in facts.ids if i.startswith("num:")]
    if numbers:
        return max(reversed(numbers), key=len)
    return facts.ids[-1] if facts.ids else ""


def is_specific(facts: UrlFacts) -> bool:
    """Return whether a URL has the form of one story's: an id, a slug of several words, or a query of its own."""
    return not facts.homepage and bool(
        facts.ids or facts.slug or "?" in facts.key or "-" in facts.key.rsplit("/", 1)[-1]
    )


# ---------------------------------------------------------------- claims


def claims(observation: Observation) -> tuple[Claim, ...]:
    """Return the other pages of the same outlet that this capture says to be the same page; traps left out."""
    return _claims(observation.url, _named(observation))


@lru_cache(maxsize=8192)
def _claims(url: str, named: tuple[tuple[str, str], ...]) -> tuple[Claim, ...]:
    here = url_facts(url)
    found = set()
    for kind, reference in named:
        facts = _facts_or_none(url, reference)
        if facts and facts.key != here.key and _is_credible(kind, facts, here):
            found.add(Claim(kind, facts.key))
    return tuple(sorted(found))


def syndication(observation: Observation) -> tuple[str, ...]:
    """Return URLs on other domains that this capture names as its original: links between stories, no merges."""
    article = observation.article
    if article is None:
        return ()
    here = url_facts(observation.url)
    found = []
    for url in (article.canonical_url, article.og_url):
        facts = _facts_or_none(observation.url, url)
        if facts and facts.domain != here.domain and not facts.homepage:
            found.append(absolute(observation.url, url))
    return tuple(dict.fromkeys(found))


def _named(observation: Observation) -> tuple[tuple[str, str], ...]:
    """The URLs that a capture names, by kind of evidence, as they are written there."""
    article, guid = observation.article, observation.feed_guid
    named = [("redirect", observation.redirect_from or "")]
    if observation.is_redirect:
        named.append(("redirect", observation.location or ""))
    if article is not None:
        named += [("canonical", article.canonical_url), ("amphtml", article.amp_url)]
        named += [("og:url", article.og_url), ("json-ld", article.jsonld_id)]
    if guid.startswith(("http://", "https://")):
        named.append(("guid", guid))
    return tuple((kind, url) for kind, url in named if url)


def _facts_or_none(base: str, url: str) -> UrlFacts | None:
    if not url or url.startswith("#"):
        return None
    full = absolute(base, url)
    try:
        return url_facts(full) if full else None
    except BadUrlError:
        return None


_NO_STORY = re.compile(
    r"/(?:log-?in|sign-?in|signup|register|subscribe|subscription|abo|abonnement|consent|cookie|privacy|paywall|error|404|not-?found|search|suche|account|auth|sso|oauth|captcha|blocked|unavailable|expired)(?:[/.?]|$)",
    re.IGNORECASE,
)


def _is_credible(kind: str, target: UrlFacts, here: UrlFacts) -> bool:
    """Whether a claim may be true of a page of this outlet."""
    if target.homepage or here.homepage or _NO_STORY.search("/" + target.key.partition("/")[2]):
        return False
    if target.domain != here.domain:
        if _is_address(target) or _is_address(here):  # a server that names itself by its number
            return is_specific(here) and target.key.partition("/")[2] == here.key.partition("/")[2]
        # A redirect is the server's own word. An AMP form may be on a sister domain if id or slug is the same, and so
        # may any form under the same name ("bbc.co.uk", "bbc.com").
        return (kind == "redirect" and is_specific(target)) or (
            (kind == "amphtml" or target.outlet == here.outlet) and _same_words(target, here)
        )
    if target.language and here.language and target.language != here.language:
        return False
    if not is_specific(target) and here.key.startswith(target.key.rstrip("/") + "/"):
        return False  # a section above it
    return not (
        kind in ("canonical", "og:url", "json-ld")
        and not is_specific(target)
        and is_specific(here)
        and _is_section(target)
    )


def _is_address(facts: UrlFacts) -> bool:
    return bool(_ADDRESS.fullmatch(facts.domain))


def _is_section(facts: UrlFacts) -> bool:
    """Words alone, as "/news" and "/sport/football"; a short code like "/8lk" is none."""
    return bool(re.fullmatch(r"[^/]*(?:/[a-z]{2,20}){1,3}", facts.key))


def _same_words(a: UrlFacts, b: UrlFacts) -> bool:
    return bool((main_id(a) and main_id(a) == main_id(b)) or (a.slug and a.slug == b.slug))


# ---------------------------------------------------------------- keys


def identity_keys(observation: Observation) -> tuple[str, ...]:
    """Return keys that over-approximate: two captures can be of one story only if shared keys connect them.

    `u:` a URL key (that of the page, one it claims, or another page of its article), `i:` an id with its outlet, `g:` a feed's guid,
    `t:` a long paragraph. Sorted; the same for the same capture, always. An index keeps those of its pages, so that other rules need
    another `index.connection.SCHEMA`, as other tables do.
    """
    here = url_facts(observation.url)
    found = {"u:" + _loose(here)}
    found |= {"u:" + _loose_key(c.target) for c in claims(observation)}
    found |= {"u:" + _loose(facts) for facts in _other_pages(observation) if facts.domain == here.domain}
    if own := main_id(here):
        found.add(f"i:{here.outlet}:{own}")
    if guid := guid_key(observation):
        found.add("g:" + guid)
    found |= {"t:" + text for text in text_keys(observation)}
    return tuple(sorted(found))


def says_no_more_than_its_page(observation: Observation) -> bool:
    """Return whether every key of a capture follows from its URL and its article, as for all captures of that page."""
    return not (
        observation.redirect_from or observation.location or observation.continues or observation.feed_guid
    )


def _other_pages(observation: Observation) -> list[UrlFacts]:
    """The other pages of an article on several, as this capture names them."""
    article = observation.article
    named = [url for _, url in article.part.pages] if article is not None and article.part is not None else []
    named += [observation.continues] if observation.continues else []
    return [facts for url in named if (facts := _facts_or_none(observation.url, url))]


def _loose(facts: UrlFacts) -> str:
    """The key, in lower case where words alone identify the page: case then means nothing."""
    return facts.key.lower() if facts.slug else facts.key


def _loose_key(key: str) -> str:
    return _loose(url_facts("http://" + key))


def guid_key(observation: Observation) -> str:
    """Return the guid with the outlet's domain; empty for none and for words that are none."""
    guid = observation.feed_guid
    if not guid or guid.lower() in ("false", "true", "null", "none", "undefined"):
        return ""
    return f"{url_facts(observation.url).domain}:{guid}"


SHORT_GUID = 5  # characters; a shorter guid may be a mere counter


def is_short_guid(key: str) -> bool:
    """Whether a guid is so short that the texts must agree, too."""
    return len(key.partition(":")[2]) < SHORT_GUID


LONGEST = 3  # paragraphs of a text by which its twin is looked for


def text_keys(observation: Observation) -> tuple[str, ...]:
    """Return the longest paragraphs of a long text with its day, on one domain; none where that says too little."""
    article = observation.readable
    if article is None or article.published_at is None or article.date_is_weak or not article.title:
        return ()
    if len(article.text) < SAME_TEXT or article.page_kind != "article":
        return ()
    day = f"{url_facts(observation.url).domain}:{article.published_at.date().isoformat()}"
    longest = sorted(set(article.paragraphs), key=lambda p: (-len(p), p))[:LONGEST]
    return tuple(f"{day}:{fingerprint_of((p,))}" for p in longest)


# ---------------------------------------------------------------- ids


_MEDIA = re.compile(r"^(?:videos?|gallery|galleries|galerie|photos?|fotos?|fotostrecke|slideshow|podcasts?|audio|live|liveblog|authors?|autor|tags?|topics?|thema|users?|profile|comments?|forum|images?|bilder)$", re.IGNORECASE)  # fmt: skip


def same_id(a: UrlFacts, b: UrlFacts) -> bool:
    """Return whether one id in two URLs of one domain may mean one story, by the URLs alone.

    A UUID or hash does. A number does if it is in the same place of both, or if one of the two is a
    short form ("/node/42432483"); never across "video" and "article", nor across language editions.
    """
    own = main_id(a)
    if not own or own != main_id(b) or a.domain != b.domain or a.language != b.language:
        return False
    if own.startswith(("uuid:", "hex:")):
        return True
    if bool(_MEDIA.match(a.place)) != bool(_MEDIA.match(b.place)) or (
        _MEDIA.match(a.place) and a.place != b.place
    ):
        return False
    if a.slug and b.slug:
        return a.tail == b.tail or a.slug == b.slug
    if not a.slug and not b.slug:
        return a.place == b.place
    return own.startswith("code:") or len(own) >= len("num:") + 6
