"""Writes exchanges into WARC files: whole or not at all, and durable before anybody hears of it.

One `WarcStore` is one crawl's pen. `commit` appends all records of an exchange; on any error it cuts the
file back to where the exchange began. `sync` makes what was committed durable and tells it in
`commits.jsonl`. It never appends to a file of another process, never writes a HEAD or a secret, and never
goes on after a failed write. Tested in tests/warc/test_store.py, test_crash.py, test_full_disk.py.
"""

from __future__ import annotations

import platform
import threading
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from newsarchive import __version__
from newsarchive.errors import ArchiveNotWritableError
from newsarchive.locks import warc_lock
from newsarchive.model import Capture, Exchange, RecordRef
from newsarchive.times import Clock, iso
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import RecordLocation, capture_of, reference
from newsarchive.warc.exchange import PreparedRecords, prepare, prepare_rendered, source_record
from newsarchive.warc.files import CRAWL_FIELD, Commit
from newsarchive.warc.free_space import check_room, not_writable
from newsarchive.warc.record import warc_fields
from newsarchive.warc.recover import Recovered, recover_files
from newsarchive.warc.writer import WarcWriter
from newsarchive.warc.writer_pool import WriterPool, seal

MIN_FREE = 64 * 1024 * 1024  # bytes that must be free before a crawl begins
REMEMBER = 20_000  # URLs whose last full capture a store keeps in mind


