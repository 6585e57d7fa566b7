"""Small plots as SVG, made on the server: they need no script, no font and no other host.

Pure: numbers in, markup out, every text in them escaped; colours come from the style sheet by
class. Each plot carries its figures as text for those who can't see it. Never reads a clock or a
database. Tested in tests/browse/test_plots.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup, escape

from newsarchive.browse.filters import clock, short_lasting
from newsarchive.languages import counted

LABEL_ROOM = 22.0
WIDEST = 64.0  # of a column, where there are few
TICKS = (60, 600, 3600, 6 * 3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400, 3650 * 86400)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One column: its height, what it is called, where a click leads (empty: nowhere)."""

    value: float
    label: str
    href: str = ""
    part: float = 0.0  # of `value`, drawn in the warning colour


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One point of a timeline."""

    at: datetime
    kind: str  # capture, version, minor, event: the class in the style sheet
    label: str
    href: str = ""
    text: str = ""  # drawn above the point
    current: bool = False


def sparkline(values: Sequence[float], title: str, *, width: int = 120, height: int = 28) -> Markup:
    """Draw narrow columns without axes; `title` says in words what they show."""
    top = max(values, default=0) or 1
    step = width / max(len(values), 1)
    columns = "".join(
        f'<rect x="{i * step:.1f}" y="{height - _grow(v, top, height):.1f}" '
        f'width="{max(step - 1, 0.6):.1f}" height="{_grow(v, top, height):.1f}"/>'
        for i, v in enumerate(values)
        if v > 0
    )
    return _svg(
        "spark",
        width,
        height,
        title,
        f'<path class="axis" d="M0 {height - 0.5}H{width}"/>{columns}',
        scale=False,
    )


def bars(
    columns: Sequence[Bar], title: str, *, width: int = 640, height: int = 150, unit: str = "", every: int = 0
) -> Markup:
    """Draw columns with a top line and labels below.

    Args:
        unit: What one counts, for the top line ("story").
        every: Write each how-many-th label; 0 = as many as fit.
    """
    if not columns:
        return Markup("")
    floor, head, left = height - 20, 16, 4
    top = max(c.value for c in columns) or 1
    step = min((width - left) / len(columns), WIDEST)
    every = every or max(1, math.ceil(58 / step))
    parts = [
        f'<path class="axis" d="M{left} {floor + 0.5}H{width}"/>',
        f'<path class="grid" d="M{left} {head}H{width}"/>',
        f'<text class="top" x="{left}" y="{head - 4}">{escape(counted(round(top), unit) if unit else f"{top:,.0f}")}</text>',
    ]
    for i, column in enumerate(columns):
        parts.append(_column(column, left + i * step, step, floor, head, top))
        if i % every == 0:
            parts.append(f'<text x="{left + i * step:.1f}" y="{height - 5}">{escape(column.label)}</text>')
    return _svg("bars", width, height, title, "".join(parts))


def _column(column: Bar, x: float, step: float, floor: float, head: float, top: float) -> str:
    tall = _grow(column.value, top, floor - head)
    bad = _grow(column.part, top, floor - head)
    wide = max(step - min(2.0, step / 4), 0.8)
    name = f"<title>{escape(column.label)}: {column.value:,.0f}</title>"
    box = f'x="{x:.1f}" width="{wide:.1f}"'
    shape = f'<rect {box} y="{floor - tall:.1f}" height="{tall:.1f}"/>'
    if bad:
        shape += f'<rect class="bad" {box} y="{floor - bad:.1f}" height="{bad:.1f}"/>'
    if not column.href or not column.value:
        return f"<g>{name}{shape}</g>"
    hit = f'<rect class="hit" {box} y="{head}" height="{floor - head:.1f}"/>'
    return f'<a href="{escape(column.href)}" tabindex="-1">{name}{hit}{shape}</a>'


def timeline(marks: Sequence[Mark], title: str, *, width: int = 720) -> Markup:
    """Draw captures as ticks and versions as dots over the time since the first of them.

    The axis is logarithmic, since most edits come in the first hours.
    """
    if not marks:
        return Markup("")
    height, line, left, right = 74, 40, 16, width - 16
    start = min(m.at for m in marks)
    ages = sorted((m.at - start).total_seconds() for m in marks)
    span = max(ages[-1], 60.0)
    unit = max(60.0, min((a for a in ages if a > 0), default=60.0) / 2)

    def place(seconds: float) -> float:
        return left + (right - left) * math.log1p(seconds / unit) / math.log1p(span / unit)

    parts = [f'<path class="axis" d="M{left} {line}H{right}"/>']
    last_label = -100.0
    for tick in TICKS:
        if unit <= tick < span and place(tick) - last_label > 46 and right - place(tick) > 20:
            last_label = place(tick)
            parts.append(f'<path class="grid" d="M{last_label:.1f} {line}v10"/>')
            parts.append(f'<text x="{last_label:.1f}" y="{line + 24}">{short_lasting(tick)}</text>')
    placed = [(mark, place((mark.at - start).total_seconds())) for mark in marks]
    labelled = _labelled(placed)
    parts += [
        _mark(mark, x, line, i in labelled) for i, (mark, x) in enumerate(placed) if mark.kind == "capture"
    ]
    rest = [(i, mark, x) for i, (mark, x) in enumerate(placed) if mark.kind != "capture"]
    parts += [_mark(mark, x, line, i in labelled) for i, mark, x in sorted(rest, key=lambda r: r[1].at)]
    return _svg("timeline", width, height, title, "".join(parts))


def _labelled(placed: Sequence[tuple[Mark, float]]) -> set[int]:
    """Which marks get their text: the current one first, then as many as have room."""
    chosen: list[tuple[int, float]] = []
    for i, (mark, x) in sorted(enumerate(placed), key=lambda item: not item[1][0].current):
        if mark.text and all(abs(x - other) >= LABEL_ROOM for _, other in chosen):
            chosen.append((i, x))
    return {i for i, _ in chosen}


def _mark(mark: Mark, x: float, line: float, show: bool) -> str:
    name = f"<title>{escape(mark.label)}, {escape(clock(mark.at))}</title>"
    kind = escape(mark.kind) + (" current" if mark.current else "")
    if mark.kind == "capture":
        return f'<path class="{kind}" d="M{x:.1f} {line - 5}v10">{name}</path>'
    radius = 4 if mark.kind == "minor" else 6.5
    shape = f'<circle class="{kind}" cx="{x:.1f}" cy="{line}" r="{radius}"/>'
    if show:
        shape += (
            f'<text class="{kind}" x="{x:.1f}" y="{line - 13}" aria-hidden="true">{escape(mark.text)}</text>'
        )
    if not mark.href:
        return f"<g>{name}{shape}</g>"
    hit = f'<rect class="hit" x="{x - 7:.1f}" y="{line - 26}" width="14" height="36"/>'
    return f'<a href="{escape(mark.href)}">{name}{hit}{shape}</a>'


def _grow(value: float, top: float, room: float) -> float:
    """The height of a column; what isn't nought can be seen."""
    return max(value / top * room, 1.5) if value > 0 else 0.0


def _svg(kind: str, width: float, height: float, title: str, inside: str, *, scale: bool = True) -> Markup:
    role = "group" if "<a " in inside else "img"
    ratio = "" if scale else ' preserveAspectRatio="none"'
    return Markup(  # noqa: S704  (every text in it is escaped where it is put in)
        f'<svg class="plot {kind}{" wide" if width > 500 else ""}" viewBox="0 0 {width} {height}" role="{role}" '
        f'aria-label="{escape(title)}"{ratio}>{inside}</svg>'
    )
