"""A change as HTML: the fragment that `diff --html`, browse and the feeds show, and one self-contained page.

Every text is escaped; nothing is loaded, nothing runs. The page prints well, follows the reader's light or
dark setting, reads right to left where the text does, and says to a screen reader what was deleted and
added. Tested in tests/diff/test_html.py and, in Chromium, tests/diff/test_browser.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Literal

from newsarchive.diff.present import BREAK, DiffUnit, Heading, Presentation, Side, present
from newsarchive.diff.table_cells import ShownRow
from newsarchive.languages import INTERFACE, direction
from newsarchive.model import Change, WordEdit

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
STYLE_SHEET = Path(__file__).parent / "fragment.css"  # of the fragment; its colours are variables of the page
_START = 70  # characters shown at the old place of a paragraph that moved
_TAGS = {"add": "ins", "delete": "del"}
# Feed readers drop style sheets and keep style attributes.
_INLINE = {
    "ins": ' style="background:#d7f0dd;color:#0b3d1b;text-decoration:underline"',
    "del": ' style="background:#f9dcd8;color:#7c2413;text-decoration:line-through"',
}

View = Literal["inline", "sides"]
Marks = Callable[[Sequence[WordEdit]], Sequence[Sequence[tuple[str, bool]]]]


def render_fragment(
    change: Change,
    heading: Heading | None = None,
    *,
    view: View = "inline",
    heading_level: int = 3,
    folded: bool = True,
    for_feed: bool = False,
    marks: Marks | None = None,
) -> str:
    """Return the fields and paragraphs of a change as HTML, without page, head or style.

    Args:
        change: What `compare` gave.
        heading: Its language is used, and over two columns the names of the versions.
        view: `inline` marks words in one text; `sides` puts the two versions beside each other.
        heading_level: Of the fields' headings.
        folded: Put long unchanged stretches into a closed <details>.
        for_feed: Style attributes in place of classes' styles, and unchanged stretches counted, not shown.
        marks: Says which pieces of runs of words to put into <mark>; a folded stretch that has one is open.

    Returns:
        `<div class="newsarchive-diff">…</div>`; words are in <ins> and <del>, paragraphs have the classes
        keep, add, delete, edit, move, away, split, merge.
    """
    about = heading or Heading()
    shown = present(change)
    writer = _Writer(for_feed, about.language, marks or _unmarked)
    units = shown.folded() if folded or for_feed else shown.units
    body = writer.sides(units, about) if view == "sides" else [writer.unit(u) for u in units]
    parts = [
        f'<div class="newsarchive-diff" {_FRAME}>',
        *writer.fields(shown, min(6, max(1, heading_level))),
        '<section class="text sides">'
        if view == "sides"
        else f'<section class="text" dir="{direction(about.language)}">',
        *(body or ["<p>No text.</p>"]),
        "</section></div>",
    ]
    return "\n".join(parts)


def render_html(change: Change, heading: Heading | None = None) -> str:
    """Return one whole page that needs nothing else: to be mailed, printed, kept."""
    about = heading or Heading()
    title = about.title or "What was changed"
    link = escape(clean(about.url))
    shown = (
        f'<a href="{link}" rel="noreferrer">{link}</a>'
        if about.url.startswith(("http://", "https://"))
        else link
    )
    return _PAGE.format(
        frame=_FRAME,
        title=escape(clean(title)),
        words=_words_of(about.language),
        url=shown,
        before=escape(clean(about.before)),
        after=escape(clean(about.after)),
        summary=escape(clean(present(change).facts)),
        kinds="".join(f"<li>{escape(k)}</li>" for k in change.kinds),
        body=render_fragment(change, about, heading_level=2),
        style=_CSS + STYLE_SHEET.read_text(encoding="utf-8"),
    )


def clean(text: str) -> str:
    """Return `text` without characters that HTML and XML don't allow."""
    return _ILLEGAL.sub("", text)


def language_tag(code: str) -> str:
    """Return `code` if it can be a `lang` attribute, else an empty text."""
    return code if _LANGUAGE.fullmatch(code) else ""


_FRAME = f'lang="{INTERFACE}" dir="ltr"'  # labels and notes are the program's own, in every story


def _words_of(language: str) -> str:
    """Attributes of an element that holds words of the story."""
    return f'lang="{language_tag(language) or "und"}" dir="auto"'


def _unmarked(words: Sequence[WordEdit]) -> list[list[tuple[str, bool]]]:
    return [[(word.text, False)] for word in words]


