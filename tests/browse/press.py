"""The sample archive that tests and pictures of browse look at: four invented outlets, a month of news.

Holds one of everything: an ordinary edited story, one with 40 versions, an Arabic one, one that is
gone, a copied one, a withheld one. All names, places and texts are invented.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from newsarchive.model import Block
from newsarchive.warc import WarcStore
from tests.newsroom.generate import Draft, stories

from .build import NOW, Desk, State, edited, looks_until

HOUR = timedelta(hours=1)
QUIET = {"morgenblatt": timedelta(days=4)}  # has published nothing since
BRIDGE_URL = "https://www.gazette.example/2026/10/30/bridge-toll-rises"
LIVE_URL = "https://www.gazette.example/2026/10/20/river-flood-live"
ARABIC_URL = "https://sahifa.example/news/2026/10/29/4411"
GONE_URL = "https://morgenblatt.example/artikel/geheime-liste"
COPY_URL = "https://harbour.example/world/bridge-toll-rises"
WITHHELD_URL = "https://harbour.example/court/name-withheld"

NEWSLETTER = Block(
    kind="paragraph",
    text="Get our letter from the harbour every morning. Sign up here.",
    kept=False,
    reason="newsletter",
    place="main>div.box>p",
)


@dataclass(frozen=True)
class Press:
    """What a test needs to know of the sample archive."""

    root: Path
    bridge: int
    live: int
    arabic: int
    gone: int
    copy: int
    withheld: int


def print_press(root: Path) -> Press:
    """Writes the sample archive's index.db into `root`."""
    with WarcStore(root, crawl_id="sample") as store, Desk(root, store) as desk:
        return fill(desk, root)


def fill(desk: Desk, root: Path) -> Press:
    desk.source("gazette", title="The Valley Gazette", homepage="https://www.gazette.example/")
    desk.source("harbour", title="Harbour Post", homepage="https://harbour.example/")
    desk.source("morgenblatt", title="Morgenblatt", language="de", homepage="https://morgenblatt.example/")
    desk.source("sahifa", title="صحيفة الوادي", language="ar", homepage="https://sahifa.example/")
    for name, host, language, n in (
        ("gazette", "www.gazette.example", "en", 60),
        ("harbour", "harbour.example", "en", 40),
        ("morgenblatt", "morgenblatt.example", "de", 30),
        ("sahifa", "sahifa.example", "ar", 25),
    ):
        print_daily(desk, name, host, language, n)
    print_days(desk)
    bridge, copy = print_bridge(desk)
    return Press(
        root=root,
        bridge=bridge,
        copy=copy,
        live=print_live(desk),
        arabic=print_arabic(desk),
        gone=print_gone(desk),
        withheld=print_withheld(desk),
    )


def print_daily(desk: Desk, source: str, host: str, language: str, n: int) -> None:
    """Ordinary stories over four weeks; every third is edited once."""
    rng = random.Random(source)
    for draft in stories(7, n, source, language=language, end=NOW - QUIET.get(source, HOUR), per_day=n / 28):
        seen = draft.published_at + timedelta(minutes=rng.randint(2, 240))
        first = state_of(draft, seen)
        states = [first]
        if draft.number % 3 == 0:
            states.append(edited(first, timedelta(hours=rng.randint(1, 9)), **an_edit(draft, rng)))
        url = f"https://{host}/{draft.section.lower().replace(' ', '-')}/{draft.number}"
        desk.story(source, url, states, published=draft.published_at, section=draft.section,
                   checks=looks_until(seen, min(NOW, seen + timedelta(days=2))))  # fmt: skip


def state_of(draft: Draft, seen: datetime) -> State:
    kinds = tuple("heading" if i in draft.headings else "paragraph" for i in range(len(draft.paragraphs)))
    return State(
        at=seen,
        title=draft.title,
        description=draft.standfirst,
        authors=draft.authors,
        paragraphs=draft.paragraphs,
        captions=draft.captions,
        kinds=kinds,  # type: ignore[arg-type]
        section=draft.section,
        removed=(NEWSLETTER,),
    )


