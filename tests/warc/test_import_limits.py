"""What an import can cost: 400 MB of memory, 60 seconds of processor time, 600 MB on disk, whatever the file is made of.

Without the limits of newsarchive/warc/unpacking.py and wacz_entries.py most rows end by SIGXCPU, with more memory, or with a file that
may not grow further.
"""

from __future__ import annotations

import bz2
import os
import subprocess
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveNotWritableError
from newsarchive.warc import import_file
from tests.measured import MAX_MB, measured
from tests.warc.hostile_files import FILES, LONG, MB

IMPORT = """
import resource
from pathlib import Path
from newsarchive.errors import NewsarchiveError
from newsarchive.warc import import_file, read_captures
resource.setrlimit(resource.RLIMIT_FSIZE, ({disk}, {disk}))
root = Path({root!r})
try:
    taken = import_file(root, Path({path!r}))
    answer = [sum(1 for name in taken.filenames for c in read_captures(root, name)), " ".join(taken.problems)]
except NewsarchiveError as error:
    answer = [0, str(error)]
"""
CUT = "streams that unpack to more than 200 times the file"
# How many captures are taken of each, and what is said of it.
OUTCOMES = {
    "zeros in one gzip stream": (2, CUT),
    "a line in one gzip stream": (1, CUT),
    "fields of a head in one gzip stream": (1, CUT),
    "line ends in one gzip stream": (1, CUT),
    "records of nothing in one gzip stream": (1, CUT),
    "zeros in many gzip members": (2, CUT),
    "zeros in one record of a gzip member": (1, "left out"),
    "zeros in bzip2 streams": (2, CUT),
    "zeros in zstd frames": (2, CUT),
    "an ARC record of zeros": (1, CUT),
    "an ARC file of one line": (0, "break, from which on nothing is read"),
    "pieces that are no members": (2_001, "further pieces left out"),
    "a WACZ entry of zeros": (0, "it unpacks to more than 200 times its size"),
    "a WACZ entry that understates itself": (0, "Bad CRC-32"),
    "a WACZ entry in bzip2": (0, "neither stored nor deflated"),
    "a WACZ entry in LZMA": (0, "neither stored nor deflated"),
    "a WACZ of 1,000,000 entries": (0, "a directory of more than 4 MiB"),
    "a WACZ of one file, 10,000 times": (0, "overlap"),
    "a datapackage of blanks": (1, ""),
    "a datapackage of brackets": (1, ""),
    "a datapackage in bzip2": (0, "neither stored nor deflated"),
    "a datapackage of small values": (1, ""),
}


SLOW = {
    "line ends in one gzip stream",
    "records of nothing in one gzip stream",
    "zeros in many gzip members",
    "a WACZ entry of zeros",
    "a WACZ entry that understates itself",
    "a WACZ entry in LZMA",
    "a datapackage of blanks",
}
ROWS = [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in FILES]


@pytest.mark.parametrize("name", ROWS)
def test_a_file_made_to_cost_is_imported_within_limits(tmp_path: Path, name: str) -> None:
    root, path = tmp_path / "archive", tmp_path / "made"
    root.mkdir()
    path.write_bytes(FILES[name]())
    took = measured(IMPORT.format(root=str(root), path=str(path), disk=600 * MB), cpu=60)
    assert took.ended_by == 0
    assert took.mb <= MAX_MB
    assert list(root.rglob("*.part")) == []
    captures, said = OUTCOMES[name]
    assert took.answer[0] == captures
    assert said in took.answer[1]
    assert len(took.answer[1]) < 10_000


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
@pytest.mark.parametrize("packed", [True, False])
def test_an_import_stops_before_the_disk_is_full_and_leaves_nothing(tmp_path: Path, packed: bool) -> None:
    small, path = tmp_path / "small", tmp_path / "made"
    small.mkdir()
    data = LONG + bytes(240 * MB)
    path.write_bytes(bz2.compress(data, 1) if packed else data)
    mount = ["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(small)]
    if subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        with pytest.raises(ArchiveNotWritableError, match="are needed"):
            import_file(small, path)
        assert [p for p in small.rglob("*") if p.is_file() and p.stat().st_size > 100] == []
        room = os.statvfs(small)
        assert room.f_bavail * room.f_frsize > 190 * MB
    finally:
        subprocess.run(["umount", str(small)], check=True)
