"""Citations: each form on an ordinary version, and titles that try to end a field or start a command."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import mwparserfromhell  # type: ignore[import-untyped]
import pytest
import rispy  # type: ignore[import-untyped]
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_string  # type: ignore[import-untyped]

from newsarchive.export import CITATION_FORMS, cite, exported_versions
from newsarchive.export.exported import one_line
from newsarchive.index import VersionRow, reading
from newsarchive.index.search import SearchQuery

from .stories import hostile, index_of

HOSTILE = (
    "=HYPERLINK(\"http://x\")",
    "}} {{evil}} | title2=",
    "}, note = {owned",
    "line one\nTI  - second\r\nER  - ",
    "\\input{/etc/passwd} $x$ %y #z &w _v ^u ~t",
    "[[File:x]] <ref>r</ref> ''i'' ]]",
    "\u202etxt\x00\x1b[31m\u2028",
    "{",
    "}",
    "\\",
    "&lt;b&gt; &#123; R&D",
    "Lee and Chen, Jr.",
    "  - ",
)  # fmt: skip
TEX = {
    r"\textbackslash{}": "\\",
    r"\textbraceleft{}": "{",
    r"\textbraceright{}": "}",
    r"\textasciitilde{}": "~",
    r"\textasciicircum{}": "^",
    **{"\\" + sign: sign for sign in "$&#_%"},
}
TEXTS = st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40)


@pytest.fixture
def bridge(tmp_path: Path) -> VersionRow:
    with reading(index_of(tmp_path / "index.db")) as db:
        return next(exported_versions(db, SearchQuery(text="toll", limit=0))).version


def test_the_text_names_words_time_record_and_digest(bridge: VersionRow) -> None:
    lines = cite(bridge, "text").splitlines()
    assert lines[0].startswith("Ann Lee, Bo Chen: “Bridge toll agreed”, ")
    assert lines[0].endswith(", 2026-01-05 08:00 UTC")
    assert lines[1] == "URL: https://gazette.example/news/bridge-toll-agreed-today"
    assert f"Record: {bridge.warc_record_id}" in lines
    assert f"Digest of the payload: {bridge.payload_digest}" in lines


@pytest.mark.parametrize("form", CITATION_FORMS)
def test_no_citation_says_where_the_crawl_came_from(bridge: VersionRow, form: str) -> None:
    cited = cite(replace(bridge, url=bridge.url + "?utm_source=atom&id=4"), form)
    assert "utm_source" not in cited
    assert "bridge-toll-agreed-today?id" in cited


def test_bibtex(bridge: VersionRow) -> None:
    lines = cite(bridge, "bibtex").splitlines()
    assert re.fullmatch(r"@online\{gazette-2026-[0-9a-f]+-v2,", lines[0])
    assert "  author = {{Ann Lee} and {Bo Chen}}," in lines
    assert "  title = {{Bridge toll agreed}}," in lines
    assert "  date = {2026-01-05}," in lines
    assert lines[-1] == "}"


def test_ris(bridge: VersionRow) -> None:
    lines = cite(bridge, "ris").split("\r\n")
    assert lines[0] == "TY  - NEWS"
    assert [line for line in lines if line.startswith("AU")] == ["AU  - Ann Lee", "AU  - Bo Chen"]
    assert "DA  - 2026/01/05" in lines
    assert lines[-2:] == ["ER  - ", ""]


def test_csl(bridge: VersionRow) -> None:
    item = json.loads(cite(bridge, "csl"))
    assert item["type"] == "article-newspaper"
    assert item["author"] == [{"literal": "Ann Lee"}, {"literal": "Bo Chen"}]
    assert item["issued"] == {"date-parts": [[2026, 1, 5]]}


def test_wikipedia(bridge: VersionRow) -> None:
    assert cite(bridge, "wikipedia").startswith(
        "{{cite news |author1=Ann Lee |author2=Bo Chen |title=Bridge toll agreed |url=https://gazette.example/"
    )


def balanced(text: str) -> bool:
    """Every brace has its partner, and the entry ends with the last of them."""
    depth = 0
    for at, sign in enumerate(text):
        depth += {"{": 1, "}": -1}.get(sign, 0)
        if depth < 0 or (depth == 0 and sign == "}" and at != len(text) - 1):
            return False
    return depth == 0


def examples(texts: tuple[str, ...]):  # type: ignore[no-untyped-def]
    def deco(test):  # type: ignore[no-untyped-def]
        for text in texts:
            test = example(text)(test)
        return test

    return deco


@settings(max_examples=100)
@given(TEXTS)
@examples(HOSTILE)
def test_no_title_ends_a_field_or_starts_a_command(text: str) -> None:
    version = hostile(text).version
    forms = {form: cite(version, form) for form in CITATION_FORMS}
    for form, cited in forms.items():
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", cited), form
    bibtex = forms["bibtex"]
    assert balanced(bibtex)
    assert re.findall(r"^  (\w+) = ", bibtex, re.MULTILINE).count("note") == 1
    values = re.sub(r"\\text(?:backslash|braceleft|braceright|ascii\w+)\{\}|\\[$&#_%]", "", bibtex)
    assert "\\" not in values
    ris = forms["ris"].split("\r\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in ris[:-1])
    assert [line[:2] for line in ris].count("TI") <= 1
    assert sum(line.startswith("ER  - ") for line in ris) == 1
    assert isinstance(json.loads(forms["csl"]), dict)
    wiki = forms["wikipedia"]
    inner = wiki.removeprefix("{{").removesuffix("}}").replace("{{!}}", "")
    assert "{" not in inner
    assert "}" not in inner
    assert "[[" not in inner
    assert "<" not in inner
    assert "\n" not in wiki


def typeset(text: str) -> str:
    """What TeX prints for a field whose value is in braces."""
    sign = re.compile("|".join(map(re.escape, TEX)))
    return sign.sub(lambda found: TEX[found[0]], text.removeprefix("{").removesuffix("}"))


def by_pybtex(bibtex: str) -> tuple[str, list[str]]:
    (entry,) = parse_string(bibtex, "bibtex").entries.values()
    return typeset(entry.fields.get("title", "")), [typeset(str(a)) for a in entry.persons.get("author", [])]


def by_rispy(ris: str) -> tuple[str, list[str]]:
    (entry,) = rispy.loads(ris)
    return entry.get("title", ""), entry.get("authors", [])


def by_json(csl: str) -> tuple[str, list[str]]:
    entry = json.loads(csl)
    return entry.get("title", ""), [author["literal"] for author in entry.get("author", [])]


def by_mwparser(wiki: str) -> tuple[str, list[str]]:
    (template, *inner) = mwparserfromhell.parse(wiki).filter_templates()
    assert {str(t) for t in inner} <= {"{{!}}"}
    named = {str(p.name): html.unescape(str(p.value).replace("{{!}}", "|")).strip() for p in template.params}
    return named.get("title", ""), [value for name, value in named.items() if name.startswith("author")]


READERS = {"bibtex": by_pybtex, "ris": by_rispy, "csl": by_json, "wikipedia": by_mwparser}


@pytest.mark.parametrize("form", READERS)
@settings(max_examples=100)
@given(TEXTS)
@examples(HOSTILE)
def test_readers_of_others_get_the_title_and_the_author_back(form: str, text: str) -> None:
    title, authors = READERS[form](cite(hostile(text).version, form))
    said = one_line(text)
    assert (title, authors) == (said, [said] if said else [])
