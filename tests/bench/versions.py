"""How well versions, diffs and story identity do on real edits, real noise and labelled pairs.

    python -m tests.bench.versions --data DIR [--json FILE] [--pairs 2000]

DIR holds headline_edits*.jsonl.gz, feed_false_alarms*.jsonl.gz, html_recaptures*/, fulltext_pairs*.jsonl.gz,
gold_diff*.jsonl and story_identity*.jsonl; what is absent is left out. Beside us stand the rules of
NewsDiffs and diffengine (written anew) and plain difflib. Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections import Counter
from pathlib import Path

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.unrelated_texts import PAIRS, merges, notices_in_prose, notices_on_pages, unrelated_changes
from tests.bench.versions_measures import (
    SYSTEMS,
    Operations,
    Rate,
    f1_of,
    false_alarms,
    gold_operations,
    headline_edits,
    identity,
    identity_of_sets,
    page_pairs,
    rewritten_operations,
    scripted,
    scripted_operations,
    times,
)


def print_rates(title: str, found: dict[str, Rate], goal: str) -> None:
    if not found:
        print(f"\n{title}: no data")
        return
    print(f"\n{title} ({goal})")
    print(f"  {'':34}{'cases':>7}" + "".join(f"{s:>12}" for s in SYSTEMS))
    for name, rate in found.items():
        print(
            f"  {name[:34]:34}{rate.total:>7}"
            + "".join(f"{rate.hits[s] / rate.total:>12.4f}" for s in SYSTEMS)
        )
    total = sum(r.total for r in found.values())
    print(
        f"  {'all':34}{total:>7}"
        + "".join(f"{sum(r.hits[s] for r in found.values()) / total:>12.4f}" for s in SYSTEMS)
    )


def print_operations(title: str, found: dict[str, Operations]) -> None:
    if not found:
        print(f"\n{title}: no data")
        return
    print(f"\n{title}, {len(found['ours'].pairs)} texts")
    for name, ops in found.items():
        low, high = ops.interval()
        print(f"  {name:16} F1 {ops.f1():.3f}  (95 %: {low:.3f} to {high:.3f})")
    for op, (right, extra, missed) in sorted(found["ours"].by_op.items()):
        print(
            f"    ours, {op:8} F1 {f1_of(right, extra, missed):.3f}   right {right}, extra {extra}, missed {missed}"
        )


def main(arguments: list[str] | None = None) -> None:
    """Everything, in a few minutes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--json", type=Path, nargs="?", const=Path("-"), help="write the figures there (stdout if no file)"
    )
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of unrelated texts")
    options = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    recall, alarms, pages = headline_edits(options.data), false_alarms(options.data), page_pairs(options.data)
    print_rates("Real headline edits: share reported as changed", recall, "goal 0.995 each, typographic 0")
    print_rates("Real captures of noise: share reported as changed", alarms, "goal 0.005 in all")
    print_rates("Real pages captured twice: share reported as changed", pages, "goal 0 but for true_edit")
    true, false = scripted(options.data)
    print_rates("Scripted edits in full texts: share reported as changed", true, "goal 0.995 each")
    print_rates(
        "Scripted noise in full texts: share reported as changed", false, "goal 0.005 in all, typography 0"
    )
    gold, made = gold_operations(options.data), scripted_operations(options.data)
    print_operations("Sentence operations, labelled by hand (goal 0.90)", gold)
    print_operations("Sentence operations, scripted (goal 0.90, at least 50 of each)", made)
    for name, counts in rewritten_operations(options.data).items():
        shares = (f"{k} {counts[f'right, {k}']} of {counts[k]}" for k in ("developed", "held out"))
        print(f"    {name:44} {', '.join(shares)}")
    stories = identity(options.data)
    print("\nStory identity")
    for kind, counts in stories.items():
        print(f"  {kind[:64]:64} " + ", ".join(f"{k} {v}" for k, v in sorted(counts.items())))
    if stories:
        same = stories["same"]
        print(
            f"  recall {same['right'] / same.total():.3f} (goal 0.90), wrong merges {stories.get('different', Counter())['wrong']} (goal 0)"
        )
    for name, kinds in (
        ("pages unread", stories),
        ("pages read, with their texts", identity(options.data, with_texts=True)),
    ):
        if kinds:
            same, different = kinds["same"], kinds.get("different", Counter())
            print(
                f"  {name}: missed or parted {same['wrong']} of {same.total()}, merged {different['wrong']} of {different.total()}"
            )
    sets = identity_of_sets(options.data)
    print("  all URLs of the edits at once: " + ", ".join(f"{k} {v}" for k, v in sets.items()))
    unrelated, prose = merges(options.data, options.pairs), notices_in_prose(options.data)
    for way, counts in unrelated.items():
        print(f"  unrelated texts, {way}: " + ", ".join(f"{k} {v}" for k, v in counts.items()))
    print("  notices found in prose: " + ", ".join(f"{k} {v}" for k, v in prose.items()))
    print(
        "  changes between unrelated texts: "
        + ", ".join(f"{k} {v}" for k, v in unrelated_changes(options.data).items())
    )
    print("  notices on pages: " + ", ".join(f"{k} {v}" for k, v in notices_on_pages(options.data).items()))
    spent = times(options.data)
    print("\nMilliseconds of CPU a comparison")
    for name, value in spent.items():
        print(f"  {name:50} {value:.1f}")
    if options.json:
        _write(
            options.json,
            recall,
            alarms,
            pages,
            true,
            false,
            gold,
            made,
            stories | {"sets": sets} | unrelated,
            spent,
        )


def _write(path: Path, recall, alarms, pages, true, false, gold, made, stories, spent) -> None:
    def rates(found):
        return {
            k: {"cases": r.total, **{s: r.hits[s] / r.total for s in SYSTEMS}, "wrong": r.missed}
            for k, r in found.items()
        }

    def operations(found):
        return {k: {"f1": o.f1(), "interval": o.interval(), "by_op": dict(o.by_op)} for k, o in found.items()}

    text = json.dumps(
        {
            "headline_edits": rates(recall),
            "false_alarms": rates(alarms),
            "page_pairs": rates(pages),
            "scripted_edits": rates(true),
            "scripted_noise": rates(false),
            "gold_operations": operations(gold),
            "scripted_operations": operations(made),
            "identity": stories,
            "milliseconds": spent,
        },
        indent=1,
        ensure_ascii=False,
    )
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
