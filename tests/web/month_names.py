"""Names of months in further languages, from Babel: what newsarchive/web/month_names.tsv holds.

    python -m tests.web.month_names > newsarchive/web/month_names.tsv

They are read from a file because Babel loads the data of 46 languages for them, a third of a second of processor time.
Tested in tests/web/test_dates.py.
"""

from __future__ import annotations

import re
import sys

from babel import Locale

LANGUAGES = "az be bg bn bs ca cy el et eu fa fi ga gl gu he hi hr hu hy is ka kk kn ky lt lv mk ml mr mt ne pa si sk sl sq sr sr_Latn sv sw ta te th ur uz"  # fmt: skip


def further_months() -> dict[str, int]:
    """Return the number of each name; without those that are two months' in different languages."""
    found: dict[str, set[int]] = {}
    for language in LANGUAGES.split():
        for widths in Locale.parse(language).months.values():
            for number, name in widths["wide"].items():
                found.setdefault(re.split("[ '’]", name.lower())[-1], set()).add(number)
    return {
        name: min(numbers)
        for name, numbers in found.items()
        if len(numbers) == 1 and (len(name) > 2 or not name.isascii())
    }


if __name__ == "__main__":
    months = further_months()
    print("# Names of months, of Unicode's CLDR by Babel (tests/web/month_names.py).")
    print("# number\tnames")
    for number in range(1, 13):
        print(f"{number}\t{' '.join(sorted(name for name, of in months.items() if of == number))}")
    sys.stdout.flush()