class WarcStore:
    """The writing end of an archive's WARC files, for one crawl and one process.

    Opening it takes `warc.lock`, checks that the archive can be written, and repairs what a crash
    left (told in `recovered`). Use it as a context manager. Threads may share it.

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
        rack: Where this process keeps its pens between crawls: files go on from crawl to crawl until they
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
        rack: WriterPool | None = None,
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
        self._rack = rack
        self._pens: dict[bool, WarcWriter] = {}  # is_checks -> pen
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
            check_room(self._root, min_free)
            self._pens = rack.take(self._root) if rack is not None else {}
            own = {pen.path for pen in self._pens.values()}
            self.recovered: tuple[Recovered, ...] = recover_files(self._root, but=own)
            self._seal_what_is_over()
        except OSError as error:
            self._let_go()
            raise not_writable(error, self._root) from error
        except BaseException:
            self._let_go()
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
        """Appends all records of one exchange, or none of them.

        Returns:
            The capture, as reading it back will give it. It is durable only once `sync` returned it.

        Raises:
            ArchiveNotWritableError: the disk is full or gone; the file was cut back, and the store
                takes nothing more.
        """
        with self._mutex:
            self._check()
            try:
                prepared = prepare(exchange, self._known.get)
            except OSError as error:  # the answer's temporary file can't be read back
                raise self._fail(error, Path(f"answer of {exchange.url}")) from error
            capture = self._append(prepared)
            if (known := reference(capture)) is not None:
                self._remember(known)
            return capture

    def add_rendered(self, capture: Capture, html: bytes) -> Capture:
        """Appends what a browser made of a page, beside the page as it came.

        Returns:
            A capture of kind "rendered" that refers to `capture`; durable once `sync` returned it.

        Raises:
            ArchiveNotWritableError: as `commit`.
        """
        with self._mutex:
            self._check()
            return self._append(prepare_rendered(capture, html, iso(self._clock.now())))

    def sync(self) -> list[Capture]:
        """Makes all that was committed durable, then tells it in `commits.jsonl`.

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
                for pen in self._pens.values():
                    path = pen.path
                    pen.sync()
                for crawl_id, commits in self._by_crawl():
                    path = files.commits_path(self._root, crawl_id)
                    files.append_lines(path, files.commit_lines(_joined(commits)))
            except OSError as error:
                raise self._fail(error, path) from error
            done = [capture for _, capture, _ in self._waiting if capture is not None]
            self._waiting.clear()
            return done

    def add_source(self, name: str, toml_text: str) -> None:
        """Keeps the text of a source file in each WARC file of this crawl that holds captures."""
        with self._mutex:
            self._check()
            if self._sources.get(name) == toml_text:
                return
            self._sources[name] = toml_text
            for pen in self._pens.values():
                self._write_source(pen, name)

    def close(self) -> None:
        """Syncs, seals all files (fsync, rename, MANIFEST) or hands them to the rack, and frees the lock.

        A second call does nothing.

        Raises:
            ArchiveNotWritableError: a file couldn't be sealed; the next start will.
        """
        with self._mutex:
            try:
                if self._broken is None:
                    self.sync()
                    if self._rack is not None:
                        self._rack.put(self._root, self._pens)
                        self._pens.clear()
                for is_checks in list(self._pens):
                    self._seal(is_checks)
            finally:
                self._let_go()
                if self._broken is None:
                    self._broken = ArchiveNotWritableError("the WARC store is closed", where=str(self._root))

    # ------------------------------------------------------------ inside

    def _let_go(self) -> None:
        for pen in self._pens.values():
            pen.abandon()
        self._pens.clear()
        self._lock.close()

    def _check(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _fail(self, error: OSError, path: Path, need: int = 0) -> ArchiveNotWritableError:
        self._broken = not_writable(error, path, need)
        return self._broken

    def _pen(self, is_checks: bool) -> WarcWriter:
        pen = self._pens.get(is_checks)
        if pen is not None and pen.size >= self._max_size:
            self._seal(is_checks)
            pen = None
        if pen is None:
            pen = self._open(is_checks)
        return pen

    def _open(self, is_checks: bool) -> WarcWriter:
        self._serial += 1
        now = self._clock.now()
        prefix = f"{self._prefix}-checks" if is_checks else self._prefix
        name = files.new_name(prefix, now, self._serial)
        folder = files.warc_folder(self._root)
        try:
            pen = WarcWriter(folder, name, self._level, crawl_id=self._crawl_id)
            pen.write_info(self._info_block(), iso(now))
            pen.about, pen.day = self._about(), now.date()
        except OSError as error:
            raise self._fail(error, folder / name) from error
        self._pens[is_checks] = pen
        self._wait_for(pen, 0, None)
        for source in self._sources:
            self._write_source(pen, source)
        return pen

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
        """Seals the files from the rack that are full, of another day, or made in another way."""
        about, today = self._about(), self._clock.now().date()
        for is_checks, pen in list(self._pens.items()):
            if pen.about != about or pen.day != today or pen.size >= self._max_size:
                self._seal(is_checks)

    def _by_crawl(self) -> Iterator[tuple[str, list[Commit]]]:
        """Crawls and what is to be told of them: that which began a file hears of all that is in it."""
        began = sorted({pen.crawl_id for _, _, pen in self._waiting} - {self._crawl_id})
        for crawl_id in began:
            yield crawl_id, [c for c, _, pen in self._waiting if pen.crawl_id == crawl_id]
        yield self._crawl_id, [c for c, _, _ in self._waiting]

    def _write_source(self, pen: WarcWriter, name: str) -> None:
        if pen.sources.get(name) == self._sources[name]:
            return
        start = pen.size
        record = source_record(name, self._sources[name], iso(self._clock.now()))
        try:
            pen.write([(record.head(pen.info_id), record.block)])
        except OSError as error:
            raise self._fail(error, pen.path, record.block.length) from error
        pen.sources[name] = self._sources[name]
        self._wait_for(pen, start, None)

    def _append(self, prepared: PreparedRecords) -> Capture:
        pen = self._pen(prepared.is_check)
        start = pen.size
        try:
            spans = pen.write(prepared.records(pen.info_id))
        except OSError as error:
            raise self._fail(error, pen.path, prepared.size) from error
        offset, length = spans[prepared.named]
        place = RecordLocation(filename=pen.name, offset=offset, length=length)
        capture = capture_of(place, prepared.head, prepared.http, prepared.facts)
        self._wait_for(pen, start, capture)
        return capture

    def _wait_for(self, pen: WarcWriter, start: int, capture: Capture | None) -> None:
        ids = (capture.warc_record_id,) if capture else ()
        self._waiting.append((Commit(pen.name, start, pen.size - start, ids), capture, pen))

    def _remember(self, known: RecordRef) -> None:
        self._known.pop(known.url, None)
        self._known[known.url] = known
        if len(self._known) > REMEMBER:
            del self._known[next(iter(self._known))]

    def _seal(self, is_checks: bool) -> None:
        pen = self._pens[is_checks]
        try:
            seal(self._root, pen)
        except OSError as error:
            raise self._fail(error, pen.path) from error
        del self._pens[is_checks]


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
