"""A story: its text as people read it, its life as a timeline, its evidence, its citation.

Also what extraction removed from its pages, each piece with the reason (the template is applied as ingest did),
and which other stories say the same: a few long phrases are searched word by word among the stories of the nearest
days, and what is found is compared by runs of five words. Reads only; comparing versions is the diff page's.
Tested in tests/browse/test_story.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.copies_page import relatives_of
from newsarchive.browse.filters import machine, moment
from newsarchive.browse.found_words import FoundWords
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import (
    Answer,
    MissingError,
    PageResponse,
    Reading,
    Redirect,
    changes_data,
    story_of,
    versions_of,
)
from newsarchive.export import cite
from newsarchive.index import changes, read
from newsarchive.index.activity import ALL
from newsarchive.index.compact_ids import REASONS
from newsarchive.index.read import nearest_answer
from newsarchive.model import Article, Block
from newsarchive.times import iso_seconds, micros
from newsarchive.web.links import absolute

CONTINUATION = REASONS.index("continuation")  # a capture's reason: it is a further page of an article
# Blocks of a page that aren't in the text because they are fields of the story, as readers call them.
FIELDS = {
    "title": "headline",
    "description": "standfirst",
    "caption": "caption",
    "credit": "credit",
    "byline": "byline",
    "date": "date",
}
MAX_MARKS = 600  # captures drawn in a timeline; more are thinned out evenly


def redirected(reading: Reading, args: Args) -> Answer:
    """Lead from Datasette's page of a row of `stories` to the page of the story."""
    return Redirect(reading.links.story(args.path_id()))


def story(reading: Reading, args: Args) -> Answer:
    """Return the page of a story; `v` chooses a version, `removed=1` shows what was taken for boilerplate, `q` marks words."""
    row, is_alias = story_of(reading, args.path_id())
    if is_alias:
        query = args.query()
        return Redirect(reading.links.story(row["id"]) + (f"?{query}" if query else ""))
    if row["withheld"]:
        data = {
            "ok": False,
            "title": "Withheld",
            "error": "This story is withheld.",
            "reason": row["withheld_reason"],
        }
        return PageResponse(template="problem.html", data=data, status=451)
    versions = versions_of(reading, row["id"])
    chosen = chosen_version(versions, args)
    version = read.version(reading.connection, chosen["id"]) if chosen else None
    article = read.article(version) if version else None
    life = life_of(reading, row["id"])
    data = {
        "ok": True,
        "story": row,
        "version": chosen and {**chosen, **_readable(article)},
        "blocks": blocks_of(reading, chosen["id"]) if chosen and args.flag("removed") else None,
        "versions": versions,
        **life,
        "urls": reading.rows(queries.STORY_URLS, id=row["id"]),
        "copy_of": reading.rows(queries.COPY_OF, id=row["id"]),
        "copied_by": reading.rows(queries.COPIED_BY, id=row["id"]),
        "edits": edits_of(life["changes"]),
        "picture": picture_of(reading, chosen),
        "relatives": relatives_of(reading, row["id"]),
        "citation": cite(version, "text") if version else "",
    }
    show = {
        "timeline": draw_timeline(reading.links, row, versions, life, chosen, q=args.text("q")),
        "found": FoundWords(args.text("q")),
        "q": args.text("q"),
        "steps": steps_of(versions, life),
        "is_paged": any(capture["reason"] == CONTINUATION for capture in life["captures"]),
        "FIELDS": FIELDS,
        "is_latest": bool(chosen and chosen["is_latest"]),
    }
    return PageResponse(template="story.html", data=data, show=show)


