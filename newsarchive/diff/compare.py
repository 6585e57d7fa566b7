"""Compare two states of a story (or two plain texts) and say what was changed, of what kind, how much.

Articles or strings in, a frozen `Change` out. Every difference stays in the change, also those that make no version.
A change has all kinds that apply; the weightiest names it, and each kind says whether it is significant, why, and
gives an example that a test runs. Knows nothing of captures, stories or time beyond the articles' own dates.
Pure. Tested in tests/diff/test_compare.py and tests/diff/test_change_kinds.py; the rules are in docs/versions.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from newsarchive.correction_notices import notice
from newsarchive.diff.align import align
from newsarchive.diff.differences import (
    DetectedChange,
    body_findings,
    field_changes,
    field_findings,
    new_beside,
)
from newsarchive.diff.noise import has_date, says_updated
from newsarchive.diff.table_cells import with_tables_paired
from newsarchive.diff.word_diff import bag
from newsarchive.model import Article, Block, Change, EditOp, FieldChange, WordEdit
from newsarchive.text import fold, paragraphs

LEAST_GONE = 0.8  # of the old text deleted, with next to nothing new: the story was taken back
LEAST_WORDS = 60  # words that the old text must have for that


def compare(before: Article | str, after: Article | str) -> Change:
    """Return what was changed between two states of a story, or two plain texts.

    Args:
        before: The older state; a string is taken as a body alone (empty lines part paragraphs).
        after: The newer one, made by the same extractor and template.

    Returns:
        A `Change`; `is_empty` if no reader could see a difference. `ops` run over `before` and `after`,
        the paragraphs; `kinds` from the weightiest to the lightest; `is_version` is False where only
        layout, noise or the page's own details differ.
    """
    a, b = _article(before), _article(after)
    old, new = a.paragraphs, b.paragraphs
    ops = with_tables_paired(align(old, new), old, new)
    fields = tuple(field_changes(a, b))
    known = _kept_words(ops, b) if any(op.op != "keep" for op in ops) or fields else frozenset()
    findings = [*field_findings(fields, a, b, known), *body_findings(ops, a, b, known)]
    added, removed = _counts(ops, fields)
    gone = _mostly_gone(ops, old, new)
    if gone:
        findings.append(gone)
    kinds = in_order([f.kind for f in findings])
    is_version = makes_version(kinds)
    significant, reason = _significance(findings, kinds)
    total = sum(map(len, old)) + sum(map(len, new))
    touched = sum(len(w.text) for op in ops if op.op != "keep" for w in op.words if w.op != "keep")
    return Change(
        kind=kinds[0] if kinds else "",
        kinds=kinds,
        significant=significant,
        reason=reason,
        silent=is_version and not _is_told(findings, a, b),
        is_version=is_version,
        chars_added=added,
        chars_removed=removed,
        share=min(1.0, touched / total) if total else 0.0,
        fields=fields,
        ops=ops,
        before=old,
        after=new,
    )


def _article(state: Article | str) -> Article:
    if isinstance(state, Article):
        return state
    return Article(
        url="", blocks=tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs(state))
    )


def _kept_words(ops: Sequence[EditOp], article: Article) -> frozenset[str]:
    """Words, in lower case, of what was kept: they are spelt as the outlet means them."""
    texts = article.paragraphs
    kept = [texts[j] for op in ops if op.op == "keep" for j in op.after]
    kept += [w.text for op in ops if op.op != "keep" for w in op.words if w.op == "keep"]
    return frozenset(word for unit in kept for word in bag(unit))


def _significance(findings: Sequence[DetectedChange], kinds: Sequence[str]) -> tuple[bool, str]:
    """Significant if any finding is; the reason is that of the weightiest such finding, else of any."""
    for wanted in (True, False):
        for kind in kinds:
            for finding in findings:
                if finding.kind == kind and finding.significant == wanted:
                    return wanted, finding.reason
    return False, "nothing that a reader could see differs"


def _is_told(findings: Iterable[DetectedChange], a: Article, b: Article) -> bool:
    """Whether anything on the page says that it was changed: its dates, a dated line or a notice, in the text or beside it."""
    if any(
        f.kind in ("correction", "update", "retraction") and f.reason.startswith("a notice") for f in findings
    ):
        return True
    if b.modified_at and (a.modified_at is None or b.modified_at > a.modified_at):
        return True
    if b.published_at and a.published_at and not b.date_is_weak and b.published_at > a.published_at:
        return True
    if _marked(b) - _marked(a):
        return True
    before = set(map(fold, a.paragraphs))
    text = [p for p in b.paragraphs if fold(p) not in before]
    beside = new_beside(a, b)
    return any(map(says_updated, text)) or any(
        says_updated(block.text)
        or bool(block.notice or notice(block.text))
        or (block.kind == "date" and has_date(block.text))
        for block in beside
    )


def _marked(article: Article) -> set[WordEdit]:
    """The words that the page itself shows as struck out or inserted."""
    return {w for b in article.blocks if b.kept for w in b.words if w.op != "keep"}


def _mostly_gone(ops: Sequence[EditOp], old: Sequence[str], new: Sequence[str]) -> DetectedChange | None:
    total, left = sum(map(len, old)), sum(map(len, new))
    if left > (1 - LEAST_GONE) * total or sum(len(p.split()) for p in old) < LEAST_WORDS:
        return None
    deleted = sum(len(w.text) for op in ops for w in op.words if w.op == "delete")
    if deleted < LEAST_GONE * total:
        return None
    return DetectedChange("text missing", True, f"{round(100 * deleted / total)} % of the text is gone")


def _counts(ops: Iterable[EditOp], fields: Iterable[FieldChange]) -> tuple[int, int]:
    """Characters added and removed: body, headline, standfirst, byline, captions; what moved doesn't count."""
    words = [w for op in ops if op.op != "keep" for w in op.words] + [w for f in fields for w in f.words]
    return sum(len(w.text) for w in words if w.op == "add"), sum(
        len(w.text) for w in words if w.op == "delete"
    )


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change."""

    name: str
    significant: bool
    is_version: bool  # a reader reads something else
    rule: str  # how it is recognized
    before: str = ""  # an example of a text (or headline) before …
    after: str = ""  # … and after


# From the weightiest to the lightest.
KINDS = (
    Kind("retraction", True, True, "a notice of the outlet says that the story is withdrawn"),
    Kind("text missing", True, True, "most of the text is gone, and no notice says why"),
    Kind("correction", True, True, "a notice of correction or clarification was added or changed"),
    Kind("restored", False, True, "the story went back to an earlier version"),
    Kind("headline", True, True, "the headline differs, beyond spelling and punctuation"),
    Kind("number", True, True, "a number differs, in digits or in words"),
    Kind("quote", True, True, "words inside quotation marks differ, or the marks themselves"),
    Kind("name", True, True, "a capitalised word inside a sentence differs"),
    Kind("date in text", True, True, "a date, a weekday or a month in the text differs"),
    Kind("removed", True, True, "a paragraph was deleted"),
    Kind("added", True, True, "a paragraph was added"),
    Kind("update", True, True, "a notice of update was added, or an entry to a live blog"),
    Kind("standfirst", True, True, "the standfirst differs, beyond spelling and punctuation"),
    Kind("rewording", True, True, "other words say it"),
    Kind("byline", True, True, "the authors differ"),
    Kind("captions", True, True, "a caption was reworded"),
    Kind("moved", False, True, "a paragraph stands in another place"),
    Kind("typo", False, True, "one letter of one word, or two swapped, or a word written apart or together"),
    Kind("punctuation", False, True, "case, commas, stops, spaces"),
    Kind("layout", False, False, "paragraphs split or joined without a change of words; a drop cap"),
    Kind("noise", False, False, "a line that changes by itself: counters, times, share lines, related links"),
    Kind("page dates", False, False, "only what the page says of its own dates"),
    Kind("image", False, False, "another picture, with its caption"),
    Kind("link", False, False, "a link of the text leads to another page, came or went"),
    Kind("embed", False, False, "a post, a video or a chart in the text was exchanged, came or went"),
    Kind("section", False, False, "filed in another section"),
    Kind("tags", False, False, "other tags"),
    Kind("credits", False, False, "a picture's credit"),
    Kind("details", False, False, "publisher, language or access as the page declares them"),
)
BY_NAME = {k.name: k for k in KINDS}
_ORDER = {k.name: n for n, k in enumerate(KINDS)}


def in_order(names: Collection[str]) -> tuple[str, ...]:
    """Return `names`, each once, the weightiest first."""
    return tuple(sorted(set(names), key=lambda n: (_ORDER[n], n)))


def makes_version(names: Collection[str]) -> bool:
    """Return whether one of these kinds is something that a reader reads."""
    return any(BY_NAME[n].is_version for n in names)
