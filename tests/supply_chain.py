"""What is pinned in requirements.lock: its known vulnerabilities, its licences.

`python -m tests.supply_chain audit FILE` asks pip-audit, and says so when its data can't be reached (exit 2);
`licences FILE` prints a table of what the installed packages say of themselves. Used by the Makefile.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.M)
HEAD = """# Licences of the dependencies

What `make licences` read from the packages themselves; newsarchive is under Apache-2.0. Those marked "not installed" are needed on
other platforms or for an extra alone.

| package | licence |
|---|---|
"""


def pins(text: str) -> dict[str, str]:
    """Return version by name (lower case, with `-`) of a lock file."""
    return {name.lower().replace("_", "-").replace(".", "-"): version for name, version in _PIN.findall(text)}


def licence_of(name: str) -> str:
    """Return what the installed package says of its licence, in a few words."""
    try:
        head = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return "not installed"
    classes = [
        c.rpartition(" :: ")[2] for c in head.get_all("Classifier") or [] if c.startswith("License ::")
    ]
    said = (head.get("License") or "").strip().splitlines()
    short = said[0] if said and len(said[0]) < 60 else ""
    return head.get("License-Expression") or ", ".join(classes) or short or "not stated"


def licences(text: str) -> Iterator[str]:
    """Yield the lines of docs/licences.md."""
    yield HEAD
    for name in sorted(pins(text)):
        yield f"| {name} | {licence_of(name)} |\n"


def audit(path: Path) -> int:
    """Ask pip-audit. 0 nothing known, 1 something is vulnerable, 2 it could not be asked."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--requirement",
        str(path),
        "--require-hashes",
        "--disable-pip",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    print(done.stdout, end="")
    code, why = verdict(done.returncode, done.stdout, done.stderr)
    if why:
        print(f"NOT AUDITED: {why}", file=sys.stderr)
    return code


def verdict(code: int, said: str, errors: str) -> tuple[int, str]:
    """Return what an exit of pip-audit means, as `audit` does, and why something wasn't audited.

    Of a package that its index doesn't describe it knows nothing, and exits 0 all the same.
    """
    skipped = re.findall(r"^(\S+) .*could not be audited", said, re.M)
    why = f"nothing is known of {len(skipped)} packages ({', '.join(skipped[:5])} …)" if skipped else ""
    if code == 0:
        return (2 if skipped else 0), why
    if said.strip():
        return 1, why
    reason = (errors.strip().splitlines() or ["no answer"])[-1]
    return 2, f"the data on vulnerabilities can't be reached ({reason[:200]})"


if __name__ == "__main__":
    file = Path(sys.argv[2])
    if sys.argv[1] == "audit":
        sys.exit(audit(file))
    sys.stdout.writelines(licences(file.read_text(encoding="utf-8")))
