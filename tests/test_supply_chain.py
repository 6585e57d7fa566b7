"""What users install is pinned with hashes, fits what the package asks for, and has a known licence."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.supply_chain import audit, licence_of, pins, verdict

ROOT = Path(__file__).resolve().parent.parent
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ASKED = [
    *PROJECT["dependencies"],
    *(r for extra in ("js", "notify", "parquet") for r in PROJECT["optional-dependencies"][extra]),
]


@pytest.mark.parametrize("asked", ASKED)
def test_each_dependency_is_pinned_to_a_version_that_fits(asked):
    requirement = Requirement(asked)
    version = pins(LOCK)[requirement.name.lower().replace("_", "-")]
    assert requirement.specifier.contains(version, prereleases=True)


def test_each_pin_has_hashes_and_no_host_is_named():
    entries = re.split(r"^(?=[A-Za-z0-9])", LOCK, flags=re.M)[1:]
    assert len(entries) >= len(ASKED)
    assert [e.splitlines()[0] for e in entries if "--hash=sha256:" not in e] == []
    assert set(re.findall(r"--hash=(\w+)", LOCK)) == {"sha256"}
    assert "://" not in LOCK


def test_the_list_of_licences_is_of_what_is_pinned():
    listed = dict(
        re.findall(
            r"^\| (\S+) \| (.+) \|$", (ROOT / "docs" / "licences.md").read_text(encoding="utf-8"), re.M
        )
    )
    assert set(listed) - {"package"} == set(pins(LOCK))
    assert "not stated" not in listed.values()
    assert licence_of("no-such-package") == "not installed"


@pytest.mark.skipif(
    find_spec("pip_audit") is not None, reason="pip-audit is installed here, and would be asked"
)
def test_an_audit_that_cant_be_made_says_so(capsys):
    assert audit(ROOT / "requirements.lock") == 2
    assert "NOT AUDITED" in capsys.readouterr().err


SKIPPED = (
    "Name Skip Reason\n---- ----\nlxml Dependency not found on PyPI and could not be audited: lxml (6.1.3)\n"
)
FOUND = "Name Version ID Fix Versions\n---- ----\nlxml 1.0 CVE-2020-1 1.1\n"


@pytest.mark.parametrize(
    ("code", "said", "errors", "exit_code", "why"),
    [
        (0, "", "No known vulnerabilities found", 0, ""),
        (0, SKIPPED, "No known vulnerabilities found, 1 skipped", 2, "nothing is known of 1 packages (lxml"),
        (1, FOUND, "Found 1 known vulnerability", 1, ""),
        (1, FOUND + SKIPPED, "Found 1 known vulnerability", 1, "nothing is known of 1 packages (lxml"),
        (1, "", "ERROR: no address", 2, "can't be reached (ERROR: no address)"),
    ],
)
def test_what_was_not_audited_is_not_called_sound(code, said, errors, exit_code, why):
    found, reason = verdict(code, said, errors)
    assert found == exit_code
    assert why in reason
    assert bool(why) == bool(reason)
