"""The verb `browse`: opens the archive in Datasette with our plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsarchive.cli.output import say, with_archive

if TYPE_CHECKING:
    from newsarchive.archive import Archive


@click.command()
@with_archive
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=int)
@click.option("--allow-sql", is_flag=True, help="Let visitors run any read-only SQL.")
@click.option("--allow-download", is_flag=True, help="Let visitors download index.db.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
def browse(
    archive: Archive, host: str, port: int, allow_sql: bool, allow_download: bool, open_browser: bool
) -> None:
    """Browse the archive: stories, timelines, diffs, pages as they were. Stops with Ctrl-C."""
    archive.browse(
        host=host,
        port=port,
        allow_sql=allow_sql,
        allow_download=allow_download,
        open_browser=open_browser,
        on_ready=lambda url: say(f"The archive is at {url} ; stop with Ctrl-C"),
    )
