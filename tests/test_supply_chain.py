"""What users install is pinned with hashes, fits what the package asks for, and has a known licence."""

from __future__ import annotations

import re
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.supply_chain import audit, licence_of, pins

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
