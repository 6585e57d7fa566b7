"""An Article as JSON, and back without loss. Tested in tests/extract/test_article_json.py."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

from newsarchive.model import Article, Block, Part, WordEdit
from newsarchive.times import parse_iso, utc

_TIMES = ("published_at", "modified_at")
_TUPLES = ("authors", "tags", "captions", "credits", "embeds", "pictures", "warnings")


def article_to_json(article: Article) -> dict[str, Any]:
    """Plain JSON values. Empty fields are left out; times are ISO 8601, UTC, with microseconds."""
    result: dict[str, Any] = {}
    for spec in dataclasses.fields(article):
        value = getattr(article, spec.name)
        if value == _default(spec):
            continue
        if isinstance(value, datetime):
            result[spec.name] = _iso(value)
        elif spec.name == "blocks":
            result[spec.name] = [_block_to_json(b) for b in value]
        elif isinstance(value, Part):
            result[spec.name] = _part_to_json(value)
        elif isinstance(value, tuple):
            result[spec.name] = list(value)
        elif spec.name == "origins":
            result[spec.name] = dict(value)
        else:
            result[spec.name] = value
    return result


def article_from_json(value: dict[str, Any]) -> Article:
    """The Article that `article_to_json` was given.

    Raises:
        ValueError: not such an object.
    """
    try:
        known = {f.name for f in dataclasses.fields(Article)}
        fields = {k: v for k, v in value.items() if k in known}
        for name in _TIMES:
            if fields.get(name) is not None:
                fields[name] = parse_iso(fields[name])
        for name in _TUPLES:
            fields[name] = tuple(fields.get(name, ()))
        fields["blocks"] = tuple(block_from_json(b) for b in value.get("blocks", ()))
        if fields.get("part") is not None:
            fields["part"] = _part_from_json(fields["part"])
        return Article(**fields)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not an article: {error}") from error


def _default(spec: Any) -> Any:
    if spec.default is not dataclasses.MISSING:
        return spec.default
    if spec.default_factory is not dataclasses.MISSING:
        return spec.default_factory()
    return None


def _iso(at: datetime) -> str:
    return utc(at).isoformat().replace("+00:00", "Z")


def _part_to_json(part: Part) -> dict[str, Any]:
    pages = [[number, address] for number, address in part.pages]
    return {"stem": part.stem, "number": part.number, "last": part.last, "pages": pages}


def _part_from_json(value: dict[str, Any]) -> Part:
    pages = tuple((int(number), str(address)) for number, address in value["pages"])
    return Part(stem=str(value["stem"]), number=int(value["number"]), last=int(value["last"]), pages=pages)


def _block_to_json(block: Block) -> dict[str, Any]:
    result: dict[str, Any] = {"kind": block.kind, "text": block.text, "kept": block.kept}
    if block.reason:
        result["reason"] = block.reason
    if block.place:
        result["place"] = block.place
    if block.at is not None:
        result["at"] = _iso(block.at)
    if block.notice:
        result["notice"] = block.notice
    if block.links:
        result["links"] = [list(link) for link in block.links]
    if block.words:
        result["words"] = [[word.op, word.text] for word in block.words]
    return result


def block_from_json(value: dict[str, Any]) -> Block:
    """The Block that `article_to_json` was given; raises TypeError or KeyError if it is none."""
    at = value.get("at")
    return Block(
        kind=value["kind"],
        text=value["text"],
        kept=bool(value["kept"]),
        reason=value.get("reason", ""),
        place=value.get("place", ""),
        at=parse_iso(at) if at is not None else None,
        notice=value.get("notice"),
        links=tuple((words, url) for words, url in value.get("links", ())),
        words=tuple(WordEdit(op=op, text=text) for op, text in value.get("words", ())),
    )
