"""The invented outlets: how each builds its addresses and pages. One file an outlet.

Pure: stories and what stands around them in, HTML and XML out. `SITES` makes a new set of them.
Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

from tests.newsroom.outlets.asanagi import AsanagiShimbun
from tests.newsroom.outlets.base import OutletSite
from tests.newsroom.outlets.bote import NebelthalerBote
from tests.newsroom.outlets.courier import CedarCourier
from tests.newsroom.outlets.gazette import OldMillGazette
from tests.newsroom.outlets.harbour import HarbourPost
from tests.newsroom.outlets.mirat import MiratAlmina
from tests.newsroom.outlets.northline import Northline

SITES: tuple[type[OutletSite], ...] = (
    CedarCourier,
    HarbourPost,
    Northline,
    MiratAlmina,
    NebelthalerBote,
    AsanagiShimbun,
    OldMillGazette,
)

__all__ = ["SITES", "OutletSite"]
