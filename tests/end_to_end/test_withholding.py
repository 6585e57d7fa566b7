"""A withheld story is in no answer: every verb with each of its options, every route of browse, Datasette's own included.

Verbs are those of the command line, routes those of the server, so that a new one is in it by itself: an option or a part of
an address that no value is known for fails the test until it has one.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
import shutil
import sqlite3
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import quote, unquote

import click
import pytest

from newsarchive.browse import app
from newsarchive.browse_links import ROOT
from newsarchive.cli import group
from tests.browse.conftest import Reader
from tests.cli.test_cli import run

# What isn't asked, and why.
LEFT_OUT = {
    "browse": "the routes below are what it serves",
    "replay": "starts a server of others on a copy without withheld pages (tests/archive/test_replaying.py)",
    "demo": "makes an archive of its own",
    "init": "makes an archive of its own",
    "add": "fetches a site",
    "run": "fetches",
    "crawl": "fetches",
    "save": "fetches",
    "backfill": "fetches",
    "import": "takes a file of others",
    "fleet": "has archives of its own (tests/cluster/test_fleet_wide.py)",
}
TAKEN_BACK = {"withhold": "--undo"}
ALWAYS = {("schedule", "install"): ["--print"]}  # it would write outside of the archive


@dataclass(frozen=True)
class Withheld:
    """An archive with a withheld story, what mustn't be said any more, and what it is asked for by."""

    root: Path
    words: tuple[str, ...]
    given: dict[str, str]

    def said_in(self, text: str, *asked: str) -> list[str]:
        """What of the story is in a text, but for what was typed."""
        forms = {text, unquote(text), re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)}
        forms = {unescape(form) for form in forms}
        for word in sorted(asked, key=len, reverse=True):
            forms = {form.replace(word, "") for form in forms}
        return [word for word in self.words if any(word in form for form in forms)]


@pytest.fixture(scope="session")
def withheld(press, tmp_path_factory) -> Withheld:
    archive = press.copy(tmp_path_factory.mktemp("withheld") / "a")
    story = archive.story(press.headline_url)
    paragraphs = {p for v in story.versions for p in v.paragraphs if len(p) > 80}
    path = press.headline_url.split("/", 3)[3]
    with closing(sqlite3.connect(archive.index)) as db:
        [(capture,)] = db.execute("SELECT id FROM captures_read WHERE url = ? LIMIT 1", (press.headline_url,))
    words = (press.old_title, press.new_title, path, *paragraphs)
    assert len(words) > 5
    for text in (
        run("--archive", archive.root, "show", press.headline_url, "--json")[1],
        run("--archive", archive.root, "cdxj")[1],
    ):
        assert [w for w in words if w in text]
    archive.decide("withhold", press.headline_url, reason="asked for")
    given = {
        "url": press.headline_url, "other": press.plain_url, "title": press.new_title, "record": story.versions[0].warc_record_id,
        "last": story.versions[-1].warc_record_id, "story": str(story.id), "capture": str(capture), "source": story.source,
        "host": press.headline_url.split("/")[2], "path": path,
    }  # fmt: skip
    return Withheld(archive.root, words, given)


# ---------------------------------------------------------------- verbs

# What is put in the place of an argument or option, by its name; one run each. `{out}` is a new path.
VALUES: dict[str, tuple[str, ...]] = {
    "url": ("{url}", "{record}", "{title}", "{other}"), "what": ("{url}", "{record}"), "other": ("{other}", "{url}"),
    "words": ("{title}", "", "{url}"), "query": ("{title}",), "word": ("{source}",), "spec": ("{record}", "2026-03-02"),
    "versions": ("{record}..{last}",), "source": ("{source}",), "sources": ("{source}",), "names": ("{source}",), "name": ("{source}",),
    "old": ("{source}",), "new": ("renamed",), "page": ("{source}", "http://{host}/"), "original": ("{source}",), "page_url": ("{url}",),
    "since": ("2026-03-01",), "until": ("2026-04-01",), "lang": ("en",), "kinds": ("headline", "gone"), "limit": ("500",), "offset": ("0",),
    "section": ("News",), "author": ("A",), "watch_id": ("w1",), "reason": ("as asked",), "within": ("1",), "every": ("10",), "wait": ("0",),
    "output": ("{out}",), "to": ("{out}",), "picture": ("{out}.png",), "dest": ("{out}",), "link": ("http://127.0.0.1:8001/",), "key": ("{missing}",),
    "signed_by": ("{missing}",), "file": ("{missing}",), "warc": ("{missing}",), "timestamp_url": ("http://127.0.0.1:9/",),
    "cluster": ("tcp://127.0.0.1:9",), "part": ("0/1",), "workers": ("1",),
}  # fmt: skip


