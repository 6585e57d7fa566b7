"""From an exchange to the facts of its metadata record, and from records back to a `Capture`.

The writer makes its answer with the same `capture_of` that reads it back, so the capture returned at
once and one read years later are equal. Pure. Tested in tests/warc/test_capture_metadata.py.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any, get_args

from newsarchive.model import (
    Candidate,
    Capture,
    CaptureKind,
    Exchange,
    Reason,
    RecordLocation,
    RecordRef,
    Truncated,
)
from newsarchive.plan import decode
from newsarchive.times import EPOCH
from newsarchive.warc.http_message import HttpHead
from newsarchive.warc.record import (
    NOT_MODIFIED,
    RecordHead,
    bare_id,
    clean,
    read_date,
    safe_url,
    without_userinfo,
)
from newsarchive.web.links import redirect_target

# Of a page that a browser rendered, with the page's URL behind it: under the bare one replay would show it.
RENDERED_URI = "urn:newsarchive:rendered:"
FORMAT = 1  # of the facts; written in each metadata record
MAX_ERROR = 4096  # characters of an error that are kept
MAX_HEADER = 4096  # characters of a header; a longer one counts as absent
MAX_NUMBER = 1 << 53  # sizes and counts; what is larger is none
_OPT_OUT = ("x-robots-tag", "tdm-reservation", "tdm-policy")


def facts_of(
    exchange: Exchange, kind: CaptureKind, *, payload_digest: str | None, payload_length: int | None
) -> dict[str, Any]:
    """Return what the metadata record says of an exchange, ready for JSON; values of None are dropped when written."""
    candidate = exchange.candidate
    return {
        "format": FORMAT,
        "crawl_id": exchange.crawl_id,
        "seq": exchange.seq,
        "source": exchange.source,
        "reason": exchange.reason,
        "outcome": kind,
        "error": exchange.error[:MAX_ERROR] if exchange.error else None,
        "truncated": exchange.truncated,
        "redirect_from": safe_url(exchange.redirect_from) if exchange.redirect_from else None,
        "continues": safe_url(exchange.continues) if exchange.continues else None,
        "payload_digest": payload_digest,
        "payload_length": payload_length,
        "seconds": round(exchange.seconds, 6) if exchange.seconds is not None else None,
        "port": exchange.port,
        "tls": dataclasses.asdict(exchange.tls) if exchange.tls else None,
        "candidate": _filled(dataclasses.asdict(candidate)) if candidate else None,
        "extra": dict(exchange.extra) or None,
    }


def rendered_facts(capture: Capture, payload_digest: str, payload_length: int) -> dict[str, Any]:
    """Return what the metadata record says of a page that a browser rendered."""
    return {
        "format": FORMAT,
        "crawl_id": capture.crawl_id,
        "seq": capture.seq,
        "source": capture.source,
        "reason": capture.reason,
        "outcome": "rendered",
        "status": capture.http_status,
        "redirect_from": capture.redirect_from,
        "continues": capture.continues,
        "payload_digest": payload_digest,
        "payload_length": payload_length,
        "refers_to_digest": capture.payload_digest,
        "candidate": _filled(dataclasses.asdict(capture.candidate)) if capture.candidate else None,
    }


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if v not in (None, "", (), [])}


def capture_of(
    place: RecordLocation,
    head: RecordHead,
    http: HttpHead | None,
    facts: dict[str, Any],
    digest: tuple[str, int] | None = None,
) -> Capture:
    """Return the capture that these records make.

    Args:
        place: Of the response or revisit, or of the metadata record if the fetch failed.
        head: Of the same record.
        http: The answer's head; None if nothing came.
        facts: Of the metadata record; empty for a file that others wrote.
        digest: Payload digest and length as computed while reading; the facts' own come first.
    """
    refers = refers_to(head)
    kind = _kind(head, http)
    url = page_url(head)
    if refers is not None and kind == "rendered":
        refers = dataclasses.replace(refers, payload_digest=_text(facts, "refers_to_digest") or "")
    location = http.get("location") if http else None
    length, seq = _number(facts, "payload_length"), _number(facts, "seq")
    return Capture(
        warc_filename=place.filename,
        warc_offset=place.offset,
        warc_length=place.length,
        warc_record_id=head.record_id,
        url=url,
        fetched_at=head.date or EPOCH,
        kind=kind,
        http_status=http.status if http else 200 if head.type == "resource" else _number(facts, "status"),
        content_type=header_value(http.get("content-type")) if http else _own_type(head),
        payload_digest=_text(facts, "payload_digest") or _known_digest(refers, digest),
        payload_length=length if length is not None else digest[1] if digest else None,
        etag=header_value(http.get("etag")) if http else None,
        last_modified=header_value(http.get("last-modified")) if http else None,
        location=redirect_location(url, location) if location else None,
        truncated=_truncated(head, facts),
        error=_text(facts, "error"),
        refers_to=refers,
        crawl_id=_text(facts, "crawl_id") or "",
        seq=seq if seq is not None else place.offset,
        source=_source(facts),
        reason=_reason(facts),
        candidate=_candidate(facts),
        redirect_from=_text(facts, "redirect_from"),
        continues=_text(facts, "continues"),
        robots_tag=_opt_outs(http) if http else None,
    )


def _text(facts: dict[str, Any], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) else None


def _number(facts: dict[str, Any], name: str) -> int | None:
    value = facts.get(name)
    return value if type(value) is int and 0 <= value < MAX_NUMBER else None


def _source(facts: dict[str, Any]) -> str:
    """The name of the source, if it can be one."""
    name = _text(facts, "source") or ""
    return name if _SOURCE.fullmatch(name) else ""


_SOURCE = re.compile(r"[a-z0-9-]{1,40}")


def header_value(value: str | None) -> str | None:
    """Return a header's value on one line, as it is kept and sent again; None if it is absent or beyond measure."""
    return clean(value) if value is not None and len(value) <= MAX_HEADER else None


