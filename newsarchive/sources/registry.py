"""The outlets of an archive: one TOML file each in `sources/`, read strictly, edited by the line.

A file is written only when its values differ from what it says, and then only these values change:
comments, order and layout of a hand-written file stay (tomlkit). It is read with the standard
library's tomllib, at a fraction of the cost. Uses no network. Tested in tests/sources/test_registry.py.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from newsarchive.config import from_table, line_of, parse_toml, read_text
from newsarchive.errors import ArchiveNotWritableError, BadUrlError, ConfigError
from newsarchive.model import SiteRule, Source
from newsarchive.urls import check_url, domain

if TYPE_CHECKING:
    from tomlkit import TOMLDocument
    from tomlkit.items import InlineTable, Item, Table

FOLDER = "sources"
NAME = re.compile(r"[a-z0-9-]{1,40}\Z")
_URLS = ("feeds", "sitemaps", "sections")
_NIGHT = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d\Z")
_ACTIONS = ("keep", "drop", "root")
_WIDTH = 100  # characters; a longer list gets one line an element


def read_sources(root: Path) -> dict[str, Source]:
    """Read the sources of the archive in `root` by name, in order of name; none if there is no folder.

    Raises:
        ConfigError: a file is not a source; `where` is `file:line`.
    """
    folder = root / FOLDER
    found = (read_source(path) for path in sorted(folder.glob("*.toml"))) if folder.is_dir() else ()
    sources = {source.name: source for source in found}
    former = former_names(sources)
    for name in sources.keys() & former.keys():
        raise ConfigError(
            f"'{name}' is a former name of the source '{former[name]}'",
            where=str(folder / f"{name}.toml"),
            next_step=f"Name it otherwise, or take '{name}' out of `formerly` in {former[name]}.toml",
        )
    return sources


def former_names(sources: Mapping[str, Source]) -> dict[str, str]:
    """Return the present name of each former one."""
    return {old: source.name for source in sources.values() for old in source.formerly}


def read_source(path: Path) -> Source:
    """Read the source in the file `path`.

    Raises:
        ConfigError: no such file, not TOML, an unknown key (the nearest known one is named), a value of
            the wrong type, a URL that isn't http(s), a pattern that doesn't compile, a name that isn't
            the file's.
    """
    try:
        text = read_text(path)
    except OSError as error:
        raise ConfigError(f"can't read the source file: {error}", where=str(path)) from error
    return parse_source(text, path)


def parse_source(text: str, path: Path) -> Source:
    """Return what `read_source` does, of a text that is already read; `path` is for messages and the name."""
    table = dict(parse_toml(text, path))
    rules = _rules(table.pop("rules", []), text, path)
    table.setdefault("name", path.stem)
    source = replace(from_table(Source, table, text=text, path=path), rules=rules)
    check_source(source, text=text, path=path)
    return source


def check_source(source: Source, *, text: str = "", path: Path = Path("source")) -> None:
    """Raise ConfigError unless the values of `source` can be used."""

    def wrong(key: str, what: str, next_step: str = "") -> ConfigError:
        return ConfigError(what, where=f"{path}:{line_of(text, key, '')}", next_step=next_step)

    if not NAME.match(source.name):
        raise wrong("name", f"'{source.name}' can't name a source", "Use 1 to 40 of a-z, 0-9 and -")
    if path.suffix == ".toml" and source.name != path.stem:
        raise wrong("name", f"the file of '{source.name}' must be called {source.name}.toml")
    for name in source.formerly:
        if not NAME.match(name) or name == source.name:
            raise wrong("formerly", f"'{name}' can't be a former name of '{source.name}'")
    _check_urls(source, wrong)
    for key in ("article_patterns", "exclude_patterns"):
        for pattern in getattr(source, key):
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError) as error:
                raise wrong(key, f"'{pattern}' is not a regular expression: {error}") from error
    if source.night and not _NIGHT.match(source.night):
        raise wrong("night", f"'{source.night}' is not a window of time", 'Write "22:00-06:00", UTC')
    if source.utc_offset is not None and not -720 <= source.utc_offset <= 840:
        raise wrong(
            "utc_offset",
            f"{source.utc_offset} minutes are no zone",
            "Write 330 for India, -300 for New York's winter",
        )
    if source.delay is not None and source.delay < 0:
        raise wrong("delay", "the delay must not be negative")
    if source.daily_budget is not None and (
        source.daily_budget < 1 or source.daily_budget != int(source.daily_budget)
    ):
        raise wrong("daily_budget", "the daily budget must be a whole number above 0")


def _check_urls(source: Source, wrong: Any) -> None:
    for key in ("homepage", *_URLS):
        value = getattr(source, key)
        for url in (value,) if isinstance(value, str) else value:
            try:
                if url:
                    check_url(url)
            except BadUrlError as error:
                raise wrong(key, f"{error.what}: {error.where}", error.next_step) from error
    for name in source.domains:
        if "/" in name or ":" in name or not name:
            raise wrong("domains", f"'{name}' is not a host name", "Write it without scheme and path")


def _rules(rows: Any, text: str, path: Path) -> tuple[SiteRule, ...]:
    where = f"{path}:{line_of(text, 'rules', '')}"
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError("rules are tables, write [[rules]]", where=where)
    return tuple(_rule(row, text, path) for row in rows)


def _rule(row: Mapping[str, Any], text: str, path: Path) -> SiteRule:
    dates = {key: row[key] for key in ("since", "until") if key in row}
    others = {key: value for key, value in row.items() if key not in dates}
    for key, value in dates.items():
        if type(value) is not date:
            raise ConfigError(
                f"'{key}' must be a date without quotes",
                where=f"{path}:{line_of(text, key, 'rules')}",
                next_step="Write 2026-11-24",
            )
    for key in ("action", "selector"):
        if not others.get(key):
            raise ConfigError(f"a rule without '{key}'", where=f"{path}:{line_of(text, 'rules', '')}")
    rule = replace(from_table(SiteRule, others, text=text, path=path, section="rules"), **dates)
    if rule.action not in _ACTIONS:
        raise ConfigError(
            f"'{rule.action}' is not an action",
            where=f"{path}:{line_of(text, 'action', 'rules')}",
            next_step="Use keep, drop or root",
        )
    return rule


def write_source(root: Path, source: Source) -> Path:
    """Write `source` to `sources/NAME.toml` in the archive `root`, unless the file says so already.

    Of an existing file only the values that differ are changed.

    Returns:
        The file's path. It is replaced in one step, so that a reader never sees half of it.

    Raises:
        ConfigError: values that `read_source` would refuse.
        ArchiveNotWritableError: the folder can't be written.
    """
    path = root / FOLDER / f"{source.name}.toml"
    check_source(source, path=path)
    if not path.exists() and (now := former_names(read_sources(root)).get(source.name)):
        raise ConfigError(
            f"'{source.name}' is a former name of the source '{now}'",
            where=str(path),
            next_step="Give another name",
        )
    before, text = Source(name=""), ""
    with suppress(ConfigError, OSError):  # an unreadable file is replaced
        before, text = read_source(path), path.read_bytes().decode()  # line ends as they are
    if source != before:
        _write(path, _edited(text, before, source))
    return path


def rename_source(root: Path, source: Source, name: str) -> Source:
    """Move the file of `source` to another name, which keeps the old one as `formerly`; return the renamed source.

    Raises:
        ConfigError: the new name can't name a source.
        ArchiveNotWritableError: the folder can't be written.
    """
    old = root / FOLDER / f"{source.name}.toml"
    renamed = replace(
        source, name=name, formerly=tuple(n for n in (*source.formerly, source.name) if n != name)
    )
    check_source(renamed, path=old.with_name(f"{name}.toml"))
    _write(old.with_name(f"{name}.toml"), _edited(old.read_bytes().decode(), source, renamed))
    old.unlink()
    return renamed


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        raise ArchiveNotWritableError(
            f"can't write the source file: {error.strerror or error}", where=str(path)
        ) from error


def source_to_toml(source: Source) -> str:
    """Return a new file of `source`: what differs from the defaults, in the order of the dataclass."""
    return _edited("", Source(name=""), source)


def _edited(text: str, before: Source, source: Source) -> str:
    """Returns `text`, which says `before`, changed to say `source`."""
    import tomlkit

    end = _end_of_values(tomlkit.parse(text))
    head, tables = tomlkit.parse(text[:end]), tomlkit.parse(text[end:])
    for spec in fields(source):
        old, new = getattr(before, spec.name), getattr(source, spec.name)
        if old == new:
            continue
        if spec.name == "rules":
            place, new_table = (head, tomlkit.inline_table) if "rules" in head else (tables, tomlkit.table)
            rows = place.setdefault("rules", tomlkit.aot())
            _put_items(rows, old, new, partial(_rule_item, new_table))
        elif new is None:
            del head[spec.name]
        elif not isinstance(new, tuple):
            head[spec.name] = _toml_item(new)
        else:
            is_long = len(json.dumps(new, ensure_ascii=False)) + len(spec.name) > _WIDTH
            _put_items(head.setdefault(spec.name, tomlkit.array().multiline(is_long)), old, new, _toml_item)
    return head.as_string() + tables.as_string()


def _end_of_values(document: TOMLDocument) -> int:
    """Returns where new keys go, in characters: at the end, but before tables and the comments above them."""
    from tomlkit.items import AoT

    size = end = 0
    for key, item in document.body:
        if isinstance(item, AoT):
            return end
        size += len(item.as_string())
        if key is not None:
            t = item.trivia
            size += len(f"{t.indent}{key.as_string()}{key.sep}{t.comment_ws}{t.comment}{t.trail}")
            end = size
    return size


def _toml_item(value: object) -> Item:
    """A value for a file; a pattern with backslashes as a literal text, where it can be one."""
    import tomlkit

    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return tomlkit.string(value, literal=True)
    return tomlkit.item(value)


def _rule_item(new_table: Callable[[], Table | InlineTable], rule: SiteRule) -> Item:
    table = new_table()
    table.trivia.indent = "\n"  # an empty line above [[rules]]
    for spec in fields(rule):
        own = getattr(rule, spec.name)
        if own != spec.default:
            table[spec.name] = _toml_item(own)
    return table


def _put_items(rows: Any, old: Sequence[Any], new: Sequence[Any], make: Callable[[Any], Item]) -> None:
    """Changes a list in place, so that items which stay keep their comments."""
    current = list(old)
    for index in reversed(range(len(old))):
        if old[index] not in new:
            del rows[index], current[index]
    for index, value in enumerate(new):
        if current[index : index + 1] != [value]:
            rows.insert(index, make(value))
            current.insert(index, value)
    while len(rows) > len(new):
        del rows[-1]


def source_name_for(url: str) -> str:
    """Return a name for the outlet at `url`: "https://www.middleeasteye.net/rss" -> "middleeasteye".

    The registrable domain without its suffix; a host below it that isn't `www` comes first.

    Raises:
        BadUrlError: not an http(s) URL.
    """
    host = (urlsplit(check_url(url)).hostname or "").removeprefix("www.")
    if host.replace(".", "").isdigit() or ":" in host:
        stem = host  # an address
    elif (registrable := domain(f"https://{host}/")) != host:
        below = host.removesuffix(registrable).strip(".")
        stem = f"{below}-{registrable.partition('.')[0]}"
    else:
        stem = _without_suffix(host)
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")
    return name[:40].strip("-") or "source"


def _without_suffix(host: str) -> str:
    """The first label of a registrable domain; all but the last of a host under no known suffix."""
    labels = host.split(".")
    is_known = domain(f"https://below.{host}/") == host
    return labels[0] if is_known else "-".join(labels[:-1] or labels)
