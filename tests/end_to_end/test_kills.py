"""kill -9 at any moment of any command that writes, aimed at its workers, its crawl process, itself or all: nothing that was
promised is lost, nothing hangs, and what is indexed is what a rebuild gives, without a repair by hand.

The slow test kills 200 times: `python -m pytest tests/end_to_end/test_kills.py -m slow -s` says what was hit.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from os import kill
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.locks import INDEX_LOCK, WARC_LOCK, is_locked
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.warc import VerifyFinding, list_files, read_captures, read_commits, read_purges
from tests.end_to_end.test_watch_killed import LONG, SCHEDULE, children
from tests.newsroom import Newsroom
from tests.press import SETTINGS
from tests.warc.writers import CONTAINERS, WRITERS

WORKERS = SETTINGS.replace("workers = 1", "workers = 2")
PATIENCE = 15.0  # seconds in which a process to aim at must appear
MODULES = {"worker": b"newsarchive.ingest.worker_pool", "child": b"newsarchive.crawl"}
CRAWLS, EXTRACTS = ("child", "worker", "parent", "all"), ("worker", "parent", "all")
VERBS = {
    "crawl": CRAWLS,
    "watch": CRAWLS,
    "ingest": EXTRACTS,
    "rebuild": EXTRACTS,
    "reextract": EXTRACTS,
    "import": EXTRACTS,
    "backup": ("parent", "all"),
    "purge": ("parent", "all"),
}


def descendants(pid: int) -> Iterator[int]:
    for child in children(pid):
        yield child
        yield from descendants(child)


def is_a(pid: int, module: bytes) -> bool:
    with suppress(OSError):
        return module in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    return False


def is_left_open(finding: VerifyFinding) -> bool:
    """What waits for the next writer's own recovery: a file to be sealed, with a torn tail that nobody was promised."""
    return finding.kind in ("torn", "manifest")