def verbs(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that name it."""
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        if not words and name in LEFT_OUT:
            continue
        child = command.get_command(context, name)
        assert child is not None
        yield from verbs(child, (*words, name))


def lines_of(command: click.Command, words: tuple[str, ...]) -> Iterator[list[str]]:
    """A verb with what it needs, then with each value of each argument, then with each option more."""
    needed, optional = [], []
    for one in command.params:
        if one.name in ("archive", "help"):
            continue
        flag = [] if one.param_type_name == "argument" else [max(one.opts, key=len)]
        if getattr(one, "is_flag", False):
            choices = [[name] for name in one.opts if name.startswith("--")]
        elif isinstance(one.type, click.Choice):
            choices = [[*flag, value] for value in one.type.choices]
        else:
            assert one.name in VALUES, f"what is {words} to be given for {one.name}?"
            choices = [[*flag, value] for value in VALUES[one.name]]
        if one.required or (one.param_type_name == "argument" and choices):
            needed.append(choices)
        else:
            optional += choices
    first = [word for choices in needed for word in choices[0]]
    yield first
    for at, choices in enumerate(needed):
        for choice in choices[1:]:
            yield [w for n, c in enumerate(needed) for w in (choice if n == at else c[0])]
    for more in optional:
        yield [*first, *more]


VERBS = list(verbs(group))


@pytest.mark.parametrize(("words", "command"), VERBS, ids=[" ".join(words) for words, _ in VERBS])
def test_a_withheld_story_is_in_the_output_of_no_verb(withheld, tmp_path, words, command):
    shutil.copytree(withheld.root, tmp_path / "a")
    for number, line in enumerate(lines_of(command, words)):
        given = withheld.given | {"out": str(tmp_path / f"out{number}"), "missing": str(tmp_path / "missing")}
        typed = [word.format_map(given) for word in line] + ALWAYS.get(words, [])
        if TAKEN_BACK.get(words[0]) in typed:
            continue
        code, out, error = run("--archive", tmp_path / "a", *words, *typed)
        assert code != 70, error
        assert withheld.said_in(out + error, *typed) == [], (words, typed, code)
    if words[0] == "backup":  # a copy of all, for who keeps the archive
        return
    for file in (f for f in tmp_path.rglob("*") if f.is_file() and not f.is_relative_to(tmp_path / "a")):
        for text in texts_in(file.read_bytes()):
            assert withheld.said_in(text) == [], file


def texts_in(data: bytes) -> list[str]:
    """What a file or an answer says: as it is, and unpacked."""
    found = [data]
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            found += [name.encode() + packed.read(name) for name in packed.namelist()]
    found += [base64.b64decode(text) for text in re.findall(rb'"encoded": ?"([\w+/=]+)"', data)]
    for part in list(found):
        at = part.find(b"\x1f\x8b\x08")
        if at >= 0:
            found.append(gzip.decompress(part[at:]))
        with suppress(zlib.error):
            found.append(zlib.decompress(part))
    return [part.decode("utf-8", "replace") for part in found]


# ---------------------------------------------------------------- routes

# What is put in the place of a part of an address, by its name. A table of which rows are asked for is `{table}`.
PARTS: dict[str, tuple[str, ...]] = {
    "id": ("{story}", "{capture}"), "format": ("json", "csv"), "name": ("{source}",), "kind": ("link", "json"), "url": ("{url}",), "number": ("1",),
    "database": ("archive",), "table": ("{table}",), "pks": ("{row}",), "path": ("app.css",), "rest": ("",),
}  # fmt: skip
QUERIES = [
    "", "q={title}", "q={path}", "source={source}", "all=1&history=1&form=jsonl", "v=1&removed=1", "a={source}&b={source}", "form=csv&history=1",
    "since=2026-03-01&until=2026-04-01", "changed=1", "kind=headline", "sort=newest&minor=1", "original={source}",
]  # fmt: skip
_NAMED = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
_MAYBE = re.compile(r"\((?:\?:)?([^()]*)\)\?")


def addresses(pattern: str) -> Iterator[str]:
    """The addresses of a route, with `{story}` and the like in them."""
    named = _NAMED.search(pattern)
    if named:
        for value in PARTS[named[1]]:
            yield from addresses(pattern[: named.start()] + value + pattern[named.end() :])
        return
    maybe = _MAYBE.search(pattern)
    for middle in (maybe[1], "") if maybe else ():
        yield from addresses(pattern[: maybe.start()] + middle + pattern[maybe.end() :])
    if maybe is None:
        yield pattern.strip("^$").replace("\\.", ".")


def asked(reader: Reader, withheld: Withheld) -> Iterator[str]:
    """Every address with every query; of every table and view the rows, too."""
    with closing(sqlite3.connect(withheld.root / "index.db")) as db:
        tables = [
            n
            for (n,) in db.execute(
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY 1"
            )
        ]
    for pattern in dict.fromkeys(pattern.pattern for pattern, _ in reader.datasette._routes()):
        for address in dict.fromkeys(addresses(pattern)):
            if "{table}" in address:
                yield from (address.replace("{table}", table) + "?_size=max&_labels=on" for table in tables)
            else:
                yield from (f"{address}?{query}" for query in (QUERIES if ROOT in address else [""]))


def test_a_withheld_story_is_in_no_answer_of_browse(withheld):
    reader = Reader(app(withheld.root, settings={"now": "2026-03-04T09:00:00Z"}))
    given = {name: quote(value, safe="/:") for name, value in withheld.given.items()} | {"row": "1"}
    found, statuses = {}, Counter()
    try:
        for address in asked(reader, withheld):
            typed = address.format_map(given)
            words = [withheld.given[name] for name in ("title", "path", "url") if f"{{{name}}}" in address]
            answer = reader.get(typed)
            statuses[answer.status_code] += 1
            said = {word for text in texts_in(answer.content) for word in withheld.said_in(text, *words)}
            found |= {typed: said} if said else {}
    finally:
        reader.close()
    assert found == {}
    assert statuses[200] > 300
    assert statuses[451] > 10


ENCODED = [
    "/archive/ur~6cs",
    "/archive/ur%6cs.json",
    "/ar~63hive/urls",
    "/archive/stories/~31.json",
    "/archive/~70ages",
]


@pytest.mark.parametrize("address", ENCODED)
def test_no_spelling_of_a_table_opens_it(withheld, address):
    reader = Reader(app(withheld.root))
    try:
        assert reader.get(address).status_code == 403
    finally:
        reader.close()
