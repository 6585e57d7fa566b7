"""What a language is called and which way it is written, from CLDR through Babel.

Babel is loaded at the first question, so that commands that show no page don't wait for it.
Codes come from pages: any text may be asked for. Tested in tests/test_languages.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel import Locale


def language_name(code: str | None) -> str:
    """Return the English name: `German` for `de`; an unknown code stays as it is."""
    locale = _locale(code or "")
    name = locale.get_language_name("en") if locale else None
    return name or code or ""


def direction(code: str | None) -> Literal["rtl", "ltr", "auto"]:
    """Return the direction for HTML's `dir`; `auto` where the language is unknown."""
    locale = _locale(code or "")
    if locale is None:
        return "auto"
    return "rtl" if locale.text_direction == "rtl" else "ltr"


@lru_cache(maxsize=512)
def _locale(code: str) -> Locale | None:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(code[:35], sep="-") if code else None
    except (ValueError, TypeError, UnknownLocaleError):
        return None
