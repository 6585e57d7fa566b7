"""The verb `demo`: the main job on an invented press."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

DEMO_ARCHIVE = Path("archives/demo")


@click.command()
@click.option("--archive", type=click.Path(path_type=Path), default=DEMO_ARCHIVE, show_default=True)
@click.option("--serve", is_flag=True, help="Open the archive in Datasette afterwards, until Ctrl-C.")
@click.option("--port", default=8001, show_default=True, help="Where to serve it.")
def demo(archive: Path, serve: bool, port: int) -> None:
    """Show the main job on an invented press on loopback: archive, search, follow edits."""
    from newsarchive.demo.tour import demo as run
    from newsarchive.demo.tour import next_steps

    made = run(archive, click.echo, color=sys.stdout.isatty())
    where = Path(os.path.relpath(made.root)) if made.root.is_relative_to(Path.cwd()) else made.root
    click.echo(next_steps(where, "newsarchive" if shutil.which("newsarchive") else sys.argv[0]))
    if serve:
        made.browse(port=port, on_ready=lambda url: click.echo(f"The archive is at {url} ; stop with Ctrl-C"))
