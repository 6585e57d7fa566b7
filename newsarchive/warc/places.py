"""Where sealed WARC files may be beside the archive's own folder: another folder, or an object store.

A place takes a file once, under a name that nothing else has, and gives any range of it by one request. Small objects
are replaced by compare-and-swap. Credentials come from the environment alone (AWS_ACCESS_KEY_ID and the like). Whatever
the network or the store does is a `PlaceError`, an OSError: the machine's fault, never a page's. Nothing here knows of
archives or records. Tested in tests/warc/test_places.py.
"""

from __future__ import annotations

import errno
import hashlib
import mmap
import os
import re
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from newsarchive.errors import UsageError
from newsarchive.locks import LockFile

SHA256 = "sha256"  # the attribute of an object that holds the digest of its bytes, in hex
PIECE = 8 * 1024 * 1024  # bytes of a file that are held at once
RETRIES = 5
RETRY_SECONDS = 60  # in all
_SCHEME = re.compile(r"(s3|s3a|gs|az)://([^/@?#]+)(/[^@?#]*)?")


class PlaceError(OSError):
    """A place can't be reached, or refuses; the same may work later."""

    def __init__(self, what: str, where: str) -> None:
        super().__init__(errno.EIO, what, where)
        self._said = (what, where)

    def __reduce__(self) -> tuple[object, ...]:
        return (PlaceError, self._said)


class NameTakenError(PlaceError):
    """Other bytes have this name in the place."""

    def __reduce__(self) -> tuple[object, ...]:
        return (NameTakenError, self._said)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """A file in a place. `sha256` is what was given when it was put there; empty if nothing was."""

    size: int  # bytes
    sha256: str
    state: str = ""  # is another one whenever the file was replaced


class StoragePlace(ABC):
    """Holds files by name; names may have slashes in them."""

    url: str

    @abstractmethod
    def stored(self, name: str) -> StoredObject | None:
        """Return what the place says of a file; None if it isn't there."""

    @abstractmethod
    def read(self, name: str, start: int, end: int) -> bytes:
        """Return the bytes from `start` to before `end`, which lie in the file, by one request."""

    @abstractmethod
    def stream(self, name: str) -> Iterator[bytes]:
        """Yield all of a file, by one request."""

    @abstractmethod
    def put(self, name: str, path: Path, sha256: str, *, replaces: bool = False) -> None:
        """Store a file, whole or not at all; what has its name is replaced only if `replaces`.

        Raises:
            NameTakenError: the name is taken; the bytes may be the same.
        """

    @abstractmethod
    def load(self, name: str) -> tuple[bytes, str] | None:
        """Return a small object and the tag of its state; None if there is none."""

    @abstractmethod
    def swap(self, name: str, data: bytes, tag: str) -> str | None:
        """Replace a small object if its state is still that of `tag` (empty: there is none), in one step.

        Returns:
            The tag of the new state; None if another process was faster, and nothing was changed.
        """

    def sha256_of(self, name: str) -> str:
        """Return the digest of a file's bytes, in hex, by reading them."""
        digest = hashlib.sha256()
        for piece in self.stream(name):
            digest.update(piece)
        return digest.hexdigest()


@cache
def place_at(url: str) -> StoragePlace:
    """Return the place with this address, one for all who ask, as it keeps its connections: `s3://BUCKET/PREFIX` (also gs:, az:), or the absolute path of a folder.

    Raises:
        UsageError: it is no address of a place, holds a password, or the package for it isn't installed.
    """
    found = _SCHEME.fullmatch(url)
    if found:
        return ObjectPlace(url.rstrip("/"))
    path = Path(url.removeprefix("file://"))
    if "://" in str(path) or not path.is_absolute():
        raise UsageError(
            f"{url!r} is no place for WARC files",
            next_step="Give s3://BUCKET/PREFIX without a password, or the absolute path of a folder",
        )
    return FolderPlace(path)


def put_bytes(place: StoragePlace, name: str, data: bytes) -> None:
    """Store a small file, over what is there."""
    with tempfile.NamedTemporaryFile(prefix="newsarchive-") as file:
        file.write(data)
        file.flush()
        place.put(name, Path(file.name), hashlib.sha256(data).hexdigest(), replaces=True)


# ---------------------------------------------------------------- a folder


