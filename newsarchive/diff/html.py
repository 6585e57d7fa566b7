"""A change as HTML: a fragment for other pages and feeds, or one self-contained page.

Every text is escaped; nothing is loaded, nothing runs. The page prints well, follows the reader's light or
dark setting, reads right to left where the text does, and says to a screen reader what was deleted and
added. Tested in tests/diff/test_html.py and, in Chromium, tests/diff/test_browser.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

from newsarchive.diff.align import JOINT
from newsarchive.diff.present import NAMES, Heading, Piece, field_words, fields_in_order, pieces, summary
from newsarchive.model import Change, WordEdit

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z]{2,8})?")
_RTL = frozenset(["ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv", "ug", "sd"])


def render_fragment(
    change: Change,
    *,
    heading_level: int = 3,
    folded: bool = True,
    inline_styles: bool = False,
    language: str = "",
) -> str:
    """The fields and paragraphs of a change, without page, head or style.

    Args:
        change: What `compare` gave.
        heading_level: Of the fields' headings.
        folded: Put long unchanged stretches into a closed <details>.
        inline_styles: For feed readers, which drop style sheets.
        language: ISO 639-1, if known, for hyphenation and speech.

    Returns:
        `<div class="newsarchive-diff">…</div>`; words stand in <ins> and <del>, paragraphs have the classes
        keep, add, delete, edit, move, away, split, merge.
    """
    style = _Style(inline_styles)
    lang = f' lang="{language}"' if _LANGUAGE.fullmatch(language) else ""
    parts = [f'<div class="newsarchive-diff"{lang}>']
    level = min(6, max(1, heading_level))
    for field in fields_in_order(change):
        name = NAMES.get(field.name, field.name)
        parts.append(f'<section class="field {escape(field.name)}"><h{level}>{escape(name)}</h{level}>')
        parts.append(f'<p dir="auto">{style.words(field_words(field))}</p></section>')
    parts.append('<section class="text">')
    parts += [_piece(p, style) for p in pieces(change, folded=folded)]
    if not change.ops:
        parts.append("<p>No text.</p>")
    parts.append("</section></div>")
    return "\n".join(parts)


def render_html(change: Change, heading: Heading | None = None) -> str:
    """One whole page that needs nothing else: to be mailed, printed, kept."""
    about = heading or Heading()
    title = about.title or "What was changed"
    link = escape(clean(about.url))
    shown = (
        f'<a href="{link}" rel="noreferrer">{link}</a>'
        if about.url.startswith(("http://", "https://"))
        else link
    )
    direction = "rtl" if about.language in _RTL else "auto"
    return _PAGE.format(
        language=about.language if _LANGUAGE.fullmatch(about.language) else "en",
        title=escape(clean(title)),
        direction=direction,
        url=shown,
        before=escape(clean(about.before)),
        after=escape(clean(about.after)),
        summary=escape(clean(summary(change))),
        kinds="".join(f"<li>{escape(k)}</li>" for k in change.kinds),
        body=render_fragment(change, heading_level=2, language=about.language),
        style=_CSS,
    )


def clean(text: str) -> str:
    """`text` without characters that HTML and XML don't allow."""
    return _ILLEGAL.sub("", text)


class _Style:
    """Words as <ins>, <del> and plain text."""

    def __init__(self, inline: bool) -> None:
        self._add = ' style="background:#d7f0dd;color:#0b3d1b;text-decoration:underline"' if inline else ""
        self._delete = (
            ' style="background:#f9dcd8;color:#7c2413;text-decoration:line-through"' if inline else ""
        )

    def words(self, words: Iterable[WordEdit]) -> str:
        return "".join(self._word(w) for w in words)

    def _word(self, word: WordEdit) -> str:
        if word.text == JOINT:
            return ' <span class="break" aria-label="paragraph break">¶</span> '
        text = escape(clean(word.text))
        if word.op == "keep" or not text.strip():
            return text
        body = text.strip()
        at = text.index(body)
        tag, style = ("ins", self._add) if word.op == "add" else ("del", self._delete)
        return f"{text[:at]}<{tag}{style}>{body}</{tag}>{text[at + len(body) :]}"


