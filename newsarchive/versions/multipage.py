"""Articles on several pages: the captures of the further pages become part of the captures of the first one.

Given all captures that may belong together, in any order, and a function that joins pages, it says which URLs
are further pages of an article, and gives each capture of the first page the whole article. For each further page
that capture takes, among the captures a reader could read: the first one made at or after it and before the next
of the first page, if within six hours; else the latest before; else the earliest after. So a page that fails once is no
edit, and an edit on page 2 alone shows at the next capture of the first page, or by itself where there was none. Which pages there
are, the first page says (and the pages that it names). Pure. Tested in tests/versions/test_multipage.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from newsarchive.model import Article
from newsarchive.text import fold
from newsarchive.urls import key_or_empty, url_form, url_key
from newsarchive.versions.decisions import Decision, in_force
from newsarchive.versions.observation import Observation

Join = Callable[[Mapping[int, Article], int], Article]
MOST = 60  # pages of one article
SAME_LOOK = timedelta(hours=6)  # a further page fetched within this time after the first belongs to it
SAME_TIME = timedelta(hours=6)  # two dates of publication farther apart are two articles'


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A capture of a further page: the capture of the first page that it belongs to, and the page's number."""

    look: str  # record id
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """Captures of whole articles. `looks` are for `group` and `chain`; `parts` is by record id."""

    looks: tuple[Observation, ...]
    parts: Mapping[str, Placed] = field(default_factory=dict)


def fold_parts(observations: Iterable[Observation], join: Join, decisions: Iterable[Decision] = ()) -> Folded:
    """Take captures of further pages out, and put them into the captures of their first page.

    Args:
        observations: In any order; closed under shared `identity_keys`.
        join: `newsarchive.extract.join_pages`; handed in, since the rooms don't know each other.
        decisions: A split that names a first and a further page keeps them apart.

    Returns:
        The same for every order of arrival; all as it came where no page says that it is one of several.
    """
    ordered = sorted({o.record_id: o for o in observations}.values(), key=lambda o: o.order)
    if not any(o.article is not None and o.article.part is not None for o in ordered):
        return Folded(looks=tuple(ordered))
    states = states_of(ordered)
    apart = [d.key[1] for d in in_force(decisions) if d.kind == "split"]
    looks: dict[str, Observation] = {o.record_id: o for o in ordered}
    parts: dict[str, Placed] = {}
    for family in _families(ordered, states, apart):
        weaver = _Weaver(family, states, join)
        weaver.weave()
        for record in weaver.placed:
            looks.pop(record, None)
        looks |= weaver.looks
        parts |= weaver.placed
    return Folded(looks=tuple(sorted(looks.values(), key=lambda o: o.order)), parts=parts)


def states_of(ordered: Sequence[Observation]) -> dict[str, Article]:
    """Return what each capture showed, by record id: its own article, or for "not modified" the last one of its URL."""
    last: dict[str, Article] = {}
    found = {}
    for o in ordered:
        if o.readable is not None:
            last[o.url] = found[o.record_id] = o.readable
        elif o.article is None and o.kind in ("same-payload", "not-modified") and o.url in last:
            found[o.record_id] = last[o.url]
    return found


# ---------------------------------------------------------------- which pages are one article


@dataclass(slots=True)
class _Family:
    """The captures of the first page (of the lowest that there is), and of the further ones by number."""

    leads: list[Observation]
    members: dict[int, list[Observation]]
    first: int  # the number of the leads


