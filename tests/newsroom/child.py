"""`NewsroomChild`: the newsroom in a process of its own, with the same verbs, for demonstrations and benchmarks.

Its answers are JSON values instead of dataclasses. Tested in tests/newsroom/test_child.py.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.newsroom.story import NewsroomError, jsonable


class NewsroomChild:
    """A context manager around `python -m tests.newsroom`.

    Args:
        options: As on the command line: `stories=1000`, `tls=False`, `dir="/tmp/x"`, `per_day=5`.

    After opening, `addresses` holds what the child printed: connect_to, allow, ca_file, outlets …
    """

    def __init__(self, **options: Any) -> None:
        self._arguments: list[str] = []
        for name, value in options.items():
            flag = "--" + name.replace("_", "-")
            if isinstance(value, bool):
                self._arguments.append(flag if value else "--no-" + flag[2:])
            elif value is not None:
                self._arguments += [flag, str(value)]
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self.addresses: dict[str, Any] = {}

    def __enter__(self) -> NewsroomChild:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.newsroom", *self._arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=Path(__file__).parents[2],
        )
        try:
            self.addresses = self._read()
        except NewsroomError:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the child's stdin and waits for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        with process:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return int(self.addresses["pid"])

    def command(self, do: str, **fields: Any) -> dict[str, Any]:
        """Gives an order (control.ORDERS) and returns the answer.

        Raises:
            NewsroomError: the child says that it can't, or is gone.
        """
        with self._lock:
            if self._process is None or self._process.stdin is None:
                raise NewsroomError("the newsroom isn't open")
            try:
                self._process.stdin.write(json.dumps({"do": do, **jsonable(fields)}) + "\n")
                self._process.stdin.flush()
            except BrokenPipeError as error:
                raise NewsroomError("the newsroom's process has ended") from error
            return self._read()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process and self._process.stdout else ""
        if not line:
            raise NewsroomError("the newsroom's process has ended; its stderr says why")
        answer: dict[str, Any] = json.loads(line)
        if not answer.pop("ok"):
            raise NewsroomError(str(answer["error"]))
        return answer

    def advance(self, by: timedelta | float) -> str:
        """Moves its clock on; the new time as ISO 8601."""
        seconds = by.total_seconds() if isinstance(by, timedelta) else by
        return str(self.command("advance", seconds=seconds)["now"])

    def publish(self, outlet: str, path: str | None = None, **fields: Any) -> dict[str, Any]:
        """A new story; see `Newsroom.publish`."""
        return dict(self.command("publish", outlet=outlet, path=path, **fields)["story"])

    def edit(self, where: str, kind: str, **fields: Any) -> dict[str, Any]:
        """An edit; see `Newsroom.edit`."""
        return dict(self.command("edit", where=where, kind=kind, **fields)["story"])

    def delete(self, where: str, **fields: Any) -> dict[str, Any]:
        """A deletion; see `Newsroom.delete`."""
        return dict(self.command("delete", where=where, **fields)["story"])

    def fault(self, kind: str, outlet: str = "", prefix: str = "/", **options: Any) -> None:
        """A fault; see `Newsroom.fault`."""
        self.command("fault", kind=kind, outlet=outlet, prefix=prefix, **options)

    def clear_faults(self) -> None:
        """All is well again."""
        self.command("clear_faults")

    def noise(self, on: bool) -> None:
        """See `Newsroom.noise`."""
        self.command("noise", on=on)

    def log(self, since: int = 0) -> list[dict[str, Any]]:
        """What its server saw, from entry `since` on."""
        return list(self.command("log", since=since)["log"])

    def history(self) -> list[dict[str, Any]]:
        """What happened to its stories."""
        return list(self.command("history")["history"])

    def urls(self, outlet: str) -> list[str]:
        """The stories of an outlet, newest first."""
        return list(self.command("urls", outlet=outlet)["urls"])
