"""Citations of a version: BibTeX, RIS, CSL-JSON, Wikipedia's "cite news" and plain text.

Each names when the page was captured and the WARC record that proves it. What a page said is escaped for the
form that takes it, so that no title ends a field or starts a command. Pure. Tested in tests/export/test_citations.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from newsarchive.export.exported import one_line
from newsarchive.index.rows import VersionRow
from newsarchive.urls import without_tracking


def cite(version: VersionRow, form: str) -> str:
    """Return the citation of `version`; `form` is one of `CITATION_FORMS`."""
    return CITATION_FORMS[form](version)


def outlet(version: VersionRow) -> str:
    """Return the newspaper's name: the publisher that the page names, else the source's name."""
    return one_line(version.publisher) or version.source


def citation_key(version: VersionRow) -> str:
    """Return a key for BibTeX and CSL: source, year, the story's id, version; letters, digits and hyphens."""
    year = (version.published_at or version.first_seen_at)[:4]
    source = re.sub(r"[^A-Za-z0-9]+", "-", version.source).strip("-") or "story"
    return f"{source}-{year}-{version.story_id:x}-v{version.version_no}"


def _evidence(version: VersionRow) -> str:
    digest = f", payload {version.payload_digest}" if version.payload_digest else ""
    return (
        f"version {version.version_no}, captured {version.first_seen_at}, "
        f"WARC record {version.warc_record_id}{digest}"
    )


def _url(version: VersionRow) -> str:
    return without_tracking(one_line(version.url))


def _authors(version: VersionRow) -> list[str]:
    return [name for name in map(one_line, version.author_names) if name]


# ---------------------------------------------------------------- plain text


def _text(version: VersionRow) -> str:
    who = ", ".join(_authors(version))
    published = f", {version.published_at.replace('T', ' ')[:16]} UTC" if version.published_at else ""
    return "\n".join(
        [
            f"{who + ': ' if who else ''}“{one_line(version.title)}”, {outlet(version)}{published}",
            f"URL: {_url(version)}",
            f"Captured: {version.first_seen_at} (version {version.version_no}, last seen {version.last_seen_at})",
            f"WARC: {version.warc_filename}, offset {version.warc_offset}, length {version.warc_length}",
            f"Record: {version.warc_record_id}",
            f"Digest of the payload: {version.payload_digest or 'none'}",
            f"Fingerprint of the text: {version.text_fingerprint}",
        ]
    )


# ---------------------------------------------------------------- BibTeX

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}
_TEX_SIGN = re.compile("[" + re.escape("".join(_TEX)) + "]")


def _tex(text: str) -> str:
    """The text for a BibTeX field in braces. A brace counts even behind a backslash, so they are written by name."""
    escaped = _TEX_SIGN.sub(lambda found: _TEX[found[0]], one_line(text))
    return escaped.replace(r"\{", r"\textbraceleft{}").replace(r"\}", r"\textbraceright{}")


def _bibtex(version: VersionRow) -> str:
    published = (version.published_at or "")[:10]
    fields = {
        "author": " and ".join("{" + _tex(name) + "}" for name in _authors(version)),
        "title": "{" + _tex(version.title) + "}",
        "organization": _tex(outlet(version)),
        "date": published,
        "year": published[:4],
        "url": _bare_url(_url(version)),
        "urldate": version.first_seen_at[:10],
        "langid": _tex(version.language),
        "note": _tex(_evidence(version)),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value.strip("{}")]
    return "\n".join([f"@online{{{citation_key(version)},", *lines, "}"])


def _bare_url(url: str) -> str:
    """The URL with what BibTeX, wikis or line readers would obey percent-encoded; it leads to the same page."""
    return re.sub(r"[\s{}|\[\]<>\"\\^`]", lambda found: f"%{ord(found[0]):02X}", one_line(url))


# ---------------------------------------------------------------- RIS


def _ris(version: VersionRow) -> str:
    published = version.published_at or ""
    fields = [
        ("TY", "NEWS"),
        ("ID", citation_key(version)),
        *(("AU", name) for name in _authors(version)),
        ("TI", one_line(version.title)),
        ("T2", outlet(version)),
        ("PY", published[:4]),
        ("DA", published[:10].replace("-", "/")),
        ("AB", one_line(version.description)),
        ("LA", one_line(version.language)),
        ("UR", _url(version)),
        ("Y2", version.first_seen_at[:10].replace("-", "/")),
        ("N1", _evidence(version)),
    ]
    lines = [f"{name}  - {value}" for name, value in fields if value]
    return "\r\n".join([*lines, "ER  - ", ""])


# ---------------------------------------------------------------- CSL-JSON


def csl(version: VersionRow) -> dict[str, Any]:
    """Return the item as citation processors (Zotero, pandoc, citeproc) take it."""
    item: dict[str, Any] = {
        "id": citation_key(version),
        "type": "article-newspaper",
        "title": one_line(version.title),
        "author": [{"literal": name} for name in _authors(version)],
        "container-title": outlet(version),
        "issued": _date_parts(version.published_at),
        "accessed": _date_parts(version.first_seen_at),
        "abstract": one_line(version.description),
        "language": one_line(version.language),
        "URL": _url(version),
        "note": _evidence(version),
    }
    return {name: value for name, value in item.items() if value}


def _date_parts(moment: str | None) -> dict[str, Any]:
    return {"date-parts": [[int(part) for part in moment[:10].split("-")]]} if moment else {}


def _csl(version: VersionRow) -> str:
    return json.dumps(csl(version), ensure_ascii=False)


# ---------------------------------------------------------------- Wikipedia

# A value ends at | and }}, a link at ]], a comment or tag starts at <; [ begins a link and = a name.
_WIKI = {
    "|": "{{!}}",
    "&": "&amp;",
    **{sign: f"&#{ord(sign)};" for sign in "{}[]<>=~'"},
}
_WIKI_SIGN = re.compile(r"[|{}\[\]<>=~]|'{2,}|&(?=#?\w+;)")


def _wiki(text: str) -> str:
    return _WIKI_SIGN.sub(lambda found: "".join(_WIKI[sign] for sign in found[0]), one_line(text))


def _wikipedia(version: VersionRow) -> str:
    names = {f"author{n}": _wiki(name) for n, name in enumerate(_authors(version), 1)}
    fields = {
        **names,
        "title": _wiki(version.title),
        "url": _bare_url(_url(version)),
        "work": _wiki(outlet(version)),
        "date": (version.published_at or "")[:10],
        "access-date": version.first_seen_at[:10],
        "language": _wiki(version.language),
    }
    body = " ".join(f"|{name}={value}" for name, value in fields.items() if value)
    return f"{{{{cite news {body}}}}}"


CITATION_FORMS: dict[str, Callable[[VersionRow], str]] = {
    "text": _text,
    "bibtex": _bibtex,
    "ris": _ris,
    "csl": _csl,
    "wikipedia": _wikipedia,
}
