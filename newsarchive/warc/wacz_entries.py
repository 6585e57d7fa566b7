"""Which WARC files a WACZ holds and what it says of them, with limits on its directory, its entries and their sizes.

It writes nothing. Tested in tests/warc/test_import_limits.py.
"""

from __future__ import annotations

import io
import re
import zipfile

from newsarchive.text import load_json
from newsarchive.warc.unpacking import MOST_GROWTH, most_unpacked

MAX_DIRECTORY = 4 << 20  # bytes of a WACZ's directory: more than 30,000 entries
MAX_PACKAGE = 8 << 20  # bytes of a WACZ's datapackage.json that is read


class BoundedFile(io.FileIO):
    """A ZIP file of which no more than MAX_DIRECTORY bytes are read at once: zipfile holds all its directory in memory."""

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes.

        Raises:
            BadZipFile: that were more than MAX_DIRECTORY.
        """
        asked = MAX_DIRECTORY + 1 if size is None or size < 0 else min(size, MAX_DIRECTORY + 1)
        data = super().read(asked) or b""
        if len(data) > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"a directory of more than {MAX_DIRECTORY >> 20} MiB")
        return data


def warc_entries(archive: zipfile.ZipFile, size: int) -> list[zipfile.ZipInfo]:
    """Return the WARC files in a WACZ of that many bytes.

    zipfile unpacks no entry to more than its stated size, but one that is neither deflated nor stored all at once.

    Raises:
        BadZipFile: they overlap, unpack to more than a file may, or are packed otherwise.
    """
    found = [e for e in archive.infolist() if re.search(r"(?:^|/)archive/[^/]+\.w?arc(?:\.gz)?$", e.filename)]
    if sum(e.compress_size for e in found) > size:
        raise zipfile.BadZipFile("entries that overlap")
    if sum(e.file_size for e in found) > most_unpacked(size):
        raise zipfile.BadZipFile(f"it unpacks to more than {MOST_GROWTH} times its size")
    for entry in found:
        _check_packing(entry)
    return found


def _check_packing(entry: zipfile.ZipInfo) -> None:
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile(f"{entry.filename} is neither stored nor deflated")


def stated_digests(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return path -> SHA-256 in hex, as the WACZ's datapackage.json states them.

    Raises:
        BadZipFile: it is damaged, or packed otherwise than stored or deflated.
    """
    try:
        entry = archive.getinfo("datapackage.json")
        _check_packing(entry)
        if entry.file_size > MAX_PACKAGE:
            return {}
        package = load_json(archive.read(entry))
        rows = [(str(r["path"]), str(r["hash"])) for r in package["resources"]]
    except (KeyError, ValueError, TypeError):
        return {}
    return {path: text.removeprefix("sha256:") for path, text in rows if text.startswith("sha256:")}
