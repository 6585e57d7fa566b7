"""The façade: an archive folder and the verbs on it.

    from newsarchive import Archive
    archive = Archive("archives/main")
    archive.crawl()
    for version in archive.story("https://…").versions: …

`facade` has the class; `crawling` joins plan, crawl and ingest in one run; `story_reader` is what a reader
asks for; `doctor` examines the machine. Heavy rooms are imported inside the verb that needs them.
Tested in tests/archive/.
"""

from __future__ import annotations

from newsarchive.archive.facade import Archive

__all__ = ["Archive"]
