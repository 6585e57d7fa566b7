"""What editors do to a story: one pure function for each kind of edit, the truth of every test of versions.

`apply` takes a story and gives the story after the edit; it reads no clock and keeps nothing. What
isn't text (a page that goes, comes back or moves) is only named here and done by desk.py.
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

from tests.newsroom.generate import Writer
from tests.newsroom.slips import QUOTED, plant, slip_stands
from tests.newsroom.story import Entry, NewsroomError, Story

_NUMBER = re.compile(r"(?<![\d.,:])(?!(?:1\d|20)\d\d(?!\d))\d+(?![\d.:]*[.:]\d)(?!月|日|年|時|,\d)")
_BREAK = re.compile(r"(?<=[.!?])\s+(?=\S)|(?<=。)(?=\S)")

Edit = Callable[[Story, Writer], Story]


def apply(
    story: Story,
    kind: str,
    *,
    hand: Writer,
    at: datetime,
    silent: bool = False,
    given: Mapping[str, Any] | None = None,
) -> Story:
    """The story after an edit of that kind.

    Args:
        hand: Writes what is new; its `rng` decides where the edit falls.
        silent: The page's own date doesn't move.
        given: Fields of `Story` that overrule what the edit would have written.

    Raises:
        NewsroomError: an unknown kind or field, or a story in which such an edit has no place.
    """
    if kind not in TEXT_KINDS:
        raise NewsroomError(f"no edit is called {kind!r}; known: {', '.join(KINDS)}")
    given = checked(given or {})
    after = replace(TEXT_KINDS[kind](story, hand), **given) if kind != "set" else replace(story, **given)
    if "modified_at" in given or (silent and kind != "date"):
        return after
    return replace(after, modified_at=at.replace(microsecond=0))


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a story as they come from a caller or from JSON: lists become tuples, texts times.

    Raises:
        NewsroomError: a story has no such field.
    """
    known = {f.name for f in fields_of(Story)}
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


def _body(story: Story) -> list[int]:
    """Indexes of the paragraphs that aren't headings."""
    return [i for i in range(len(story.paragraphs)) if i not in story.headings]


def _where(story: Story, hand: Writer, fits: Callable[[str], object], what: str) -> int:
    heads = _notice_heads(hand)
    places = [
        i for i in _body(story) if fits(story.paragraphs[i]) and not story.paragraphs[i].startswith(heads)
    ]
    if not places:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of {what}")
    return hand.rng.choice(places)


def _notice_heads(hand: Writer) -> tuple[str, ...]:
    """How notices of this language begin: an edit inside one would be an edit of the notice."""
    lines = [line for part in ("correction", "update", "retraction") for line in hand.words.common[part]]
    return tuple(line[0][:6] for line in lines if isinstance(line[0], str))


def _with(story: Story, index: int, text: str) -> Story:
    paragraphs = list(story.paragraphs)
    paragraphs[index] = text
    return replace(story, paragraphs=tuple(paragraphs))


def _rebuilt(story: Story, order: list[int | str]) -> Story:
    """The story with its paragraphs in a new order; an int names an old one, a text is a new one."""
    new = {old: place for place, old in enumerate(order) if isinstance(old, int)}
    return replace(
        story,
        paragraphs=tuple(story.paragraphs[o] if isinstance(o, int) else o for o in order),
        headings=tuple(sorted(new[i] for i in story.headings if i in new)),
        quotes=tuple(sorted(new[i] for i in story.quotes if i in new)),
    )


def _order(story: Story) -> list[int | str]:
    return list(range(len(story.paragraphs)))


# ------------------------------------------------------------------ the edits


def _headline(story: Story, hand: Writer) -> Story:
    lines = hand.topic.lines["headline"]
    for _ in range(20):
        title = hand.headline(int(hand.rng.random() * len(lines)))
        if title != story.title:
            return replace(story, title=title)
    return replace(story, title=story.title + hand.fill(hand.rng.choice(hand.words.common["tail"])))


def _standfirst(story: Story, hand: Writer) -> Story:
    for _ in range(20):
        text = f"{hand.facts['place']}: {hand.sentence('standfirst')}"
        if text != story.standfirst:
            return replace(story, standfirst=text)
    return replace(story, standfirst="")


def _byline(story: Story, hand: Writer) -> Story:
    if len(story.authors) > 1:
        return replace(story, authors=story.authors[:1])
    return replace(story, authors=(*story.authors, hand.name()))


def _caption(story: Story, hand: Writer) -> Story:
    text = f"{hand.facts['topicword']}, {hand.facts['place2']}, {hand.rng.randint(1950, 2025)}"
    return replace(story, captions=(text, *story.captions[1:]))


def _typo(story: Story, hand: Writer) -> Story:
    if story.planted is not None and slip_stands(story):
        index, right = story.planted
        return replace(_with(story, index, right), planted=None)
    wrong = plant(story, hand.rng)
    if wrong is story:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of typo")
    return replace(wrong, planted=None)


def _case(story: Story, hand: Writer) -> Story:
    def inner(text: str) -> re.Match[str] | None:
        return re.search(r"(?<=[a-zäöüß] )[A-ZÄÖÜ](?=[a-zäöü]{3})", text)

    index = _where(story, hand, inner, "case")
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


def _number(story: Story, hand: Writer) -> Story:
    index = _where(story, hand, _NUMBER.search, "number")
    return _with(story, index, _new_number(story.paragraphs[index], hand.rng)[0])


