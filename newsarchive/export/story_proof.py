"""The proof of one version of a story: a small text that names the WARC record by its digests, signed by an SSH key.

A third person checks it against the WARC file with public tools alone (docs/export.md has the recipe), or with
`check_proof`. It proves which bytes the archive holds and who says so; not that the newspaper served them.
Tested in tests/export/test_story_proof.py.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsarchive.errors import ArchiveDamagedError, NothingFoundError, UsageError
from newsarchive.export.exported import one_line
from newsarchive.index.rows import VersionRow
from newsarchive.warc.files import open_warc, read_manifest, sha256_of
from newsarchive.warc.record_reader import Damage
from newsarchive.warc.signing import SignatureError, check, sign
from newsarchive.warc.verify_records import walk

FORM = "newsarchive proof 1"
_SIGNATURE = "-----BEGIN SSH SIGNATURE-----"
_LINE = re.compile(r"([A-Za-z0-9-]+): (.*)")


def make_proof(root: Path, version: VersionRow, key: Path | None = None) -> str:
    """Return the proof of a version, signed if a key is given.

    Raises:
        NothingFoundError: its WARC file is still being written, so that no digest of it is known.
        ArchiveDamagedError: the record isn't where the index says.
        UsageError: the key can't sign.
    """
    name = version.warc_filename
    stated = read_manifest(root).get(f"warc/{name}")
    if stated is None:
        raise NothingFoundError(
            "the WARC file of this version is still being written",
            where=name,
            next_step="Try again when it is closed: after the day's last crawl, or after newsarchive verify --repair",
        )
    with open_warc(root, name, (version.warc_offset, version.warc_length)) as file:
        member = _member(file, version.warc_offset, version.warc_length)
        if _record_id(file, version.warc_offset) != version.warc_record_id:
            raise ArchiveDamagedError(
                "another record is in its place",
                where=f"{name}@{version.warc_offset}",
                next_step="Run newsarchive verify",
            )
    fields = {
        "URL": one_line(version.url),
        "Title": one_line(version.title),
        "Version": f"{version.version_no}",
        "Captured": version.first_seen_at,
        "WARC-File": name,
        "WARC-File-SHA-256": stated,
        "Record-ID": version.warc_record_id,
        "Record-Offset": f"{version.warc_offset}",
        "Record-Length": f"{version.warc_length}",
        "Record-SHA-256": hashlib.sha256(member).hexdigest(),
        "Payload-Digest": version.payload_digest,
    }
    statement = "".join([f"{FORM}\n", *(f"{name}: {value}\n" for name, value in fields.items())])
    return statement + (sign(statement.encode(), key) if key else "")


def _member(file: BinaryIO, offset: int, length: int) -> bytes:
    """The bytes of one gzip member, which is one record."""
    file.seek(offset)
    return file.read(length)


def _record_id(file: BinaryIO, offset: int) -> str:
    """The id of the record that begins at `offset`; empty if none can be read there."""
    file.seek(0, 2)
    try:
        found = next(iter(walk(file, offset, file.tell(), digests=False)), None)
    except Damage:
        return ""
    return found.head.record_id if found is not None else ""


# ---------------------------------------------------------------- checking


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProof:
    """A proof that holds.

    Attributes:
        fields: What it states.
        signer: Who signed it; empty if no signer was asked for.
        note: What else the reader should know; empty if there is nothing.
    """

    fields: dict[str, str]
    signer: str = ""
    note: str = ""


def check_proof(text: str, warc: Path, signers: Path | None = None) -> CheckedProof:
    """Check a proof against a WARC file.

    Args:
        signers: A public key, or a file of allowed signers; None = the signature isn't looked at.

    Raises:
        UsageError: this is no proof, or the file isn't there.
        SignatureError: it isn't signed, was changed since, or was signed with another key.
        ArchiveDamagedError: the record isn't the one that was proved.
    """
    statement, mark, rest = text.partition(_SIGNATURE)
    fields = _fields(statement)
    signer = ""
    if signers is not None:
        if not mark:
            raise SignatureError("the proof isn't signed")
        signer = check(statement.encode(), mark + rest, signers)
    try:
        with warc.open("rb") as file:
            note = _check_record(warc, file, fields)
    except OSError as error:
        raise UsageError(f"the WARC file can't be read: {error}", where=str(warc)) from error
    return CheckedProof(fields=fields, signer=signer, note=note)


def _fields(statement: str) -> dict[str, str]:
    first, *lines = statement.splitlines() or [""]
    found = {match[1]: match[2] for line in lines if (match := _LINE.fullmatch(line))}
    names = ("WARC-File-SHA-256", "Record-ID", "Record-Offset", "Record-Length", "Record-SHA-256")
    numbers = (found.get("Record-Offset", ""), found.get("Record-Length", ""))
    if (
        first != FORM
        or not all(map(found.get, names))
        or not all(n.isascii() and n.isdigit() for n in numbers)
    ):
        raise UsageError("this is no proof", next_step="newsarchive proof make URL makes one")
    return found


def _check_record(warc: Path, file: BinaryIO, fields: dict[str, str]) -> str:
    offset, length = int(fields["Record-Offset"]), int(fields["Record-Length"])
    where = f"{warc.name}@{offset}"
    if hashlib.sha256(_member(file, offset, length)).hexdigest() != fields["Record-SHA-256"]:
        found = _record_id(file, offset)
        if found and found != fields["Record-ID"]:
            raise ArchiveDamagedError(f"another record is in its place: {found}", where=where)
        raise ArchiveDamagedError("the record's bytes aren't those that were proved", where=where)
    if _record_id(file, offset) != fields["Record-ID"]:
        raise ArchiveDamagedError("the record has another id than the proof says", where=where)
    if sha256_of(warc) != fields["WARC-File-SHA-256"]:
        return "the record is the one that was proved; other parts of the WARC file have changed since (a purge does so)"
    return ""
