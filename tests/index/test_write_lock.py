"""One writer at a time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.index.write_lock import index_lock

HOLD = """
import sys
from pathlib import Path
from newsarchive.index.write_lock import index_lock
with index_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(root: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_second_process_is_refused_with_exit_code_75(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        with pytest.raises(ArchiveLockedError) as caught, index_lock(tmp_path):
            pass
        assert caught.value.exit_code == 75
        assert "--wait" in str(caught.value)
        other.kill()
        other.communicate()


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        other.kill()
        other.communicate()
    with index_lock(tmp_path):
        pass


def test_a_waiting_process_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    with holder(tmp_path) as other:
        assert other.stdin is not None
        other.stdin.close()
        with index_lock(tmp_path, wait=30):
            pass
        other.wait()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotWritableError), index_lock(tmp_path / "absent"):
        pass
