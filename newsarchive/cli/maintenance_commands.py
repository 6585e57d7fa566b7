"""Verbs that keep the archive sound, and by which a person decides what no rule can: ingest, rebuild, reextract,
verify, backup, upload, purge, cdxj, doctor, story split|merge, withhold. Tested in tests/cli/test_cli.py."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, TextIO

import click

from newsarchive.cli import archive_folder, pasteable
from newsarchive.cli.options import only_sources, since_option
from newsarchive.cli.output import (
    as_json,
    as_list,
    echo,
    print_json,
    print_list,
    print_report,
    progress,
    say,
    wait,
    with_archive,
)

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.warc import PurgeReport


@click.command()
@with_archive
@as_json
@wait
def ingest(archive: Archive, as_json: bool, wait: float) -> None:
    """Index what is in the WARC files and not in the index yet."""
    with progress("ingesting") as on_progress:
        report = archive.ingest(wait=wait, on_progress=on_progress)
    print_report(report, as_json)


@click.command()
@with_archive
@click.option("--check", is_flag=True, help="Only compare: is the live index what the WARC files give?")
@as_json
@wait
def rebuild(archive: Archive, check: bool, as_json: bool, wait: float) -> int:
    """Make the whole index again from the WARC files."""
    with progress("rebuilding") as on_progress:
        report = archive.rebuild(check=check, wait=wait, on_progress=on_progress)
    print_report(report, as_json)
    return 0 if report.equal in (True, None) else 1


@click.command()
@with_archive
@since_option("Only pages first captured from this day on.")
@only_sources()
@click.option("--all", "everything", is_flag=True, help="Also pages that the present extractor made.")
@as_json
@wait
def reextract(
    archive: Archive,
    since: datetime | None,
    sources: tuple[str, ...],
    everything: bool,
    as_json: bool,
    wait: float,
) -> None:
    """Make texts again from the WARC files, after the extractor or a source's rules changed."""
    with progress("extracting") as on_progress:
        report = archive.reextract(
            since=since, sources=sources, everything=everything, wait=wait, on_progress=on_progress
        )
    print_report(report, as_json)


@click.command()
@with_archive
@click.option("--repair", is_flag=True, help="Mend what a crash left: cut torn tails, seal open files.")
@click.option(
    "--signed-by",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also check the signatures of MANIFEST: a public key, or a file of allowed signers.",
)
@as_json
@wait
def verify(archive: Archive, repair: bool, signed_by: Path | None, as_json: bool, wait: float) -> int:
    """Check every byte: files, records, digests, manifest, and index against WARC. Exit 4 if damaged."""
    with progress("verifying") as on_progress:
        result = archive.verify(repair=repair, signed_by=signed_by, wait=wait, on_progress=on_progress)
    if as_json:
        print_json(result.as_dict())
    else:
        for line in result.lines():
            echo(pasteable(line))
    return int(result.exit_code)


@click.command()
@with_archive
@click.argument("dest", type=click.Path(path_type=Path))
def backup(archive: Archive, dest: Path) -> None:
    """Copy the archive to DEST, consistent even while a crawl runs."""
    with progress("copying") as on_progress:
        copied = archive.backup(dest, on_progress=on_progress)
    echo(
        f"{copied.files} files, {(copied.copied + copied.reused) / 1e6:.1f} MB at {dest}. Use it with --archive {dest}"
    )
    for problem in copied.problems:
        echo(problem)


@click.command()
@with_archive
@click.option("--drop-local", is_flag=True, help="Remove from this disk what is in the place.")
@click.option(
    "--adopt",
    is_flag=True,
    help="Upload nothing: enter files that the place has and this archive lacks, after a disk was lost.",
)
@wait
def upload(archive: Archive, drop_local: bool, adopt: bool, wait: float) -> int:
    """Put closed WARC files where [storage] says: an object store, or another folder.

    Each goes there once and is read back before it counts. All verbs read it there. Exit 4 if one couldn't go.
    """
    if adopt:
        echo(f"{archive.adopt(wait=wait)} files entered. Next: newsarchive ingest")
        return 0
    with progress("uploading") as on_progress:
        report = archive.upload(drop_local=drop_local, wait=wait, on_progress=on_progress)
    for problem in report.problems:
        echo(problem)
    echo(report.to_text())
    return 4 if report.problems else 0


purge_reason = click.option("--reason", default="", help="Who asked, and why; kept in purged.jsonl.")
purge_yes = click.option("--yes", is_flag=True, help="Don't ask whether to go on.")


