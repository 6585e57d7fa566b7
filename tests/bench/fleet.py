"""What a fleet's engine costs: processor time a page with 1, 2 and 4 workers, the scheduler's memory, bytes that pass it.

    python -m tests.bench.fleet [--files 4] [--pages 60] [--rounds 3] [--items 10000]

The pages are invented and long; each item is a WARC file made a table. Rounds of 1, 2 and 4 workers alternate, and
processor time is compared, so that other work on the machine changes little. The scheduler of a Dask cluster on loopback
then gets items that do nothing. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from newsarchive.cluster.engine import DaskEngine, Engine, Failed, LocalEngine
from newsarchive.cluster.work import Planned, WorkItem, unit_of
from tests.bench import measure
from tests.cluster.dask_processes import DaskProcesses
from tests.ingest.press import by_others, html, text

SIZES = (1, 2, 4)
MEASURED = "tests.bench.fleet:measured"
NOTHING = "tests.bench.fleet:nothing"


def cpu() -> float:
    """Processor seconds of this process and of those it waited for."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def measured(work: WorkItem) -> Planned:
    """A file made a table; the receipt says what that took, in microseconds of processor time."""
    planned = unit_of("extract")(work)

    def do() -> Mapping[str, int]:
        began = cpu()
        return {**planned.do(), "micros": round(1e6 * (cpu() - began))}

    return Planned(do=do)


def nothing(_work: WorkItem) -> Planned:
    """An item that takes no time."""
    return Planned(do=lambda: {"items": 1})


def pages(engine: Engine, paths: list[Path], to: Path) -> float:
    """Processor milliseconds a page."""
    items = [WorkItem(unit=MEASURED, place=to, item=str(path), options={"form": "jsonl"}) for path in paths]
    counts = []
    for one in engine.run(items):
        if isinstance(one, Failed):
            raise SystemExit(f"{one.item}: {one.reason}")
        counts.append(one.counts)
    return sum(c["micros"] for c in counts) / 1000 / sum(c["pages"] for c in counts)


def passed(pid: int) -> int:
    """Bytes that a process has sent and received through the connections that it has now."""
    said = subprocess.run(["ss", "-tinpH"], capture_output=True, text=True, check=True).stdout
    mine = re.findall(rf"pid={pid},.*\n\s+(.*)", said)
    return sum(int(n) for line in mine for n in re.findall(r"bytes_(?:sent|received):(\d+)", line))


def memory(pid: int) -> float:
    """Resident memory, MiB."""
    [kib] = re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(kib) / 1024


def workers(options: argparse.Namespace, folder: Path) -> None:
    paths = [
        by_others(
            folder / f"{n}.warc.gz",
            [(f"https://far.example/{n}/{i}", i, html(f"Far {n} {i}", text(1000 * n + i, 60))) for i in range(options.pages)],
        )
        for n in range(options.files)
    ]  # fmt: skip
    found: dict[int, list[float]] = {size: [] for size in SIZES}
    for _ in range(options.rounds):
        for size in SIZES:
            with LocalEngine(size) as engine:
                found[size].append(pages(engine, paths, folder / "tables"))
    print(f"{options.files} files of {options.pages} pages, {options.rounds} rounds; CPU ms a page:")
    first = statistics.median(found[SIZES[0]])
    for size in SIZES:
        median = statistics.median(found[size])
        all_ = ", ".join(f"{ms:.1f}" for ms in found[size])
        print(
            f"  {size} workers  {median:6.1f}  ({median / first:.2f} of one worker's; rounds: {all_})",
            flush=True,
        )


def scheduler(options: argparse.Namespace, folder: Path) -> None:
    with DaskProcesses(folder / "dask") as dask, DaskEngine(dask.address) as engine:
        pid = dask.scheduler.pid
        began, items = (
            passed(pid),
            (
                WorkItem(unit=NOTHING, place=folder / "nothing", item=f"item-{n}")
                for n in range(options.items)
            ),
        )
        print("items done, MiB of the scheduler, bytes through it an item:")
        for done, _ in enumerate(engine.run(items), start=1):
            if done in (100, 1000) or done % max(options.items // 5, 1) == 0:
                print(f"  {done:7} {memory(pid):8.1f} {(passed(pid) - began) / done:8.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    for name, default in (("files", 4), ("pages", 60), ("rounds", 3), ("items", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    print(measure.machine())
    with tempfile.TemporaryDirectory() as name:
        workers(options, Path(name))
        scheduler(options, Path(name))


if __name__ == "__main__":
    main()
