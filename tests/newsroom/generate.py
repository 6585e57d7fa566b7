"""Makes stories out of a seed: the same seed, outlet and number give the same text for ever.

The texts are put together from sentence patterns (vocabulary/*.toml) around a handful of facts that
stay the same throughout a story: a place, an office, people, sums. Pure; knows no outlet's pages and
no clock. Fast enough for 100,000 stories as plain data. Tested in tests/newsroom/test_generate.py.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

_PIECE = re.compile(r"\{([^{}]+)\}|\[([^\[\]]+)\]")
_RANGE = re.compile(r"(\d+)-(\d+)")

LANGUAGES = ("en", "de", "ar", "ja")

Template = tuple[Any, ...]  # texts, slot names as ("slot", name), ranges, alternatives


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


@dataclass(frozen=True, slots=True)
class _Range:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[Template, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What a story can be about: its patterns by part, in one language."""

    section: str
    tags: tuple[str, ...]
    lines: Mapping[str, tuple[Template, ...]]  # headline, standfirst, lead, body, org, role, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """One language: lists of words, topics, and patterns that any topic may use."""

    language: str
    words: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, str]  # thousands, join, money, intro, again
    topics: tuple[Topic, ...]
    common: Mapping[str, tuple[Template, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A story before an outlet gives it an address: plain data."""

    number: int
    title: str
    standfirst: str
    authors: tuple[str, ...]
    section: str
    tags: tuple[str, ...]
    published_at: datetime
    language: str
    paragraphs: tuple[str, ...]
    captions: tuple[str, ...]
    credits: tuple[str, ...]
    headings: tuple[int, ...] = ()


def parse(text: str) -> Template:
    """A sentence pattern as pieces: `{slot}`, `{low-high}`, `[one|or the other]`, plain text."""
    pieces: list[Any] = []
    end = 0
    for found in _PIECE.finditer(text):
        if found.start() > end:
            pieces.append(text[end : found.start()])
        end = found.end()
        if found[2] is not None:
            pieces.append(_Choice(tuple(parse(option) for option in found[2].split("|"))))
        elif span := _RANGE.fullmatch(found[1]):
            pieces.append(_Range(int(span[1]), int(span[2])))
        else:
            pieces.append(_Slot(found[1]))
    if end < len(text):
        pieces.append(text[end:])
    return tuple(pieces)


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language: en, de, ar, ja.

    Raises:
        ValueError: the newsroom doesn't speak it.
    """
    file = files("tests.newsroom") / "vocabulary" / f"{language}.toml"
    if not file.is_file():
        raise ValueError(f"the newsroom has no vocabulary for {language!r}")
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    topics = [
        Topic(
            section=t["section"],
            tags=tuple(t["tags"]),
            lines={
                part: tuple(parse(line) for line in ([lines] if isinstance(lines, str) else lines))
                for part, lines in t.items()
                if part not in ("section", "tags")
            },
        )
        for t in table["topics"]
    ]
    return Vocabulary(
        language=language,
        words={k: tuple(v) for k, v in table.items() if isinstance(v, list) and k != "topics"},
        marks={k: v for k, v in table.items() if isinstance(v, str)},
        topics=tuple(topics),
        common={k: tuple(parse(line) for line in v) for k, v in table["common"].items()},
    )


class StoryWriter:
    """Fills patterns with the facts of one story. One writer writes one story.

    `facts` may be handed in to write more about the same story (an added paragraph, an update).
    """

    def __init__(self, words: Vocabulary, topic: Topic, rng: random.Random, published: datetime) -> None:
        self.words, self.topic, self.rng = words, topic, rng
        self._met: set[str] = set()
        self._used: set[Template] = set()
        pick = self._pick
        self.people = [self.name() for _ in range(4)]
        places = rng.sample(words.words["place"], 2)
        months = rng.sample(range(12), 2)
        first, last = (pick("first"), pick("last"))
        self.facts: dict[str, str] = {
            "place": places[0],
            "place2": places[1],
            "street": pick("street"),
            "weekday": words.words["weekday"][published.weekday()],
            "month": words.words["month"][months[0]],
            "month2": words.words["month"][months[1]],
            "count": str(rng.randint(3, 29)),
            "goals": str(rng.randint(3, 6)),
            "small": str(rng.randint(0, 2)),
            "n2": str(rng.randint(41, 980)),
            "percent": str(rng.randint(4, 48)),
            "year": str(rng.randint(1820, 1990)),
            "money": self._money(),
            "first1": first,
            "last1": last,
            "time": f"{rng.randint(15, 21)}:{rng.randint(10, 59)}",
            "date": f"{published.day} {words.words['month'][published.month - 1]}",
            "name": self.name(),
        }
        self.facts["org"] = self.fill(self._any(topic.lines["org"]))
        self.facts["topicword"] = self.fill(topic.lines["word"][0])
        self.roles = [self.fill(role) for role in rng.sample(topic.lines["role"], 2)]
        self.roles += [self.fill(parse(self._pick("citizen"))) for _ in range(2)]

    def _pick(self, name: str) -> str:
        options = self.words.words[name]
        return options[int(self.rng.random() * len(options))]

    def name(self) -> str:
        """A new person, in the order of names that the language has."""
        first, last = self._pick("first"), self._pick("last")
        return f"{last}{first}" if self.words.language == "ja" else f"{first} {last}"

    def _any(self, options: Sequence[Template]) -> Template:
        return options[int(self.rng.random() * len(options))]

    def _money(self) -> str:
        amount = self.rng.randint(12, 990) * 1000
        number = f"{amount:,}".replace(",", self.words.marks["thousands"])
        return self.words.marks["money"].replace("{n}", number)

    def who(self) -> str:
        """Somebody who speaks: with name and role the first time, by last name later."""
        place = int(self.rng.random() * len(self.people))
        name = self.people[place]
        if name in self._met:
            last = name if self.words.language in ("ja", "ar") else name.split(" ", 1)[1]
            return self.words.marks["again"].replace("{last}", last)
        self._met.add(name)
        return self.words.marks["intro"].replace("{name}", name).replace("{role}", self.roles[place])

    def fill(self, template: Template) -> str:
        """The pattern as text."""
        out: list[str] = []
        for piece in template:
            if isinstance(piece, str):
                out.append(piece)
            elif isinstance(piece, _Range):
                out.append(str(self.rng.randint(piece.low, piece.high)))
            elif isinstance(piece, _Choice):
                out.append(self.fill(self._any(piece.options)))
            else:
                out.append(self.who() if piece.name == "who" else self.facts[piece.name])
        return "".join(out)

    def sentence(self, part: str) -> str:
        """A sentence of the kind `part` (lead, body, quote, context, number, closing, …).

        No pattern is used twice in a story as long as others are left.
        """
        options = self.topic.lines.get(part) or self.words.common[part]
        fresh = [o for o in options if o not in self._used]
        if not fresh and part == "body":
            return self.sentence("context")
        chosen = self._any(fresh or options)
        self._used.add(chosen)
        return _capital(self.fill(chosen))

    def headline(self, angle: int) -> str:
        """The headline of that angle; one without a number often gets a second half."""
        title = _capital(self.fill(self.topic.lines["headline"][angle]))
        if not any(c.isdigit() for c in title) and self.rng.random() < 0.8:
            title += self.fill(self._any(self.words.common["tail"]))
        return title

    def paragraph(self, parts: Sequence[str]) -> str:
        """Sentences of these kinds, joined as the language joins them."""
        return self.words.marks["join"].join(self.sentence(part) for part in parts)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_RHYTHMS: tuple[tuple[str, ...], ...] = (
    ("body", "number"),
    ("quote",),
    ("body", "body"),
    ("context", "body"),
    ("quote", "context"),
    ("number", "quote"),
    ("body", "context", "number"),
    ("context",),
    ("body", "quote"),
)


def story_writer(seed: int, outlet: str, number: int, language: str, published: datetime) -> StoryWriter:
    """A writer who knows the facts of story `number`, and starts with a clean sheet."""
    rng = random.Random(f"{seed}/{outlet}/{number}")
    words = vocabulary(language)
    return StoryWriter(words, words.topics[int(rng.random() * len(words.topics))], rng, published)


def draft(seed: int, outlet: str, number: int, language: str, published: datetime) -> Draft:
    """Story `number` of an outlet: 4 to 20 paragraphs, coherent in its facts."""
    writer = story_writer(seed, outlet, number, language, published)
    rng, topic = writer.rng, writer.topic
    angle = int(rng.random() * len(topic.lines["headline"]))  # headline and lead tell the same event
    title = writer.headline(angle)
    standfirsts = topic.lines["standfirst"]
    standfirst = _capital(writer.fill(standfirsts[angle % len(standfirsts)]))
    if not any(c.isdigit() for c in standfirst):
        standfirst = f"{writer.facts['place']}: {standfirst}"
    length = min(20, 4 + int(rng.expovariate(1 / 5.0)))
    leads = topic.lines["lead"]
    paragraphs = [_capital(writer.fill(leads[angle % len(leads)]))]
    rhythms = [("quote", "context"), *(rng.choice(_RHYTHMS) for _ in range(length - 3))]
    paragraphs += [writer.paragraph(rhythm) for rhythm in rhythms]
    paragraphs.append(
        writer.paragraph(("closing", "context") if rng.random() < 0.6 else ("closing", "quote"))
    )
    headings: tuple[int, ...] = ()
    if "subhead" in writer.words.common and length > 7:
        paragraphs.insert(4, writer.sentence("subhead"))
        headings = (4,)
    authors = tuple(writer.name() for _ in range(2 if rng.random() < 0.15 else 1))
    credit = rng.choice(writer.words.words["credit"])
    return Draft(
        number=number,
        title=title,
        standfirst=standfirst,
        authors=authors,
        section=topic.section,
        tags=(*rng.sample(topic.tags, min(2, len(topic.tags))), writer.facts["place"]),
        published_at=published,
        language=language,
        paragraphs=tuple(paragraphs),
        captions=(writer.fill(parse(writer.words.marks["image"])),),
        credits=(writer.fill(parse(credit)),),
        headings=headings,
    )


def stories(
    seed: int,
    n: int,
    outlet: str = "plain",
    *,
    language: str = "en",
    end: datetime = datetime(2026, 11, 2, 6, tzinfo=UTC),
    per_day: float = 5.0,
    first: int = 1,
) -> Iterator[Draft]:
    """`n` stories of an outlet, the oldest first, the last one published shortly before `end`.

    Args:
        first: The number of the first story; text depends on seed, outlet and number alone, the
            weekday in it on the date.
        per_day: How many stories the outlet publishes a day, which spaces their dates.
    """
    step = timedelta(days=1 / per_day)
    for k in range(n):
        number = first + k
        rng = random.Random(f"{seed}/{outlet}/{number}/when")
        published = end - step * (n - k) + step * (0.1 + 0.8 * rng.random())
        yield draft(seed, outlet, number, language, published.replace(microsecond=0))