def an_edit(draft: Draft, rng: random.Random) -> dict[str, object]:
    """A change that an outlet might make: a headline, an added paragraph, a cut one."""
    which = rng.randrange(3)
    if which == 0:
        return {
            "title": draft.title + (", officials say" if draft.language == "en" else " – " + draft.section)
        }
    if which == 1:
        return {"paragraphs": (*draft.paragraphs, draft.standfirst)}
    return {"paragraphs": draft.paragraphs[:2] + draft.paragraphs[3:]}


def print_days(desk: Desk) -> None:
    rng = random.Random("days")
    for back in range(40):
        when = NOW - timedelta(days=back)
        for name in ("gazette", "harbour", "morgenblatt", "sahifa"):
            bad = 90 if name == "harbour" and back < 5 else rng.randint(0, 2)
            if name == "morgenblatt" and back < 4:
                desk.day(name, when, "not-modified", 24, "feed")
                continue
            desk.day(name, when, "200", rng.randint(8, 30))
            desk.day(name, when, "not-modified", rng.randint(20, 60), "recheck")
            if bad:
                desk.day(name, when, "failed", bad, "recheck")


BRIDGE = (
    "The council of Nordvik has raised the toll on the old harbour bridge from 12 to 15 crowns, to take effect in January.",
    "“We looked at every other way to pay for the repairs,” said Ingrid Solheim, who chairs the roads committee.",
    "The bridge, built in 1934, carries 11,000 vehicles a day and has been closed at night since two cables were found to be corroded.",
    "Hauliers had asked the council to wait until the tunnel opens in 2028.",
    "“This will cost a small firm 40,000 crowns a year,” said Per Aas of the hauliers’ association.",
    "The vote was nine to six.",
    "Repairs are to begin in March and to last two summers.",
)


def print_bridge(desk: Desk) -> tuple[int, int]:
    at = NOW - timedelta(days=3, hours=2)
    first = State(
        at=at, title="Council raises toll on harbour bridge", description="Drivers will pay 15 crowns from January.",
        authors=("Astrid Lie",), paragraphs=BRIDGE, captions=("The harbour bridge at Nordvik, in a picture from 2019.",),
        section="Region", removed=(NEWSLETTER,),
    )  # fmt: skip
    second = edited(first, HOUR, paragraphs=(BRIDGE[0].replace("15 crowns", "16 crowns"), *BRIDGE[1:]))
    third = edited(
        second, 3 * HOUR, title="Council raises bridge toll against hauliers’ protest", authors=("Astrid Lie", "Jon Berg"),
        paragraphs=(
            second.paragraphs[0], BRIDGE[4], BRIDGE[1], BRIDGE[2], BRIDGE[3],
            "The vote was nine to six, with two members of the Centre Party voting against their own group.", BRIDGE[6],
            "The mayor, Kari Moen, was not at the meeting and did not answer calls on Friday evening.",
        ),
    )  # fmt: skip
    fourth = edited(
        third, 20 * HOUR, modified_at=third.at + 20 * HOUR,
        paragraphs=(*third.paragraphs, "Correction: an earlier version of this article said that the toll would be 16 crowns. It will be 15 crowns."),
    )  # fmt: skip
    fourth = replace(
        fourth, paragraphs=(fourth.paragraphs[0].replace("16 crowns", "15 crowns"), *fourth.paragraphs[1:])
    )
    bridge = desk.story(
        "gazette", BRIDGE_URL, [first, second, third, fourth], checks=looks_until(at, NOW), published=at - timedelta(minutes=9),
        section="Region", same_because=("same canonical URL https://www.gazette.example/2026/10/30/bridge-toll-rises", "same guid gazette-88123 in the feed"),
        field_changes=[(at + 30 * HOUR, "image_url", "https://www.gazette.example/i/1.jpg", "https://www.gazette.example/i/2.jpg")],
    )  # fmt: skip
    copied = State(
        at=at + 6 * HOUR,
        title="Council raises bridge toll against hauliers’ protest",
        paragraphs=third.paragraphs,
        section="World",
    )
    return bridge, desk.story("harbour", COPY_URL, [copied], copied_from=BRIDGE_URL, section="World")