def _name(story: Story, hand: Writer) -> Story:
    names = [n for n in hand.people if any(n in p for p in story.paragraphs)]
    old = hand.rng.choice(names) if names else hand.facts["place2"]
    new = old
    while new == old:
        new = hand.name() if names else hand.rng.choice(hand.words.words["place"])
    pairs = [(old, new)]
    if " " in old and hand.words.language in ("en", "de"):
        pairs.append((old.split(" ", 1)[1], new.split(" ", 1)[1]))
    paragraphs = story.paragraphs
    for a, b in pairs:
        paragraphs = tuple(p.replace(a, b) for p in paragraphs)
    if paragraphs == story.paragraphs:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of name")
    return replace(story, paragraphs=paragraphs)


def _quote(story: Story, hand: Writer) -> Story:
    """Somebody said a little more; a story in which nobody is quoted gets a quote at a paragraph's end."""
    if not any(QUOTED.search(story.paragraphs[i]) for i in _body(story)):
        index = hand.rng.choice(_body(story))
        return _with(
            story, index, story.paragraphs[index] + hand.words.marks["join"] + hand.sentence("quote")
        )
    index = _where(story, hand, QUOTED.search, "quote")
    text = story.paragraphs[index]
    asides = [a for a in hand.words.words["aside"] if a not in text]
    found = QUOTED.search(text)
    if found is None or not asides:
        raise NewsroomError(f"{story.outlet}{story.path} has no place for an edit of quote")
    inside = found[0][:-1]
    at = found.start() + len(inside.rstrip(",.!?"))
    return _with(story, index, text[:at] + hand.rng.choice(asides) + text[at:])


def _added(story: Story, hand: Writer) -> Story:
    order = _order(story)
    order.insert(hand.rng.randint(1, len(order)), hand.paragraph(("context", "number")))
    return _rebuilt(story, order)


def _removed(story: Story, hand: Writer) -> Story:
    body = _body(story)
    if len(body) < 3:
        raise NewsroomError(f"{story.outlet}{story.path} has no paragraph to spare")
    gone = hand.rng.choice(body[1:])
    return _rebuilt(story, [i for i in _order(story) if i != gone])


def _moved(story: Story, hand: Writer) -> Story:
    body = _body(story)
    if len(body) < 2:
        raise NewsroomError(f"{story.outlet}{story.path} has too few paragraphs to move one")
    source = hand.rng.choice(body[3:] or body[2:] or body[1:])
    order = [i for i in _order(story) if i != source]
    order.insert(1 if source > 1 else 0, source)
    return _rebuilt(story, order)


def _rewritten(story: Story, hand: Writer) -> Story:
    index = hand.rng.choice(_body(story)[1:] or [0])
    return _with(story, index, hand.paragraph(("context", "body")))


def _split(story: Story, hand: Writer) -> Story:
    index = _where(story, hand, _BREAK.search, "paragraph-split")
    text = story.paragraphs[index]
    places = list(_BREAK.finditer(text))
    cut = places[len(places) // 2]
    order = _order(story)
    order[index : index + 1] = [text[: cut.start()], text[cut.end() :]]
    return _rebuilt(story, order)


def _merged(story: Story, hand: Writer) -> Story:
    body = set(_body(story))
    pairs = [i for i in sorted(body) if i + 1 in body and not {i, i + 1} & set(story.quotes)]
    if not pairs:
        raise NewsroomError(f"{story.outlet}{story.path} has no two paragraphs to merge")
    index = hand.rng.choice(pairs)
    order = _order(story)
    join = hand.words.marks["join"]
    order[index : index + 2] = [story.paragraphs[index] + join + story.paragraphs[index + 1]]
    return _rebuilt(story, order)


def _notice(story: Story, hand: Writer, part: str, **facts: str) -> Story:
    hand.facts.update(facts)
    return _rebuilt(story, [*_order(story), hand.sentence(part)])


def _correction(story: Story, hand: Writer) -> Story:
    index = _where(story, hand, _NUMBER.search, "correction")
    text, old, new = _new_number(story.paragraphs[index], hand.rng)
    return _notice(_with(story, index, text), hand, "correction", before=old, after=new)


def _update(story: Story, hand: Writer) -> Story:
    return _notice(story, hand, "update")


def _retraction(story: Story, hand: Writer) -> Story:
    return replace(
        story, paragraphs=(hand.sentence("retraction"),), headings=(), quotes=(), entries=(), captions=()
    )


def _entry(story: Story, hand: Writer) -> Story:
    """A live blog gets a new entry on top; its time is put right by the desk."""
    if not story.entries:
        raise NewsroomError(f"{story.outlet}{story.path} is no live blog")
    order = _order(story)
    order.insert(0, hand.paragraph(("body", "quote")))
    entry = Entry(at=story.entries[0].at, title=hand.sentence("headline"))
    return replace(_rebuilt(story, order), entries=(entry, *story.entries))


def _tags(story: Story, hand: Writer) -> Story:
    return replace(story, tags=(*story.tags, hand.facts["place2"]))


def _image(story: Story, _hand: Writer) -> Story:
    return replace(story, image=re.sub(r"(\d+)(\.\w+)$", r"9\1\2", story.image))


def _same(story: Story, _hand: Writer) -> Story:
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
# What happens to the page, not to the text: done by the desk.
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
KINDS: tuple[str, ...] = (*TEXT_KINDS, *PAGE_KINDS)
