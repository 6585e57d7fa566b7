"""`newsarchive replay`: pywb on the archive, with an index made for it. pywb is installed by its user, apart from us.

pywb needs other versions of libraries than we do, so it lives in an environment of its own and is only started here. Tested
in tests/archive/test_replaying.py; a real pywb on our files in tests/bench/conformance.py.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import NothingFoundError, UsageError

if TYPE_CHECKING:
    from newsarchive.archive.facade import Archive
    from newsarchive.model import Say

PROGRAM = "wayback"  # pywb's
COLLECTION = "news"
_HOW = (
    "Install it: python3 -m venv pywb && pywb/bin/pip install pywb; then newsarchive replay --pywb pywb/bin/wayback."
    " Or export --format wacz, and open the file at replayweb.page"
)


def find_pywb(given: Path | None) -> Path:
    """Return pywb's program.

    Raises:
        UsageError: it isn't there; says how to install it.
    """
    found = shutil.which(str(given) if given else PROGRAM)
    if found is None:
        where = str(given) if given else ""
        raise UsageError("pywb's program `wayback` isn't there", where=where, next_step=_HOW)
    return Path(found).resolve() if given is None else Path(found).absolute()


def prepare(archive: Archive, folder: Path) -> int:
    """Write pywb's configuration and an index of the archive into `folder`; return the number of captures in it.

    Raises:
        NothingFoundError: no file is sealed yet.
    """
    from newsarchive.warc.placed_files import placed_files

    with (folder / "index.cdxj").open("w", encoding="utf-8") as out:
        count = archive.cdxj(out)
    if not count:
        raise NothingFoundError("no WARC file is closed yet", next_step="Crawl first")
    own = archive.root.resolve() / "warc"
    places = {placed.place for placed in placed_files(archive.root).values()}  # pywb reads s3:, too
    collection = {
        "index_paths": str(folder / "index.cdxj"),
        "archive_paths": [f"{place}/" for place in (own, *sorted(places))] if places else f"{own}/",
    }
    # JSON is YAML; a path with a colon stays a path
    (folder / "config.yaml").write_text(json.dumps({"collections": {COLLECTION: collection}}))
    return count


def replay(archive: Archive, *, pywb: Path | None, host: str, port: int, say: Say) -> int:
    """Serve the archive with pywb until it is stopped; return its exit code."""
    program = find_pywb(pywb)
    with tempfile.TemporaryDirectory(prefix="newsarchive-replay-") as name:
        count = prepare(archive, Path(name))
        say(f"{count} captures at http://{host}:{port}/{COLLECTION}/ (stops with Ctrl-C)")
        environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME")}
        process = subprocess.Popen(  # noqa: S603 - the program that the user named
            [program, "-b", host, "-p", str(port), "-d", name], cwd=name, env=environment
        )
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            return 0
