"""One module for each page: a function from `(Reading, Args)` to what is shown.

They read through the given connection alone, write nothing and make no markup but plots.
Tested in tests/browse/.
"""

from __future__ import annotations
