"""The archive as a git repository: a file a story, a commit a version, each at the time when it was first seen.

Writes a stream for `git fast-import`; git itself makes the repository. Tested in tests/export/test_git_export.py.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.export.citations import outlet
from newsarchive.export.exported import ExportedVersion, one_line
from newsarchive.export.story_files import story_path, to_markdown
from newsarchive.times import parse_iso

COMMITTER = "newsarchive <newsarchive@localhost>"
FAST = ("-c", "core.compression=1")  # a tenth larger than by git's default, in three quarters of the time
# glibc gives git's buffers back to the system after each object and takes them again, a third of fast-import's time.
KEPT_BUFFERS = {"MALLOC_TRIM_THRESHOLD_": "33554432", "MALLOC_MMAP_THRESHOLD_": "33554432"}
# git maps whole packs else, and keeps 96 MiB of what it has unpacked
SMALL = (
    *("-c", "core.packedGitWindowSize=1m", "-c", "core.packedGitLimit=32m"),
    *("-c", "core.deltaBaseCacheLimit=8m"),
)

_NAME = re.compile(r"[<>\n\x00]")  # what git refuses in a name


def fast_import(versions: Iterable[ExportedVersion]) -> Iterator[bytes]:
    """Yield the stream: `versions` must come in the order in which they were first seen."""
    yield b"feature done\nreset refs/heads/main\n"
    for exported in versions:
        yield _commit(exported)
    yield b"done\n"


def _commit(exported: ExportedVersion) -> bytes:
    version = exported.version
    when = f"{int(parse_iso(version.first_seen_at).timestamp())} +0000"
    author = _NAME.sub("", outlet(version)).strip() or "unknown"
    head = f"commit refs/heads/main\nauthor {author} <{version.source}@{exported.domain}> {when}\n"
    head += f"committer {COMMITTER} {when}\n"
    page = to_markdown(exported, with_record=False).encode()
    path = story_path(exported, ".md")
    return b"".join(
        [
            head.encode(),
            _data(_message(exported).encode()),
            f"M 100644 inline {path}\n".encode(),
            _data(page),
        ]
    )


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)


def _message(exported: ExportedVersion) -> str:
    version = exported.version
    what = version.change_kind or "first seen"
    marks = f"{what}, silent" if version.silent else what
    return "\n".join(
        [
            one_line(version.title) or one_line(version.url),
            "",
            f"Version {version.version_no} of {exported.n_versions}: {marks}",
            f"URL: {one_line(version.url)}",
            f"Captured: {version.first_seen_at}",
            f"WARC-Record-ID: {version.warc_record_id}",
            f"WARC-Payload-Digest: {version.payload_digest}",
        ]
    )


def write_repository(folder: Path, versions: Iterable[ExportedVersion]) -> int:
    """Make a git repository in `folder`, its files checked out; return the number of commits.

    Raises:
        UsageError: git isn't installed, or it refused the stream.
    """
    git = shutil.which("git")
    if git is None:
        raise UsageError(
            "git isn't installed", next_step="Install git, or write the stream to a file with -o FILE.fi"
        )
    subprocess.run([git, "init", "--quiet", "--initial-branch=main", str(folder)], check=True)  # noqa: S603 - the user's git
    count = 0
    with subprocess.Popen(  # noqa: S603 - as above
        [git, *FAST, "-C", str(folder), "fast-import", "--quiet"],
        stdin=subprocess.PIPE,
        env={**os.environ, **KEPT_BUFFERS},
    ) as importer:
        if importer.stdin is None:
            raise UsageError("git fast-import can't be written to")
        try:
            for piece in fast_import(versions):
                importer.stdin.write(piece)
                count += piece.startswith(b"commit ")
        except BrokenPipeError:
            pass  # git says why on stderr, and with its code
        finally:
            importer.stdin.close()
    if importer.returncode:
        raise UsageError(f"git fast-import ended with {importer.returncode}", where=str(folder))
    if count:
        checkout = [git, *SMALL, "-C", str(folder), "reset", "--quiet", "--hard"]
        subprocess.run(checkout, check=True)  # noqa: S603 - as above
    return count