@dataclass
class Range:
    """An archive, its newsroom, and what was hit so far."""

    room: Newsroom
    folder: Path
    rnd: random.Random
    takes: dict[str, float] = field(default_factory=lambda: dict.fromkeys(VERBS, 4.0))  # seconds
    hits: Counter[str] = field(default_factory=Counter)
    promised: set[str] = field(default_factory=set)

    @property
    def root(self) -> Path:
        return self.folder / "archive"

    def command(self, verb: str) -> list[str]:
        urls = [url for outlet in self.room.outlets.values() for url in outlet.urls()]
        file = self.folder / f"{self.rnd.randrange(10**9)}.warc.gz"
        if verb == "import":
            file.write_bytes(CONTAINERS[self.rnd.choice(sorted(CONTAINERS))](WRITERS["heritrix"]() * 40))
        return {
            "crawl": ["crawl"],
            "watch": ["run", "--watch"],
            "ingest": ["ingest"],
            "rebuild": ["rebuild"],
            "reextract": ["reextract", "--all"],
            "import": ["import", "--domain", "harbour.example", str(file)],
            "backup": ["backup", str(self.folder / "copy")],
            "purge": ["purge", self.rnd.choice(urls), "--reason", "asked for", "--yes"],
        }[verb]

    def news(self) -> None:
        for outlet in self.room.outlets.values():
            self.room.publish(outlet.name)
            self.room.edit(self.rnd.choice(outlet.urls()), "headline")

    def start(self, verb: str) -> subprocess.Popen[bytes]:
        with (self.folder / "said.txt").open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "newsarchive", "--archive", str(self.root), *self.command(verb)],
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def shoot(self, verb: str) -> bool:
        """Runs a command and kills what was aimed at; whether it was hit before the command's end."""
        aim = self.rnd.choice(VERBS[verb])
        if verb == "ingest":
            (self.root / "index.db").unlink(missing_ok=True)
        began = time.monotonic()
        process = self.start(verb)
        try:
            targets = self.targets(process, verb, aim, began)
            for pid in targets:
                with suppress(ProcessLookupError):
                    kill(pid, signal.SIGKILL)
            self.hits[f"{verb}, {aim}"] += bool(targets)
            if verb == "watch" and aim in ("worker", "child"):
                time.sleep(1.0)
                process.send_signal(signal.SIGTERM)
            process.wait(LONG)  # it raises if the command hangs after the kill
        finally:
            if process.poll() is None:
                process.kill()
        if not targets:
            self.takes[verb] = (self.takes[verb] + time.monotonic() - began) / 2
        return bool(targets)

    def targets(self, process: subprocess.Popen[bytes], verb: str, aim: str, began: float) -> list[int]:
        """The processes to be killed, once a random moment has come and one of them is there; none if the command ends first."""
        moment = began + self.rnd.uniform(0.3, 1.0) * self.takes[verb]
        while process.poll() is None:
            time.sleep(0.02)
            if time.monotonic() < moment:
                continue
            below = list(descendants(process.pid))
            if aim not in MODULES:
                return [process.pid, *(below if aim == "all" else ())]
            if found := [pid for pid in below if is_a(pid, MODULES[aim])]:
                return [self.rnd.choice(found)]
            if (
                time.monotonic() > began + PATIENCE
            ):  # small pages need no worker, and a watch goes on for ever
                process.send_signal(signal.SIGTERM)
                process.wait(LONG)
        return []

    def check(self) -> None:
        """What was promised before the next start is there after it, and all is whole."""
        end = time.monotonic() + LONG
        while any(
            is_locked(self.root / lock) for lock in (WARC_LOCK, INDEX_LOCK)
        ):  # orphans end by themselves
            assert time.monotonic() < end, "an orphan holds a lock"
            time.sleep(0.05)
        for commits in (self.root / "crawls").glob("*/commits.jsonl"):
            self.promised |= {i for c in read_commits(self.root, commits.parent.name) for i in c.record_ids}
        Archive(self.root).ingest(wait=LONG)  # what any next run does first; nothing is repaired
        verified = Archive(self.root).verify(wait=LONG).report
        assert [f.to_text() for f in verified.findings if not is_left_open(f)] == []
        kept = {c.warc_record_id for f in list_files(self.root) for c in read_captures(self.root, f.filename)}
        purged = {i for purge in read_purges(self.root) for i in purge.record_ids}
        assert self.promised - kept - purged == set()

    def rebuilt(self) -> None:
        report = Archive(self.root).rebuild(check=True, wait=LONG)
        assert (report.equal, report.differences) == (True, ())


@pytest.mark.parametrize("kills", [3, pytest.param(200, marks=pytest.mark.slow)])
def test_no_kill_loses_or_stops_anything(tmp_path: Path, kills: int) -> None:
    rnd = random.Random(f"kills {kills}")
    with Newsroom(seed=5, stories=12, outlets=("courier", "harbour"), certificate_days=3650.0) as room:
        field_ = Range(room, tmp_path, rnd)
        Archive.create(field_.root)
        (field_.root / FILENAME).write_text(WORKERS.format(network=room.config_toml()) + SCHEDULE)
        for outlet in room.outlets.values():
            write_source(field_.root, Source(**outlet.source()))
        Archive(field_.root).crawl()
        done = turn = 0
        while done < kills:
            verb = list(VERBS)[turn % len(VERBS)]
            turn += 1
            assert turn < 6 * kills + 20, "hardly any kill comes in time"
            field_.news()
            done += field_.shoot(verb)
            field_.check()
            if verb == "backup":
                Archive(field_.root).backup(tmp_path / "copy")
                assert Archive(tmp_path / "copy").verify().exit_code == 0
            if turn % 8 == 0:
                field_.rebuilt()
        field_.rebuilt()
    print(
        f"{done} kills, {len(field_.promised)} promised captures, 0 lost: {dict(sorted(field_.hits.items()))}"
    )
