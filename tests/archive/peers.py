"""What ArchiveBox, changedetection.io and diffengine leave, made by us in their formats: folders, a zip file, a database."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli

from tests.ingest.press import SITE, by_others, html, text

FERRY = f"{SITE}/news/ferry"
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def page(title: str, seed: int = 1) -> bytes:
    return html(title, text(seed))


# ---------------------------------------------------------------- ArchiveBox


def snapshot(
    data: Path,
    name: str,
    url: str,
    files: Mapping[str, bytes],
    *,
    ended: Mapping[str, str] | None = None,
    later: bool = False,
) -> Path:
    """A snapshot's folder under `data`, as releases to 0.8 have it; `later`: as those from 0.9 on."""
    folder = data / ("users/system/snapshots/20260302/gazette.example" if later else "archive") / name
    folder.mkdir(parents=True)
    done = {
        method: {"status": "succeeded", "start_ts": at, "output": "x"} for method, at in (ended or {}).items()
    }
    if later:
        rows = [{"type": "Snapshot", "url": url, "bookmarked_at": "2026-03-01T00:00:00+00:00"}]
        rows += [{"type": "ArchiveResult", "plugin": method, **row} for method, row in done.items()]
        (folder / "index.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    else:
        link = {
            "schema": "Link",
            "url": url,
            "timestamp": name,
            "history": {m: [row] for m, row in done.items()},
        }
        (folder / "index.json").write_text(json.dumps(link))
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    return folder


def archivebox(data: Path) -> Path:
    """Two snapshots with a WARC, of which one holds no page; one with a browser's page alone; one with nothing."""
    (data / "sources").mkdir(parents=True)
    (data / "index.json").write_text(json.dumps({"links": []}))
    first = snapshot(data, "1772452800.0", FERRY, {"output.html": page("As the browser had it")})
    (first / "warc").mkdir()
    by_others(first / "warc" / "1772452800.warc.gz", [(FERRY, 0.0, page("Ferry sails"))])
    refused = f"{SITE}/news/bridge"
    second = snapshot(
        data, "1772452900.0", refused, {"singlefile.html": page("Bridge shut", 2)},
        ended={"singlefile": "2026-03-02T07:30:00.500000", "wget": "2026-03-02T07:00:00"},
    )  # fmt: skip
    (second / "warc").mkdir()
    by_others(second / "warc" / "1772452900.warc.gz", [(refused, 1.0, b"no")], status=403)
    snapshot(data, "1772453000.0", f"{SITE}/news/lost", {"screenshot.png": b"\x89PNG"})
    snapshot(
        data, "019cae5e", f"{SITE}/news/pier", {"dom/output.html": page("Pier mended", 3)},
        ended={"dom": "2026-03-02T09:00:00+00:00"}, later=True,
    )  # fmt: skip
    return data


# ---------------------------------------------------------------- changedetection.io


def changedetection(
    path: Path, watches: Mapping[str, Mapping[str, Any]], files: Mapping[str, bytes], *, later: bool = False
) -> Path:
    """A backup; `later`: as releases write it that have a `watch.json` a watch."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        if later:
            out.writestr("changedetection.json", json.dumps({"settings": {}}))
            for uid, watch in watches.items():
                out.writestr(f"{uid}/watch.json", json.dumps(watch))
        else:
            out.writestr("url-watches.json", json.dumps({"watching": watches, "settings": {}}))
        out.writestr("secret.txt", "0000")
        for name, data in files.items():
            out.writestr(name, data)
    return path


def followed(
    at: Iterable[int], paused: bool = True, url: str = FERRY
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A watch whose every check left text, and its last two HTML, too."""
    stamps = list(at)
    files = {
        "w1/history.txt": "".join(f"{s},/datastore/w1/{n}.txt.br\n" for n, s in enumerate(stamps)).encode()
    }
    for n, stamp in enumerate(stamps):
        files[f"w1/{n}.txt.br"] = brotli.compress(f"Ferry {n}\n{text(1)[0]}".encode())
        if n >= len(stamps) - 2:
            files[f"w1/{stamp}.html.br"] = brotli.compress(page(f"Ferry {n}"))
    return {"w1": {"url": url, "paused": paused, "title": "Ferry"}}, files


# ---------------------------------------------------------------- diffengine

SCHEMA = """
CREATE TABLE feed (url VARCHAR(255) NOT NULL PRIMARY KEY, name VARCHAR(255) NOT NULL, created DATETIME NOT NULL);
CREATE TABLE entry (id INTEGER NOT NULL PRIMARY KEY, url VARCHAR(255) NOT NULL, created DATETIME NOT NULL, checked DATETIME NOT NULL);
CREATE TABLE feedentry (id INTEGER NOT NULL PRIMARY KEY, feed_id VARCHAR(255) NOT NULL, entry_id INTEGER NOT NULL, created DATETIME NOT NULL);
CREATE TABLE entryversion (id INTEGER NOT NULL PRIMARY KEY, title VARCHAR(255) NOT NULL, url VARCHAR(255) NOT NULL,
 summary VARCHAR(255) NOT NULL, created DATETIME NOT NULL, archive_url VARCHAR(255), entry_id INTEGER NOT NULL);
CREATE TABLE diff (id INTEGER NOT NULL PRIMARY KEY, old_id INTEGER NOT NULL, new_id INTEGER NOT NULL, created DATETIME NOT NULL,
 tweeted DATETIME, blogged DATETIME);
"""


def diffengine(
    path: Path,
    versions: Iterable[tuple[str, str, str, str]],
    *,
    feed: str = "https://feeds.gazette.example/rss",
) -> Path:
    """A database; each version is (address, title, when, paragraphs)."""
    rows = list(versions)
    entries = {url: number for number, url in enumerate(dict.fromkeys(url for url, *_ in rows), 1)}
    day = "2026-03-01 00:00:00"
    with closing(sqlite3.connect(path)) as db, db:
        db.executescript(SCHEMA)
        db.execute("INSERT INTO feed VALUES (?, 'The Gazette', ?)", (feed, day))
        for url, number in entries.items():
            db.execute("INSERT INTO entry VALUES (?, ?, ?, ?)", (number, url, day, day))
            db.execute("INSERT INTO feedentry VALUES (?, ?, ?, ?)", (number, feed, number, day))
        for url, title, at, summary in rows:
            saved = f"https://web.archive.org/web/20260302000000/{url}"
            db.execute(
                "INSERT INTO entryversion (title, url, summary, created, archive_url, entry_id) VALUES (?, ?, ?, ?, ?, ?)",
                (title, url, summary, at, saved, entries[url]),
            )
    return path
