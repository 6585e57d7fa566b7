"""A headless Chromium and a served archive, for tests and pictures. Everything on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from newsarchive.browse.server import listening, url_of

ARGUMENTS = (
    "--no-sandbox",  # CI runs as root in a container
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # no test leaves this machine
)
AXE = "4.14.1"  # version


def find_chromium() -> str | None:
    """Debian's Chromium, or the one that the environment names; None if there is none."""
    return (
        os.environ.get("NEWSARCHIVE_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


def find_axe() -> Path | None:
    """axe-core's script; None where npm or its registry isn't at hand."""
    return from_npm("axe-core", AXE, "axe.min.js")


def from_npm(name: str, version: str, file: str) -> Path | None:
    """One file of a package, fetched once from npm into a cache; None where npm or its registry isn't at hand."""
    plain = name.removeprefix("@").replace("/", "-")
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    cache = caches / "newsarchive-tests" / f"{plain}-{version}"
    found = cache / "package" / file
    if not found.exists() and shutil.which("npm"):
        cache.mkdir(parents=True, exist_ok=True)
        command = ["npm", "pack", "--silent", f"{name}@{version}", "--pack-destination", str(cache)]
        try:
            subprocess.run(command, check=True, timeout=60, capture_output=True)
            shutil.unpack_archive(cache / f"{plain}-{version}.tgz", cache, filter="data")
        except (subprocess.SubprocessError, OSError, ValueError):
            return None
    return found if found.exists() else None


@contextmanager
def serving(datasette: Any) -> Iterator[str]:
    """The address at which `datasette` is served by a thread of this process."""
    import uvicorn

    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(datasette.app(), log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield url_of(listener).rstrip("/")
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


class Watch:
    """What a page did that it shouldn't: errors, and requests that leave loopback."""

    def __init__(self, page: Any) -> None:
        self.errors: list[str] = []
        self.strangers: list[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "about", "blob") and parts.hostname != "127.0.0.1":
            self.strangers.append(request.url)


class Trap:
    """A listener that notes who connects. Use as a context manager; `.caught` after leaving."""

    def __enter__(self) -> Trap:
        self._socket = socket.create_server(("127.0.0.2", 0))
        self.port = self._socket.getsockname()[1]
        self.caught = 0
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()
        return self

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.caught += 1
            connection.close()

    def __exit__(self, *problem: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()
