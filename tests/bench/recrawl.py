"""`make bench-recrawl`: how much cheaper an unchanged page is than a new one, in processor time of whole processes.

    python -m tests.bench.recrawl --data DIR [--pages 300] [--runs 3]

Twice a run: all pages are fetched into a new archive, then again with `crawl --again`. First half of them answer 304 and
half send the same bytes; then a counter in every page makes the bytes others while the text stays.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path

from tests.bench import measure
from tests.bench.main import BIN, STAGES, ours, server


def again(archive: Path) -> measure.Usage:
    """Fetch all known pages of an archive once more."""
    return measure.run(
        [str(BIN / "newsarchive"), "--archive", str(archive), "crawl", "--again", "--json", "--timings"]
    )


def described(usage: measure.Usage, pages: int) -> str:
    """Milliseconds a page: in all, then by stage."""
    report = json.loads(usage.stdout)
    fetched = report["crawl"]["exchanges"]
    stages = ", ".join(f"{s} {1000 * report['timings'][s] / pages:.1f}" for s in STAGES)
    return f"{1000 * usage.cpu / pages:7.1f} ms a page ({stages}; {fetched} exchanges, {report['ingest']['stories']} stories)"


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    print(measure.machine())
    for kind in ("same", "counter"):
        factors = []
        for _ in range(options.runs):
            folder = Path(tempfile.mkdtemp(prefix="newsarchive-bench-"))
            arguments = ("--data", str(options.data), "--mode", "paths", "--limit", str(options.pages))
            try:
                with server(*arguments, "--again", kind) as at:
                    first, second = ours(folder, at["http"]), again(folder / "archive")
            finally:
                shutil.rmtree(folder)
            factors.append(first.cpu / second.cpu)
            print(f"  {kind}: first  {described(first, options.pages)}")
            print(f"  {kind}: second {described(second, options.pages)}", flush=True)
        print(
            f"{kind}: the first crawl costs {statistics.median(factors):.1f} times the second"
            f" ({min(factors):.1f} - {max(factors):.1f})"
        )


if __name__ == "__main__":
    main()
