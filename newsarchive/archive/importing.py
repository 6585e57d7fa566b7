"""Import: files that others made come into the archive; what of them is its own, or was chosen, is indexed.

Joins the WARC room and ingest; decides nothing. Tested in tests/archive/test_importing.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder, Tell
    from newsarchive.index.rows import ImportedHost
    from newsarchive.ingest import IngestReport
    from newsarchive.warc import ImportedFile

LARGEST = 5  # domains that a report names
NO_HOST = "(unreadable addresses)"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Captures that stay in the imported files and aren't indexed."""

    captures: int
    domains: int
    largest: dict[str, int]  # captures of the domains with most of them

    def lines(self, paths: Sequence[Path]) -> list[str]:
        """For a person; nothing if nothing was left out."""
        if not self.captures:
            return []
        named = ", ".join(f"{name} ({n})" for name, n in self.largest.items())
        more = f" and {self.domains - len(self.largest)} more" if self.domains > len(self.largest) else ""
        example = next((name for name in self.largest if name != NO_HOST), "example.org")
        files = " ".join(map(str, paths[:2])) + (" …" if len(paths) > 2 else "")
        return [
            f"Kept in the WARC and not indexed: {self.captures} captures of {self.domains} domains that no chosen"
            f" source has: {named}{more}.",
            f"To index one: newsarchive import --domain {example} {files}",
            "To follow one from now on, its imported pages included: newsarchive add SITE",
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took in, what was indexed, and what was left out."""

    files: tuple[ImportedFile, ...]
    ingest: IngestReport
    left_out: LeftOut

    def lines(self, paths: Sequence[Path]) -> list[str]:
        """For a person; `paths` are those of the files, in their order."""
        found = []
        for path, file in zip(paths, self.files, strict=True):
            state = "had been imported before" if file.already else f"{file.captures} captures"
            found.append(f"{path.name}: {state}" + (", re-packed" if file.repacked else ""))
            found += [f"  {problem}" for problem in file.problems]
        return [*found, self.ingest.to_text(), *self.left_out.lines(paths)]


def import_files(
    archive: ArchiveFolder,
    paths: Sequence[Path],
    *,
    domains: Sequence[str] = (),
    sources: Sequence[str] = (),
    wait: float = 0.0,
    tell: Tell | None = None,
) -> Imported:
    """Takes WARC, WACZ or ARC files that others made into the archive, and indexes what is its own.

    Args:
        domains: Index these too, subdomains included.
        sources: Index only these of the archive's sources; all of them if empty.

    Raises:
        NothingFoundError: no such file or source.
        UsageError: not such a file; not a domain.
    """
    from newsarchive.ingest.import_choices import Choice, add_choice
    from newsarchive.warc import import_file

    archive.check_writable()
    if sources:
        archive.select(sources)
    choice = Choice.of(domains, sources)
    taken = []
    for number, path in enumerate(paths):
        if tell:
            tell(f"importing {path.name}", number, len(paths))
        file = import_file(archive.root, path, wait=wait, clock=archive.clock)
        add_choice(archive.root, file.filenames, choice, now=archive.clock.now())
        taken.append(file)
    ingest = archive.ingest(wait=wait, tell=tell)
    return Imported(files=tuple(taken), ingest=ingest, left_out=left_out(archive, taken))


def left_out(archive: ArchiveFolder, files: Iterable[ImportedFile]) -> LeftOut:
    """What of these files isn't indexed."""
    from newsarchive.index import imported_hosts, reading

    names = {name for file in files for name in file.filenames}
    with reading(archive.index) as db:
        rows = [r for r in imported_hosts(db) if r.file in names and not r.source]
    counts = _by_domain(rows)
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]
    return LeftOut(captures=counts.total(), domains=len(counts), largest=dict(largest))


def _by_domain(rows: Iterable[ImportedHost]) -> Counter[str]:
    from newsarchive.urls import domain

    counts: Counter[str] = Counter()
    for row in rows:
        name = f"[{row.host}]" if ":" in row.host else row.host
        counts[domain(f"http://{name}/") if name else NO_HOST] += row.captures
    return counts
