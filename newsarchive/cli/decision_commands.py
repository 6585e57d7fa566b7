"""Verbs by which a person decides what no rule can: story split|merge, withhold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsarchive.cli.output import wait, with_archive

if TYPE_CHECKING:
    from newsarchive.archive import Archive


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
@wait
def split(archive: Archive, url: str, other: str, reason: str, wait: float) -> None:
    """URL is a story of its own, not that of --from."""
    archive.decide("split", url, other, reason=reason, wait=wait)
    click.echo(f"Split; the decision stands in {archive.root / 'decisions.jsonl'}")


@story.command()
@with_archive
@click.argument("url")
@click.option("--with", "other", required=True, metavar="URL", help="A URL of the story that URL belongs to.")
@click.option("--reason", default="", help="Kept in decisions.jsonl.")
@wait
def merge(archive: Archive, url: str, other: str, reason: str, wait: float) -> None:
    """URL and --with are one story."""
    archive.decide("merge", url, other, reason=reason, wait=wait)
    click.echo(f"Merged; the decision stands in {archive.root / 'decisions.jsonl'}")


@click.command()
@with_archive
@click.argument("url")
@click.option("--reason", default="", help="Why; kept in decisions.jsonl.")
@click.option("--undo", is_flag=True, help="Show the story again.")
@wait
def withhold(archive: Archive, url: str, reason: str, undo: bool, wait: float) -> None:
    """Hide a story from search, browse, feeds and exports; its WARC records stay."""
    if not undo and not reason:
        raise click.UsageError("Say why with --reason.")
    archive.decide("withhold", url, reason=reason, undo=undo, wait=wait)
    click.echo("Shown again." if undo else f"Withheld. Undo with: newsarchive withhold {url} --undo")
