"""What an element's class, id, role and data attributes say about its purpose.

A closed list of word stems, each in one group; the groups of an element are a bit mask. Says nothing of
texts: that is signs.py. Tested in tests/extract/test_class_names.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

# group -> stems looked for in the element's names (lower case). The first group that knows a stem has it.
# Chosen by reading class names of the development pages; German, French and Spanish forms where common.
STEMS: dict[str, str] = {
    "body": "articlebody article-body article_body article__body articletext article-text article-content "
    "article__content articlecontent story-body storybody story-content storytext post-content post_content "
    "post-body postbody entry-content entrycontent entry-body body-content content-body bodytext body-text "
    "richtext rich-text text-formatted wysiwyg field--name-body field-name-body page-content main-content "
    "maincontent single-content td-post-content news-content newstext text-content texto noticia cuerpo "
    "artikeltext artikel-text article-copy body-copy bodycopy paragraph content__article",
    "article": "article story post entry artikel beitrag hentry newsarticle blogposting",
    "lead": "standfirst teaser-text dek deck subtitle subheadline sub-headline subhead lede lead-text intro "
    "vorspann chapo entradilla bajada excerpt abstract description summary article-lead",
    "title": "headline title heading kicker overline dachzeile eyebrow",
    "byline": "byline author autor auteur writer contributor reporter verfasser",
    "bio": "author-bio authorbio author-box authorbox about-author about-the-author author-info "
    "author-description author-profile bio biography post-author autor-box author-card writer-bio",
    "date": "date time timestamp published pubdate datum fecha dateline updated",
    "caption": "caption figcaption bildunterschrift legend image-description wp-caption credit-line",
    "credit": "credit copyright photo-credit photographer imagecredit bildnachweis source-credit",
    "media": "gallery slideshow carousel slider swiper video player audio podcast image figure lightbox photo",
    "quote": "pullquote pull-quote blockquote quote zitat",
    "related": "related recommend recommended read-more readmore read-next readnext more-stories morestories "
    "more-news more-on also-read alsoread see-also next-article next-up up-next similar popular mostread "
    "most-read trending latest outbrain taboola teaser promo-box linked-stories inline-link further "
    "mehr-zum verwandte relacionad relacionada lire-aussi a-lire onward suggested topstories top-stories "
    "more-from infinite you-may recirc recirculation in-other teads zergnet",
    "newsletter": "newsletter subscribe subscription signup sign-up mailinglist mailing-list mailchimp email-form "
    "optin opt-in abo abonn suscri",
    "paywall": "paywall regwall meter premium piano login signin register donat spenden membership support-us",
    "ad": "advert advertisement advertorial adsbygoogle ad-slot adslot ad-container ads-container dfp sponsor "
    "sponsored promo promotion banner werbung anzeige publicidad affiliate shop commerce deal buybox product",
    "share": "share sharing social addtoany addthis sharedaddy facebook twitter whatsapp follow-us followus "
    "print-button tools utility actions toolbar",
    "comment": "comment disqus respond replies reply discussion kommentar comentario livefyre",
    "nav": "nav navigation menu breadcrumb breadcrumbs pagination pager skip-link toc table-of-contents "
    "offcanvas off-canvas hamburger submenu search searchbox jump",
    "footer": "footer colophon bottom-bar imprint impressum legal disclaimer copyright-notice",
    "header": "header masthead topbar top-bar site-head",
    "side": "sidebar side-bar aside rail widget secondary complementary right-col rightcol column-right",
    "tags": "tag tags topics keywords schlagworte etiquetas category categories post-tags taxonomy section-label",
    "notice": "cookie consent gdpr privacy notice correction correct editor-note editors-note update-note",
    "modal": "modal popup pop-up overlay dialog lightbox-content toast drawer tooltip",
    "hidden": "hidden visually-hidden visuallyhidden sr-only screen-reader screenreader invisible d-none "
    "noprint no-print print-only display-none",
    "box": "infobox info-box factbox fact-box box sidebar-box callout inset highlight key-points keypoints "
    "summary-box ai-summary bullets takeaways",
    "list": "list listing archive-list feed stream grid cards card item-list collection",
    "code": "code highlighttable syntax",
    "embed": "embed tweet instagram-media twitter-tweet oembed iframe",
    "live": "live-blog liveblog live-update liveticker ticker live-entry live-post",
}
GROUPS = tuple(STEMS)
BIT = {group: 1 << n for n, group in enumerate(GROUPS)}
_BY_STEM = {stem: BIT[group] for group in reversed(GROUPS) for stem in STEMS[group].split()}
# First two letters -> the lengths of the stems that begin with them, longest first.
_LENGTHS = {
    start: sorted({len(stem) for stem in _BY_STEM if stem.startswith(start)}, reverse=True)
    for start in {stem[:2] for stem in _BY_STEM}
}
_WORD_START = re.compile(r"(?<![a-z])[a-z]|(?<=[a-z])[A-Z]|(?<![A-Za-z])[A-Z]")
_NAMES = (
    "class", "id", "role", "itemprop", "data-component", "data-testid", "data-qa", "data-type", "data-module",
    "data-widget", "aria-label", "aria-roledescription",
)  # fmt: skip


@lru_cache(maxsize=20000)
def mask_of(names: str) -> int:
    """The groups whose stems begin a word in `names` (class, id and the like, camel case split)."""
    mask = 0
    for name in names.split():
        mask |= _mask_of_one(name)
    return mask


@lru_cache(maxsize=20000)
def _mask_of_one(name: str) -> int:
    mask = 0
    low = name.lower()
    if len(low) != len(name):
        low = name
    for match in _WORD_START.finditer(name):
        start = match.start()
        for length in _LENGTHS.get(low[start : start + 2], ()):
            bit = _BY_STEM.get(low[start : start + length])
            if bit:
                mask |= bit
                break
    return mask


def names_of(attributes: Mapping[str, str]) -> str:
    """An element's class, id, role and similar attributes in one text, at most 300 characters."""
    if len(attributes) == 1:
        ((name, value),) = attributes.items()
        return value[:300] if name in _NAMES else ""
    return " ".join([attributes[name] for name in _NAMES if name in attributes])[:300]
