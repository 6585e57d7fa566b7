"""WARC files: written whole or not at all, read by ranges, recovered, verified.

The archive's truth. `WarcStore` writes exchanges; `read_captures`, `read_payload` and `read_raw` read them
back; the rest keeps the files right. Nothing here uses articles, stories or the index.
Tested in tests/warc/.
"""

from __future__ import annotations

from newsarchive.warc.backup import BackupReport, backup, is_backup_whole
from newsarchive.warc.capture_reader import (
    Payload,
    known_captures,
    read_captures,
    read_payload,
    read_raw,
    read_source_texts,
)
from newsarchive.warc.cdxj import cdxj_line, write_cdxj
from newsarchive.warc.copying import ExchangeWriter, StoredExchange, find_exchange
from newsarchive.warc.crosscheck import Indexing, VerifyFinding
from newsarchive.warc.files import Commit, WarcFile, list_files, read_commits
from newsarchive.warc.importer import ImportedFile, import_file
from newsarchive.warc.purge import PurgeReport, purge, undo_purge
from newsarchive.warc.recover import Recovered, recover, seal_left_behind, seal_parked
from newsarchive.warc.sorted_lines import SortedLines
from newsarchive.warc.store import WarcStore
from newsarchive.warc.tombstone import Purge, keys_of, purges_in_force, read_purges, refused_keys
from newsarchive.warc.uploading import UploadReport, adopt, upload
from newsarchive.warc.verify import VerifyReport, verify
from newsarchive.warc.writer import WriterPool

__all__ = [
    "BackupReport",
    "Commit",
    "ExchangeWriter",
    "ImportedFile",
    "Indexing",
    "Payload",
    "Purge",
    "PurgeReport",
    "Recovered",
    "SortedLines",
    "StoredExchange",
    "UploadReport",
    "VerifyFinding",
    "VerifyReport",
    "WarcFile",
    "WarcStore",
    "WriterPool",
    "adopt",
    "backup",
    "cdxj_line",
    "find_exchange",
    "import_file",
    "is_backup_whole",
    "keys_of",
    "known_captures",
    "list_files",
    "purge",
    "purges_in_force",
    "read_captures",
    "read_commits",
    "read_payload",
    "read_purges",
    "read_raw",
    "read_source_texts",
    "recover",
    "refused_keys",
    "seal_left_behind",
    "seal_parked",
    "undo_purge",
    "upload",
    "verify",
    "write_cdxj",
]
