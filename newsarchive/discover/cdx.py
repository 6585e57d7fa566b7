"""Other people's archives as lists of URLs: Wayback's CDX server and Common Crawl's indexes.

Pure: makes request URLs and reads answers; the crawl fetches them. Speaks the two servers' public
protocols (pywb and OpenWayback CDX server APIs). Tested in tests/discover/test_cdx.py against a stand-in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from newsarchive.text import load_json

WAYBACK = "https://web.archive.org/cdx/search/cdx"
COMMON_CRAWL = "https://index.commoncrawl.org/collinfo.json"
PAGE = 5000  # rows of one Wayback answer
_FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")
_COLLECTION_YEAR = re.compile(r"CC-MAIN-(\d{4})-(\d{2})\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxRow:
    """One capture in another archive."""

    url: str
    captured_at: datetime
    mime: str = ""
    status: int | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxAnswer:
    """What a server answered. `resume_key` asks for the rest; `bad` counts lines that couldn't be read."""

    rows: tuple[CdxRow, ...] = ()
    resume_key: str = ""
    bad: int = 0
    message: str = ""  # what the server said instead of rows


def stamp(moment: datetime) -> str:
    """Return `20261124034800`: a moment as CDX writes it."""
    return moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")


def read_stamp(text: str) -> datetime:
    """Return the moment that a CDX timestamp of 4 to 14 digits names.

    Raises:
        ValueError: it isn't one.
    """
    if not re.fullmatch(r"\d{4,14}", text):
        raise ValueError(f"not a CDX timestamp: {text[:30]!r}")
    full = text + "00000101000000"[len(text) :]
    return datetime.strptime(full, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def wayback_url(
    domain: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    resume_key: str = "",
    endpoint: str = WAYBACK,
    limit: int = PAGE,
) -> str:
    """Return the request for the pages of a domain (subdomains too), each once, by its first capture in the time."""
    query: list[tuple[str, str]] = [
        ("url", domain),
        ("matchType", "domain"),
        ("output", "json"),
        ("fl", ",".join(_FIELDS)),
        ("filter", "statuscode:200"),
        ("filter", "mimetype:text/html"),
        ("collapse", "urlkey"),
        ("limit", str(limit)),
        ("showResumeKey", "true"),
    ]
    query += [("from", stamp(since))] if since else []
    query += [("to", stamp(until))] if until else []
    query += [("resumeKey", resume_key)] if resume_key else []
    return f"{endpoint}?{urlencode(query)}"


def read_wayback(body: bytes) -> CdxAnswer:
    """Return the rows of a Wayback answer: JSON (a list of lists, the first one the names), or plain CDX lines."""
    text = body.decode("utf-8", "replace").strip()
    if not text.startswith("["):
        return _read_plain(text)
    try:
        table = load_json(text)
    except ValueError:
        return _read_torn(text)
    return _of_table([row for row in table if isinstance(row, list)])


def _read_torn(text: str) -> CdxAnswer:
    """An answer that was cut: its whole lines."""
    table = []
    for line in text.removeprefix("[").splitlines():
        try:
            row = load_json(line.strip().rstrip(","))
        except ValueError:
            continue
        if isinstance(row, list):
            table.append(row)
    answer = _of_table(table)
    return CdxAnswer(rows=answer.rows, bad=answer.bad + 1, message="the answer was cut")


def _of_table(table: Sequence[Sequence[object]]) -> CdxAnswer:
    if not table:
        return CdxAnswer()
    names = [str(name) for name in table[0]]
    resume_key = ""
    rows, bad = [], 0
    body = list(table[1:])
    if len(body) >= 2 and not body[-2] and len(body[-1]) == 1:
        resume_key = str(body[-1][0])
        body = body[:-2]
    for row in body:
        made = _row(dict(zip(names, map(str, row), strict=False)))
        bad += made is None
        rows += [made] if made else []
    return CdxAnswer(rows=tuple(rows), resume_key=resume_key, bad=bad)


def _read_plain(text: str) -> CdxAnswer:
    """CDX lines: urlkey timestamp original mimetype statuscode digest length, or ours without the key."""
    rows, bad = [], 0
    lines = text.splitlines()
    for line in lines:
        parts = line.split()
        names = ("urlkey", *_FIELDS) if len(parts) == 7 else _FIELDS
        made = _row(dict(zip(names, parts, strict=False))) if len(parts) in (6, 7) else None
        bad += made is None and bool(parts)
        rows += [made] if made else []
    return CdxAnswer(rows=tuple(rows), bad=bad, message="" if rows or not lines else lines[0][:200])


def collections_in(
    body: bytes, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[str, ...]:
    """Return the addresses of Common Crawl's indexes whose crawls fall into the time, latest first.

    Raises:
        ValueError: `body` isn't collinfo.json.
    """
    table = load_json(body)
    if not isinstance(table, list):
        raise ValueError("collinfo.json is not a list")
    found = []
    for entry in table:
        api = entry.get("cdx-api") if isinstance(entry, dict) else None
        if isinstance(api, str) and _overlaps(entry, since, until):
            found.append(api)
    return tuple(found)


def _overlaps(entry: dict[str, object], since: datetime | None, until: datetime | None) -> bool:
    """A crawl in the time. A page may be found long after it came out, so later crawls count for `until` too."""
    ends = str(entry.get("to") or "")
    try:
        end = datetime.fromisoformat(ends).replace(tzinfo=UTC) if ends else _week(str(entry.get("id") or ""))
    except ValueError:
        end = _week(str(entry.get("id") or ""))
    if end is None or since is None:
        return True
    return end >= since and (until is None or (end - until).days < 400)


def _week(name: str) -> datetime | None:
    found = _COLLECTION_YEAR.match(name)
    try:
        return (
            datetime.fromisocalendar(int(found[1]), min(int(found[2]), 52), 7).replace(tzinfo=UTC)
            if found
            else None
        )
    except ValueError:
        return None


def common_crawl_url(
    api: str,
    domain: str,
    *,
    page: int | None = None,
) -> str:
    """Return the request for one page of a domain's rows in one index; without `page`, for the number of pages."""
    query = [
        ("url", domain),
        ("matchType", "domain"),
        ("output", "json"),
        ("filter", "=status:200"),
        ("filter", "=mime:text/html"),
    ]
    query.append(("showNumPages", "true") if page is None else ("page", str(page)))
    return f"{api}?{urlencode(query)}"


def page_count(body: bytes) -> int:
    """Return the number of pages that an index says it has for a query; 0 where it has none or says nonsense."""
    try:
        table = load_json(body)
    except ValueError:
        return 0
    pages = table.get("pages") if isinstance(table, dict) else table
    return pages if isinstance(pages, int) and not isinstance(pages, bool) and pages > 0 else 0


def read_common_crawl(body: bytes) -> CdxAnswer:
    """Return the rows of a Common Crawl answer: a JSON object a line."""
    rows, bad, message = [], 0, ""
    for line in body.decode("utf-8", "replace").splitlines():
        try:
            table = load_json(line)
        except ValueError:
            bad += bool(line.strip())
            continue
        if isinstance(table, dict) and "message" in table:
            message = str(table["message"])
            continue
        made = _row({k: str(v) for k, v in table.items()}) if isinstance(table, dict) else None
        bad += made is None
        rows += [made] if made else []
    return CdxAnswer(rows=tuple(rows), bad=bad, message=message)


def _row(values: dict[str, str]) -> CdxRow | None:
    url = values.get("original") or values.get("url") or ""
    if not url.lower().startswith(("http://", "https://")):
        return None
    try:
        captured_at = read_stamp(values.get("timestamp", ""))
    except ValueError:
        return None
    return CdxRow(
        url=url,
        captured_at=captured_at,
        mime=values.get("mimetype") or values.get("mime") or "",
        status=_number(values.get("statuscode") or values.get("status")),
        digest=values.get("digest", ""),
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,18}", text) else None


def earliest(rows: Iterable[CdxRow]) -> dict[str, CdxRow]:
    """Return the earliest row of each URL, in the order in which URLs first occur."""
    found: dict[str, CdxRow] = {}
    for row in rows:
        known = found.get(row.url)
        if known is None or row.captured_at < known.captured_at:
            found[row.url] = row
    return found
