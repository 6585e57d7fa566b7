"""Runs a command and measures it whole: wall, CPU of all its processes, peak memory of each.

CPU comes from the operating system's accounting of the finished processes (children included);
peak memory from VmHWM in /proc, and CPU by process, sampled every 50 ms, so a process that lives shorter may be missed.
"""

from __future__ import annotations

import compileall
import os
import platform
import resource
import statistics
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import monotonic, perf_counter

import newsarchive


@dataclass
class Usage:
    """`wall` and `cpu` in seconds; `peaks` maps a process's label to the largest peak in MiB, `cpus` to its seconds of CPU."""

    code: int
    wall: float
    cpu: float
    stdout: str
    stderr: str
    peaks: dict[str, float] = field(default_factory=dict)
    cpus: dict[str, float] = field(default_factory=dict)


@cache
def compile_package() -> None:
    """Compile the package's modules, as `pip install` does: where Python writes no bytecode, each process would do it again."""
    folder = str(Path(newsarchive.__file__).parent)
    compileall.compile_dir(folder, quiet=1)


def run(
    command: Sequence[str], *, cwd: Path | None = None, env: dict[str, str] | None = None, ok: bool = True
) -> Usage:
    """Run `command` to its end. With `ok`, a non-zero exit raises RuntimeError with its stderr."""
    compile_package()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = monotonic()
    with subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        peaks: dict[str, float] = {}
        spent: dict[tuple[str, int], float] = {}
        stop = threading.Event()
        watcher = threading.Thread(target=_watch, args=(process.pid, peaks, spent, stop), daemon=True)
        watcher.start()
        out, err = process.communicate()
        stop.set()
        watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if ok and process.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {process.returncode}\n{err[-3000:]}")
    cpus: dict[str, float] = {}
    for (label, _), seconds in spent.items():
        cpus[label] = cpus.get(label, 0.0) + seconds
    return Usage(process.returncode, monotonic() - start, cpu, out, err, peaks, cpus)


def _watch(
    root: int, peaks: dict[str, float], spent: dict[tuple[str, int], float], stop: threading.Event
) -> None:
    while not stop.wait(0.05):
        for pid in _family(root):
            try:
                status = Path(f"/proc/{pid}/status").read_text()
                words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
                ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
            except OSError:
                continue
            peak = next((int(x.split()[1]) / 1024 for x in status.splitlines() if x.startswith("VmHWM")), 0.0)
            label = _label(words)
            peaks[label] = max(peaks.get(label, 0.0), peak)
            spent[label, pid] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _family(root: int) -> list[int]:
    family, todo = [], [root]
    while todo:
        pid = todo.pop()
        family.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                todo += [int(word) for word in task.read_text().split()]
            except OSError:
                continue
    return family


def _label(words: str) -> str:
    for mark, label in (
        ("newsarchive.crawl", "crawl"),
        ("newsarchive.ingest.worker_pool", "worker"),
        ("resource_tracker", "tracker"),
        ("forkserver", "worker"),
        ("multiprocessing", "worker"),
        ("fast-import", "fast-import"),
        ("--hard", "checkout"),
        ("wget", "wget"),
        ("trafilatura", "trafilatura"),
    ):
        if mark in words:
            return label
    return "main"


def gain_of_all_cores(rounds: int = 5) -> float:
    """Return how many times as much all cores do as one, of loops that share nothing: the most that any program gains here."""
    loop = [sys.executable, "-c", "for number in range(30_000_000): number * number"]
    count, gains = len(os.sched_getaffinity(0)), []
    for _ in range(rounds):
        walls = []
        for many in (1, count):
            began = perf_counter()
            for process in [subprocess.Popen(loop) for _ in range(many)]:
                process.wait()
            walls.append(perf_counter() - began)
        gains.append(count * walls[0] / walls[1])
    return statistics.median(gains)


def machine() -> str:
    """One line on the machine and the versions that matter."""
    cpu = next(
        (
            x.split(":", 1)[1].strip()
            for x in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in x
        ),
        "",
    )
    parts = [f"{os.cpu_count()} cores", cpu, f"Python {platform.python_version()}"]
    for name in ("scrapy", "trafilatura", "warcio", "lxml", "sqlite-utils"):
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(parts)
