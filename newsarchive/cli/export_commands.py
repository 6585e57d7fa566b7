"""Verbs that take away, cite, prove and replay: export, cite, sign, proof, replay.

Tested in tests/cli/test_cli.py, tests/export/test_formats.py and tests/export/test_story_proof.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.output import as_json, echo, print_json, progress, say, with_archive
from newsarchive.cli.read_commands import search_options
from newsarchive.errors import UsageError

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.index import SearchQuery

EXPORT_FORMATS = (
    *("jsonl", "csv", "parquet", "markdown", "text", "git", "wacz"),
    *("bibtex", "ris", "csl", "wikipedia"),
)
CITATION_FORMS = ("text", "bibtex", "ris", "csl", "wikipedia")
_A_FILE = click.Path(path_type=Path)
_key = click.option(
    "--key", type=_A_FILE, help="An SSH key: its private file, or the public one if an agent holds it."
)
_stamp = click.option(
    "--timestamp-url", default="", help="A time stamp server (RFC 3161); it gets a SHA-256 and nothing else."
)


@click.command()
@with_archive
@_key
@_stamp
@as_json
def sign(archive: Archive, key: Path | None, timestamp_url: str, as_json: bool) -> None:
    """Sign MANIFEST, which lists the SHA-256 of every closed WARC file, with an SSH key.

    `newsarchive verify --signed-by KEY.pub` checks it.
    """
    if key is None:
        raise UsageError("no key was given", next_step="newsarchive sign --key archive-key")
    signed = archive.sign(key, timestamp_url=timestamp_url)
    if as_json:
        print_json(signed)
        return
    echo(f"{signed.files} files signed: {signed.signature}")
    if signed.time_stamp is not None:
        echo(f"Time stamp: {signed.time_stamp}")


@click.group()
def proof() -> None:
    """Prove to others which WARC record a version was read from."""


@proof.command("make")
@with_archive
@click.argument("url")
@click.option(
    "--version", "spec", default="last", help="Number, first, last, record id or time; default last."
)
@_key
@_stamp
@click.option("-o", "--output", type=_A_FILE, help="The file to write; default stdout.")
def proof_make(
    archive: Archive, url: str, spec: str, key: Path | None, timestamp_url: str, output: Path | None
) -> None:
    """Write the proof of a version: a small text to hand over with the WARC file that it names."""
    if timestamp_url and output is None:
        raise UsageError("a time stamp is a file beside the proof", next_step="Name the proof: -o FILE")
    text = archive.prove(url, spec, key)
    if output is None:
        echo(text, nl=False)
        return
    from newsarchive.warc.signing import time_stamp

    reply = time_stamp(text.encode(), timestamp_url) if timestamp_url else b""
    output.write_text(text, encoding="utf-8")
    echo(f"Proof: {output}", err=True)
    if reply:
        stamp = output.with_name(output.name + ".tsr")
        stamp.write_bytes(reply)
        echo(f"Time stamp: {stamp}", err=True)


@proof.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("warc", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--signed-by", type=_A_FILE, help="The signer's public key, or a file of allowed signers.")
@as_json
def proof_check(file: Path, warc: Path, signed_by: Path | None, as_json: bool) -> None:
    """Check a proof against the WARC file that it names; needs no archive. Exit 4 if it doesn't hold."""
    from newsarchive.export.story_proof import check_proof

    found = check_proof(file.read_text(encoding="utf-8", errors="replace"), warc, signed_by)
    if as_json:
        print_json(found)
        return
    fields = found.fields
    echo(f"The proof holds: {fields.get('URL', '')}, captured {fields.get('Captured', '')}")
    echo(f"Record {fields['Record-ID']} in {warc.name} at {fields['Record-Offset']}")
    echo(f"Signed by {found.signer}" if found.signer else "The signature was not looked at (--signed-by)")
    if found.note:
        echo(found.note)


@click.command()
@with_archive
@click.option("--pywb", type=_A_FILE, help="pywb's program `wayback`; default the one on the PATH.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=8080, show_default=True)
def replay(archive: Archive, pywb: Path | None, host: str, port: int) -> int:
    """Replay the archived pages with pywb, which is installed in an environment of its own."""
    from newsarchive.archive.replaying import replay as serve

    return serve(archive, pywb=pywb, host=host, port=port, say=say)


@click.command("export")
@with_archive
@search_options
@click.option(
    "--format",
    "form",
    type=click.Choice(EXPORT_FORMATS),
    default="jsonl",
    show_default=True,
    help="markdown and text are folders with a file a story, git a repository with a commit a version.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; stdout if not given.")
@click.option("--history", is_flag=True, help="Every version of each story, not only the latest.")
@click.option("--limit", default=0, type=click.IntRange(0), help="At most so many stories; 0 = all.")
@as_json
def export(archive: Archive, wanted: SearchQuery, as_json: bool, **options: Any) -> int:
    """Take stories away: all of them, or those that WORDS and the filters find. Exit 1 if none. Withheld stories stay."""
    with progress("exporting") as move:
        report = archive.export(wanted, on_progress=move, **options)
    if as_json and options["output"]:
        print_json(report)
    else:
        say(report.to_text())
    return 0 if report.versions else 1


@click.command()
@with_archive
@click.argument("url")
@click.option(
    "--version", "spec", default="last", help="Number, first, last, record id or time; default last."
)
@click.option(
    "--form", type=click.Choice(CITATION_FORMS), default="text", show_default=True, help="csl is CSL-JSON."
)
def cite(archive: Archive, url: str, spec: str, form: str) -> None:
    """Cite a version: its words, when it was captured, and the WARC record that proves it."""
    echo(archive.cite(url, spec, form))
