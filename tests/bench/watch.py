"""What a watch holds in memory over many runs, and what a run costs.

    python -m tests.bench.watch [--ticks 1000] [--outlets 3] [--workers 0]

A server on loopback has some outlets, each with a new story in every fourth run and edits in between; a watch in a process of its own
makes a run each quarter of an hour of simulated time. Prints its machine, then, a tenth of the runs at a time, resident memory, threads and open
files of the watch, of its crawl process and of a worker process, and the processor time of a run in all of them; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import threading
from datetime import timedelta
from itertools import chain
from pathlib import Path

from newsarchive.archive.crawling import Collector
from newsarchive.archive.following import watch
from newsarchive.config import FILENAME
from newsarchive.times import Clock
from tests.archive.outlets import SPEED, START, TICK, Outlets, feed, outlets, story

LISTED = 20  # stories that a feed names


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    found = (task.read_text().split() for task in Path(f"/proc/{pid}/task").glob("*/children"))
    return [int(child) for own in found for child in own]


def held(pid: int) -> str:
    """Resident memory, threads and open files of a process."""
    status = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    files = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    return f"{int(status['VmRSS'].split()[0]) / 1024:6.1f} MiB {status['Threads'].strip():>3} threads {files:>3} files"


def spent() -> float:
    """Processor time of this process and its children, also those that ended, in seconds."""
    living = [
        Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        for pid in children(os.getpid())
    ]
    return sum(os.times()[:4]) + sum(map(int, chain(*living))) / os.sysconf("SC_CLK_TCK")


def follow(root: Path, ticks: int) -> None:
    """Watch for so many runs; each is announced on stdout, and begins when stdin says so."""
    ticked, before = 0, 0.0

    def pause(_seconds: float) -> bool:
        nonlocal ticked, before
        ticked += 1
        if ticked % (ticks // 10) == 0:
            found = [("watch", os.getpid())]
            for pid in children(os.getpid()):
                is_crawl = b"newsarchive.crawl" in Path(f"/proc/{pid}/cmdline").read_bytes()
                found.append(("crawl" if is_crawl else "worker", pid))
            held_by = "; ".join(f"{name} {held(pid)}" for name, pid in found)
            cost = (spent() - before) / (ticks // 10)
            before = spent()
            print(f"{ticked:>6} runs: {cost:.2f} s a run; {held_by}", file=sys.stderr, flush=True)
        print(ticked, flush=True)
        return not sys.stdin.readline() or ticked >= ticks

    watch(
        root,
        stop=threading.Event(),
        say=lambda _line: None,
        make_clock=lambda: Clock(START + ticked * TICK, speed=SPEED),
        pause=pause,
    )


def publish(press: Outlets, hosts: list[str], tick: int) -> None:
    """A new story in every fourth run, and another text of one of the newest in the others."""
    numbers = range(max(0, tick // 4 - LISTED), tick // 4 + 1)
    paths = [f"/2026/story-number-{n}-of-the-months" for n in numbers]
    for host in hosts:
        press.origin.shapes[f"http://{host}{paths[-1]}"] = story(f"{paths[-1]} as of run {tick}")
        press.origin.shapes[f"http://{host}/feed"] = feed(host, reversed(paths))
    press.origin.log.clear()
    press.origin.times.clear()


def bench(folder: Path, ticks: int, count: int, workers: int) -> None:
    """Run the server here and the watch beside it."""
    hosts = [f"outlet{n}.example" for n in range(count)]
    words = [sys.executable, "-m", "tests.bench.watch", "--inside", str(folder), "--ticks", str(ticks)]
    with Collector() as unused, outlets(folder, unused, *hosts, crawl="delay = 0.0\n") as press:
        for host in hosts:
            press.outlet(host, [])
        config = folder / FILENAME
        config.write_text(config.read_text().replace("workers = 1", f"workers = {workers}"))
        publish(press, hosts, 0)
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipes")
            for line in process.stdout:
                publish(press, hosts, int(line))
                process.stdin.write("on\n")
                process.stdin.flush()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ticks", type=int, default=1000)
    parser.add_argument("--outlets", type=int, default=3)
    parser.add_argument("--workers", type=int, default=0, help="0 = as many as cores")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        follow(options.inside, options.ticks)
        return
    print(platform.platform(), platform.python_version(), os.cpu_count(), "CPUs", file=sys.stderr)
    print(f"{options.ticks} runs are {options.ticks * TICK / timedelta(days=1):.1f} days", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        bench(Path(folder) / "a", options.ticks, options.outlets, options.workers)


if __name__ == "__main__":
    main()
