"""Taking the archive away: its stories as tables, files, a git repository, citations or WACZ.

Every format reads the index once, version by version, and keeps none of them. Withheld stories have no
version in the index, so none can get out; what a page said is made safe for the format that takes it.
Tested in tests/export/.
"""

from __future__ import annotations

from newsarchive.export.citations import CITATION_FORMS, cite
from newsarchive.export.exported import ExportedVersion, exported_versions, to_columns
from newsarchive.export.formats import FOLDERS, FORMATS, ExportReport, export, stream

__all__ = [
    "CITATION_FORMS",
    "FOLDERS",
    "FORMATS",
    "ExportReport",
    "ExportedVersion",
    "cite",
    "export",
    "exported_versions",
    "stream",
    "to_columns",
]
