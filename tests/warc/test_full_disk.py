"""The disk fills up, or files may not grow: told with path and size, cut back whole, fine again with room."""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.warc import WarcStore, verify
from tests.warc.making import answer, exchange, page, read_all

ROOT = Path(__file__).resolve().parent.parent.parent


def fill(root, limit=None):
    """Lets the child write until it can't; the captures it told, and what it said."""

    def set_limit():
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "tests.warc.hammer", str(root), "run-1", "7", "50000", "10000000"]
    run = subprocess.run(command, cwd=ROOT, preexec_fn=set_limit, capture_output=True, text=True, timeout=120)
    assert run.returncode == 5, run.stderr
    assert (
        re.search(r"\d+ bytes were to be written", run.stderr)
        or "commits.jsonl" in run.stderr
        or "MANIFEST" in run.stderr
    )
    assert str(root) in run.stderr
    return {line.split()[0] for line in run.stdout.splitlines()}


def check(root, acknowledged):
    """Nothing torn stands in the files, nothing told is lost, and with room the archive goes on."""
    for path in (root / "warc").iterdir():
        with path.open("rb") as file:
            assert subprocess.run(["gzip", "-t"], stdin=file, check=False).returncode == 0
    with WarcStore(root, crawl_id="run-2", min_free=0) as store:
        assert all(r.cut == 0 for r in store.recovered)
        store.commit(exchange(1, response=answer(page(1)), crawl_id="run-2"))
    assert verify(root).findings == ()
    found = read_all(root)
    assert acknowledged <= {c.warc_record_id for c in found}
    assert found[-1].crawl_id == "run-2" or any(c.crawl_id == "run-2" for c in found)


@pytest.mark.parametrize("limit", [60_000, 230_001, 500_003])
def test_a_file_that_may_not_grow_ends_on_an_exchange(tmp_path, limit):
    acknowledged = fill(tmp_path, limit)
    assert len(list((tmp_path / "warc").iterdir())) >= 1
    check(tmp_path, acknowledged)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("size", ["300k", "1m"])
def test_a_full_disk_ends_on_an_exchange_and_room_mends_it(tmp_path, size):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(small)], check=False
    ).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        acknowledged = fill(small)
        subprocess.run(["mount", "-o", "remount,size=8m", str(small)], check=True)
        check(small, acknowledged)
    finally:
        subprocess.run(["umount", str(small)], check=True)
