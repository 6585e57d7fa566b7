"""Changes as a person reads them: text for the terminal, an HTML page, an Atom feed.

The looks are `diff`'s; here versions give them their headings. Tested in tests/archive/test_rendering.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsarchive.archive.story_reader import compare_versions
from newsarchive.diff import (
    FeedEntry,
    Heading,
    atom_feed,
    render_html,
    render_side_by_side,
    render_terminal,
    render_unified,
)
from newsarchive.index import reading
from newsarchive.index.read import version
from newsarchive.times import parse_iso

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index import VersionRow
    from newsarchive.index.rows import ChangeRow
    from newsarchive.model import Change


def heading(before: VersionRow, after: VersionRow) -> Heading:
    """What stands above a rendered change."""
    return Heading(
        title=after.title,
        url=after.url,
        before=f"version {before.version_no}, seen {_minute(before.first_seen_at)}",
        after=f"version {after.version_no}, seen {_minute(after.first_seen_at)}",
        language=after.language,
    )


def _minute(moment: str) -> str:
    return f"{moment[:10]} {moment[11:16]} UTC"


def render(before: VersionRow, after: VersionRow, change: Change, *, form: str, color: bool = False) -> str:
    """A change as text.

    Args:
        form: `terminal` (coloured words in prose), `side_by_side`, `unified`, or `html` (a whole page).
    """
    top = heading(before, after)
    width = shutil.get_terminal_size().columns
    if form == "html":
        return render_html(change, top)
    if form == "unified":
        return render_unified(change, top)
    if form == "side_by_side":
        return render_side_by_side(change, top, color=color, width=width)
    return render_terminal(change, top, color=color, width=min(width, 100))


def feed(archive: ArchiveFolder, rows: Iterable[ChangeRow], *, link: str = "") -> str:
    """An Atom feed: one entry a change, the diff inside, an id that stays.

    Args:
        link: Address under which browse is reached; entries link to the story's own URL without it.
    """
    entries = []
    with reading(archive.index) as db:
        for row in rows:
            before, after = version(db, row.before_id), version(db, row.after_id)
            entries.append(
                FeedEntry(
                    id=f"{row.before_record_id}..{row.after_record_id}",
                    title=row.title_after,
                    url=row.url,
                    changed_at=parse_iso(row.changed_at),
                    change=compare_versions(before, after),
                    heading=heading(before, after),
                    source=row.source,
                )
            )
    title = f"Edits seen by {archive.config.name or archive.root.name}"
    return atom_feed(entries, title=title, link=link)
