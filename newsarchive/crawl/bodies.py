"""Bodies as the crawl itself needs them: content coding taken off, within a limit.

Only documents (feeds, sitemaps, sections, robots.txt) are decoded whole; of a page at most its beginning,
for its opt-outs. What is archived stays as it came. Tested in tests/crawl/test_bodies.py.
"""

from __future__ import annotations

from newsarchive.warc.http_message import Decoding, decode_content

ACCEPT_ENCODING = "gzip, deflate, br, zstd"


def decoded(body: bytes, coding: str, limit: int) -> tuple[bytes, str]:
    """The body with its content coding taken off, and what went wrong ("" if nothing).

    Args:
        coding: Content-Encoding's value, or "".
        limit: Bytes after which it is given up: the bytes up to there and "too large" are returned.

    Returns:
        What could be decoded; the body itself where it isn't coded as it says.
    """
    if not coding.strip():
        return body, ""
    notes = Decoding()
    out, size = [], 0
    for piece in decode_content([body], _names(coding), notes):
        out.append(piece[: limit - size])
        size += len(piece)
        if size > limit:
            return b"".join(out), "too large"
    if not out and body:
        return body, "; ".join(notes.problems)
    return b"".join(out), "; ".join(notes.problems)


def beginning(body: bytes, coding: str, size: int) -> bytes:
    """The first `size` decoded bytes, or fewer; costs no more than they do."""
    if not coding.strip():
        return body[:size]
    return decoded(body, coding, size)[0]


def _names(coding: str) -> list[str]:
    return [name.strip().lower().removeprefix("x-") for name in coding.split(",")]
