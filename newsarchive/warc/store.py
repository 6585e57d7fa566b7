"""Write exchanges into WARC files: whole or not at all, and durable before anything else reads them.

One `WarcStore` serves one crawl. `commit` appends all records of an exchange; on any error it cuts the
file back to where the exchange began. `sync` makes what was committed durable and records it in
`commits.jsonl`. It never appends to a file of another process, never writes a HEAD or a secret, and never
goes on after a failed write. Tested in tests/warc/test_store.py, test_crash.py, test_full_disk.py.
"""

from __future__ import annotations

import platform
import threading
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from newsarchive.errors import ArchiveNotWritableError
from newsarchive.locks import warc_lock
from newsarchive.model import Capture, Exchange, RecordLocation, RecordRef
from newsarchive.times import Clock, iso
from newsarchive.version import __version__
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import capture_of, reference
from newsarchive.warc.capture_reader import read_head
from newsarchive.warc.exchange import PreparedRecords, prepare, prepare_rendered, source_record
from newsarchive.warc.files import CRAWL_FIELD, Commit, check_room, not_writable
from newsarchive.warc.http_message import HttpHead
from newsarchive.warc.record import warc_fields
from newsarchive.warc.recover import Recovered, recover_files
from newsarchive.warc.writer import WarcWriter, WriterPool, seal

MIN_FREE = 64 * 1024 * 1024  # bytes that must be free before a crawl begins
REMEMBER = 20_000  # URLs whose last full capture a store keeps in mind


