"""The recipes of docs/cookbook.md: what can be run is run against a small archive, the rest is read by its own parser."""

from __future__ import annotations

import configparser
import csv
import io
import json
import os
import re
import shlex
import socketserver
import subprocess
import sys
import tomllib
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive.crawling import Collector
from newsarchive.config import read_config
from newsarchive.times import Clock
from tests.archive.test_sending import mail_parts
from tests.press import START, crawl, following, newsroom
from tests.schedule.test_notify import Smtp, serving
from tests.test_docs import ROOT, unknown

TEXT = (ROOT / "docs" / "cookbook.md").read_text()
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.S | re.M))


def blocks(section: str, info: str) -> list[str]:
    """The fenced blocks of a section with this info string; there must be one."""
    found = re.findall(rf"^```{info}\n(.*?)^```", SECTIONS[section], re.S | re.M)
    assert found, f"{section}: no block {info!r}"
    return found


def run(script: str, folder: Path, archive: Path) -> str:
    """Run the lines of a recipe in `folder` as a shell would that stops at the first failure; return what they print."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "NEWSARCHIVE_DIR": str(archive), "HOME": str(folder)}
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[bytes]]:
    """(working folder, archive, mails that came): a headline is edited silently, and a story vanishes while the recipe for
    vanished stories is in force."""
    folder = tmp_path_factory.mktemp("cookbook")
    server = socketserver.TCPServer(("127.0.0.1", 0), Smtp)
    server.got = []  # type: ignore[attr-defined]
    with serving(server) as port, newsroom(outlets=("courier",), stories=6) as room, Collector() as collector:
        archive = following(folder / "news", room, Clock(START))
        crawl(collector, archive.root, room.now())
        settings = archive.root / "newsarchive.toml"
        [notify] = blocks("Vanished stories by e-mail", "toml notify")
        notify = notify.replace('"mail.example.org"', '"127.0.0.1"').replace("port = 25", f"port = {port}")
        settings.write_text(settings.read_text() + notify)
        # the watch is older than what it waits for: the newsroom's clock is behind the machine's
        adding, *later = blocks("Vanished stories by e-mail", "sh run")
        run(adding, folder, archive.root)
        watches = archive.root / "watches.jsonl"
        watches.write_text(
            re.sub(r'"created_at": "[^"]+"', '"created_at": "2026-03-02T09:00:01Z"', watches.read_text())
        )
        urls = room.outlets["courier"].urls()
        room.advance(timedelta(days=1))
        room.edit(urls[0], "headline", title="Council paints the quay zinnober", silent=True)
        room.delete(urls[1], status=410)
        crawl(collector, archive.root, room.now())
        for script in later:
            assert "gone" in run(script, folder, archive.root)
    return folder, archive.root, server.got  # type: ignore[attr-defined]


def test_silent_headline_edits_are_rows(shop: tuple[Path, Path, list[bytes]]) -> None:
    folder, archive, _ = shop
    for script in blocks("A month of silent headline edits, as CSV", "sh run"):
        run(script, folder, archive)
    [row] = csv.DictReader(io.StringIO((folder / "silent-headlines.csv").read_text()))
    assert row["title_after"] == "Council paints the quay zinnober"
    assert row["title_before"]
    assert row["changed_at"] == "2026-03-03T09:00:00Z"
    assert "zinnober</ins>" in (folder / "march.html").read_text()


def test_a_vanished_story_comes_by_mail(shop: tuple[Path, Path, list[bytes]]) -> None:
    *_, mails = shop
    subjects = [mail_parts(data)["subject"] for data in mails]
    assert any("a trial message" in subject for subject in subjects)
    assert sum(subject.startswith("[newsarchive] gone: ") for subject in subjects) == 1


def test_a_corpus_is_made_and_read(shop: tuple[Path, Path, list[bytes]]) -> None:
    folder, archive, _ = shop
    for script in blocks("A corpus for a study", "sh run"):
        run(script, folder, archive)
    [program] = blocks("A corpus for a study", "python run")
    said = run(f"{shlex.quote(sys.executable)} -c {shlex.quote(program)}", folder, archive)
    assert re.fullmatch(r"\d+ versions, 1 edited stories\n", said)
    assert json.loads((folder / "corpus-stats.json").read_text())["stories"] == 6
    assert "datapackage.json" in zipfile.ZipFile(folder / "corpus.wacz").namelist()
    assert len((folder / "SHA256SUMS").read_text().splitlines()) == 3


def test_a_small_machines_settings_are_settings(shop: tuple[Path, Path, list[bytes]], tmp_path: Path) -> None:
    folder, archive, _ = shop
    [settings] = blocks("On a small machine", "toml settings")
    (tmp_path / "newsarchive.toml").write_text(settings)
    assert read_config(tmp_path).extract.workers == 1
    [script] = blocks("On a small machine", "sh run")
    assert "free on the disk" in run(script, folder, archive)


def test_nginx_hands_on_what_browse_needs() -> None:
    crossplane = pytest.importorskip("crossplane", reason="needs the parser of nginx's files")
    [text] = blocks("Behind nginx with a login", "nginx conf")
    parsed = _nginx(crossplane, text)
    [server] = parsed
    inside = {d["directive"]: d["args"] for d in server["block"]}
    [location] = [d for d in server["block"] if d["directive"] == "location"]
    headers = {d["args"][0]: d["args"][1] for d in location["block"] if d["directive"] == "proxy_set_header"}
    assert inside["auth_basic_user_file"] == ["/etc/nginx/news.htpasswd"]
    assert headers == {"Host": "$host", "X-Forwarded-Proto": "https", "Authorization": ""}


def _nginx(crossplane: object, text: str) -> list[dict]:
    """The directives of a server block, each known to nginx in its place, as crossplane reads them."""
    import tempfile

    with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
        file.write(f"events {{}}\nhttp {{\n{text}\n}}\n")
        file.flush()
        found = crossplane.parse(file.name, strict=True)  # type: ignore[attr-defined]
    assert found["errors"] == []
    return found["config"][0]["parsed"][1]["block"]


def test_the_service_of_browse_is_a_unit_whose_command_exists() -> None:
    [text] = blocks("Behind nginx with a login", "ini unit")
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(text)
    program, *words = shlex.split(unit["Service"]["ExecStart"])
    assert program.endswith("/newsarchive")
    assert unknown(words) == []


def test_the_services_of_the_container_are_verbs_on_one_volume() -> None:
    import yaml

    [text] = blocks("In a container", "yaml compose")
    composed = yaml.safe_load(text)
    for service in composed["services"].values():
        assert unknown(shlex.split(service["command"])) == []
        assert service["volumes"] == ["news:/archive"]
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert list(composed["volumes"]) == ["news"]
    for line in re.findall(r"podman run .*? newsarchive (.*)", SECTIONS["In a container"]):
        assert unknown(shlex.split(line)) == []
    assert "VOLUME /archive" in (ROOT / "Containerfile").read_text()


def test_every_block_of_settings_is_toml() -> None:
    found = re.findall(r"^```toml[^\n]*\n(.*?)^```", TEXT, re.S | re.M)
    assert len(found) == 2
    assert all(tomllib.loads(text) for text in found)
