"""Dask's processes killed one by one, and a worker of another version."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.cluster.engine import DaskEngine, Failed
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.cluster.work import WorkItem, perform
from newsarchive.errors import ClusterLostError, UsageError
from newsarchive.index.integrity import compare_indexes
from tests.cluster.dask_processes import ROOT, DaskProcesses
from tests.cluster.killing import builder_of, ended, killed_once
from tests.cluster.making import as_one, fleet_of
from tests.object_store import wait_for

pytest.importorskip("distributed")
pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]  # Dask's own warnings aren't ours


def test_a_worker_killed_while_it_makes_an_index(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 3, stories=6)
    with (
        DaskProcesses(tmp_path / "dask") as dask,
        DaskEngine(dask.address) as engine,
        killed_once(lambda: builder_of(fleet.root)) as killed,
    ):
        found = list(
            engine.run(WorkItem(unit="rebuild", place=fleet.root, item=name) for name in fleet.names)
        )
    assert len(killed) == 1
    assert not [one for one in found if isinstance(one, Failed)]
    merge_shards(fleet)
    assert compare_indexes(as_one(fleet, tmp_path / "one").index, fleet.index) == ()


def test_after_the_scheduler_was_killed_a_second_run_does_what_is_left(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 4, stories=4)
    receipts = fleet.root / "receipts" / "rebuild"

    def command(address: str) -> subprocess.Popen[str]:
        args = [
            sys.executable,
            "-m",
            "newsarchive",
            "fleet",
            "rebuild",
            "--fleet",
            str(fleet.root),
            "--cluster",
            address,
        ]
        return subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    with DaskProcesses(tmp_path / "dask", workers=1) as dask:
        first = command(dask.address)
        wait_for(lambda: receipts.is_dir() and any(receipts.glob("*.json")), "the first receipt")
        dask.scheduler.kill()
        code, said = ended(first)
        assert code == ClusterLostError.exit_code, said
        assert "scheduler is gone" in said
    done = {path.stem for path in receipts.glob("*.json")}
    with DaskProcesses(tmp_path / "fresh", workers=1) as dask:
        code, said = ended(command(dask.address))
        assert code == 0, said
    assert {line[:3] for line in said.splitlines() if "done before" in line} == done
    assert 1 <= len(done) <= 4
    merge_shards(fleet)
    assert compare_indexes(as_one(fleet, tmp_path / "one").index, fleet.index) == ()


def test_a_worker_of_another_version_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(ROOT / "newsarchive", other / "newsarchive")
    path = other / "newsarchive" / "version.py"
    path.write_text(re.sub(r'__version__ = "[^"]*"', '__version__ = "0.0.9"', path.read_text()))
    with DaskProcesses(tmp_path / "dask", workers=1) as dask:
        with DaskEngine(dask.address) as engine:
            assert engine.size == 1
        worker = dask.add_worker(other)
        assert worker.wait(60) is not None
        assert re.search(r"this worker has newsarchive 0\.0\.9 .*; the cluster works with", dask.said())
        with DaskEngine(dask.address) as engine:
            assert engine.size == 1
    with DaskProcesses(tmp_path / "fresh", workers=0) as dask:
        dask.add_worker(other)  # nobody told this scheduler which version is wanted
        with pytest.raises(UsageError, match=r"workers have another version: 0\.0\.9"):
            DaskEngine(dask.address)


def test_work_that_another_version_wants_is_refused(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1, stories=1)
    with pytest.raises(UsageError, match=r"0\.0\.9 is wanted"):
        perform(WorkItem(unit="rebuild", place=fleet.root, item="000", version="0.0.9"))
    assert not (fleet.root / "receipts").exists()