def _families(
    ordered: Sequence[Observation], states: Mapping[str, Article], apart: Sequence[frozenset[str]]
) -> Iterator[_Family]:
    """The articles on several pages, by stem; no capture is in two."""
    stems = sorted({p.stem for a in states.values() if (p := a.part) is not None})
    heads = {
        url_key(o.url)
        for o in ordered
        if (a := states.get(o.record_id)) is not None and a.part is not None and a.part.number == 1
    }
    by_key: dict[str, list[Observation]] = defaultdict(list)
    for o in ordered:
        by_key[url_key(o.url)].append(o)
    taken: set[str] = set()
    for stem in stems:
        numbers = _numbers_of(stem, ordered, states, heads)
        first = min(numbers.values(), default=0)
        leads = [
            k for k, n in numbers.items() if n == first and any(o.record_id in states for o in by_key[k])
        ]
        members = {
            key: n
            for key, n in numbers.items()
            if n > first
            and key not in taken
            and not any(key in keys and keys & set(leads) for keys in apart)
            and _fitting(by_key[key], [o for k in leads for o in by_key[k]], states)
        }
        if not leads or not members or taken & set(leads):
            continue
        taken |= {*leads, *members}
        found: dict[int, list[Observation]] = defaultdict(list)
        for key, n in members.items():
            found[n] += by_key[key]
        yield _Family(
            leads=sorted((o for k in leads for o in by_key[k]), key=lambda o: o.order),
            members={n: sorted(those, key=lambda o: o.order) for n, those in sorted(found.items())},
            first=first,
        )


def _numbers_of(
    stem: str, ordered: Sequence[Observation], states: Mapping[str, Article], heads: set[str]
) -> dict[str, int]:
    """URL keys of the pages of `stem` that were captured, with their numbers.

    A further page counts if the first one names it, or one that counts already; or if it says so itself
    and was fetched as a continuation, or the first one was never read.
    """
    captured = {url_key(o.url) for o in ordered}
    own: dict[str, int] = {}  # what pages say of themselves
    names: dict[str, dict[str, int]] = defaultdict(dict)  # key of a page -> what it names
    sure = set()
    for o in ordered:
        article = states.get(o.record_id)
        if article is None or article.part is None or article.part.stem != stem:
            continue
        key = url_key(o.url)
        own[key] = min(own.get(key, MOST), article.part.number)
        if o.continues:
            sure.add(key)
        for number, address in article.part.pages:
            if number > 1 and (other := key_or_empty(address)) in captured and other not in heads:
                names[key].setdefault(other, number)
    first = [key for key, number in own.items() if number == 1]
    if not first:
        return own
    found = dict.fromkeys(first, 1)
    edge = [*first, *sorted(sure - set(first))]
    found |= {key: own[key] for key in sure if own[key] > 1 and key not in heads}
    while edge:
        for other, number in sorted(names[edge.pop()].items()):
            if other not in found:
                found[other] = own.get(other, number)
                edge.append(other)
    return found


def _fitting(
    those: Sequence[Observation], leads: Sequence[Observation], states: Mapping[str, Article]
) -> bool:
    """Whether some state of a further page fits some state of the first; a page never read fits."""
    mine = _distinct(those, states)
    return not mine or any(fits(a, b) for a in _distinct(leads, states) for b in mine)


def _distinct(those: Iterable[Observation], states: Mapping[str, Article]) -> list[Article]:
    return list({id(a): a for o in those if (a := states.get(o.record_id)) is not None}.values())


def fits(first: Article, further: Article) -> bool:
    """Return whether headline and date allow that two pages are of one article."""
    dates = [a.published_at for a in (first, further) if a.published_at and not a.date_is_weak]
    if len(dates) == 2 and abs(dates[0] - dates[1]) > SAME_TIME:
        return False
    a, b = fold(first.title).lower(), fold(further.title).lower()
    return not a or not b or a in b or b in a or _share(a, b) >= 0.6


def _share(a: str, b: str) -> float:
    x, y = set(a.split()), set(b.split())
    return len(x & y) / max(len(x | y), 1)


# ---------------------------------------------------------------- captures of the whole article


@dataclass(slots=True)
class _Look:
    """One capture of a whole article: what its first page showed, and the captures of the others."""

    at: Observation
    base: Article
    pages: dict[int, Observation]
    last: int


