"""A changedetection.io backup (its zip file, or its data folder): watches, the HTML that was kept of them, their texts.

Knows `url-watches.json` with all watches, and a `watch.json` in each watch's folder beside `changedetection.json`. Of most
checks changedetection.io keeps the text alone; that is no page, and is kept as a conversion. Reads; writes nothing. Tested in
tests/archive/test_peer_imports.py.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from newsarchive.archive.peer_contents import MAX_PAGE, PeerContents, hosts_of, time_of, url_or_empty
from newsarchive.text import load_json
from newsarchive.warc.http_message import Decoding, decode_content
from newsarchive.warc.kept_pages import HTML, TEXT, KeptPage

PROGRAM = "changedetection.io"
INDEXES = ("url-watches.json", "changedetection.json")
MAX_INDEX = 64 << 20
SOURCE = "source:"  # before an address: its snapshots are the page's HTML
UNREAD = "snapshots that can't be read"

Folder = Path | zipfile.Path


def is_changedetection(path: Path) -> bool:
    """Return whether a zip file or folder is a backup of changedetection.io."""
    if not path.is_dir() and not zipfile.is_zipfile(path):
        return False
    folder = _opened(path)
    return any((folder / name).is_file() for name in INDEXES)


def _opened(path: Path) -> Folder:
    return path if path.is_dir() else zipfile.Path(path)


def read_changedetection(path: Path) -> PeerContents:
    """Return what is in a backup; the snapshots are read as they are taken."""
    lost: Counter[str] = Counter()
    watches: dict[str, str] = {}  # folder -> address as it was written
    urls: list[str] = []
    folder = _opened(path)
    for name, watch in _watches(folder):
        written = str(watch.get("url") or "")
        url = url_or_empty(written.removeprefix(SOURCE))
        if not url or "{{" in written or "{%" in written:
            lost["watches whose address can't be fetched"] += 1
            continue
        watches[name] = written
        if not watch.get("paused"):
            urls.append(url)
    hosts = hosts_of(url_or_empty(written.removeprefix(SOURCE)) for written in watches.values())
    pages = (page for name, written in watches.items() for page in _snapshots(folder / name, written, lost))
    return PeerContents(program=PROGRAM, lost=lost, pages=pages, urls=tuple(dict.fromkeys(urls)), hosts=hosts)


def _watches(folder: Folder) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each watch's folder name and settings, in order of the names."""
    found: dict[str, dict[str, Any]] = {}
    for name in INDEXES:
        watching = _json(folder / name).get("watching")
        if isinstance(watching, dict):
            found |= {str(k): v for k, v in watching.items() if isinstance(v, dict)}
    for item in folder.iterdir():
        if item.is_dir() and (watch := _json(item / "watch.json")):
            found[item.name] = watch
    yield from sorted((name, watch) for name, watch in found.items() if "/" not in name and ".." not in name)


def _json(file: Folder) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        value = load_json(_bytes(file, MAX_INDEX) or b"{}")
        return value if isinstance(value, dict) else {}
    return {}


def _bytes(file: Folder, limit: int = MAX_PAGE) -> bytes:
    """What a file holds; nothing if there is no such file, it is damaged, or larger than `limit`."""
    with suppress(OSError, zipfile.BadZipFile, EOFError, RuntimeError, KeyError):
        if file.is_file():
            with file.open("rb") as stream:
                data = bytes(stream.read(limit + 1))
            return data if len(data) <= limit else b""
    return b""


def _snapshots(folder: Folder, written: str, lost: Counter[str]) -> Iterator[KeptPage]:
    """The snapshots of a watch, oldest first: its HTML where that was kept, else its text."""
    url = url_or_empty(written.removeprefix(SOURCE))
    for stamp, name in sorted(_history(folder).items()):
        at = time_of(stamp)
        if at is None:
            lost[UNREAD] += 1
            continue
        html = [f"{stamp}.html.br", f"{stamp}.html"]
        text = [name, f"{name}.br", name.removesuffix(".br")]
        kept, body = _first(folder, html)
        is_html = bool(body) or written.startswith(SOURCE) or ".html" in name
        if not body:
            kept, body = _first(folder, text)
        if not body:
            lost[UNREAD] += 1
            continue
        yield KeptPage(url=url, at=at, body=body, made_of=kept, content_type=HTML if is_html else TEXT)


def _history(folder: Folder) -> dict[str, str]:
    """Seconds since 1970, as they are written -> the snapshot's file. Older releases wrote whole paths."""
    lines = _bytes(folder / "history.txt").decode("utf-8", "replace").splitlines()
    pairs = (line.strip().split(",", 1) for line in lines if "," in line)
    return {stamp: path.replace("\\", "/").rpartition("/")[2] for stamp, path in pairs}


def _first(folder: Folder, names: list[str]) -> tuple[str, bytes]:
    """The first of these files that can be read, with its name."""
    for name in names:
        if (data := _bytes(folder / name)) and (body := _unpacked(data, name)):
            return name, body
    return "", b""


def _unpacked(data: bytes, name: str) -> bytes:
    """A snapshot's bytes; what wasn't compressed in spite of its name stays."""
    if not name.endswith(".br"):
        return data
    notes = Decoding()
    body = bytearray()
    for piece in decode_content([data], ("br",), notes):
        body += piece
        if len(body) > MAX_PAGE:
            return b""
    if notes.problems:
        return data if data.lstrip()[:1] == b"<" else b""
    return bytes(body)