class WarcStore:
    """The writing end of an archive's WARC files, for one crawl and one process.

    Opening it takes `warc.lock`, checks that the archive can be written, and repairs what a crash
    left (reported in `recovered`). Use it as a context manager. Threads may share it.

    Args:
        root: The archive folder; it must exist.
        crawl_id: Names the crawl; its commits go to `crawls/ID/commits.jsonl`.
        max_size: Bytes at which a file is closed and the next begun.
        info: Further lines for each file's warcinfo record.
        clock: Gives the time for file names and warcinfo.
        compression: zlib level, 1 to 9.
        prefix: How file names begin, `[a-z0-9-]{1,40}`.
        min_free: Bytes that must be free on the disk.
        wait: Seconds to wait for the lock.
        pool: Keeps this process's files open between crawls: they go on from crawl to crawl until they
            are full or the day (UTC) is over. None = each crawl has files of its own.

    Raises:
        ArchiveLockedError: another process writes.
        ArchiveNotWritableError: read-only, gone or too full.
    """

    def __init__(
        self,
        root: Path,
        *,
        crawl_id: str,
        max_size: int = 1_000_000_000,
        info: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        compression: int = 6,
        prefix: str = "news",
        min_free: int = MIN_FREE,
        wait: float = 0.0,
        pool: WriterPool | None = None,
    ) -> None:
        self._root = Path(root)
        self._crawl_id = crawl_id
        files.commits_path(self._root, crawl_id)  # refuses an id that is none
        self._max_size = max_size
        self._info = dict(info or {})
        self._clock = clock if clock is not None else Clock()
        self._level = compression
        self._prefix = prefix
        self._serial = 0
        self._pool = pool
        self._writers: dict[bool, WarcWriter] = {}  # is_checks -> writer
        self._waiting: list[tuple[Commit, Capture | None, WarcWriter]] = []
        self._sources: dict[str, str] = {}
        self._known: dict[str, RecordRef] = {}
        self._broken: ArchiveNotWritableError | None = None
        self._mutex = threading.RLock()
        if not self._root.is_dir():
            raise ArchiveNotWritableError(
                "no such archive folder", where=str(root), next_step="Run `newsarchive init`"
            )
        self._lock = warc_lock(self._root, wait=wait)
        try:
            check_room(files.warc_folder(self._root), min_free)
            self._writers = pool.take(self._root, compression) if pool is not None else {}
            own = {writer.path for writer in self._writers.values()}
            self.recovered: tuple[Recovered, ...] = recover_files(self._root, but=own)
            self._seal_what_is_over()
        except OSError as error:
            self._abandon()
            raise not_writable(error, self._root) from error
        except BaseException:
            self._abandon()
            raise

    def __enter__(self) -> WarcStore:
        return self

    def __exit__(self, kind: type[BaseException] | None, *exc: object) -> None:
        try:
            self.close()
        except ArchiveNotWritableError:
            if kind is None:
                raise

    # ------------------------------------------------------------ writing

    def commit(self, exchange: Exchange) -> Capture:
        """Append all records of one exchange, or none of them.

        Returns:
            The capture, as reading it back will give it. It is durable only once `sync` returned it.

        Raises:
            ArchiveNotWritableError: the disk is full or gone; the file was cut back, and the store
                takes nothing more.
        """
        with self._mutex:
            self._check()
            try:
                prepared = prepare(exchange, self._known.get, self._head_of)
            except OSError as error:  # the answer's temporary file can't be read back
                raise self._fail(error, Path(f"answer of {exchange.url}")) from error
            capture = self._append(prepared)
            if (known := reference(capture)) is not None:
                self._remember(known)
            return capture

    def add_rendered(self, capture: Capture, html: bytes) -> Capture:
        """Append what a browser made of a page, beside the page as it came.

        Returns:
            A capture of kind "rendered" that refers to `capture`; durable once `sync` returned it.

        Raises:
            ArchiveNotWritableError: as `commit`.
        """
        with self._mutex:
            self._check()
            return self._append(prepare_rendered(capture, html, iso(self._clock.now())))

    def sync(self) -> list[Capture]:
        """Make all that was committed durable, then record it in `commits.jsonl`.

        Returns:
            The captures that became durable with this call, in order.

        Raises:
            ArchiveNotWritableError: the disk refused; the captures since the last sync are not safe.
        """
        with self._mutex:
            self._check()
            if not self._waiting:
                return []
            path = self._root
            try:
                for writer in self._writers.values():
                    path = writer.path
                    writer.sync()
                for crawl_id, commits in self._by_crawl():
                    path = files.commits_path(self._root, crawl_id)
                    files.append_lines(path, files.commit_lines(_joined(commits)))
            except OSError as error:
                raise self._fail(error, path) from error
            done = [capture for _, capture, _ in self._waiting if capture is not None]
            self._waiting.clear()
            return done

    def add_source(self, name: str, toml_text: str) -> None:
        """Write the text of a source file into each WARC file of this crawl that holds captures."""
        with self._mutex:
            self._check()
            if self._sources.get(name) == toml_text:
                return
            self._sources[name] = toml_text
            for writer in self._writers.values():
                self._write_source(writer, name)

    def close(self) -> None:
        """Sync, seal all files (fsync, rename, MANIFEST) or leave them open in the pool, and free the lock.

        A second call does nothing.

        Raises:
            ArchiveNotWritableError: a file couldn't be sealed; the next start will.
        """
        with self._mutex:
            try:
                if self._broken is None:
                    self.sync()
                    if self._pool is not None:
                        self._pool.put(self._root, self._writers)
                        self._writers.clear()
                for is_checks in list(self._writers):
                    self._seal(is_checks)
            finally:
                self._abandon()
                if self._broken is None:
                    self._broken = ArchiveNotWritableError("the WARC store is closed", where=str(self._root))

    # ------------------------------------------------------------ inside

    def _abandon(self) -> None:
        for writer in self._writers.values():
            writer.abandon()
        self._writers.clear()
        self._lock.close()

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _fail(self, error: OSError, path: Path, need: int = 0) -> ArchiveNotWritableError:
        self._broken = not_writable(error, path, need)
        return self._broken

    def _writer(self, is_checks: bool) -> WarcWriter:
        writer = self._writers.get(is_checks)
        if writer is not None and writer.size >= self._max_size:
            self._seal(is_checks)
            writer = None
        if writer is None:
            writer = self._open(is_checks)
        return writer

    def _open(self, is_checks: bool) -> WarcWriter:
        self._serial += 1
        now = self._clock.now()
        prefix = f"{self._prefix}-checks" if is_checks else self._prefix
        name = files.new_name(prefix, now, self._serial)
        folder = files.warc_folder(self._root)
        try:
            writer = WarcWriter(folder, name, self._level, crawl_id=self._crawl_id)
            writer.write_info(self._info_block(), iso(now))
            writer.about, writer.day = self._about(), now.date()
        except OSError as error:
            raise self._fail(error, folder / name) from error
        self._writers[is_checks] = writer
        self._wait_for(writer, 0, None)
        for source in self._sources:
            self._write_source(writer, source)
        return writer

    def _info_block(self) -> bytes:
        return warc_fields({"isPartOf": self._crawl_id, CRAWL_FIELD: self._crawl_id}.items()) + self._about()

    def _about(self) -> bytes:
        """What a warcinfo says beside the crawl that began its file: equal for all that share the file."""
        own = {
            "software": f"newsarchive/{__version__} (Python {platform.python_version()}, zlib {zlib.ZLIB_RUNTIME_VERSION})",
            "format": "WARC File Format 1.1",
            "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "newsarchive-redaction": "values of Cookie, Authorization and Proxy-Authorization in requests",
        }
        return warc_fields((own | {k: v for k, v in self._info.items() if k not in own}).items())

    def _seal_what_is_over(self) -> None:
        """Seals the pool's files that are full, of another day, or made in another way."""
        about, today = self._about(), self._clock.now().date()
        for is_checks, writer in list(self._writers.items()):
            if writer.about != about or writer.day != today or writer.size >= self._max_size:
                self._seal(is_checks)

    def _by_crawl(self) -> Iterator[tuple[str, list[Commit]]]:
        """Yields crawl ids and their commits: the crawl that began a file gets all that is in the file."""
        began = sorted({writer.crawl_id for _, _, writer in self._waiting} - {self._crawl_id})
        for crawl_id in began:
            yield crawl_id, [c for c, _, writer in self._waiting if writer.crawl_id == crawl_id]
        yield self._crawl_id, [c for c, _, _ in self._waiting]

    def _write_source(self, writer: WarcWriter, name: str) -> None:
        if writer.sources.get(name) == self._sources[name]:
            return
        start = writer.size
        record = source_record(name, self._sources[name], iso(self._clock.now()))
        try:
            writer.write([(record.head(writer.info_id), record.block)])
        except OSError as error:
            raise self._fail(error, writer.path, record.block.length) from error
        writer.sources[name] = self._sources[name]
        self._wait_for(writer, start, None)

    def _head_of(self, ref: RecordRef) -> HttpHead | None:
        return read_head(self._root, ref)

    def _append(self, prepared: PreparedRecords) -> Capture:
        writer = self._writer(prepared.is_check)
        start = writer.size
        try:
            spans = writer.write(prepared.records(writer.info_id))
        except OSError as error:
            raise self._fail(error, writer.path, prepared.size) from error
        offset, length = spans[prepared.named]
        place = RecordLocation(filename=writer.name, offset=offset, length=length)
        capture = capture_of(place, prepared.head, prepared.http, prepared.facts)
        self._wait_for(writer, start, capture)
        return capture

    def _wait_for(self, writer: WarcWriter, start: int, capture: Capture | None) -> None:
        ids = (capture.warc_record_id,) if capture else ()
        self._waiting.append((Commit(writer.name, start, writer.size - start, ids), capture, writer))

    def _remember(self, known: RecordRef) -> None:
        self._known.pop(known.url, None)
        self._known[known.url] = known
        if len(self._known) > REMEMBER:
            del self._known[next(iter(self._known))]

    def _seal(self, is_checks: bool) -> None:
        writer = self._writers[is_checks]
        try:
            seal(self._root, writer)
        except OSError as error:
            raise self._fail(error, writer.path) from error
        del self._writers[is_checks]


def _joined(commits: list[Commit]) -> list[Commit]:
    """One commit for each file; what was written to a file since the last sync is one range."""
    joined: dict[str, Commit] = {}
    for commit in commits:
        before = joined.get(commit.filename)
        if before is not None:
            length, ids = before.length + commit.length, before.record_ids + commit.record_ids
            commit = Commit(commit.filename, before.offset, length, ids)
        joined[commit.filename] = commit
    return list(joined.values())
