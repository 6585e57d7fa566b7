"""`make bench-recrawl`: how much cheaper an unchanged page is than a new one, in processor time of whole processes.

    python -m tests.bench.recrawl --data DIR [--pages 300] [--runs 3] [--json FILE]

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


def milliseconds(usage: measure.Usage, pages: int) -> dict[str, float]:
    """CPU ms a page: in all, then by stage."""
    timings = json.loads(usage.stdout)["timings"]
    return {name: 1000 * s / pages for name, s in (("all", usage.cpu), *((n, timings[n]) for n in STAGES))}


def main() -> None:
    """Measure, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(measure.machine())
    results: dict[str, list[dict[str, dict[str, float]]]] = {}
    for kind in ("same", "counter"):
        runs = results.setdefault(kind, [])
        for _ in range(options.runs):
            folder = Path(tempfile.mkdtemp(prefix="newsarchive-bench-"))
            arguments = ("--data", str(options.data), "--mode", "paths", "--limit", str(options.pages))
            try:
                with server(*arguments, "--again", kind) as at:
                    first, second = ours(folder, at["http"]), again(folder / "archive")
            finally:
                shutil.rmtree(folder)
            runs.append(
                {"first": milliseconds(first, options.pages), "second": milliseconds(second, options.pages)}
            )
            for name, row in runs[-1].items():
                print(f"  {kind}: {name:6}", ", ".join(f"{n} {v:.1f}" for n, v in row.items()), flush=True)
        factors = [run["first"]["all"] / run["second"]["all"] for run in runs]
        print(
            f"{kind}: the first crawl costs {statistics.median(factors):.1f} times the second"
            f" ({min(factors):.1f} - {max(factors):.1f})"
        )
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
