"""The lock's promises."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.warc import WarcLock
from newsarchive.warc.warc_lock import not_writable


def test_a_killed_process_frees_the_lock(tmp_path):
    code = (
        "import sys; from pathlib import Path; from newsarchive.warc import WarcLock\n"
        "lock = WarcLock(Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(ArchiveLockedError, match=str(child.pid)):
            WarcLock(tmp_path)
        child.kill()
    with WarcLock(tmp_path):
        pass


def test_a_child_process_does_not_inherit_the_lock(tmp_path):
    lock = WarcLock(tmp_path)
    with subprocess.Popen(["sleep", "30"], close_fds=False) as child:
        lock.close()
        with WarcLock(tmp_path):
            pass
        child.kill()


def test_a_lock_that_cannot_be_made_is_told(tmp_path):
    with pytest.raises(ArchiveNotWritableError):
        WarcLock(tmp_path / "gone")


@pytest.mark.parametrize(("number", "text"), [(28, "disk is full"), (27, "can't grow"), (30, "Read-only")])
def test_a_failed_write_says_what_where_and_how_much(tmp_path, number, text):
    error = not_writable(OSError(number, os.strerror(number)), tmp_path / "x.warc.gz", 4711)
    assert text in str(error)
    assert "x.warc.gz" in str(error)
    assert "4711 bytes" in str(error)
