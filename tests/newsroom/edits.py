"""What editors do to a story: one pure function for each kind of edit, the truth of every test of versions.

`apply` takes a story and gives the story after the edit; it reads no clock and keeps nothing. What
isn't text (a page that goes, comes back or moves) is only named here and done by state.py.
Tested in tests/newsroom/test_edits.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import datetime
from typing import Any

from tests.newsroom.generate import StoryWriter
from tests.newsroom.story import LiveEntry, NewsroomError, PressStory
from tests.newsroom.typos import QUOTED, insert_typo, typo_is_there

_NUMBER = re.compile(r"(?<![\d.,:])(?!(?:1\d|20)\d\d(?!\d))\d+(?![\d.:]*[.:]\d)(?!月|日|年|時|,\d)")
_BREAK = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=。)(?=\S)")

Edit = Callable[[PressStory, StoryWriter], PressStory]


def apply(
    story: PressStory,
    kind: str,
    *,
    writer: StoryWriter,
    at: datetime,
    silent: bool = False,
    given: Mapping[str, Any] | None = None,
) -> PressStory:
    """The story after an edit of that kind.

    Args:
        hand: Writes what is new; its `rng` decides where the edit falls.
        silent: The page's own date doesn't move.
        given: Fields of `Story` that overrule what the edit would have written.

    Raises:
        NewsroomError: an unknown kind or field, or a story in which such an edit has no place.
    """
    if kind not in TEXT_KINDS:
        raise NewsroomError(f"no edit is called {kind!r}; known: {', '.join(EDIT_KINDS)}")
    given = checked(given or {})
    after = replace(TEXT_KINDS[kind](story, writer), **given) if kind != "set" else replace(story, **given)
    if "modified_at" in given or (silent and kind != "date"):
        return after
    return replace(after, modified_at=at.replace(microsecond=0))


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a story as they come from a caller or from JSON: lists become tuples, texts times.

    Raises:
        NewsroomError: a story has no such field.
    """
    known = {f.name for f in fields_of(PressStory)}
    if strange := set(given) - known:
        raise NewsroomError(f"a story has no field {', '.join(sorted(strange))}")
    values: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, list):
            value = tuple(value)
        if name.endswith("_at") and isinstance(value, str):
            value = datetime.fromisoformat(value.replace("Z", "+00:00"))
        values[name] = value
    return values


# ------------------------------------------------------------------ places in the text


def _body(story: PressStory) -> list[int]:
    """Indexes of the paragraphs that aren't headings."""
    return [i for i in range(len(story.paragraphs)) if i not in story.headings]


def _where(story: PressStory, writer: StoryWriter, fits: Callable[[str], object], what: str) -> int:
    heads = _notice_heads(writer)
    places = [
        i for i in _body(story) if fits(story.paragraphs[i]) and not story.paragraphs[i].startswith(heads)
    ]
    if not places:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of {what}")
    return writer.rng.choice(places)


def _notice_heads(writer: StoryWriter) -> tuple[str, ...]:
    """How notices of this language begin: an edit inside one would be an edit of the notice."""
    lines = [line for part in ("correction", "update", "retraction") for line in writer.words.common[part]]
    return tuple(line[0][:6] for line in lines if isinstance(line[0], str))


def _with(story: PressStory, index: int, text: str) -> PressStory:
    paragraphs = list(story.paragraphs)
    paragraphs[index] = text
    return replace(story, paragraphs=tuple(paragraphs))


def _rebuilt(story: PressStory, order: list[int | str]) -> PressStory:
    """The story with its paragraphs in a new order; an int names an old one, a text is a new one."""
    new = {old: place for place, old in enumerate(order) if isinstance(old, int)}
    return replace(
        story,
        paragraphs=tuple(story.paragraphs[o] if isinstance(o, int) else o for o in order),
        headings=tuple(sorted(new[i] for i in story.headings if i in new)),
        quotes=tuple(sorted(new[i] for i in story.quotes if i in new)),
    )


def _order(story: PressStory) -> list[int | str]:
    return list(range(len(story.paragraphs)))


# ------------------------------------------------------------------ the edits


def _headline(story: PressStory, writer: StoryWriter) -> PressStory:
    lines = writer.topic.lines["headline"]
    for _ in range(20):
        title = writer.headline(int(writer.rng.random() * len(lines)))
        if title != story.title:
            return replace(story, title=title)
    return replace(story, title=story.title + writer.fill(writer.rng.choice(writer.words.common["tail"])))


