"""The command line: `newsarchive VERB`.

Each verb is about ten lines around one call on `Archive`; it decides nothing. Data goes to stdout,
words and progress to stderr. Verbs are imported when called, so that `search` loads no crawler.

Exit codes: 0 ok, 1 differs or nothing found, 2 usage, 3 a source gave nothing or more than 20 % of
its fetches failed, 4 archive damaged, 5 archive can't be written, 66 no archive or file there,
70 a fault of the program, 75 archive locked.
Tested in tests/cli/.
"""

from __future__ import annotations

import errno
import importlib
import io
import os
import re
import signal
import sqlite3
import sys
import threading
import traceback
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from shlex import quote
from typing import Any

import click

from newsarchive.errors import ArchiveNotWritableError, NewsarchiveError
from newsarchive.garbage import collect_rarely
from newsarchive.library_warnings import escape_warnings
from newsarchive.text import escaped
from newsarchive.version import __version__

# verb -> module of this package that holds it, in the order of the help
VERBS = {
    "init": "crawl_commands",
    "add": "source_commands",
    "sources": "source_commands",
    "save": "crawl_commands",
    "crawl": "crawl_commands",
    "run": "follow_commands",
    "schedule": "follow_commands",
    "status": "follow_commands",
    "health": "follow_commands",
    "watch": "follow_commands",
    "digest": "follow_commands",
    "backfill": "crawl_commands",
    "import": "crawl_commands",
    "search": "read_commands",
    "show": "read_commands",
    "versions": "read_commands",
    "diff": "read_commands",
    "changes": "overview_commands",
    "events": "overview_commands",
    "copies": "overview_commands",
    "fronts": "overview_commands",
    "feed": "overview_commands",
    "export": "export_commands",
    "cite": "export_commands",
    "sign": "export_commands",
    "proof": "export_commands",
    "stats": "read_commands",
    "extract": "read_commands",
    "browse": "read_commands",
    "replay": "export_commands",
    "story": "maintenance_commands",
    "withhold": "maintenance_commands",
    "ingest": "maintenance_commands",
    "rebuild": "maintenance_commands",
    "reextract": "maintenance_commands",
    "verify": "maintenance_commands",
    "backup": "maintenance_commands",
    "upload": "maintenance_commands",
    "purge": "maintenance_commands",
    "cdxj": "maintenance_commands",
    "doctor": "maintenance_commands",
    "fleet": "fleet_commands",
    "demo": "crawl_commands",
}
DEFAULT_ARCHIVE = Path("archives/main")


class Verbs(click.Group):
    """A group whose verbs are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click hands it
        """Return the verbs, in the order of the help."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Return the verb's command, its module imported now; None if there is no such verb."""
        if name not in VERBS:
            return None
        module = importlib.import_module(f"newsarchive.cli.{VERBS[name]}")
        command: click.Command = getattr(module, name + "_" if name in ("import",) else name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the verb's command; of a verb that isn't there say what may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            like = get_close_matches(args[0], VERBS, n=3, cutoff=0.6)
            hint = f" Did you mean {' or '.join(like)}?" if like else ""
            raise click.UsageError(f"{error.message.rstrip('.')}.{hint}", ctx) from None


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(__doc__ or "").split("\n\n")[2],
)
@click.version_option(__version__, prog_name="newsarchive")
@click.option("--archive", type=click.Path(path_type=Path), help="The archive's folder.")
@click.pass_context
def group(ctx: click.Context, archive: Path | None) -> None:
    """Archive news pages as WARC, read clean text, follow every edit."""
    ctx.ensure_object(dict)["archive"] = archive


def archive_folder(given: Path | None) -> Path:
    """Return the archive's folder: the verb's option, the group's, NEWSARCHIVE_DIR, archives/main."""
    ctx = click.get_current_context()
    chosen = given or (ctx.find_root().obj or {}).get("archive")
    _named.set(chosen)
    return chosen or Path(os.environ.get("NEWSARCHIVE_DIR") or DEFAULT_ARCHIVE)


_named: ContextVar[Path | None] = ContextVar("named", default=None)  # what --archive said


def pasteable(text: str) -> str:
    """Return `text` with `--archive` in the commands that it names, where the archive was named so."""
    named = _named.get()
    return (
        text if named is None else _COMMAND.sub(lambda _: f"newsarchive --archive {quote(str(named))} ", text)
    )


_COMMAND = re.compile(
    rf"(?<![\w/.-])newsarchive (?!fleet)(?=(?:{'|'.join(VERBS)})\b)(?![^`\n]{{0,400}}--archive)"
)


def helptexts() -> Iterator[tuple[str, str]]:
    """Yield (words, help text) of every verb and of the verbs below it, for the docs and their test."""

    def walk(command: click.Command, words: str) -> Iterator[tuple[str, str]]:
        ctx = click.Context(command, info_name=words, max_content_width=96, terminal_width=96)
        yield words, command.get_help(ctx).rstrip()
        if isinstance(command, click.Group):
            for name in command.list_commands(ctx):
                child = command.get_command(ctx, name)
                if child is not None:
                    yield from walk(child, f"{words} {name}")

    for verb in VERBS:
        command = group.get_command(click.Context(group), verb)
        if command is not None:
            yield from walk(command, f"newsarchive {verb}")


FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO, errno.EMFILE, errno.ENFILE)


def of_the_machine(error: OSError | sqlite3.DatabaseError) -> NewsarchiveError | None:
    """What to say of a disk that is full, read-only or failing, wherever a verb meets it; None for what is ours."""
    if isinstance(error, sqlite3.DatabaseError):
        from newsarchive.index import connection

        path = Path(connection.FILENAME)
        is_full = connection.is_full(error)
        return connection.unwritable(path, error) if is_full else connection.damaged(path, str(error))
    if error.errno not in FULL:
        return None
    if type(error).__name__ in ("PlaceError", "NameTakenError"):  # loads nothing that no verb used
        return ArchiveNotWritableError(error.strerror or "", where=str(error.filename or ""))
    from newsarchive.warc.files import not_writable

    found = not_writable(error, Path(error.filename or ""))
    found.where = str(error.filename or "")
    return found


def _own_fault() -> int:
    """Show where the program failed; the exit code that says so."""
    click.echo(escaped(traceback.format_exc()).rstrip(), err=True)
    click.echo(
        "newsarchive: a fault of the program, not of what you typed. Please report the lines above.", err=True
    )
    return NewsarchiveError.exit_code


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(
            signal.SIGTERM, signal.default_int_handler
        )  # it ends like Ctrl-C: the archive is sealed
    escape_warnings()
    collect_rarely()
    _named.set(None)
    try:
        code: Any = group.main(args, prog_name="newsarchive", standalone_mode=False)
    except NewsarchiveError as error:
        click.echo(f"newsarchive: {escaped(pasteable(str(error)))}", err=True)
        code = error.exit_code
    except click.exceptions.Abort:
        click.echo("newsarchive: stopped.", err=True)
        code = 130
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)  # repeats what was typed
        click.echo(escaped(shown.getvalue()), err=True, nl=False)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except (OSError, sqlite3.DatabaseError) as error:
        found = of_the_machine(error)
        if found is None:
            code = _own_fault()
        else:
            click.echo(f"newsarchive: {escaped(pasteable(str(found)))}", err=True)
            code = found.exit_code
    except Exception:  # whatever it is, nobody but us can mend it
        code = _own_fault()
    sys.exit(code if isinstance(code, int) else 0)