def _piece(piece: Piece, style: _Style) -> str:
    if piece.kind == "fold":
        inner = "\n".join(_piece(p, style) for p in piece.inner)
        return f'<details class="same"><summary>{escape(piece.note)}</summary>\n{inner}\n</details>'
    note = f'<span class="note">{escape(piece.note)}</span> ' if piece.note else ""
    if piece.kind == "moved away":
        start = _beginning(piece.words)
        return f'<p class="away" dir="auto">{note}<span class="was">{escape(clean(start))}</span></p>'
    return f'<p class="{piece.kind}" dir="auto">{note}{style.words(piece.words)}</p>'


def _beginning(words: Sequence[WordEdit], most: int = 70) -> str:
    text = "".join(w.text for w in words)
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"


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
h2 { font: 600 .8125rem/1.4 system-ui, sans-serif; color: var(--soft); margin: 1.25rem 0 .1rem; text-transform: uppercase; letter-spacing: .04em; }
header { border-block-end: 1px solid var(--line); padding-block-end: 1rem; margin-block-end: 1rem; font: .9375rem/1.5 system-ui, sans-serif; color: var(--soft); }
header h1 { color: var(--ink); font-family: Georgia, "Noto Serif", serif; }
header p { margin: .25rem 0; overflow-wrap: anywhere; }
ul.kinds { list-style: none; display: flex; flex-wrap: wrap; gap: .35rem; padding: 0; margin: .75rem 0 0; }
ul.kinds li { border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; }
a { color: inherit; }
ins { background: var(--add); color: var(--add-ink); text-decoration: underline; text-decoration-color: var(--add-line); text-decoration-thickness: 2px; text-underline-offset: .18em; border-radius: .15em; }
del { background: var(--del); color: var(--del-ink); text-decoration: line-through; text-decoration-color: var(--del-line); border-radius: .15em; }
del + ins { margin-inline-start: .2em; }
.old { border-block-end: 2px solid var(--del-line); } .new { border-block-end: 2px solid var(--add-line); }
.field p { margin: 0 0 .5rem; overflow-wrap: anywhere; }
.field.title p { font-size: 1.375rem; line-height: 1.3; }
.text { margin-block-start: 1.5rem; }
.text p { margin: 0 0 1em; overflow-wrap: anywhere; }
p.add, p.delete, p.move, p.away { border-inline-start: 4px solid; padding-inline-start: .8rem; }
p.add { border-color: var(--add-line); } p.delete { border-color: var(--del-line); }
p.move, p.away { border-color: var(--move-line); } p.move { background: var(--move); }
.away .was { color: var(--soft); }
.note { display: block; font: .8125rem/1.5 system-ui, sans-serif; color: var(--soft); }
.break { color: var(--soft); }
details.same { border-block: 1px dotted var(--line); margin: 0 0 1em; padding: .25rem 0; }
details.same summary { cursor: pointer; font: .875rem/1.5 system-ui, sans-serif; color: var(--soft); }
details.same p:first-of-type { margin-block-start: .75rem; }
:focus-visible { outline: 3px solid var(--move-line); outline-offset: 2px; }
ins::before, ins::after, del::before, del::after { clip-path: inset(100%); clip: rect(1px, 1px, 1px, 1px); height: 1px; width: 1px; overflow: hidden; position: absolute; white-space: nowrap; }
ins::before { content: " [added] "; } ins::after { content: " [end added] "; } del::before { content: " [deleted] "; } del::after { content: " [end deleted] "; }
@media print { :root { --paper:#fff; --ink:#000; --soft:#444; --line:#999; --add:#fff; --add-ink:#000; --add-line:#000; --del:#fff; --del-ink:#000; --del-line:#000; --move:#fff; --move-line:#555; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; } ins { font-weight: 700; } a { text-decoration: none; } p { orphans: 3; widows: 3; break-inside: avoid; } }
@media (forced-colors: active) { ins { text-decoration: underline double; } }
"""

_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main dir="{direction}">
<header>
<h1 dir="auto">{title}</h1>
<p dir="ltr">{url}</p>
<p dir="ltr"><span class="old">{before}</span> → <span class="new">{after}</span></p>
<p dir="ltr">{summary}</p>
<ul class="kinds" dir="ltr">{kinds}</ul>
</header>
{body}
</main>
</body>
</html>
"""
