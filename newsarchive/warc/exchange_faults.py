"""Do the records of an exchange of ours fit each other, and their file?

Digests don't cover the heads of records, but the same is said in several of them. What is said once only
(a file's own name, who asked) MANIFEST alone holds. Pure. Tested in tests/warc/test_exchange_faults.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from newsarchive.warc.capture_metadata import page_url
from newsarchive.warc.record import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    NOT_MODIFIED,
    SAME_PAYLOAD,
    WARC_FIELDS,
    bare_id,
)
from newsarchive.warc.verify_records import Seen

Fault = tuple[int, str]  # offset, and a sentence
_ORDERS = frozenset(
    {
        ("warcinfo",),
        ("metadata",),
        ("request", "metadata"),
        ("conversion", "metadata"),
        *((main, *rest, "metadata") for main in ("response", "revisit") for rest in ((), ("request",))),
    }
)
_TYPES = {
    "response": HTTP_RESPONSE,
    "revisit": HTTP_RESPONSE,
    "request": HTTP_REQUEST,
    "metadata": WARC_FIELDS,
    "warcinfo": WARC_FIELDS,
}


def exchange_faults(exchange: Sequence[Seen], info_id: str) -> Iterator[Fault]:
    """Yield what doesn't fit.

    Args:
        exchange: All records up to the one that closes it.
        info_id: Of the warcinfo record with which the file begins.
    """
    first, last = exchange[0], exchange[-1]
    order = tuple(seen.head.type for seen in exchange)
    if order not in _ORDERS:
        yield first.offset, f"an exchange isn't made of {', '.join(order)}"
    addresses = {value for seen in exchange if (value := seen.head.get("WARC-IP-Address"))}
    if len(addresses) > 1:
        yield first.offset, f"an exchange with two addresses, {' and '.join(sorted(addresses))}"
    for seen in exchange:
        head = seen.head
        if (head.url, head.date) != (first.head.url, first.head.date):
            yield seen.offset, "URL or date are not those of its exchange"
        if (info := head.get("WARC-Warcinfo-ID")) and bare_id(info) != info_id:
            yield seen.offset, "WARC-Warcinfo-ID is not that of its file"
        if head.get("Content-Type") not in (None, _TYPES.get(head.type, head.get("Content-Type"))):
            yield seen.offset, f"a {head.type} of type {head.get('Content-Type')}"
    if first.head.type in ("revisit", "conversion"):
        yield from _reference_faults(first, last)


def _reference_faults(main: Seen, last: Seen) -> Iterator[Fault]:
    head, facts = main.head, last.facts or {}
    if head.type == "revisit" and head.get("WARC-Profile") not in (SAME_PAYLOAD, NOT_MODIFIED):
        yield main.offset, f"a revisit of profile {head.get('WARC-Profile')}"
    if bare_id(head.get("WARC-Refers-To-Target-URI") or "") not in ("", page_url(head)):
        yield main.offset, "WARC-Refers-To-Target-URI is not the record's own URL"
    stated, digest = facts.get("payload_digest"), head.get("WARC-Payload-Digest")
    if stated and digest and stated != digest:
        yield main.offset, f"payload digest is {digest}, its metadata record says {stated}"
