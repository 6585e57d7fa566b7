"""Runs code in a process of its own, with limits, and measures what it took: for tests of hostile inputs.

Time is processor time of that process, limited by the system (RLIMIT_CPU), so that a busy machine changes nothing;
memory is its peak of resident memory, the interpreter and its libraries included (40 to 90 MB).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAX_MB = 400  # of memory, whatever is read
TAIL = """
import json, time
status = open("/proc/self/status").read()  # ru_maxrss counts what the parent held when it started this process
print(json.dumps([time.process_time(), int(status.split("VmHWM:")[1].split()[0]) // 1024, answer]))
"""


@dataclass(frozen=True)
class Measured:
    """What the code left in `answer`, and what it took. `ended_by` is the signal that ended it, 0 if none."""

    answer: object = None
    seconds: float = 0.0
    mb: int = 0
    ended_by: int = 0


def measured(code: str, *, cpu: int) -> Measured:
    """Run `code`, which sets `answer` to a value that JSON has, and is ended after `cpu` seconds of processor time."""
    limit = f"import resource\nresource.setrlimit(resource.RLIMIT_CPU, ({cpu}, {cpu}))\n"
    done = subprocess.run(
        [sys.executable, "-c", limit + code + TAIL],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", str(ROOT))]),
        },
    )
    if done.returncode < 0:
        return Measured(ended_by=-done.returncode)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    seconds, mb, answer = json.loads(done.stdout.splitlines()[-1])
    return Measured(answer, seconds, mb)