def edits_of(changes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return how often a story was edited, how often silently, and when it was last."""
    return {
        "count": len(changes),
        "silent": sum(bool(change["silent"]) for change in changes),
        "last": changes[-1]["changed_at"] if changes else None,
    }


def picture_of(reading: Reading, version: dict[str, Any] | None) -> str | None:
    """Return the id of the capture that holds a version's picture, nearest in time; None if it isn't stored."""
    url = absolute(version["url"], version["image_url"]) if version and version["image_url"] else ""
    if not url or version is None or reading.place.root is None:
        return None
    at = moment(version["first_seen_at"])
    found = nearest_answer(reading.connection, url, micros(at) if at else 0)
    return str(found["id"]) if found and found["http_status"] == 200 else None


def chosen_version(versions: Sequence[dict[str, Any]], args: Args) -> dict[str, Any] | None:
    """Return the version that `v` names by its id or number, else the latest.

    Raises:
        MissingError: `v` names none of them.
    """
    if not versions:
        return None
    wanted = args.text("v")
    if not wanted:
        return versions[-1]
    for version in versions:
        if wanted in (str(version["id"]), str(version["version_no"])):
            return version
    raise MissingError(f"This story has no version {wanted}.")


def life_of(reading: Reading, story_id: int) -> dict[str, Any]:
    """Return what happened to a story, each list oldest first."""
    captures = reading.rows(queries.STORY_CAPTURES, id=story_id)
    for capture in captures:
        capture["fetched_at"] = machine(capture["fetched_at"])
    return {
        "captures": captures,
        "changes": changes_data(reversed(changes(reading.connection, story=story_id, limit=ALL))),
        "events": reading.rows(queries.STORY_EVENTS, id=story_id),
        "field_changes": reading.rows(queries.STORY_FIELD_CHANGES, id=story_id),
    }


def _readable(article: Article | None) -> dict[str, Any]:
    if article is None:
        return {}
    return {
        "paragraphs": [block_data(b) for b in article.blocks if b.kept],
        "notices": [block_data(b) for b in article.notices if not b.kept],
        "captions": list(article.captions),
        "author_names": list(article.authors),
    }


def steps_of(versions: Sequence[dict[str, Any]], life: dict[str, Any]) -> list[dict[str, Any]]:
    """Return versions and events in the order of time, newest first, each with the change that led to it."""
    by_after = {change["after_id"]: change for change in life["changes"]}
    before = {v["id"]: versions[i - 1]["id"] if i else None for i, v in enumerate(versions)}
    steps: list[dict[str, Any]] = [
        {
            "what": "version",
            "at": v["first_seen_at"],
            "version": v,
            "change": by_after.get(v["id"]),
            "before_id": before[v["id"]],
        }
        for v in versions
    ]
    steps += [{"what": "event", "at": e["happened_at"], "event": e} for e in life["events"]]
    steps += [{"what": "field", "at": f["changed_at"], "field": f} for f in life["field_changes"]]
    return sorted(steps, key=lambda s: str(s["at"]), reverse=True)


def draw_timeline(
    links: Links,
    row: dict[str, Any],
    versions: Sequence[dict[str, Any]],
    life: dict[str, Any],
    chosen: dict[str, Any] | None,
    *,
    is_diff: bool = False,
    q: str = "",
) -> object:
    """Return the plot of a story's captures, versions and events; a click opens one, with `is_diff` what changed with it."""
    marks = [_capture_mark(c) for c in _thinned(life["captures"])]
    for version in versions:
        at = moment(version["first_seen_at"])
        if at is None:
            continue
        minor = version["significant"] == 0 and version["version_no"] > 1
        kind = str(version["change_kind"] or "first capture").replace("_", " ")
        marks.append(
            plots.Mark(
                at=at,
                kind="minor" if minor else "version",
                label=f"Version {version['version_no']}: {kind}",
                href=links.diff(row["id"], after=version["id"], q=q)
                if is_diff and version["version_no"] > 1
                else links.story(row["id"], v=version["id"], q=q),
                text=str(version["version_no"]),
                current=chosen is not None and version["id"] == chosen["id"],
            )
        )
    for event in life["events"]:
        at = moment(event["happened_at"])
        if at is not None:
            marks.append(
                plots.Mark(
                    at=at, kind="event", label=str(event["kind"]), href=links.capture(event["capture_id"])
                )
            )
    title = f"{len(life['captures'])} captures and {len(versions)} versions since the first capture, logarithmic in time"
    return plots.timeline(marks, title, width=800 if is_diff else 480)


def _capture_mark(capture: dict[str, Any]) -> plots.Mark:
    at = moment(capture["fetched_at"])
    if at is None:
        raise ValueError(f"capture {capture['id']} has no time")
    return plots.Mark(at=at, kind="capture", label=f"Capture, status {capture['http_status']}")


def _thinned(captures: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    step = len(captures) // MAX_MARKS + 1
    return captures[::step]


def blocks_of(reading: Reading, version_id: int) -> list[dict[str, Any]]:
    """Return `kind`, `text`, `kept` and `reason` of each block of the pages: all of the text, and what was removed around it.

    Raises:
        NothingFoundError: there is no such version.
    """
    from newsarchive.extract import article_from_json
    from newsarchive.extract.site_template import Template, apply
    from newsarchive.versions import shown

    def article(page: read.StoredPage) -> Article:
        made = article_from_json(page.article)
        return apply(made, Template.from_json(page.template)) if page.template is not None else made

    version = read.article(read.version(reading.connection, version_id))
    text = [block for block in version.blocks if block.kept]
    pages = [article(page) for page in read.pages(reading.connection, version_id)]
    return [{**block_data(b), "kept": b.kept, "reason": b.reason} for b in shown(text, pages)]


def block_data(block: Block) -> dict[str, Any]:
    """Return `kind` and `text` of a block, and where it has them its `rows`, `words` (struck out, inserted), `notice`, `at`."""
    words = [{"op": w.op, "text": w.text} for w in block.words]
    at = block.at and iso_seconds(block.at)
    more = {"rows": block.rows, "words": words, "notice": block.notice, "at": at}
    return {"kind": block.kind, "text": block.text} | {name: value for name, value in more.items() if value}
