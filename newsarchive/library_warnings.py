"""What libraries warn of on stderr is shown with controls escaped: they quote what they read.

Never hides a warning. Each process that a terminal shows calls it once. Tested in tests/cli/test_hostile_output.py.
"""

from __future__ import annotations

import logging
import warnings
from typing import Any

from newsarchive.text import escaped


class _Escaping(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return escaped(super().format(record))


def escape_warnings() -> None:
    """Have log lines that nobody else handles, and Python's warnings, written escaped from now on."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Escaping())
    plain = warnings.formatwarning

    def formatted(*args: Any, **options: Any) -> str:
        return escaped(plain(*args, **options))

    warnings.formatwarning = formatted
