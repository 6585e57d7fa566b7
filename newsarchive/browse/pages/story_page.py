"""A story: its text as people read it, its life as a timeline, its evidence, its citation.

Never compares versions itself; the diff page does. Tested in tests/browse/test_story.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import clock, machine, moment
from newsarchive.browse.page_urls import Links
from newsarchive.browse.pages.removed_page import blocks_of
from newsarchive.browse.query_args import Args
from newsarchive.browse.stored_articles import changes_data, story_of, versions_of
from newsarchive.browse.story_copies import copies
from newsarchive.browse.views import Answer, MissingError, PageResponse, Reading, Redirect
from newsarchive.index import changes, read
from newsarchive.index.activity import ALL
from newsarchive.index.compact_ids import REASONS
from newsarchive.model import Article

CONTINUATION = REASONS.index("continuation")  # a capture's reason: it is a further page of an article
MAX_MARKS = 600  # captures drawn in a timeline; more are thinned out evenly


def story(reading: Reading, args: Args) -> Answer:
    """The page of a story; `v` chooses a version, `removed=1` shows what was taken for boilerplate, `copies=1` looks for copies."""
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
    article = read.article(read.version(reading.connection, chosen["id"])) if chosen else None
    life = life_of(reading, row["id"])
    source = reading.value(queries.SOURCE_TITLE, name=row["source"]) or row["source"]
    data = {
        "ok": True,
        "story": row,
        "version": chosen and {**chosen, **_readable(article)},
        "blocks": blocks_of(reading, chosen["id"]) if chosen and args.flag("removed") else None,
        "versions": versions,
        **life,
        "source_title": source,
        "urls": reading.rows(queries.STORY_URLS, id=row["id"]),
        "copy_of": reading.rows(queries.COPY_OF, id=row["id"]),
        "copied_by": reading.rows(queries.COPIED_BY, id=row["id"]),
        "copies": copies(reading.connection, row["id"], chosen["text_id"], article.paragraphs)
        if article and chosen and args.flag("copies")
        else None,
        "citation": citation(source, chosen, article) if chosen and article else "",
    }
    show = {
        "timeline": draw_timeline(reading.links, row, versions, life, chosen),
        "steps": steps_of(versions, life),
        "is_paged": any(capture["reason"] == CONTINUATION for capture in life["captures"]),
        "is_latest": bool(chosen and chosen["is_latest"]),
    }
    return PageResponse(template="story.html", data=data, show=show)


def chosen_version(versions: Sequence[dict[str, Any]], args: Args) -> dict[str, Any] | None:
    """The version that `v` names by its id or number, else the latest.

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
    """What happened to a story, each list oldest first."""
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
        "paragraphs": [{"kind": b.kind, "text": b.text} for b in article.blocks],
        "captions": list(article.captions),
        "author_names": list(article.authors),
    }


def steps_of(versions: Sequence[dict[str, Any]], life: dict[str, Any]) -> list[dict[str, Any]]:
    """Versions and events in the order of time, newest first, each with the change that led to it."""
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
    pick: bool = False,
) -> object:
    """The plot of a story's captures, versions and events; a click opens one (or picks it, for a diff)."""
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
                href=f"#v-{version['id']}" if pick else links.story(row["id"], v=version["id"]),
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
    title = f"{len(life['captures'])} captures and {len(versions)} versions since the first look, logarithmic in time"
    return plots.timeline(marks, title, width=800 if pick else 480)


def _capture_mark(capture: dict[str, Any]) -> plots.Mark:
    at = moment(capture["fetched_at"])
    if at is None:
        raise ValueError(f"capture {capture['id']} has no time")
    return plots.Mark(at=at, kind="capture", label=f"Capture, status {capture['http_status']}")


def _thinned(captures: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    step = len(captures) // MAX_MARKS + 1
    return captures[::step]


def citation(source: str, version: dict[str, Any], article: Article) -> str:
    """What to paste to prove what stood there: words, URL, time of capture, record and digest."""
    who = ", ".join(article.authors)
    lines = [
        f"{who + ': ' if who else ''}\u201c{version['title']}\u201d, {version['publisher'] or source}"
        + (f", {clock(version['published_at'])} UTC" if version["published_at"] else ""),
        f"URL: {version['url']}",
        f"Captured: {version['first_seen_at']} (version {version['version_no']}, last seen {version['last_seen_at']})",
        f"WARC: {version['warc_filename']}, offset {version['warc_offset']}, length {version['warc_length']}",
        f"Record: {version['warc_record_id']}",
        f"Digest of the payload: {version['payload_digest'] or 'none'}",
        f"Fingerprint of the text: {version['text_fingerprint']}",
    ]
    return "\n".join(lines)
