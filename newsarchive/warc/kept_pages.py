"""Pages that another program kept without their HTTP answers, as the records of a WARC file that `import_file` takes.

A page's HTML becomes a `resource` record, text alone a `conversion`; a metadata record beside it says which program kept
it and what it is made of, so that nobody takes it for what the server sent. The same pages give the same bytes. Reads and
writes no archive. Tested in tests/warc/test_kept_pages.py.
"""

from __future__ import annotations

import gzip
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

from newsarchive.times import iso
from newsarchive.version import __version__
from newsarchive.warc.record import block_of, build_head, safe_url, warc_fields

LEVEL = 6
HTML = "text/html; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
FIELDS = "application/warc-fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as another program kept it. `made_of` says which file or row; `archived_at` is its address in a web archive."""

    url: str
    at: datetime
    body: bytes
    made_of: str
    archived_at: str = ""
    content_type: str = HTML

    @property
    def type(self) -> Literal["resource", "conversion"]:
        return "resource" if "html" in self.content_type else "conversion"


def write_pages(out: BinaryIO, pages: Iterable[KeptPage], program: str) -> int:
    """Write the pages to `out`, gzipped record by record behind a warcinfo; return how many there were.

    Args:
        program: Which kept them, as in "diffengine".
    """
    count = 0
    for page in pages:
        if not count:
            about = [("software", f"newsarchive/{__version__}"), ("format", "WARC File Format 1.1")]
            about.append(("description", f"pages that {program} kept, without their HTTP answers"))
            _write(out, "warcinfo", program, page.at, FIELDS, warc_fields(about))
        record_id = _write(out, page.type, page.url, page.at, page.content_type, page.body)
        facts = [("kept-by", program), ("made-of", page.made_of), ("archived-at", page.archived_at)]
        _write(out, "metadata", page.url, page.at, FIELDS, warc_fields(facts), record_id)
        count += 1
    return count


def _write(
    out: BinaryIO, kind: str, url: str, at: datetime, content_type: str, data: bytes, about: str = ""
) -> str:
    """Write one record and return its id, which its content decides."""
    block = block_of(data)
    name = f"{kind} {url} {iso(at)} {about} {hashlib.sha256(data).hexdigest()}"
    record_id = f"<{uuid.uuid5(uuid.NAMESPACE_URL, name).urn}>"
    is_page = kind in ("resource", "conversion")
    head = build_head(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", record_id),
            ("WARC-Date", iso(at)),
            ("WARC-Target-URI", None if kind == "warcinfo" else safe_url(url)),
            ("WARC-Refers-To", about or None),
            ("WARC-Block-Digest", block.digest),
            ("WARC-Payload-Digest", block.digest if is_page else None),
            ("Content-Type", content_type),
            ("Content-Length", str(len(data))),
        ]
    )
    out.write(gzip.compress(head + data + b"\r\n\r\n", LEVEL, mtime=0))
    return record_id
