"""Imports what other programs leave: recognises it, makes one WARC file of its pages, sources of its feeds, captures of its watches.

Joins the readers of `archivebox`, `changedetection` and `diffengine` and the import of WARC files; knows none of their formats. Tested in
tests/archive/test_peer_imports.py.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.archive import archivebox, changedetection, diffengine
from newsarchive.archive.maintenance import Imported, import_files
from newsarchive.archive.url_lists import sources_of
from newsarchive.errors import UsageError
from newsarchive.languages import counted
from newsarchive.sources import write_source
from newsarchive.warc.files import check_room
from newsarchive.warc.kept_pages import write_pages

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.archive.peer_contents import PeerContents

KINDS: tuple[tuple[Callable[[Path], bool], Callable[[Path], PeerContents]], ...] = (
    (changedetection.is_changedetection, changedetection.read_changedetection),
    (diffengine.is_diffengine, diffengine.read_diffengine),
    (archivebox.is_archivebox, archivebox.read_archivebox),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerImport:
    """What became of what one program left. `lost` counts by sentence; `urls` are to be captured now."""

    program: str
    pages: int  # made of what the program kept of a page
    warcs: int
    sources: tuple[str, ...]
    urls: tuple[str, ...]
    lost: dict[str, int]
    imported: Imported | None

    @property
    def exit_code(self) -> int:
        """0; 3 if something could not be taken."""
        return 3 if self.lost or (self.imported and self.imported.exit_code) else 0

    def lines(self, path: Path) -> list[str]:
        """Return lines for a person."""
        taken = [
            counted(self.warcs, "WARC file") if self.warcs else "",
            counted(self.pages, "page") + " that it kept" if self.pages else "",
            counted(len(self.sources), "source") if self.sources else "",
            counted(len(self.urls), "watched address", "watched addresses") if self.urls else "",
        ]
        parts = list(filter(None, taken))
        found = [f"{path.name}, of {self.program}: {', '.join(parts) or 'nothing'}"]
        found += [f"  not taken: {why}: {n}" for why, n in self.lost.items()]
        if self.imported:
            found += self.imported.lines([path])
        return found


def is_peer(path: Path) -> bool:
    """Return whether another program left this, as one of `KINDS`."""
    return any(is_kind(path) for is_kind, _ in KINDS)


def import_peer(
    archive: ArchiveFolder,
    path: Path,
    *,
    domains: Sequence[str] = (),
    sources: Sequence[str] = (),
    **options: Any,
) -> PeerImport:
    """Take what another program left; the options are those of `maintenance.import_files`.

    Raises:
        UsageError: it isn't of a program that is known.
    """
    read = next((read for is_kind, read in KINDS if is_kind(path)), None)
    if read is None:
        raise UsageError(
            "not of ArchiveBox, changedetection.io or diffengine",
            where=str(path),
            next_step="Name the folder that holds ArchiveBox's folder 'archive', or WARC files one by one",
        )
    archive.check_writable()
    contents = read(path)
    made = sources_of(contents.feeds, archive.sources)
    for source in made:
        write_source(archive.root, source)
    archive.__dict__.pop("sources", None)
    chosen = (*domains, *(() if sources else sorted(contents.hosts)))
    imported, pages = _import_pages(archive, contents, domains=chosen, sources=sources, **options)
    return PeerImport(
        program=contents.program,
        pages=pages,
        warcs=len(contents.warcs),
        sources=tuple(source.name for source in made),
        urls=contents.urls,
        lost={why: count for why, count in contents.lost.items() if count},
        imported=imported,
    )


def _import_pages(
    archive: ArchiveFolder, contents: PeerContents, **options: Any
) -> tuple[Imported | None, int]:
    """Import all pages as one WARC file, behind the program's own WARC files as they are."""
    check_room(archive.root, sum(path.stat().st_size for path in contents.warcs))
    with tempfile.TemporaryDirectory(prefix=".import-", dir=archive.root) as folder:
        path = Path(folder) / f"{contents.program.lower()}.warc.gz"
        with path.open("wb") as out:
            for warc in contents.warcs:
                with warc.open("rb") as source:
                    shutil.copyfileobj(source, out)
            count = write_pages(out, contents.pages, contents.program)
        if not path.stat().st_size:
            return None, 0
        return import_files(archive, [path], **options), count
