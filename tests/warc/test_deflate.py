"""What packs gzip members: zlib reads them, whichever library made them, and they are small."""

from __future__ import annotations

import random
import zlib

import pytest

from newsarchive.warc import deflate

WORDS = b"The ferry to the islands sailed late, said the harbour master. " * 400
DENSE = random.Random(7).randbytes(20_000)


@pytest.mark.parametrize("engine", [deflate._ENGINE, zlib], ids=["the library here", "zlib alone"])
@pytest.mark.parametrize("is_dense", [True, False])
@pytest.mark.parametrize("pieces", [[], [b""], [WORDS], [DENSE], [WORDS[:7], DENSE, b"", WORDS]])
def test_a_member_is_read_by_zlib_and_by_what_unpacks_here(monkeypatch, engine, is_dense, pieces):
    monkeypatch.setattr(deflate, "_ENGINE", engine)
    packer = deflate.gzip_packer(6, is_dense=is_dense)
    member = b"".join(map(packer.compress, pieces)) + packer.flush()
    whole = b"".join(pieces)
    for unpacker in (zlib.decompressobj(31), deflate.decompressobj(31)):
        assert unpacker.decompress(member + b"next") == whole
        assert (unpacker.eof, unpacker.unused_data) == (True, b"next")
    assert len(member) < len(whole) + 100 + len(whole) // 1000


def test_text_is_packed_at_its_level_and_what_is_dense_is_not():
    def size(data: bytes, level: int, *, is_dense: bool) -> int:
        packer = deflate.gzip_packer(level, is_dense=is_dense)
        return len(packer.compress(data) + packer.flush())

    text = b" ".join(b"%d" % random.Random(n).randrange(5000) for n in range(9000))
    assert size(text, 9, is_dense=False) < size(text, 1, is_dense=False) <= size(text, 9, is_dense=True) * 1.2
    assert size(text, 1, is_dense=True) == size(text, 9, is_dense=True)
