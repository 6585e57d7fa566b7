"""kill -9 at random moments: nothing that was told as durable is lost, and every file is whole afterwards."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from newsarchive.warc import list_files, read_commits, recover, verify
from tests.warc.making import read_all

ROOT = Path(__file__).resolve().parent.parent.parent


def hammer(root, crawl_id, seed, largest, seconds):
    """Runs the child until it is killed; the lines it had told by then."""
    max_size = 100_000 if seed % 3 else 20_000_000
    command = [
        sys.executable,
        "-m",
        "tests.warc.hammer",
        str(root),
        crawl_id,
        str(seed),
        str(largest),
        str(max_size),
    ]
    told = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as child:
        first = child.stdout.readline()
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        told = [first, *child.stdout]
        timer.join()
    assert child.returncode == -9, "the child ended by itself"
    return [tuple(line.split()) for line in told if line.endswith("\n")]


def crash(root, runs, largest):
    pick = random.Random(f"{runs} {largest}")
    acknowledged = set()
    cut = 0
    for n in range(runs):
        lines = hammer(root, f"run-{n}", n, largest, pick.uniform(0, 0.5))
        assert lines
        acknowledged |= set(lines)
        if n % 2:  # the other times the next run's own start repairs
            done = recover(root)
            cut += sum(r.cut > 0 for r in done)
            assert [r for r in done if r.lost] == []
            assert recover(root) == ()
    recover(root)
    assert verify(root).findings == ()
    assert list((root / "warc").glob("*.open")) == []
    captures = read_all(root)
    found = {(c.warc_record_id, c.payload_digest) for c in captures}
    assert acknowledged - found == set()
    told = {i for n in range(runs) for c in read_commits(root, f"run-{n}") for i in c.record_ids}
    assert {record_id for record_id, _ in acknowledged} <= told <= {i for i, _ in found}
    for item in list_files(root):
        assert subprocess.run(["gzip", "-t", str(root / "warc" / item.filename)], check=False).returncode == 0
    assert subprocess.run(["sha256sum", "-c", "--quiet", "MANIFEST"], cwd=root, check=False).returncode == 0
    print(
        f"{runs} kills, bodies up to {largest} bytes: {len(acknowledged)} acknowledged, 0 lost, {cut} torn files mended"
    )


@pytest.mark.parametrize(("runs", "largest"), [(6, 30_000), (4, 8_000_000)])
def test_kill_9_loses_nothing_acknowledged(tmp_path, runs, largest):
    crash(tmp_path, runs, largest)


@pytest.mark.slow
@pytest.mark.parametrize(("runs", "largest"), [(60, 30_000), (40, 8_000_000)])
def test_a_hundred_times_kill_9_loses_nothing_acknowledged(tmp_path, runs, largest):
    crash(tmp_path, runs, largest)