class _Writer:
    """Fields and paragraphs as HTML; for feed readers with style attributes."""

    def __init__(self, for_feed: bool, language: str, marks: Marks) -> None:
        self._for_feed = for_feed
        self._marks = marks
        self._own = _words_of(language)

    def fields(self, shown: Presentation, level: int) -> list[str]:
        return [
            f'<section class="field {escape(f.name)}"><h{level}><bdi>{escape(f.label)}</bdi></h{level}>\n'
            f"<p {self._own}>{self.words(f.words)}</p></section>"
            for f in shown.fields
        ]

    def unit(self, unit: DiffUnit) -> str:
        if unit.kind == "fold":
            return self._fold(unit)
        if unit.kind == "moved away":
            start = _beginning("".join(w.text for w in unit.side("before")))
            return f'<p class="away" {self._own}>{_note(unit)}<span class="was">{escape(clean(start))}</span></p>'
        if unit.rows:
            return f'<div class="{unit.kind} scroll" tabindex="0">{_note(unit)}{self.table(unit.rows)}</div>'
        return f'<p class="{unit.kind}" {self._own}>{_note(unit)}{self.words(unit.words)}</p>'

    def table(self, rows: Iterable[ShownRow]) -> str:
        lines = (
            "<tr>" + "".join(f"<td {self._own}>{self.words(cell)}</td>" for cell in row.cells) + "</tr>"
            for row in rows
        )
        return f"<table>{''.join(lines)}</table>"

    def sides(self, units: Iterable[DiffUnit], about: Heading) -> list[str]:
        names = (f'<p class="head">{escape(clean(n))}</p>' for n in (about.before, about.after))
        rows = (
            self._fold(u) if u.kind == "fold" else self._side(u, "before") + self._side(u, "after")
            for u in units
        )
        return ["".join(names), *rows]

    def _side(self, unit: DiffUnit, side: Side) -> str:
        words = unit.side(side)
        if not words:
            return f'<p class="{side} gap"></p>'
        kind = "away" if unit.kind == "moved away" else unit.kind
        if unit.rows:
            return f'<div class="{side} {kind} scroll" tabindex="0">{_note(unit)}{self.table(unit.side_rows(side))}</div>'
        return f'<p class="{side} {kind}" {self._own}>{_note(unit)}{self.words(words)}</p>'

    def _fold(self, unit: DiffUnit) -> str:
        if self._for_feed:
            return f"<p {_FRAME}><i>… {escape(unit.note)} …</i></p>"
        inner = "\n".join(self.unit(u) for u in unit.inner)
        state = " open" if "<mark>" in inner else ""
        return f'<details class="same"{state}><summary>{escape(unit.note)}</summary>\n{inner}\n</details>'

    def words(self, words: Iterable[WordEdit]) -> str:
        runs = tuple(words)
        return "".join(self._word(w, pieces) for w, pieces in zip(runs, self._marks(runs), strict=True))

    def _word(self, word: WordEdit, pieces: Sequence[tuple[str, bool]]) -> str:
        tag = _TAGS.get(word.op, "")
        style = _INLINE.get(tag, "") if self._for_feed else ""
        if word.text == BREAK:
            return f' <{tag or "span"} class="break" aria-label="paragraph break"{style}>¶</{tag or "span"}> '
        safe = [(escape(clean(piece)), is_found) for piece, is_found in pieces]
        text = "".join(f"<mark>{piece}</mark>" if is_found else piece for piece, is_found in safe)
        if not tag or not text:
            return text
        body = text.strip() or text  # spaces around words aren't underlined or struck through
        before, _, after = text.partition(body)
        return f"{before}<{tag}{style}>{body}</{tag}>{after}"


def _note(unit: DiffUnit) -> str:
    return f'<span class="note" {_FRAME}><bdi>{escape(unit.note)}</bdi></span> ' if unit.note else ""


def _beginning(text: str) -> str:
    return text if len(text) <= _START else text[:_START].rsplit(" ", 1)[0] + " …"


# Colours pass WCAG AA on their grounds (checked in tests/diff/test_html.py).
_CSS = """
:root { color-scheme: light dark; --paper:#fffdf8; --ink:#1f1d1a; --soft:#5d574e; --line:#d9d2c4;
  --add:#d7f0dd; --add-ink:#0b3d1b; --add-line:#2f7d46; --del:#f9dcd8; --del-ink:#7c2413; --del-line:#a8321c; --move:#f6ecc9; --move-line:#8a6d00; }
@media (prefers-color-scheme: dark) { :root { --paper:#191817; --ink:#ece7dd; --soft:#b3aa9c; --line:#3d3a35;
  --add:#1c3a26; --add-ink:#c9f0d3; --add-line:#6cc486; --del:#45221c; --del-ink:#f6bcae; --del-line:#ee8d78; --move:#3a3216; --move-line:#d9b84a; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.125rem/1.6 Georgia, "Iowan Old Style", "Noto Serif", serif; }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; }
header { border-block-end: 1px solid var(--line); padding-block-end: 1rem; margin-block-end: 1rem; font: .9375rem/1.5 system-ui, sans-serif; color: var(--soft); }
header h1 { color: var(--ink); font-family: Georgia, "Noto Serif", serif; }
header p { margin: .25rem 0; overflow-wrap: anywhere; }
ul.kinds { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .75rem 0 0; }
ul.kinds li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; }
a { color: inherit; }
.old { border-block-end: 2px solid var(--del-line); } .new { border-block-end: 2px solid var(--add-line); }
:focus-visible { outline: 3px solid var(--move-line); outline-offset: 2px; }
@media print { :root { --paper:#fff; --ink:#000; --soft:#444; --line:#999; --add:#fff; --add-ink:#000; --add-line:#000; --del:#fff; --del-ink:#000; --del-line:#000; --move:#fff; --move-line:#555; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } a { text-decoration: none; } p { orphans: 3; widows: 3; } }
"""

_PAGE = """<!DOCTYPE html>
<html {frame}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<header>
<h1 {words}>{title}</h1>
<p>{url}</p>
<p><span class="old">{before}</span> → <span class="new">{after}</span></p>
<p>{summary}</p>
<ul class="kinds">{kinds}</ul>
</header>
{body}
</main>
</body>
</html>
"""
