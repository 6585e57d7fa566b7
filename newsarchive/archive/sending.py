"""Messages beside alarms and hits: the digest of a span of time, by hand or after each day or week, and a trial message.

Tested in tests/archive/test_sending.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from newsarchive.archive.folder import ArchiveFolder
from newsarchive.archive.happenings import edit_happening, page_of
from newsarchive.config import FILENAME
from newsarchive.errors import UsageError
from newsarchive.index import changes, reading
from newsarchive.messages.digest import Digest, Period, period_of, read_digest
from newsarchive.messages.message_pages import digest_page
from newsarchive.schedule.channels import Message
from newsarchive.schedule.outbox import Delivery, deliver, message_of, queue
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import Watch, WatchMatch
from newsarchive.times import iso

SENT = "digest sent"  # key in state.db: period -> until when the last one went


def digest(archive: ArchiveFolder, since: datetime, until: datetime) -> Digest:
    """Return what happened in a span of time.

    Raises:
        NothingFoundError: nothing was indexed yet.
    """
    with reading(archive.index) as db:
        name = archive.config.name or archive.root.name
        return read_digest(db, since, until, archive=name, pages=archive.config.notify.pages)


def message_of_digest(made: Digest) -> Message:
    """Return a digest as a message, named by its span."""
    return Message(
        key=f"digest {iso(made.since)} {iso(made.until)}",
        subject=f"{made.title}: {made.summary}",
        body=made.to_text(),
        data={
            "since": iso(made.since),
            "until": iso(made.until),
            "edits": made.n_edits,
            "events": made.n_events,
        },
        html=digest_page(made),
    )


def trial(archive: ArchiveFolder) -> Message:
    """Return a message as a watch would send it: about the newest edit of the archive; words alone if there is none."""
    now, config = archive.clock.now(), archive.config.notify
    name = "newsarchive: a trial message"
    if archive.index.exists():
        with reading(archive.index) as db:
            for row in changes(db, limit=1):
                watch = Watch(id="trial", created_at=now)
                hit = WatchMatch(watch=watch, happening=edit_happening(db, row, config.pages), reason=name)
                return message_of(hit, page_of(db, hit), picture=config.picture)
    return Message(key="trial", subject=name, body="There is no edit in the archive yet.")


def send_now(archive: ArchiveFolder, message: Message) -> Delivery:
    """Send a message to every channel, and what is in the outbox with it; what isn't taken goes with the next run.

    Raises:
        UsageError: no channel is configured.
    """
    now, config = archive.clock.now(), archive.config.notify
    archive.check_writable()
    with State(archive.root / "state.db") as state:
        if not queue(state, [replace(message, key=f"{message.key} {iso(now)}")], config, now):
            raise UsageError(
                "[notify] names no channel",
                where=str(archive.root / FILENAME),
                next_step="Set command, webhook, apprise, or smtp_host and smtp_to",
            )
        return deliver(state, config, now)


def queue_digest(archive: ArchiveFolder, state: State, now: datetime) -> None:
    """Queue the digest of the last whole day or week, unless it went before, nobody wants it or nothing happened."""
    config = archive.config.notify
    if not (config.digest and archive.index.exists()):
        return
    period = cast(Period, config.digest)
    this, _ = period_of(now, period)
    since, until = period_of(this - timedelta(seconds=1), period)
    sent = state.get(SENT, {})
    if sent.get(period, "") >= iso(until):
        return
    made = digest(archive, since, until)
    queue(state, [] if made.is_empty else [message_of_digest(made)], config, now)
    state.put(SENT, sent | {period: iso(until)})
