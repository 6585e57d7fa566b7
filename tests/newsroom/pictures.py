"""Small pictures for the stories: PNG files of a landscape that depends on the number alone.

Pure, no imaging library. Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import math
import random
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 160, 90
_PALETTES = (
    ((196, 214, 226), (84, 110, 128), (44, 62, 70)),
    ((240, 214, 178), (176, 118, 84), (92, 62, 58)),
    ((206, 222, 196), (104, 134, 98), (50, 74, 58)),
    ((222, 204, 220), (134, 104, 140), (66, 54, 84)),
)


@lru_cache(maxsize=256)
def picture(number: int) -> bytes:
    """A PNG of 160 x 90 pixels: a sky, two ranges of hills; always the same for a number."""
    rng = random.Random(number)
    colours = _PALETTES[number % len(_PALETTES)]
    ranges = [_hills(rng, 30 + 22 * k) for k in range(2)]
    rows = bytearray()
    for y in range(HEIGHT):
        rows.append(0)
        for x in range(WIDTH):
            rows.append(2 if y > ranges[1][x] else 1 if y > ranges[0][x] else 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0))
        + _chunk(b"PLTE", bytes(v for colour in colours for v in colour))
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 6))
        + _chunk(b"IEND", b"")
    )


def _hills(rng: random.Random, base: int) -> list[float]:
    """The height of a range for each column: three waves of different length and phase."""
    waves = [(rng.uniform(3, 11), rng.uniform(25, 90), rng.uniform(0, 6.3)) for _ in range(3)]
    return [base + sum(a * math.sin(x / length + phase) for a, length, phase in waves) for x in range(WIDTH)]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
