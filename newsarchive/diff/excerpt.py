"""The words of an edit in one line, for lists: the first paragraph that differs, what went and what came, and a little around.

Pure and cheap: common beginnings and ends are cut off, nothing is aligned (the diff's page does that). A list shows
dozens of edits in the time of one comparison. Tested in tests/diff/test_excerpt.py.
"""

from __future__ import annotations

from os.path import commonprefix

from newsarchive.model import WordEdit

AROUND = 40  # characters of unchanged words on either side
MOST = 110  # characters of what went, and of what came
ALIKE = 0.3  # of the shorter paragraph, at its ends, from which two paragraphs are one that was edited
NEAR = 5  # new paragraphs among which the edited one is looked for


def excerpt(before: str, after: str) -> tuple[WordEdit, ...]:
    """Return the first difference of two texts (paragraphs parted by empty lines) as kept, deleted and added words.

    Long stretches end in `…`. Empty where only the order of paragraphs differs, or nothing.
    """
    old, new = before.split("\n\n"), after.split("\n\n")
    had, has = set(old), set(new)
    gone = next((p for p in old if p not in has), "")
    came = [p for p in new if p not in had]
    likeliest = max(came[:NEAR], key=lambda p: _alike(gone, p), default="")
    if gone and likeliest and _alike(gone, likeliest) >= ALIKE:
        return _inside(gone, likeliest)
    whole = (
        WordEdit(op="delete", text=_cut(gone, MOST)),
        WordEdit(op="add", text=_cut("".join(came[:1]), MOST)),
    )
    return tuple(edit for edit in whole if edit.text)


def _alike(one: str, other: str) -> float:
    start, end = _shared(one, other)
    return (start + end) / max(min(len(one), len(other)), 1)


def _shared(one: str, other: str) -> tuple[int, int]:
    """How many characters two paragraphs have in common at the start and, beside those, at the end."""
    start = len(commonprefix((one, other)))  # noqa: RUF071 - characters are meant
    rest = min(len(one), len(other)) - start
    end = len(commonprefix((one[::-1], other[::-1])))  # noqa: RUF071
    return start, min(end, rest)


def _inside(one: str, other: str) -> tuple[WordEdit, ...]:
    start, end = _shared(one, other)
    while (
        start
        and _in_word(one[start - 1])
        and (_in_word(one[start : start + 1]) or _in_word(other[start : start + 1]))
    ):
        start -= 1
    while (
        end and _in_word(one[-end]) and (_in_word(one[-end - 1 : -end]) or _in_word(other[-end - 1 : -end]))
    ):
        end -= 1
    head, tail = one[:start], one[len(one) - end :]
    parts = (
        WordEdit(op="keep", text=head if start <= AROUND else "…" + head[-AROUND:].partition(" ")[2]),
        WordEdit(op="delete", text=_cut(one[start : len(one) - end], MOST)),
        WordEdit(op="add", text=_cut(other[start : len(other) - end], MOST)),
        WordEdit(op="keep", text=_cut(tail, AROUND)),
    )
    return tuple(part for part in parts if part.text)


def _in_word(character: str) -> bool:
    """Whether a character is inside a word that blanks part from others; Chinese and Japanese have none."""
    return character.isalnum() and character < "\u2e80"


def _cut(text: str, most: int) -> str:
    """`text`, or as many of its whole words as fit, and `…`."""
    if len(text) <= most:
        return text
    return (text[:most].rpartition(" ")[0] or text[:most]) + "…"