def refers_to(head: RecordHead) -> RecordRef | None:
    """Return the capture that a revisit or a rendering points to; its record id is empty where the writer gave none."""
    if head.type not in ("revisit", "conversion"):
        return None
    record_id = bare_id(head.get("WARC-Refers-To") or "")
    url = bare_id(head.get("WARC-Refers-To-Target-URI") or "")
    date = read_date(head.get("WARC-Refers-To-Date"))
    if not record_id and not (url and date):
        return None
    return RecordRef(
        record_id=record_id,
        url=url or page_url(head),
        fetched_at=date or EPOCH,
        payload_digest=head.get("WARC-Payload-Digest") or "",
    )


def page_url(head: RecordHead) -> str:
    """Return the URL of the page that a record is about, without a password."""
    return without_userinfo(head.url.removeprefix(RENDERED_URI))


def _own_type(head: RecordHead) -> str | None:
    return head.get("Content-Type") if head.type in ("conversion", "resource") else None


def redirect_location(url: str, location: str) -> str:
    """Return the URL that `location` means in an answer from `url`; the header's text if it is no http(s) URL."""
    return redirect_target(url, location) or safe_url(location)


def _known_digest(refers: RecordRef | None, digest: tuple[str, int] | None) -> str | None:
    if refers is not None:
        return refers.payload_digest or None
    return digest[0] if digest else None


def _kind(head: RecordHead, http: HttpHead | None) -> CaptureKind:
    if head.type == "revisit":
        is_check = head.get("WARC-Profile") == NOT_MODIFIED or (http is not None and http.status == 304)
        return (
            "not-modified"
            if is_check or "not-modified" in (head.get("WARC-Profile") or "")
            else "same-payload"
        )
    if head.type == "conversion":
        return "rendered"
    return "response" if head.type in ("response", "resource") else "failed"


def _truncated(head: RecordHead, facts: dict[str, Any]) -> Truncated | None:
    value = head.get("WARC-Truncated") or _text(facts, "truncated")
    if not value:
        return None
    known: tuple[Truncated, ...] = get_args(Truncated)
    return next((name for name in known if name == value.lower()), "length")


def _reason(facts: dict[str, Any]) -> Reason:
    known: tuple[Reason, ...] = get_args(Reason)
    return next((name for name in known if name == facts.get("reason")), "import")


def _candidate(facts: dict[str, Any]) -> Candidate | None:
    try:
        found: Candidate | None = decode(Candidate | None, facts.get("candidate"))
    except (ValueError, TypeError):
        return None
    return found if found is not None and found.url else None


def _opt_outs(http: HttpHead) -> str | None:
    """X-Robots-Tag and its like, as `name: value; name: value`; None if the answer has none."""
    said = [f"{name}: {value}" for name in _OPT_OUT for value in http.get_all(name)]
    return header_value("; ".join(said) or None)


def reference(capture: Capture) -> RecordRef | None:
    """Return how a later revisit would name this capture; None unless it holds a whole payload of its own."""
    whole = capture.kind == "response" and not capture.truncated and capture.payload_digest
    if not whole or not capture.payload_length:
        return None
    return RecordRef(
        record_id=capture.warc_record_id,
        url=capture.url,
        fetched_at=capture.fetched_at,
        payload_digest=capture.payload_digest or "",
        place=RecordLocation(
            filename=capture.warc_filename, offset=capture.warc_offset, length=capture.warc_length
        ),
    )


def is_same(previous: RecordRef | None, url: str, digest: str) -> bool:
    """Return whether a revisit of `previous` may replace this payload: same URL and same digest."""
    return (
        previous is not None
        and previous.url == url
        and previous.payload_digest == digest
        and bool(previous.record_id)
    )