def _standfirst(story: PressStory, writer: StoryWriter) -> PressStory:
    for _ in range(20):
        text = f"{writer.facts['place']}: {writer.sentence('standfirst')}"
        if text != story.standfirst:
            return replace(story, standfirst=text)
    return replace(story, standfirst="")


def _byline(story: PressStory, writer: StoryWriter) -> PressStory:
    if len(story.authors) > 1:
        return replace(story, authors=story.authors[:1])
    return replace(story, authors=(*story.authors, writer.name()))


def _caption(story: PressStory, writer: StoryWriter) -> PressStory:
    text = f"{writer.facts['topicword']}, {writer.facts['place2']}, {writer.rng.randint(1950, 2025)}"
    return replace(story, captions=(text, *story.captions[1:]))


def _typo(story: PressStory, writer: StoryWriter) -> PressStory:
    if story.typo is not None and typo_is_there(story):
        index, right = story.typo
        return replace(_with(story, index, right), typo=None)
    wrong = insert_typo(story, writer.rng)
    if wrong is story:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of typo")
    return replace(wrong, typo=None)


def _case(story: PressStory, writer: StoryWriter) -> PressStory:
    def inner(text: str) -> re.Match[str] | None:
        return re.search(r"(?<=[a-zäöüß] )[A-ZÄÖÜ](?=[a-zäöü]{3})", text)

    index = _where(story, writer, inner, "case")
    text = story.paragraphs[index]
    found = inner(text)
    at = found.start() if found else 0
    return _with(story, index, text[:at] + text[at].lower() + text[at + 1 :])


def _new_number(text: str, rng: random.Random) -> tuple[str, str, str]:
    """The text with one number changed; the old and the new number."""
    found = rng.choice(list(_NUMBER.finditer(text)))
    old = found[0]
    step = rng.choice([2, 3, 4, 5])
    new = str(int(old) + step) if old[0] != "0" else old[:-1] + str((int(old[-1]) + 3) % 10)
    return text[: found.start()] + new + text[found.end() :], old, new


def _number(story: PressStory, writer: StoryWriter) -> PressStory:
    index = _where(story, writer, _NUMBER.search, "number")
    return _with(story, index, _new_number(story.paragraphs[index], writer.rng)[0])


def _name(story: PressStory, writer: StoryWriter) -> PressStory:
    names = [n for n in writer.people if any(n in p for p in story.paragraphs)]
    old = writer.rng.choice(names) if names else writer.facts["place2"]
    new = old
    while new == old:
        new = writer.name() if names else writer.rng.choice(writer.words.words["place"])
    pairs = [(old, new)]
    if " " in old and writer.words.language in ("en", "de"):
        pairs.append((old.split(" ", 1)[1], new.split(" ", 1)[1]))
    paragraphs = story.paragraphs
    for a, b in pairs:
        paragraphs = tuple(p.replace(a, b) for p in paragraphs)
    if paragraphs == story.paragraphs:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of name")
    return replace(story, paragraphs=paragraphs)


def _quote(story: PressStory, writer: StoryWriter) -> PressStory:
    """Somebody said a little more; a story in which nobody is quoted gets a quote at a paragraph's end."""
    if not any(QUOTED.search(story.paragraphs[i]) for i in _body(story)):
        index = writer.rng.choice(_body(story))
        return _with(
            story, index, story.paragraphs[index] + writer.words.marks["join"] + writer.sentence("quote")
        )
    index = _where(story, writer, QUOTED.search, "quote")
    text = story.paragraphs[index]
    asides = [a for a in writer.words.words["aside"] if a not in text]
    found = QUOTED.search(text)
    if found is None or not asides:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of quote")
    inside = found[0][:-1]
    at = found.start() + len(inside.rstrip(",.!?"))
    return _with(story, index, text[:at] + writer.rng.choice(asides) + text[at:])


def _added(story: PressStory, writer: StoryWriter) -> PressStory:
    order = _order(story)
    order.insert(writer.rng.randint(1, len(order)), writer.paragraph(("context", "number")))
    return _rebuilt(story, order)


def _removed(story: PressStory, writer: StoryWriter) -> PressStory:
    body = _body(story)
    if len(body) < 3:
        raise NewsroomError(f"{story.outlet}{story.path} has no paragraph to spare")
    gone = writer.rng.choice(body[1:])
    return _rebuilt(story, [i for i in _order(story) if i != gone])


