"""What was changed between two states of a story: aligned, classified, shown.

Usable alone: `compare("old text", "new text")`. Nothing in this room reads files, the network or the clock,
or knows of captures and stories. Tested in tests/diff/.
"""

from __future__ import annotations

from newsarchive.correction_notices import notice
from newsarchive.diff.align import JOINT, align, apply
from newsarchive.diff.compare import KINDS, compare
from newsarchive.diff.html import render_fragment, render_html
from newsarchive.diff.noise import noise
from newsarchive.diff.present import Heading, present
from newsarchive.diff.terminal import render_side_by_side, render_terminal, render_unified
from newsarchive.diff.word_diff import word_edits

__all__ = [
    "JOINT",
    "KINDS",
    "Heading",
    "align",
    "apply",
    "compare",
    "noise",
    "notice",
    "present",
    "render_fragment",
    "render_html",
    "render_side_by_side",
    "render_terminal",
    "render_unified",
    "word_edits",
]