class FolderPlace(StoragePlace):
    """A folder: another disk, or one that several machines mount."""

    def __init__(self, folder: Path) -> None:
        self.url, self._folder = str(folder), folder

    def stored(self, name: str) -> StoredObject | None:
        """Return the size; a folder keeps no digest."""
        try:
            found = self._path(name).stat()
            return StoredObject(size=found.st_size, sha256="", state=str(found.st_mtime_ns))
        except FileNotFoundError:
            return None

    def read(self, name: str, start: int, end: int) -> bytes:
        with self._path(name).open("rb") as file:
            return os.pread(file.fileno(), end - start, start)

    def stream(self, name: str) -> Iterator[bytes]:
        with self._path(name).open("rb") as file:
            while piece := file.read(PIECE):
                yield piece

    def put(self, name: str, path: Path, sha256: str, *, replaces: bool = False) -> None:  # noqa: ARG002 - computed when asked for
        target = self._path(name)
        with _draft_of(target) as draft:
            with path.open("rb") as source, draft.open("wb") as out:
                while piece := source.read(PIECE):
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if replaces:
                draft.replace(target)
            else:
                try:
                    target.hardlink_to(draft)
                except FileExistsError:
                    raise NameTakenError("the name is taken", f"{self.url}/{name}") from None

    def load(self, name: str) -> tuple[bytes, str] | None:
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        return data, hashlib.sha256(data).hexdigest()

    def swap(self, name: str, data: bytes, tag: str) -> str | None:
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = LockFile(target.with_name(f".{target.name}.lock"), wait=RETRY_SECONDS)
        try:
            there = self.load(name)
            if (there[1] if there else "") != tag:
                return None
            with _draft_of(target) as draft:
                draft.write_bytes(data)
                draft.replace(target)
        finally:
            lock.close()
        return hashlib.sha256(data).hexdigest()

    def _path(self, name: str) -> Path:
        return self._folder / name


@contextmanager
def _draft_of(target: Path) -> Iterator[Path]:
    """A path beside `target` that nobody else has and that is gone afterwards."""
    draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
    draft.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield draft
    finally:
        draft.unlink(missing_ok=True)


# ---------------------------------------------------------------- an object store


class ObjectPlace(StoragePlace):
    """A bucket of an object store that knows conditional writes (S3 and its likes).

    Raises:
        UsageError: the package obstore isn't installed.
    """

    def __init__(self, url: str) -> None:
        self.url, self._store = url, _store_at(url)

    def stored(self, name: str) -> StoredObject | None:
        import obstore

        with suppress(FileNotFoundError), self._asked(name):
            found = obstore.get(self._store, name, options={"head": True})
            sha256, tag = str(found.attributes.get(SHA256, "")), str(found.meta["e_tag"])
            return StoredObject(size=found.meta["size"], sha256=sha256, state=tag)
        return None

    def read(self, name: str, start: int, end: int) -> bytes:
        import obstore

        with self._asked(name):
            return obstore.get_range(self._store, name, start=start, end=end).to_bytes()

    def stream(self, name: str) -> Iterator[bytes]:
        import obstore

        with self._asked(name):
            for piece in obstore.get(self._store, name).stream(min_chunk_size=PIECE):
                yield bytes(piece)

    def put(self, name: str, path: Path, sha256: str, *, replaces: bool = False) -> None:
        import obstore
        from obstore.exceptions import AlreadyExistsError

        with self._asked(name), path.open("rb") as file:
            data: Any = b""
            if path.stat().st_size:  # an empty file can't be mapped
                data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            try:
                obstore.put(
                    self._store,
                    name,
                    data,
                    mode="overwrite" if replaces else "create",
                    use_multipart=False,
                    attributes={SHA256: sha256},
                )
            except FileNotFoundError:
                raise PlaceError("no such bucket", self.url) from None
            except AlreadyExistsError:
                raise NameTakenError("the name is taken", f"{self.url}/{name}") from None

    def load(self, name: str) -> tuple[bytes, str] | None:
        import obstore

        with suppress(FileNotFoundError), self._asked(name):
            found = obstore.get(self._store, name)
            return found.bytes().to_bytes(), str(found.meta["e_tag"])
        return None

    def swap(self, name: str, data: bytes, tag: str) -> str | None:
        import obstore
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        with self._asked(name):
            try:
                done = obstore.put(
                    self._store, name, data, mode={"e_tag": tag} if tag else "create", use_multipart=False
                )
            except FileNotFoundError:
                raise PlaceError("no such bucket", self.url) from None
            except (AlreadyExistsError, PreconditionError):
                there = self.load(name)  # an answer may have got lost: then it is ours already
                return there[1] if there is not None and there[0] == data else None
            return str(done["e_tag"])

    @contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        """Turns what the store's client raises into errors of a place."""
        from obstore.exceptions import BaseError

        try:
            yield
        except BaseError as error:
            first = str(error).partition("\n")[0][:300]
            raise PlaceError(
                f"the object store refuses or can't be reached: {first}", f"{self.url}/{name}"
            ) from error


def _store_at(url: str) -> Any:
    try:
        from obstore.store import from_url
    except ImportError as error:
        raise UsageError(
            "obstore isn't installed", where=url, next_step="pip install 'newsarchive[s3]'"
        ) from error
    retries: Any = {"max_retries": RETRIES, "retry_timeout": timedelta(seconds=RETRY_SECONDS)}
    # S3 then refuses bytes that aren't those that were sent
    config: Any = {"checksum_algorithm": "SHA256"} if url.startswith("s3") else None
    return from_url(url, config=config, retry_config=retries)
