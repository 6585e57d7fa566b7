"""What `verify` finds: one thing that is wrong, and what a file holds that others are compared with.

Only values; they travel between processes. Tested in tests/warc/test_verify.py.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Literal

from newsarchive.warc.files import WarcFile

FindingKind = Literal[
    "torn",  # a file ends within a member or an exchange, or was left open
    "bad-digest",  # bytes are not those that were written
    "garbage",  # bytes that are no gzip member
    "framing",  # a member that isn't one whole WARC record
    "missing-file",
    "missing-row",  # a capture that the index doesn't know
    "missing-record",  # a row, revisit or concurrent-to that points to nothing
    "manifest",
]
MOST = 200  # findings told of one file


@dataclass(frozen=True, slots=True)
class VerifyFinding:
    """One thing that is wrong. `offset` in bytes, None if it concerns the file."""

    kind: FindingKind
    file: str  # relative to warc/, or MANIFEST
    offset: int | None
    text: str

    def to_text(self) -> str:
        """One line for people."""
        place = self.file if self.offset is None else f"{self.file}@{self.offset}"
        return f"{self.kind}: {place}: {self.text}"


@dataclass(slots=True)
class FileResult:
    """What a worker found in one file. Ids are 16 bytes each, one behind the other."""

    file: WarcFile
    sha256: str = ""
    records: int = 0
    findings: list[VerifyFinding] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("Q"))  # of captures, ascending
    ids: bytearray = field(default_factory=bytearray)  # of captures
    responses: bytearray = field(default_factory=bytearray)  # ids
    revisits: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    targets: bytearray = field(default_factory=bytearray)  # ids that these revisits refer to
    renderings: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    rendered: bytearray = field(default_factory=bytearray)  # ids of the captures that were rendered
    seen: bytearray = field(default_factory=bytearray)  # captures that have a row

    def tell(self, kind: FindingKind, offset: int | None, text: str) -> None:
        if len(self.findings) < MOST:
            self.findings.append(VerifyFinding(kind, self.file.filename, offset, text))
