"""The name of a crawl. Tested in tests/crawl/test_plans.py."""

from __future__ import annotations

import secrets
from datetime import datetime


def new_crawl_id(now: datetime) -> str:
    """A name for a crawl that begins `now`: `20261124T034012-3f9a`."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
