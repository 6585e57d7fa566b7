"""Signatures by SSH keys and time stamps (RFC 3161): of a small file, and of MANIFEST.

    ROOT/signatures/20261128T071500Z.manifest   what was signed: MANIFEST as it was then
    ROOT/signatures/20261128T071500Z.manifest.sig   .tsr

`ssh-keygen -Y` signs and checks, `openssl ts` makes the query for a time stamp: there is no cryptography of our own here.
What is signed is a list of the SHA-256 of closed WARC files, so that files that come later need a signature of their own.
Tested in tests/warc/test_signing.py.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsarchive.errors import NewsarchiveError, NothingFoundError, UsageError
from newsarchive.warc import files
from newsarchive.warc.tombstone import read_purges

NAMESPACE = "newsarchive"  # of the signatures: none made for another purpose is taken
FOLDER = "signatures"
_PUBLIC_KEY = re.compile(r"(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\S+ \S+")
_TIMEOUT = 60  # seconds for a key's agent or a server of time stamps
_LARGEST_REPLY = 100_000  # bytes of a time stamp


class SignatureError(NewsarchiveError):
    """What is signed was changed, or somebody else signed it. The archive itself may be whole."""

    exit_code = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedManifest:
    """A signature of MANIFEST. Paths are in the archive's folder."""

    signed: Path
    signature: Path
    files: int
    time_stamp: Path | None = None


def sign(data: bytes, key: Path) -> str:
    """Return the armoured signature of `data` by an SSH key: a private key's file, or a public one whose key an agent holds.

    Raises:
        UsageError: the key can't be used.
    """
    with tempfile.TemporaryDirectory() as folder:
        signed = Path(folder) / "signed"
        signed.write_bytes(data)
        done = _run(["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(signed)])
        if done.returncode:
            raise UsageError(
                f"the key can't sign: {_last_line(done)}",
                where=str(key),
                next_step="Make one: ssh-keygen -t ed25519 -f archive-key",
            )
        return Path(f"{signed}.sig").read_text(encoding="ascii")


def check(data: bytes, signature: str, signers: Path) -> str:
    """Check a signature and return the name of the one who made it, as `signers` calls them.

    Args:
        signers: A public key (`key.pub`), or a file of allowed signers (ssh-keygen(1)).

    Raises:
        SignatureError: another text was signed, or with another key.
        UsageError: `signers` can't be read.
    """
    with tempfile.TemporaryDirectory() as folder, _allowed(signers) as allowed:
        path = Path(folder) / "signature"
        path.write_text(signature)
        words = ["-n", NAMESPACE, "-s", str(path)]
        if _run(["ssh-keygen", "-Y", "check-novalidate", *words], data).returncode:
            raise SignatureError("it was changed after it was signed, or the signature was")
        found = _run(["ssh-keygen", "-Y", "find-principals", "-s", str(path), "-f", str(allowed)])
        names = found.stdout.decode("utf-8", "replace").splitlines() if not found.returncode else []
        for name in names:
            command = ["ssh-keygen", "-Y", "verify", "-f", str(allowed), "-I", name, *words]
            if not _run(command, data).returncode:
                return name
    raise SignatureError("it is signed with another key", where=str(signers))


@contextmanager
def _allowed(signers: Path) -> Iterator[Path]:
    """A file of allowed signers; of a public key one that allows it alone."""
    try:
        text = signers.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"no public key and no allowed signers: {error}", where=str(signers)) from error
    if not _PUBLIC_KEY.match(text):
        yield signers
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "allowed"
        path.write_text(f"{signers.stem} {' '.join(text.split()[:2])}\n")
        yield path


def _run(command: Sequence[str], data: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603 - public tools, no shell
            command, input=data, capture_output=True, timeout=_TIMEOUT, check=False
        )
    except FileNotFoundError as error:
        raise UsageError(
            f"{command[0]} isn't installed", next_step="Install OpenSSH (8.2 or later) and OpenSSL"
        ) from error
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"{command[0]} gave no answer within {_TIMEOUT} s") from error


