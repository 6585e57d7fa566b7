"""The same work on a Dask cluster of this machine: processes that are killed lose nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.engine import DaskEngine, Failed
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.cluster.work import WorkItem
from newsarchive.errors import UsageError
from newsarchive.index.integrity import compare_indexes
from tests.cluster.making import as_one, fleet_of
from tests.cluster.units import COUNTING, calls

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("default")]  # Dask's own warnings aren't ours


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address


def test_shards_that_a_cluster_indexed_are_what_one_process_makes(address: str, tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 3, stories=2)
    with DaskEngine(address) as engine:
        found = list(
            engine.run(WorkItem(unit="rebuild", place=fleet.root, item=name) for name in fleet.names)
        )
    assert not [one for one in found if isinstance(one, Failed)]
    merge_shards(fleet)
    assert compare_indexes(as_one(fleet, tmp_path / "one").index, fleet.index) == ()
    assert Archive(fleet.root).stats()["stories"] > 8


def test_what_raises_and_what_kills_its_worker_is_done_again_or_named(address: str, tmp_path: Path) -> None:
    options = {"b": "always", "c": "once", "d": "dies once"}
    with DaskEngine(address) as engine:
        found = list(
            engine.run(
                WorkItem(unit=COUNTING, place=tmp_path, item=name, options=options) for name in "abcdef"
            )
        )
    assert [one.item for one in found if isinstance(one, Failed)] == ["b"]
    assert len(found) == 6
    assert calls(tmp_path, "b") == 3


def test_where_nobody_answers_it_says_how_to_start_workers() -> None:
    with pytest.raises(UsageError, match="dask worker"):
        DaskEngine("tcp://127.0.0.1:9", patience=0.5)