def _moved(story: PressStory, writer: StoryWriter) -> PressStory:
    body = _body(story)
    if len(body) < 2:
        raise NewsroomError(f"{story.outlet}{story.path} has too few paragraphs to move one")
    source = writer.rng.choice(body[3:] or body[2:] or body[1:])
    order = [i for i in _order(story) if i != source]
    order.insert(1 if source > 1 else 0, source)
    return _rebuilt(story, order)


def _rewritten(story: PressStory, writer: StoryWriter) -> PressStory:
    index = writer.rng.choice(_body(story)[1:] or [0])
    return _with(story, index, writer.paragraph(("context", "body")))


def _split(story: PressStory, writer: StoryWriter) -> PressStory:
    index = _where(story, writer, _BREAK.search, "paragraph-split")
    text = story.paragraphs[index]
    places = list(_BREAK.finditer(text))
    cut = places[len(places) // 2]
    order = _order(story)
    order[index : index + 1] = [text[: cut.start()], text[cut.end() :]]
    return _rebuilt(story, order)


def _merged(story: PressStory, writer: StoryWriter) -> PressStory:
    body = set(_body(story))
    pairs = [i for i in sorted(body) if i + 1 in body and not {i, i + 1} & set(story.quotes)]
    if not pairs:
        raise NewsroomError(f"{story.outlet}{story.path} has no two paragraphs to merge")
    index = writer.rng.choice(pairs)
    order = _order(story)
    join = writer.words.marks["join"]
    order[index : index + 2] = [story.paragraphs[index] + join + story.paragraphs[index + 1]]
    return _rebuilt(story, order)


def _notice(story: PressStory, writer: StoryWriter, part: str, **facts: str) -> PressStory:
    writer.facts.update(facts)
    return _rebuilt(story, [*_order(story), writer.sentence(part)])


def _correction(story: PressStory, writer: StoryWriter) -> PressStory:
    index = _where(story, writer, _NUMBER.search, "correction")
    text, old, new = _new_number(story.paragraphs[index], writer.rng)
    return _notice(_with(story, index, text), writer, "correction", before=old, after=new)


def _update(story: PressStory, writer: StoryWriter) -> PressStory:
    return _notice(story, writer, "update")


def _retraction(story: PressStory, writer: StoryWriter) -> PressStory:
    return replace(
        story, paragraphs=(writer.sentence("retraction"),), headings=(), quotes=(), entries=(), captions=()
    )


def _entry(story: PressStory, writer: StoryWriter) -> PressStory:
    """A live blog gets a new entry on top; its time is set by state.py."""
    if not story.entries:
        raise NewsroomError(f"{story.outlet}{story.path} is no live blog")
    order = _order(story)
    order.insert(0, writer.paragraph(("body", "quote")))
    entry = LiveEntry(at=story.entries[0].at, title=writer.sentence("headline"))
    return replace(_rebuilt(story, order), entries=(entry, *story.entries))


def _tags(story: PressStory, writer: StoryWriter) -> PressStory:
    return replace(story, tags=(*story.tags, writer.facts["place2"]))


def _image(story: PressStory, _hand: StoryWriter) -> PressStory:
    return replace(story, image=re.sub(r"(\d+)(\.\w+)$", r"9\1\2", story.image))


def _same(story: PressStory, _hand: StoryWriter) -> PressStory:
    return story


TEXT_KINDS: dict[str, Edit] = {
    "headline": _headline,
    "standfirst": _standfirst,
    "byline": _byline,
    "caption": _caption,
    "typo": _typo,
    "case": _case,
    "number": _number,
    "name": _name,
    "quote": _quote,
    "paragraph-added": _added,
    "paragraph-removed": _removed,
    "paragraph-moved": _moved,
    "paragraph-rewritten": _rewritten,
    "paragraph-split": _split,
    "paragraph-merged": _merged,
    "correction": _correction,
    "update": _update,
    "retraction": _retraction,
    "entry": _entry,
    "tags": _tags,
    "image": _image,
    "date": _same,
    "set": _same,
}
# What happens to the page, not to the text: done by state.py.
PAGE_KINDS = (
    "slug",
    "paywall",
    "open",
    "delete-404",
    "delete-410",
    "delete-soft",
    "delete-home",
    "restore",
)
EDIT_KINDS: tuple[str, ...] = (*TEXT_KINDS, *PAGE_KINDS)
