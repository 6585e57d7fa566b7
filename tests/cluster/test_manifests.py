"""The files of docs/fleet/ are what their programs take, and name parts and verbs that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from newsarchive.cli import group

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "fleet"
MANIFESTS = sorted(FOLDER.glob("*.yaml"))
VERSION = "1.32"  # of Kubernetes, whose schemas are meant


def resources(path: Path) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_is_what_kubernetes_takes(path: Path) -> None:
    schemas = pytest.importorskip("kubernetes_validate")
    for resource in resources(path):
        schemas.validate(resource, VERSION, strict=True)
        broken = {**resource, "spec": {**resource["spec"], "template": {"spec": {"containers": "none"}}}}
        with pytest.raises(schemas.ValidationError):
            schemas.validate(broken, VERSION, strict=True)


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_parts_of_a_manifest_are_as_many_as_its_pods(path: Path) -> None:
    for resource in resources(path):
        spec = resource["spec"]
        pods = spec.get("replicas") or spec["completions"]
        [container] = spec["template"]["spec"]["containers"]
        [part] = re.findall(r'--part "\$\{[A-Z_#*-]+\}/(\d+)"', container["args"][0])
        assert int(part) == pods


@pytest.mark.parametrize(
    "path", sorted(set(FOLDER.iterdir()) - set(FOLDER.glob("*.md"))), ids=lambda path: path.name
)
def test_commands_are_ones_that_newsarchive_has(path: Path) -> None:
    [command] = re.findall(r"newsarchive (fleet (?:run|rebuild)[^'\n]*)", path.read_text())
    words = [re.sub(r"^(\S*[%$]\S*)/(\$\S+|\d+)$", "0/4", word) for word in shlex.split(command)]
    fleet = group.get_command(click.Context(group), "fleet")
    assert isinstance(fleet, click.Group)
    made = fleet.commands[words[1]].make_context(words[1], words[2:])
    assert made.params["part"] == (0, 4)
