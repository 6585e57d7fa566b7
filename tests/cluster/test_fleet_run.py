"""Shards are followed: each when something of it is due; one that fails leaves the others alone."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.engine import LocalEngine
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.shard_ticks import due, follow
from newsarchive.config import FILENAME
from newsarchive.locks import index_lock
from newsarchive.model import Source
from newsarchive.sources import write_source
from tests.newsroom import Newsroom
from tests.press import SETTINGS

pytestmark = pytest.mark.cluster


def test_two_shards_are_crawled_and_a_locked_one_is_tried_again(tmp_path: Path) -> None:
    fleet = Fleet.create(tmp_path / "press", shards=3)
    with Newsroom(seed=4, stories=3, outlets=("courier", "harbour"), certificate_days=3650.0) as room:
        shards = dict(zip(room.outlets, fleet.names, strict=False))
        for outlet in room.outlets.values():
            folder = fleet.folder(shards[outlet.name])
            (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()))
            write_source(folder, Source(**outlet.source()))
        fleet = Fleet(fleet.root)
        said: list[str] = []
        assert due(fleet, fleet.names, said.append) == sorted(shards.values())
        stop, held = threading.Event(), index_lock(fleet.folder(shards["harbour"]))

        def say(line: str) -> None:
            said.append(line)
            if "another process" in line:
                held.close()
            if len([one for one in said if "pages" in one]) == 2:
                stop.set()

        with LocalEngine(2) as engine:
            assert follow(fleet, fleet.names, engine, stop=stop, say=say, wake=0.05) >= 2
        assert due(fleet, fleet.names, said.append) == []
        for name, outlet in room.outlets.items():
            archive = Archive(fleet.folder(shards[name]))
            assert all(archive.story(url).versions for url in outlet.urls())
