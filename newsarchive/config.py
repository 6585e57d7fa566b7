"""`newsarchive.toml`: the settings of one archive, read strictly.

An unknown key is an error that names the line and the nearest known key; nothing is ignored in
silence. Also the reader of the other files that people edit (`read_text`, `read_rows`): what can't be read is an
error with file and line. Never touches the network or the index. Tested in tests/test_config.py.
"""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from newsarchive.browse_links import pages_at
from newsarchive.errors import ConfigError, UsageError
from newsarchive.text import load_json

FILENAME = "newsarchive.toml"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """`[network]`: where connections may go and how large an answer may be."""

    connect_to: tuple[str, ...] = ()  # "host:port:address:port", as curl's --connect-to
    allow: tuple[str, ...] = ()  # "host:port" that may be private or loopback, "address:port" too
    ca_file: str = ""  # PEM file of further certificate authorities, relative to the archive
    timeout: float = 30.0  # seconds for one page in all
    max_body: int = 32 * 1024 * 1024  # bytes on the wire and after decoding
    max_header: int = 256 * 1024  # bytes
    verify_tls: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """`[crawl]`: pace and budgets."""

    delay: float = 1.0  # seconds between two requests to one host
    concurrency: int = 16  # requests under way in all
    per_host: int = 1  # requests under way to one host
    daily_budget: int = 2000  # requests a host and day
    run_budget: int = 1000  # requests a host and run
    max_pages: int = 0  # articles a run in all; 0 = no limit
    user_agent: str = ""  # empty = made from name, version and contact
    obey_optout: bool = False  # noarchive, X-Robots-Tag, TDM: recorded always, obeyed if true


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckConfig:
    """`[recheck]`: when a known story is fetched again. Times in seconds."""

    ratio: float = 0.2  # of the story's age, before anything was learnt of its outlet
    floor: float = 15 * 60.0
    quick_floor: float = 3 * 60.0  # in the first hour of a story of an outlet that edits so fast
    cap: float = 30 * 86400.0
    end: float = 365 * 86400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleConfig:
    """`[schedule]`: how `run` goes on."""

    poll_every: float = 15 * 60.0  # seconds between two polls of a document of which nothing is known yet
    poll_floor: float = 5 * 60.0  # seconds between two polls of a document that brings news all the time
    poll_ceiling: float = 3600.0  # … and of one that brings none
    wake_every: float = 60.0  # seconds between two runs at least
    patience: float = 600.0  # seconds after which a run leaves a host's pages for the next one; 0 = never


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcConfig:
    """`[warc]`."""

    max_size: int = 1_000_000_000  # bytes at which a file is closed and the next begun
    compression: int = 6  # zlib level


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageConfig:
    """`[storage]`: where sealed WARC files go. Credentials come from the environment alone."""

    place: str = ""  # s3://BUCKET/PREFIX, or the absolute path of a folder; empty = they stay where they are
    lease: float = (
        60.0  # seconds without a sign of life after which another machine of a fleet takes a shard over
    )
    drop_local: bool = False  # a fleet's ticks remove from the disk what they uploaded


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractConfig:
    """`[extract]`."""

    workers: int = 0  # processes; 0 = as many as cores
    isolate: bool = False  # small pages, too, never in the main process; a fleet's work does so
    template_pages: int = 15  # pages of an outlet and month that its template is learnt from


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyConfig:
    """`[notify]`: where alarms, watch hits and digests go. Empty = nowhere."""

    command: str = ""  # run with the message on stdin
    webhook: str = ""  # URL that gets a JSON POST
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_from: str = ""
    smtp_to: tuple[str, ...] = ()
    apprise: tuple[str, ...] = ()  # URLs of Slack, Matrix, Telegram, ntfy and the like; each holds its secret
    link: str = ""  # address under which browse is reached; messages link to its pages
    picture: bool = False  # a picture of the diff goes with a message about an edit
    digest: str = ""  # "daily" or "weekly": what happened, in one message

    @property
    def pages(self) -> str:
        """Where browse's pages are; empty if nobody said."""
        return pages_at(self.link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole `newsarchive.toml`. Absent sections and keys have their defaults."""

    name: str = ""
    contact: str = ""  # e-mail or URL, goes into the user agent
    network: NetworkConfig = field(default_factory=NetworkConfig)
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    recheck: RecheckConfig = field(default_factory=RecheckConfig)
    schedule: ScheduleConfig = field(default_factory=ScheduleConfig)
    warc: WarcConfig = field(default_factory=WarcConfig)
    storage: StorageConfig = field(default_factory=StorageConfig)
    extract: ExtractConfig = field(default_factory=ExtractConfig)
    notify: NotifyConfig = field(default_factory=NotifyConfig)


def read_config(folder: Path) -> Config:
    """Return the settings of the archive in `folder`; all defaults if the file is absent.

    Raises:
        ConfigError: not TOML, an unknown key, or a value of the wrong type; `where` is `file:line`.
    """
    path = folder / FILENAME
    try:
        text = read_text(path)
    except FileNotFoundError:
        return Config()
    config = from_table(Config, parse_toml(text, path), text=text, path=path)
    if config.notify.digest not in ("", "daily", "weekly"):
        where = f"{path}:{line_of(text, 'digest', 'notify')}"
        raise ConfigError('\'digest\' must be "daily", "weekly" or empty', where=where)
    return config


def read_text(path: Path) -> str:
    """Return the text of a file that people edit.

    Raises:
        FileNotFoundError: there is none.
        ConfigError: it isn't UTF-8; `where` is `file:line`.
    """
    data = path.read_bytes()
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"can't read it: not UTF-8 ({error.reason})",
            where=f"{path}:{data.count(10, 0, error.start) + 1}",
            next_step="Save the file as UTF-8",
        ) from error


def read_rows(path: Path, make: Callable[[Any], T], what: str, *, is_cut: bool = False) -> list[T]:
    """Return what `make` gives for each line of a file of JSON lines; nothing if there is no file.

    A last line without its end that can't be read is left out: the machine stopped while it was written.

    Args:
        make: Takes the line's value; any ValueError, TypeError, LookupError, AttributeError or UsageError of it says
            that the line is wrong.
        what: What a line is, for the message: "a decision".
        is_cut: Whether a last line without its end is left out even if it can be read.

    Raises:
        ConfigError: a line isn't UTF-8, JSON or `what`; `where` is `file:line`.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(lines[:-1] if is_cut else lines, 1):
        if not line.strip():
            continue
        try:
            found.append(make(load_json(line)))
        except (ValueError, TypeError, LookupError, AttributeError, UsageError) as error:
            if number == len(lines):
                break
            raise ConfigError(
                f"not {what}: {error}", where=f"{path}:{number}", next_step="Correct or delete this line"
            ) from error
    return found


def parse_toml(text: str, path: Path) -> dict[str, Any]:
    """Return `text` as a table; a syntax error becomes a `ConfigError` with its line."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise ConfigError("not valid TOML: nested too deep", where=str(path)) from error
    except ValueError as error:  # also of an integer with thousands of digits
        found = re.search(r"line (\d+)", str(error))
        where = f"{path}:{found[1]}" if found else str(path)
        raise ConfigError(f"not valid TOML: {error}", where=where) from error


def from_table(kind: type[T], table: Mapping[str, Any], *, text: str, path: Path, section: str = "") -> T:
    """Return `table` as a frozen dataclass `kind`; nested dataclasses are sections.

    Args:
        text: The whole file, to find the line of a wrong key.
        section: Dotted name of the section that `table` is, for the message.

    Raises:
        ConfigError: an unknown key (with the nearest known one) or a value of the wrong type.
    """
    known = {f.name: f for f in fields(kind)}  # type: ignore[arg-type]
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in known:
            raise ConfigError(
                f"unknown key '{f'{section}.' if section else ''}{key}'",
                where=f"{path}:{line_of(text, key, section)}",
                next_step=_nearest(key, known),
            )
        default = _default(known[key])
        where = f"{path}:{line_of(text, key, section)}"
        if hasattr(default, "__dataclass_fields__"):
            if not isinstance(value, dict):
                raise ConfigError(f"'{key}' is a section, write [{key}]", where=where)
            name = f"{section}.{key}" if section else key
            values[key] = from_table(type(default), value, text=text, path=path, section=name)
        else:
            values[key] = _convert(key, value, default, where)
    return kind(**values)


def _nearest(key: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else "Known here: " + ", ".join(sorted(known))


def _default(spec: Any) -> Any:
    if spec.default is not MISSING:
        return spec.default
    return spec.default_factory() if spec.default_factory is not MISSING else ""


def _convert(key: str, value: Any, default: Any, where: str) -> Any:
    """`value`, if it fits the type of `default` (an int is taken where a float is expected)."""
    if isinstance(default, tuple):
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return tuple(value)
        raise ConfigError(f"'{key}' must be a list of texts", where=where)
    if default is None or isinstance(default, float):
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
            return value
        raise ConfigError(f"'{key}' must be a number", where=where)
    if type(value) is not type(default):
        names = {bool: "true or false", int: "a whole number", str: "a text in quotes"}
        raise ConfigError(f"'{key}' must be {names.get(type(default), 'other')}", where=where)
    return value


def line_of(text: str, key: str, section: str) -> int:
    """Return the line, from 1, on which `key` of `section` (or the section itself) is; 1 if not found."""
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[++([^\]]+)\]", line)
        if head:
            here = head[1].strip()
            if here == (f"{section}.{key}" if section else key):
                return number
        elif here == section and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return number
    return 1
