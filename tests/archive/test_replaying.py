"""pywb is started on an index of the archive, or it is said how to install it."""

from __future__ import annotations

import json
import sys

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.replaying import find_pywb, prepare, replay
from newsarchive.errors import NothingFoundError, UsageError


def test_pywb_gets_an_index_of_all_captures_and_the_folder_of_the_files(press, tmp_path) -> None:
    count = prepare(Archive(press.folder), tmp_path)
    lines = (tmp_path / "index.cdxj").read_text().splitlines()
    collection = json.loads((tmp_path / "config.yaml").read_text())["collections"]["news"]
    assert (len(lines), collection["index_paths"]) == (count, str(tmp_path / "index.cdxj"))
    named = {json.loads(line.split(" ", 2)[2])["filename"] for line in lines}
    assert all((press.folder / "warc" / name).exists() for name in named)
    assert collection["archive_paths"] == f"{press.folder.resolve() / 'warc'}/"


def test_without_pywb_it_is_said_how_to_install_it(tmp_path) -> None:
    with pytest.raises(UsageError, match="pip install pywb"):
        find_pywb(tmp_path / "wayback")


def test_without_a_closed_file_there_is_nothing_to_replay(tmp_path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(NothingFoundError):
        prepare(Archive(tmp_path / "a"), tmp_path)


def test_the_program_gets_address_port_and_folder_and_none_of_our_paths(press, tmp_path, monkeypatch) -> None:
    program = tmp_path / "wayback"
    told = tmp_path / "told.json"
    script = "import json, os, sys; json.dump([sys.argv[1:], os.getcwd(), sorted(os.environ), os.listdir()], open({!r}, 'w')); sys.exit(7)"
    program.write_text(f"#!{sys.executable}\n{script.format(str(told))}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    said: list[str] = []
    code = replay(Archive(press.folder), pywb=program, host="127.0.0.1", port=8099, say=said.append)
    arguments, folder, environment, files = json.loads(told.read_text())
    assert (code, arguments) == (7, ["-b", "127.0.0.1", "-p", "8099", "-d", folder])
    assert "PYTHONPATH" not in environment
    assert {"config.yaml", "index.cdxj"} <= set(files)
    assert "http://127.0.0.1:8099/news/" in said[0]
