"""Certificates of test servers: an authority that nobody else trusts, made for one run.

Tested in tests/newsroom/test_server.py and tests/crawl/test_network.py.
"""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


def issue(folder: Path, *names: str, days: float = 30.0) -> tuple[Path, Path]:
    """Write ca.pem, and server.pem with the key and the certificate for `names` (hosts and IP addresses).

    Args:
        days: How long the server's certificate holds, from now; negative = it has run out.
    """
    now = datetime.now(UTC)
    end = now + timedelta(days=days)
    authority = trustme.CA()
    server = authority.issue_cert(*names, not_before=min(now, end) - timedelta(days=1), not_after=end)
    ca_file, server_file = folder / "ca.pem", folder / "server.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    server_file.touch(mode=0o600)
    server.private_key_and_cert_chain_pem.write_to_path(str(server_file))
    return ca_file, server_file


def server_context(server_file: Path) -> ssl.SSLContext:
    """Return the server's side of TLS with the key and certificate of `server_file`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server_file)
    return context