def _last_line(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else f"{done.args[0]} ended with {done.returncode}"


# ---------------------------------------------------------------- time stamps


def time_stamp(data: bytes, url: str) -> bytes:
    """Return the reply (RFC 3161, DER) of a time stamp server to the SHA-256 of `data`; nothing else is sent.

    Raises:
        UsageError: the server can't be asked, or grants nothing.
    """
    if not url.lower().startswith(("http://", "https://")):
        raise UsageError("the time stamp server isn't http or https", where=url)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "signed"
        path.write_bytes(data)
        query = _run(["openssl", "ts", "-query", "-data", str(path), "-sha256", "-cert"])
        if query.returncode:
            raise UsageError(f"no query for a time stamp: {_last_line(query)}")
        request = urllib.request.Request(  # noqa: S310 - checked above
            url, data=query.stdout, headers={"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310 - as above
                reply: bytes = answer.read(_LARGEST_REPLY)
        except (OSError, ValueError) as error:
            raise UsageError(f"the time stamp server gave nothing: {error}", where=url) from error
        path.write_bytes(reply)
        said = _run(["openssl", "ts", "-reply", "-in", str(path), "-text"])
    if b"Status: Granted" not in said.stdout:
        raise UsageError("the time stamp server granted nothing", where=url)
    return reply


# ---------------------------------------------------------------- MANIFEST


def sign_manifest(root: Path, key: Path, *, now: datetime, timestamp_url: str = "") -> SignedManifest:
    """Sign MANIFEST as it is now, and have the signature stamped with the time if a server is named.

    Raises:
        NothingFoundError: the archive has no closed WARC file yet.
        UsageError: the key or the time stamp server can't be used.
    """
    stated = files.read_manifest(root)
    if not stated:
        raise NothingFoundError("no WARC file is closed yet", next_step="Crawl first")
    data = (root / files.MANIFEST).read_bytes()
    signature = sign(data, key)
    reply = time_stamp(signature.encode(), timestamp_url) if timestamp_url else b""
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    signed = folder / f"{now:%Y%m%dT%H%M%SZ}.manifest"
    files.replace_file(signed, data)
    files.replace_file(_beside(signed, ".sig"), signature.encode())
    if reply:
        files.replace_file(_beside(signed, ".tsr"), reply)
    return SignedManifest(
        signed=signed.relative_to(root),
        signature=_beside(signed, ".sig").relative_to(root),
        files=len(stated),
        time_stamp=_beside(signed, ".tsr").relative_to(root) if reply else None,
    )


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedFiles:
    """What the signatures of an archive say of its WARC files."""

    signed: Mapping[str, str]  # name -> who signed it
    unsigned: tuple[str, ...]  # closed since the last signature
    purged: tuple[str, ...]  # rewritten since by a purge that purged.jsonl names
    wrong: tuple[str, ...]  # why a signature doesn't hold, or a file isn't what was signed


def check_manifests(root: Path, signers: Path) -> SignedFiles:
    """Compare MANIFEST with every signed copy of it; whether the files are what MANIFEST says is `verify`'s to find.

    Raises:
        UsageError: `signers` can't be read.
    """
    now = files.read_manifest(root)
    purged = {purge.file: purge.sha256 for purge in read_purges(root) if not purge.undo}
    signed: dict[str, str] = {}
    wrong: list[str] = []
    rewritten: set[str] = set()
    for path in sorted((root / FOLDER).glob("*.manifest")):
        try:
            name = check(path.read_bytes(), _signature_of(path), signers)
        except SignatureError as error:
            wrong.append(f"{FOLDER}/{path.name}: {error.what}")
            continue
        for file, sha256 in files.parse_manifest(path.read_text(encoding="utf-8", errors="replace")).items():
            if now.get(file) == sha256:
                signed[file] = name
            elif _bare(file) in purged:
                rewritten.add(file)
            elif file not in now:
                wrong.append(f"{file}: {name} signed it, and it isn't in MANIFEST any more")
            else:
                wrong.append(f"{file}: it isn't the file that {name} signed")
    unsigned = tuple(file for file in now if file not in signed and file not in rewritten)
    return SignedFiles(
        signed=signed,
        unsigned=unsigned,
        purged=tuple(sorted(rewritten - signed.keys())),
        wrong=tuple(dict.fromkeys(wrong)),
    )


def _signature_of(path: Path) -> str:
    try:
        return _beside(path, ".sig").read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise SignatureError("its signature is missing") from error


def _bare(name: str) -> str:
    """A file of MANIFEST as purged.jsonl names it."""
    return name.removeprefix("warc/")
