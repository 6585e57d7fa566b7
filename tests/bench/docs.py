"""`make bench-docs`: measures anew what docs/benchmarks.md tells of the whole road, and writes its tables.

    python -m tests.bench.docs --data DIR [--pages 500] [--runs 3]

Runs main, recrawl and real_pages of this folder, whole processes one after the other, and writes what is between
`<!-- NAME -->` and `<!-- end -->` in the document; each table names its day and machine. Changes nothing else.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.bench import measure

DOCUMENT = Path(__file__).parents[2] / "docs" / "benchmarks.md"
STAGES = {"extract": "extraction", "fetch": "the crawl", "intake": "captures and pages", "stories": "stories"}
RECRAWLS = {
    "same": "half 304, half the same bytes",
    "counter": "a counter of four digits in every page is another",
}


def measured(bench: str, *arguments: str) -> Any:
    """Run one benchmark and return what it writes as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.json"
        command = [sys.executable, "-m", f"tests.bench.{bench}", *arguments, "--json", str(path)]
        subprocess.run(command, check=True)
        return json.loads(path.read_text())


def span(values: Sequence[float], digits: int = 1) -> str:
    """Return the median with the lowest and the highest."""
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"


def of_main(found: Any, pages: int) -> list[str]:
    """Lines of the first table, and where our own time goes."""
    runs, peaks = found["runs"], found["peaks"]
    of = {name: [run[name] for run in runs] for name in runs[0]}
    mid = {name: statistics.median(values) for name, values in of.items()}
    memory = {
        whose: ", ".join(
            f"{k.split(' ', 1)[1]} {v:.0f}" for k, v in sorted(peaks.items()) if k.startswith(whose)
        )
        for whose in ("ours", "peer")
    }
    stages = ", ".join(f"{words} {mid[f'ours_{stage}_ms']:.1f}" for stage, words in STAGES.items())
    return [
        f"| {pages} pages, median of {len(runs)} runs (lowest to highest) | newsarchive | wget + trafilatura |",
        "|---|---|---|",
        f"| CPU a page, all processes | {span(of['ours_cpu_ms'])} ms | {span(of['peer_cpu_ms'])} ms |",
        f"| wall time a page | {span(of['ours_wall_ms'])} ms | {span(of['peer_wall_ms'])} ms |",
        f"| WARC a page | {mid['ours_warc_kb']:.1f} kB | {mid['peer_warc_kb']:.1f} kB |",
        f"| peak memory, MiB | {memory['ours']} | {memory['peer']} |",
        "",
        f"The peer takes {span(of['cpu_ratio'], 2)} times our CPU and {span(of['wall_ratio'], 2)} times our wall time (aims: 1.7 and 1.5).",
        f"Of our CPU, in ms a page: {stages}, start-up and the rest {mid['ours_rest_ms']:.1f}.",
    ]


def of_recrawl(found: Any) -> list[str]:
    """Lines of the table of second crawls."""
    lines = ["| second crawl | ms of CPU a page | the first costs |", "|---|---|---|"]
    for kind, words in RECRAWLS.items():
        runs = found[kind]
        mid = {n: statistics.median(run["second"][n] for run in runs) for n in runs[0]["second"]}
        stages = ", ".join(f"{w} {mid[n]:.1f}" for n, w in STAGES.items())
        factor = span([run["first"]["all"] / run["second"]["all"] for run in runs])
        lines.append(
            f"| {words} | {mid['all']:.1f}: {stages}, start-up and the rest {mid['rest']:.1f} | {factor} times as much |"
        )
    return [*lines, "", "The aims are 8 and 5 times."]


def of_real_pages(found: Any) -> list[str]:
    """Lines of the table of real pages under their own URLs."""
    rebuild = found["rebuild s"]
    peaks = ", ".join(f"{name} {peak}" for name, peak in sorted(found["peak MiB"].items()))
    gain = rebuild["one core"] / rebuild["all cores"]
    return [
        "| | |",
        "|---|---|",
        f"| pages; not in a WARC byte for byte; without a row | {found['pages']}; {len(found['not in a WARC byte for byte'])}; {len(found['without a row'])} |",
        f"| titles right, of {found['titles known']} known | {100 * found['titles right']:.1f} % |",
        f"| pages a second, fetch to index | {found['pages/s']} |",
        f"| CPU a page, all processes, start-up included | {found['cpu ms/page']} ms |",
        f"| peak memory, MiB | {peaks} |",
        f"| rebuild of the index on one core, on all | {rebuild['one core']} s, {rebuild['all cores']} s: {gain:.2f} times as fast |",
        f"| loops that share nothing, on all cores | {found['loops on all cores']:.2f} times as much as on one |",
    ]


def written(document: str, name: str, lines: Sequence[str]) -> str:
    """Return the document with other lines between the marks of a table."""
    head, begin, rest = document.partition(f"<!-- {name} -->\n")
    _, end, tail = rest.partition("<!-- end -->")
    if not end:
        raise ValueError(f"the document has no place for {name}")
    return head + begin + "\n".join(["", *lines, "", end]) + tail


def main() -> None:
    """Measure, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--pages", type=int, default=500)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    many = ("--data", options.data, "--pages", str(options.pages), "--runs", str(options.runs))
    tables = {
        "main": of_main(measured("main", *many), options.pages),
        "recrawl": of_recrawl(measured("recrawl", *many)),
        "real-pages": of_real_pages(measured("real_pages", "--data", options.data)),
    }
    day = f"Measured on {datetime.now(UTC):%Y-%m-%d}: {measure.machine()}."
    document = DOCUMENT.read_text(encoding="utf-8")
    for name, lines in tables.items():
        document = written(document, name, [day, "", *lines])
    DOCUMENT.write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main()
