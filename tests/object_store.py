"""An S3 for tests: moto's server in a process of its own on loopback, that notes requests and can hold an upload up.

python -m tests.object_store FOLDER     serves until it is ended; its port is in FOLDER/port
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

KEYS = {
    "AWS_ACCESS_KEY_ID": "tests",
    "AWS_SECRET_ACCESS_KEY": "tests",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
}
PATIENCE = 60.0  # seconds


class ObjectStore:
    """The server, and the environment that leads to it; a context manager."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("obstore")
        pytest.importorskip("moto")
        self._folder = folder
        self._log, self._held = folder / "requests", folder / "held"

    def __enter__(self) -> Self:
        self._log.touch()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.object_store", str(self._folder)], stderr=subprocess.DEVNULL
        )
        wait_for((self._folder / "port").exists)
        self.address = f"http://127.0.0.1:{(self._folder / 'port').read_text()}"
        self._before = {name: os.environ.get(name) for name in (*KEYS, "AWS_ENDPOINT_URL")}
        os.environ.update(KEYS, AWS_ENDPOINT_URL=self.address)
        return self

    def __exit__(self, *_: object) -> None:
        for name, value in self._before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
        self._process.kill()
        self._process.wait()

    def bucket(self) -> str:
        """Make an empty bucket; return the address of a place in it."""
        name = f"b{uuid4().hex}"
        with urlopen(Request(f"{self.address}/{name}", method="PUT")):
            return f"s3://{name}/press"

    def requests(self) -> list[str]:
        """What was asked since this was called last: `METHOD PATH RANGE`."""
        found = self._log.read_text().splitlines()
        self._log.write_text("")
        return found

    def hold(self, name: str) -> None:
        """Hold up the next uploads of objects whose name ends so, before anything is stored."""
        self._say(name)

    def let_go(self, *, store: bool = True) -> None:
        """Go on with the upload that is held up: store it, or cut it off."""
        self._say("" if store else "cut")
        wait_for(lambda: not self.is_holding(), "the server to let go")
        self._say("")

    def _say(self, what: str) -> None:
        """Write at once what the server looks at: it must never read a file that is just being written."""
        draft = self._held.with_suffix(".new")
        draft.write_text(what)
        draft.replace(self._held)

    def is_holding(self) -> bool:
        """Whether an upload is held up now."""
        return (self._folder / "holding").exists()


def wait_for(is_so: Any, what: str = "") -> None:
    """Return once `is_so()` is true."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"waited for {what or is_so} in vain"
        time.sleep(0.02)


def main(folder: Path) -> None:
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    inner = DomainDispatcherApplication(create_backend_app)
    held, holding = folder / "held", folder / "holding"

    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        with (folder / "requests").open("a") as log:
            log.write(f"{method} {path} {environ.get('HTTP_RANGE', '')}\n")
        if method == "PUT" and held.exists() and (name := held.read_text()) and path.endswith(name):
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            holding.touch()
            while (now := held.read_text()) == name:
                time.sleep(0.02)
            holding.unlink()
            if now == "cut":
                raise ConnectionResetError
        found: Iterable[bytes] = inner(environ, start)
        return found

    server = make_server("127.0.0.1", 0, app, threaded=True)
    draft = folder / "port.new"
    draft.write_text(str(server.port))
    draft.rename(folder / "port")
    server.serve_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