def print_live(desk: Desk) -> int:
    """Forty versions within a day: a page about a flood that grows."""
    at = NOW - timedelta(days=13)
    state = State(
        at=at, title="River rises over the quay in Nordvik", description="All that is known, hour by hour.", authors=("Jon Berg",),
        paragraphs=("Water stands on the lower quay since six in the morning.", "The fire brigade asks people to stay away from the riverside."),
        section="Region",
    )  # fmt: skip
    states = [state]
    for hour in range(1, 40):
        level = 310 + hour * 3
        new = f"At half past {hour % 12 + 1} the gauge at the mill showed {level} centimetres, {3 + hour % 4} more than an hour before."
        changes: dict[str, object] = {"paragraphs": (state.paragraphs[0], new, *state.paragraphs[1:])}
        if hour % 9 == 0:
            changes["title"] = f"River at {level} centimetres, lower town of Nordvik cut off"
        if hour % 7 == 0:
            changes = {"paragraphs": tuple(p.replace("half past", "half-past") for p in state.paragraphs)}
        state = edited(state, timedelta(minutes=20 + hour * 2), **changes)
        states.append(state)
    return desk.story("gazette", LIVE_URL, states, checks=looks_until(at, NOW, ratio=0.02), section="Region")


def print_arabic(desk: Desk) -> int:
    at = NOW - timedelta(days=4)
    paragraphs = (
        "أعلن مجلس بلدية وادي النخيل يوم الخميس رفع رسوم عبور الجسر القديم من 12 إلى 15 درهما ابتداء من يناير.",
        "وقالت رئيسة لجنة الطرق سلمى الحداد إن المجلس «درس كل السبل الأخرى لتمويل الإصلاحات».",
        "ويعبر الجسر الذي بني عام 1934 نحو أحد عشر ألف مركبة يوميا.",
        "وطالب سائقو الشاحنات بتأجيل القرار حتى افتتاح النفق.",
    )
    first = State(at=at, title="رفع رسوم عبور الجسر القديم", description="القرار يسري من يناير المقبل",
                  authors=("ليلى منصور",), paragraphs=paragraphs, section="محليات")  # fmt: skip
    second = edited(first, 2 * HOUR, title="مجلس البلدية يرفع رسوم الجسر رغم احتجاج السائقين",
                    paragraphs=(paragraphs[0].replace("15", "16"), paragraphs[3], *paragraphs[1:3]))  # fmt: skip
    third = edited(
        second,
        5 * HOUR,
        paragraphs=(
            paragraphs[0],
            *second.paragraphs[1:],
            "تصحيح: ذكرت نسخة سابقة أن الرسوم ستبلغ 16 درهما، والصحيح 15 درهما.",
        ),
    )
    return desk.story(
        "sahifa", ARABIC_URL, [first, second, third], checks=looks_until(at, NOW), section="محليات"
    )


def print_gone(desk: Desk) -> int:
    at = NOW - timedelta(days=6)
    state = State(at=at, title="Die geheime Liste des Bauamts", authors=("Mira Vogt",), section="Lokales",
                  paragraphs=("Das Bauamt von Talheim führt seit Jahren eine Liste bevorzugter Firmen.", "Das geht aus Papieren hervor, die dieser Zeitung vorliegen.",
                              "Der Bürgermeister wollte sich nicht äußern."))  # fmt: skip
    return desk.story(
        "morgenblatt",
        GONE_URL,
        [state],
        checks=looks_until(at, at + 20 * HOUR),
        gone=at + 26 * HOUR,
        section="Lokales",
    )


def print_withheld(desk: Desk) -> int:
    """As ingest leaves it: a row without a title, nothing else of it to see."""
    at = NOW - timedelta(days=5)
    return desk.story(
        "harbour",
        WITHHELD_URL,
        [State(at=at, title="Court names minor", paragraphs=("The name was printed here.",))],
        withheld="a minor is named",
    )
