"""What some outlets make of some of their stories: live blogs, galleries, columns, quotations, copies.

Pure: a story in, a story out. Tested in tests/newsroom/test_outlets.py and tests/extract/test_newsroom.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from tests.newsroom.outlet_site import OutletSite
from tests.newsroom.story import LiveEntry, PressStory

Finding = Callable[[str, int], PressStory | None]

GALLERY_EVERY, COLUMN_EVERY, QUOTE_EVERY, COPY_EVERY = 13, 5, 3, 7
COLUMN_OPENING = (
    "Every morning our columnist walks down to the weir, counts the herons, and writes down what the "
    "day before has left on the grating."
)
ENTRY_TITLES = (
    "What we know at {time}",
    "{place}, {time}: the state of things",
    "Heard in {place} at {time}",
    "A look back at {time}",
    "Where it stands, {time}",
    "Word from {place}, {time}",
    "The view from {place} at {time}",
)


def varied(site: OutletSite, story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
    """Return what the outlet makes of a story; most stories stay as they are.

    Args:
        found: Gives the story of an outlet with a number, if it is out.
        bases: Outlet -> "https://host".
    """
    if site.variation == "live blog":
        return story if story.number % site.live_every else _live_blog(story)
    if site.variation == "gallery":
        return story if story.number % GALLERY_EVERY else _gallery(story)
    if site.variation == "copies":
        return _copy_column_or_quotation(story, found, bases)
    return story


def _live_blog(story: PressStory) -> PressStory:
    """An entry for each paragraph, newest first."""
    times = [story.published_at - timedelta(minutes=25 * i + 4) for i in range(len(story.paragraphs))]
    entries = []
    for i, at in enumerate(times):
        pattern = ENTRY_TITLES[(story.number + i) % len(ENTRY_TITLES)]
        entries.append(LiveEntry(at=at, title=pattern.format(place=story.tags[-1], time=f"{at:%H:%M}")))
    return replace(story, kind="live blog", headings=(), entries=tuple(entries))


def _gallery(story: PressStory) -> PressStory:
    """Three paragraphs, and pictures with long captions."""
    captions = (*story.captions, *story.paragraphs[3:])
    return replace(story, kind="gallery", paragraphs=story.paragraphs[:3], captions=captions, headings=())


def _copy_column_or_quotation(story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
    number = story.number
    if number % COPY_EVERY == 0 and (origin := found("courier", number - 1)):
        return replace(
            story,
            title=origin.title,
            standfirst=origin.standfirst,
            authors=origin.authors,
            section=origin.section,
            tags=origin.tags,
            paragraphs=origin.paragraphs,
            captions=origin.captions,
            credits=origin.credits,
            canonical_url=bases["courier"] + origin.path,
        )
    if number % COLUMN_EVERY == 0:
        title, paragraphs = f"Notes from the weir: {story.title}", (COLUMN_OPENING, *story.paragraphs)
        return replace(story, title=title, paragraphs=paragraphs, headings=())
    earlier = found(story.outlet, number - 1)
    if number % QUOTE_EVERY == 0 and earlier and not earlier.canonical_url:
        before, rest = story.paragraphs[:2], story.paragraphs[2:]
        said = f"This is what the Gazette had written under the headline “{earlier.title}”:"
        quoted = earlier.paragraphs[1]
        return replace(story, paragraphs=(*before, said, quoted, *rest), quotes=(len(before) + 1,))
    return story
