"""Dask's own commands as processes on loopback: a scheduler, and workers that load newsarchive first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.object_store import wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


class DaskProcesses:
    """A scheduler and workers; a context manager."""

    def __init__(self, folder: Path, *, workers: int = 2) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._count = folder, workers
        self.processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        named = self._folder / "scheduler.json"
        self.scheduler = self._begin(
            "scheduler",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--no-dashboard",
            "--scheduler-file",
            str(named),
        )
        wait_for(lambda: named.exists() and named.read_text().endswith("}"), "the scheduler")
        self.address: str = json.loads(named.read_text())["address"]
        for _ in range(self._count):
            self.add_worker()
        return self

    def __exit__(self, *_: object) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()

    def add_worker(self, package: Path = ROOT) -> subprocess.Popen[bytes]:
        """Start a worker that runs the package in this folder."""
        return self._begin(
            "worker", self.address, "--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1",
            "--death-timeout", "20", "--local-directory", str(self._folder), "--preload", "newsarchive.cluster.worker",
            package=package,
        )  # fmt: skip

    def _begin(self, *args: str, package: Path = ROOT) -> subprocess.Popen[bytes]:
        path = os.pathsep.join([str(package), os.environ.get("PYTHONPATH", str(package))])
        environment = {**os.environ, "PYTHONPATH": path}
        with (self._folder / f"log-{len(self.processes)}").open("wb") as log:
            command = [sys.executable, "-m", f"distributed.cli.dask_{args[0]}", *args[1:]]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=self._folder)
        self.processes.append(process)
        return process

    def said(self) -> str:
        """All that they logged."""
        return "".join(path.read_text(errors="replace") for path in sorted(self._folder.glob("log-*")))
