"""Names and directions of languages, whatever a page says that its language is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from newsarchive.languages import direction, language_name


@pytest.mark.parametrize(
    ("code", "way", "name"),
    [
        ("ar", "rtl", "Arabic"),
        ("fa-IR", "rtl", "Persian"),
        ("he", "rtl", "Hebrew"),
        ("ur", "rtl", "Urdu"),
        ("ckb", "rtl", "Central Kurdish"),
        ("dv", "rtl", "Divehi"),
        ("sd", "rtl", "Sindhi"),
        ("az-Arab", "rtl", "Azerbaijani"),
        ("de", "ltr", "German"),
        ("zh-Hant-TW", "ltr", "Chinese"),
        ("ku", "ltr", "Kurdish"),  # in CLDR the language of that code is written in Latin letters
        ("", "auto", ""),
        (None, "auto", ""),
        ("xx", "auto", "xx"),
        ('"><script>', "auto", '"><script>'),
        ("../../etc/passwd", "auto", "../../etc/passwd"),
        ("de\x00", "auto", "de\x00"),
        ("-" * 4000, "auto", "-" * 4000),
        ("de_DE", "auto", "de_DE"),
    ],
)
def test_a_language_has_a_name_and_a_direction(code, way, name):
    assert (direction(code), language_name(code)) == (way, name)


def test_babel_waits_for_the_first_question():
    script = (
        "import sys, newsarchive.cli, newsarchive.index.search, newsarchive.diff\n"
        "raise SystemExit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0
