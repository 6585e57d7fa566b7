"""`make bench`: newsarchive crawl against wget --warc-file followed by the trafilatura command line.

    python -m tests.bench.main --data DIR [--pages 300] [--runs 3] [--json FILE]

The same pages, the same loopback server (a process of its own, not counted), whole processes, in turn
(ours, peer, ours, peer …). Ours fetches, writes WARC, extracts, decides versions and fills the index;
the peer writes WARC and one JSON file a page, and keeps no index. Prints CPU and wall seconds a page,
ratios pair by pair with their median, and the peak memory of each process.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from tests.bench import measure

# Where the commands that are measured are: `make` gives an environment without the packages of development, some of
# which libraries load when they are there.
BIN = Path(os.environ.get("BENCH_BIN", Path(sys.executable).parent)).absolute()
STAGES = ("fetch", "extract", "intake", "stories", "rest")
CONFIG = """contact = "bench@newsarchive.example"
[network]
allow = ["127.0.0.1:{port}"]
[crawl]
delay = 0
per_host = 8
daily_budget = 1000000
run_budget = 1000000
"""


@contextmanager
def server(*arguments: str):
    """A page server in a child process; yields what it says of its addresses."""
    command = [sys.executable, "-m", "tests.bench.pages", *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield json.loads(process.stdout.readline())
        process.stdin.close()


def ours(folder: Path, port: int) -> measure.Usage:
    """One crawl of everything into a new archive."""
    archive = folder / "archive"
    (archive / "sources").mkdir(parents=True)
    (archive / "newsarchive.toml").write_text(CONFIG.format(port=port))
    (archive / "sources" / "bench.toml").write_text(
        f'title = "bench"\nhomepage = "http://127.0.0.1:{port}/"\ndomains = ["127.0.0.1"]\n'
        f'feeds = ["http://127.0.0.1:{port}/-/bench-feed.xml"]\n'
        "requisites = false\n"  # the peer fetches no stylesheets and pictures either
    )
    return measure.run([str(BIN / "newsarchive"), "--archive", str(archive), "crawl", "--json", "--timings"])


def stages(usage: measure.Usage, pages: int) -> dict[str, float]:
    """CPU ms a page of ours by stage, as `crawl --timings` reports it."""
    timings = json.loads(usage.stdout)["timings"]
    return {f"ours_{stage}_ms": 1000 * timings[stage] / pages for stage in STAGES}


def peer(folder: Path, port: int, pages: int) -> measure.Usage:
    """wget writes WARC and files; trafilatura's command line makes JSON with metadata of them."""
    (folder / "urls.txt").write_text("".join(f"http://127.0.0.1:{port}/p/{n}.html\n" for n in range(pages)))
    fetched = measure.run(
        ["wget", "-q", "--warc-file=peer", "-i", "urls.txt", "-P", "pages", "--tries=1"], cwd=folder
    )
    (folder / "json").mkdir()
    extracted = measure.run(
        [
            str(BIN / "trafilatura"),
            *("--input-dir", "pages", "--output-dir", "json", "--parallel", "2"),
            *("--output-format", "json", "--with-metadata"),
        ],
        cwd=folder,
    )
    return measure.Usage(
        0, fetched.wall + extracted.wall, fetched.cpu + extracted.cpu, "", "", fetched.peaks | extracted.peaks
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results: list[dict[str, float]] = []
    peaks: dict[str, float] = {}
    with server("--data", str(options.data), "--mode", "paths", "--limit", str(options.pages)) as at:
        for _ in range(options.runs):
            row: dict[str, float] = {}
            for name in ("ours", "peer"):
                folder = Path(tempfile.mkdtemp(prefix="newsarchive-bench-"))
                try:
                    usage = (
                        ours(folder, at["http"])
                        if name == "ours"
                        else peer(folder, at["http"], options.pages)
                    )
                    made = sorted(folder.glob("archive/warc/*.warc.gz" if name == "ours" else "*.warc.gz"))
                    row |= {
                        f"{name}_cpu_ms": 1000 * usage.cpu / options.pages,
                        f"{name}_wall_ms": 1000 * usage.wall / options.pages,
                        f"{name}_warc_kb": sum(f.stat().st_size for f in made) / options.pages / 1000,
                    }
                    if name == "ours":
                        row |= stages(usage, options.pages)
                    for label, peak in usage.peaks.items():
                        key = f"{name} {label}"
                        peaks[key] = max(peaks.get(key, 0), peak)
                finally:
                    shutil.rmtree(folder)
            row["cpu_ratio"] = row["peer_cpu_ms"] / row["ours_cpu_ms"]
            row["wall_ratio"] = row["peer_wall_ms"] / row["ours_wall_ms"]
            results.append(row)
            print(json.dumps({k: round(v, 2) for k, v in row.items()}), file=sys.stderr, flush=True)
    print(measure.machine())
    print(f"{options.pages} pages, {options.runs} runs; median (min - max)")
    for key in results[0]:
        values = [row[key] for row in results]
        print(f"  {key:14} {statistics.median(values):8.2f}  ({min(values):.2f} - {max(values):.2f})")
    print("peak memory, MiB: " + ", ".join(f"{k} {v:.0f}" for k, v in sorted(peaks.items())))
    if options.json:
        options.json.write_text(
            json.dumps({"machine": measure.machine(), "runs": results, "peaks": peaks}, indent=1)
        )


if __name__ == "__main__":
    main()
