"""The invented outlets: how each builds its addresses and pages. One file an outlet.

Pure: stories and what stands around them in, HTML and XML out. `SITES` makes a new set of them.
Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

from newsarchive.newsroom.outlets.asanagi import AsanagiShimbun
from newsarchive.newsroom.outlets.base import Site
from newsarchive.newsroom.outlets.bote import NebelthalerBote
from newsarchive.newsroom.outlets.courier import CedarCourier
from newsarchive.newsroom.outlets.gazette import OldMillGazette
from newsarchive.newsroom.outlets.harbour import HarbourPost
from newsarchive.newsroom.outlets.mirat import MiratAlmina
from newsarchive.newsroom.outlets.northline import Northline

SITES: tuple[type[Site], ...] = (
    CedarCourier,
    HarbourPost,
    Northline,
    MiratAlmina,
    NebelthalerBote,
    AsanagiShimbun,
    OldMillGazette,
)

__all__ = ["SITES", "Site"]