@click.command()
@with_archive
@click.argument("url")
@purge_reason
@click.option(
    "--undo", is_flag=True, help="Let URL be fetched and imported again; what was removed stays so."
)
@purge_yes
@wait
def purge(archive: Archive, url: str, reason: str, undo: bool, yes: bool, wait: float) -> None:
    """Remove every capture of URL's story for good, with the feeds, sitemaps and section pages that name it; say so in
    purged.jsonl, and refuse URL from now on. Backups keep it."""
    if undo:
        echo(f"No longer refused: {', '.join(archive.undo_purge(url, reason=reason, wait=wait))}")
        return
    confirm_purge(reason, yes)
    print_purges(url, {archive.root: archive.purge(url, reason=reason, wait=wait)})


def confirm_purge(reason: str, yes: bool) -> None:
    """Ask whether to go on, unless that was said."""
    if not reason:
        raise click.UsageError("Say who asked and why with --reason.")
    if not yes:
        click.confirm("This removes the captures of this URL for good. Go on?", abort=True)


def print_purges(url: str, reports: Mapping[Path, PurgeReport]) -> None:
    """Print what was removed from archives, by their folders, and what still names it."""
    for root, report in reports.items():
        echo(f"{len(report.captures)} captures of {url} removed; the tombstone is in {root / 'purged.jsonl'}")
        for tail in report.tails:
            echo(f"Check by hand, recovery kept it: {root / 'warc' / tail}")
        for other in report.mentions:
            echo(f"Still names it, a page of its own: {other}")
    echo("Backups, exports and messages that were sent keep it: delete or make them again yourself.")


@click.command()
@with_archive
@click.option(
    "-o", "--output", type=click.File("w", encoding="utf-8"), default="-", help="File; - is stdout."
)
def cdxj(archive: Archive, output: TextIO) -> None:
    """Write a CDXJ index of the archive, for pywb and others."""
    say(f"{archive.cdxj(output)} lines")


@click.command()
@click.option("--archive", type=click.Path(path_type=Path), help="The archive's folder.")
@as_list
def doctor(archive: Path | None, form: str | None) -> int:
    """Is this machine fit to archive? Says how to mend what isn't."""
    from newsarchive.archive.doctor import examine

    findings = examine(archive_folder(archive))
    if form:
        print_list(findings, form)
    else:
        for found in findings:
            echo(f"{'ok  ' if found.ok else 'BAD '} {found.name}: {found.detail}")
            if not found.ok:
                echo(pasteable(f"     {found.mend}"))
    return 0 if all(f.ok for f in findings) else 1


@click.group()
def story() -> None:
    """Mend a story's identity: split what isn't one story, merge what is."""


@story.command()
@with_archive
@click.argument("url")
@click.option(
    "--from", "other", required=True, metavar="URL", help="A URL of the story that URL doesn't belong to."
)
@click.option("--reason", default="", help="Kept in decisions.jsonl.")
@click.option("--undo", is_flag=True, help="Take such a split back.")
@wait
def split(archive: Archive, url: str, other: str, reason: str, undo: bool, wait: float) -> None:
    """URL is a story of its own, not that of --from."""
    archive.decide("split", url, other, reason=reason, undo=undo, wait=wait)
    _say_decided(archive, "Split", undo)


@story.command()
@with_archive
@click.argument("url")
@click.option("--with", "other", required=True, metavar="URL", help="A URL of the story that URL belongs to.")
@click.option("--reason", default="", help="Kept in decisions.jsonl.")
@click.option("--undo", is_flag=True, help="Take such a merge back.")
@wait
def merge(archive: Archive, url: str, other: str, reason: str, undo: bool, wait: float) -> None:
    """URL and --with are one story."""
    archive.decide("merge", url, other, reason=reason, undo=undo, wait=wait)
    _say_decided(archive, "Merged", undo)


def _say_decided(archive: Archive, what: str, undo: bool) -> None:
    done = "Taken back" if undo else f"{what}; the same with --undo takes it back"
    echo(f"{done}. The decision is in {archive.root / 'decisions.jsonl'}")


withhold_reason = click.option("--reason", default="", help="Why; kept in decisions.jsonl.")
withhold_undo = click.option("--undo", is_flag=True, help="Show the story again.")


def check_withhold(reason: str, undo: bool) -> None:
    """Refuse to withhold without a reason."""
    if not undo and not reason:
        raise click.UsageError("Say why with --reason.")


@click.command()
@with_archive
@click.argument("url")
@withhold_reason
@withhold_undo
@wait
def withhold(archive: Archive, url: str, reason: str, undo: bool, wait: float) -> None:
    """Hide a story from search, browse, feeds and exports; its WARC records stay."""
    check_withhold(reason, undo)
    archive.decide("withhold", url, reason=reason, undo=undo, wait=wait)
    echo("Shown again." if undo else "Withheld.")
    if not undo:
        say(f"Undo with: newsarchive withhold {quote(url)} --undo")