class _Weaver:
    """Gives the captures of one article their further pages."""

    def __init__(self, family: _Family, states: Mapping[str, Article], join: Join) -> None:
        self._family, self._states, self._join = family, states, join
        self._joined: dict[tuple[int, ...], Article] = {}
        self._leads = [o for o in family.leads if o.record_id in states]
        self._readable = {
            n: [o for o in those if o.record_id in states and not o.truncated]
            for n, those in family.members.items()
        }
        self.looks: dict[str, Observation] = {}
        self.placed: dict[str, Placed] = {}

    def weave(self) -> None:
        """Fill `looks` (the changed and the added ones) and `placed`."""
        woven = []
        for i, lead in enumerate(self._leads):
            before = self._leads[i + 1] if i + 1 < len(self._leads) else None
            look = self._look(lead, lead, before, {})
            woven.append(look)
            for number, part in look.pages.items():
                self.placed.setdefault(part.record_id, Placed(look=lead.record_id, number=number))
        rest = [(o, n) for n, those in self._family.members.items() for o in those]
        for part, number in sorted(rest, key=lambda r: r[0].order):
            if part.record_id not in self.placed:
                self._place(part, number, woven)
        for look in woven:
            if look.last > 1:
                self.looks[look.at.record_id] = replace(look.at, article=self._whole(look))

    def _place(self, part: Observation, number: int, woven: list[_Look]) -> None:
        """Put a capture that none of the first page took to the one before it; or make one of it if it shows something new."""
        at = max((i for i, look in enumerate(woven) if look.at.order < part.order), default=-1)
        here = woven[max(at, 0)]
        shown = here.pages.get(number)
        state = self._states.get(part.record_id)
        is_known = shown is not None and state == self._states[shown.record_id]
        if at >= 0 and part in self._readable[number] and number <= here.last and not is_known:
            following = woven[at + 1].at if at + 1 < len(woven) else None
            made = self._look(self._stand_in(part, here.at), here.at, following, {number: part}, here.base)
            woven.insert(at + 1, made)
            for n, other in made.pages.items():
                self.placed.setdefault(other.record_id, Placed(look=part.record_id, number=n))
        self.placed.setdefault(part.record_id, Placed(look=here.at.record_id, number=number))

    def _stand_in(self, part: Observation, look: Observation) -> Observation:
        """The capture of a further page as one of the whole article, at the first page's URL."""
        return Observation(
            record_id=part.record_id,
            url=look.url,
            fetched_at=part.fetched_at,
            seq=part.seq,
            kind=part.kind,
            http_status=part.http_status,
        )

    def _look(
        self,
        at: Observation,
        lead: Observation,
        following: Observation | None,
        given: Mapping[int, Observation],
        base: Article | None = None,
    ) -> _Look:
        base = base or self._states[lead.record_id]
        pages: dict[int, Observation] = {}
        last = base.part.last if base.part is not None else 1
        number = self._family.first + 1
        while number <= min(last, MOST):
            part = given.get(number) or self._nearest(number, at, following, url_form(lead.url), base)
            if part is not None:
                pages[number] = part
                own = self._states[part.record_id].part
                last = max(last, own.last if own is not None else 0)
            number += 1
        return _Look(at, base, pages, last)

    def _nearest(
        self, number: int, at: Observation, following: Observation | None, form: str, base: Article
    ) -> Observation | None:
        """The capture of a further page that belongs to a capture of the first; see the head of the file."""
        mine = [
            o
            for o in self._readable.get(number, ())
            if url_form(o.url) == form and fits(base, self._states[o.record_id])
        ]
        after = [o for o in mine if o.fetched_at >= at.fetched_at]
        before = [o for o in mine if o.fetched_at < at.fetched_at]
        is_soon = after and after[0].fetched_at - at.fetched_at <= SAME_LOOK
        if is_soon and (following is None or after[0].order < following.order):
            return after[0]
        if before:
            return before[-1]
        return after[0] if after else None

    def _whole(self, look: _Look) -> Article:
        articles = {self._family.first: look.base}
        articles |= {n: self._states[o.record_id] for n, o in look.pages.items()}
        key = (look.last, *(x for n, a in articles.items() for x in (n, id(a))))
        if key not in self._joined:
            self._joined[key] = self._join(articles, look.last)
        return self._joined[key]
