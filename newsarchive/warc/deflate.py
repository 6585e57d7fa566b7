"""What unpacks gzip and deflate: ISA-L, twice as fast as zlib, where the package `isal` has a build; else zlib.

Both check what they unpack. They differ in what is left of a stream that is damaged or ends early, so who must say that reads it with zlib.
Tested in tests/warc/test_record_reader.py and tests/warc/test_http_message.py.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module
from typing import Any


def _found() -> tuple[Callable[[int], Any], type[Exception]]:
    """The maker of what unpacks, by zlib's `wbits`, and its error."""
    try:
        isal = import_module("isal.isal_zlib")
    except ImportError:
        return zlib.decompressobj, zlib.error
    return isal.decompressobj, isal.error


decompressobj, InflateError = _found()
