"""How an extraction is compared with a truth.

The definitions are those of the field: runs of four words with precision and recall averaged over pages (as in
Scrapinghub's article-extraction-benchmark), segments that must or must not occur (as in trafilatura's own
evaluation), titles equal after folding, author names equal as sets, dates equal by day.
"""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

_TOKEN = re.compile(r"\w+")
_FOLD = {ord(a): b for a, b in zip("‘’‚‛`´“”„«»‐‑‒–—―−", "''''''\"\"\"\"\"-------", strict=True)}


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """How often each run of `size` words occurs; a shorter text is one run."""
    words = _TOKEN.findall(text or "")
    return Counter(run for i in range(max(1, len(words) - size + 1)) if (run := tuple(words[i : i + size])))


def overlap(truth: str, found: str) -> tuple[float, float, float]:
    """True positives, false positives and false negatives as shares of their sum."""
    a, b = shingles(truth), shingles(found)
    both = sum((a & b).values())
    extra, missed = sum(b.values()) - both, sum(a.values()) - both
    whole = both + extra + missed
    return (both / whole, extra / whole, missed / whole) if whole else (0.0, 0.0, 0.0)


def precision(counts: tuple[float, float, float]) -> float:
    both, extra, missed = counts
    if extra == missed == 0:
        return 1.0
    return both / (both + extra) if both + extra else 0.0


def recall(counts: tuple[float, float, float]) -> float:
    both, extra, missed = counts
    if extra == missed == 0:
        return 1.0
    return both / (both + missed) if both + missed else 0.0


def f1(p: float, r: float) -> float:
    return 2 * p * r / (p + r) if p + r else 0.0


def fold_title(text: str | None) -> str:
    text = unicodedata.normalize("NFKC", text or "").casefold().translate(_FOLD).replace("…", "...")
    return " ".join(text.split()).strip(" .")


def fold_author(name: str | None) -> str:
    text = unicodedata.normalize("NFKC", name or "").casefold().strip()
    text = re.sub(r"^(by|von|par|por|di)\s+", "", text)
    return " ".join(re.sub(r"[^\w\s]", " ", text).split())


def score_page(page: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """The figures of one page; a field that its truth doesn't give is absent."""
    text = found.get("text") or ""
    result: dict[str, Any] = {}
    if page.get("text"):
        result["counts"] = overlap(page["text"], text)
        result["page"] = f1(precision(result["counts"]), recall(result["counts"]))
    if page.get("must_contain") is not None or page.get("must_not_contain") is not None:
        result["segments"] = _segments(page, text)
        if "page" not in result:
            good, bad, missed, right = result["segments"]
            result["page"] = (good + right) / max(1, good + bad + missed + right)
    if page.get("title"):
        result["title"] = fold_title(page["title"]) == fold_title(found.get("title"))
    if page.get("authors"):
        wanted = {fold_author(a) for a in page["authors"]} - {""}
        result["author"] = wanted == {fold_author(a) for a in found.get("authors") or []} - {""}
    if page.get("date_publish"):
        result["date"] = str(found.get("date") or "")[:10] == page["date_publish"][:10]
    return result


def _segments(page: dict[str, Any], text: str) -> tuple[int, int, int, int]:
    flat = " ".join(text.split())
    wanted, unwanted = page.get("must_contain") or [], page.get("must_not_contain") or []
    good = sum(" ".join(q.split()) in flat for q in wanted)
    bad = sum(" ".join(q.split()) in flat for q in unwanted)
    return good, bad, len(wanted) - good, len(unwanted) - bad


def summarise(pages: Sequence[dict[str, Any]]) -> dict[str, float]:
    """The figures of a set: macro precision and recall (pages without output don't count for precision) and their F1."""
    result: dict[str, float] = {"pages": len(pages)}
    counts = [p["counts"] for p in pages if "counts" in p]
    if counts:
        ps = [precision(c) for c in counts if c[0] + c[1] > 0]
        rs = [recall(c) for c in counts if c[0] + c[2] > 0]
        p, r = statistics.fmean(ps) if ps else 0.0, statistics.fmean(rs) if rs else 0.0
        result |= {"f1": f1(p, r), "precision": p, "recall": r}
        result["page_f1"] = statistics.fmean(p["page"] for p in pages if "counts" in p)
    segments = [p["segments"] for p in pages if "segments" in p]
    if segments:
        good, bad, missed, _ = (sum(column) for column in zip(*segments, strict=True))
        result["seg_f1"] = 2 * good / (2 * good + bad + missed) if good else 0.0
    for name in ("title", "author", "date"):
        values = [p[name] for p in pages if name in p]
        if values:
            result[name] = sum(values) / len(values)
    result["errors"] = sum(bool(p["error"]) for p in pages)
    seconds = sorted(p["seconds"] for p in pages)
    if seconds:
        result["cpu_ms"] = 1000 * statistics.fmean(seconds)
        result["p99_ms"] = 1000 * seconds[min(len(seconds) - 1, int(0.99 * len(seconds)))]
        result["max_ms"] = 1000 * seconds[-1]
    return result
