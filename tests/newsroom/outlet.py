"""`Outlet`: one outlet as tests see it. Serves nothing, changes nothing. Tested in tests/newsroom/test_newsroom_state.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.newsroom.outlet_site import OutletSite
from tests.newsroom.state import NewsroomState
from tests.newsroom.story import PressEvent, PressStory


class Outlet:
    """One outlet as tests see it: its addresses and the truth about its stories."""

    def __init__(self, site: OutletSite, base: str, state: NewsroomState) -> None:
        self._site, self._state = site, state
        self.name, self.host, self.title, self.language = site.name, site.host, site.title, site.language
        self.url = base
        self.homepage = base + "/"
        self.feeds = (base + site.feed_path,)
        self.feed = self.feeds[0]
        self.news_sitemap = base + site.news_sitemap
        self.sitemap_index = base + site.sitemap_index
        self.robots = base + "/robots.txt"
        self.sections = tuple(base + site.section_path(slug) for slug in site.sections)
        self.boilerplate = site.boilerplate
        self.shows_modified = (
            site.shows_modified
        )  # whether its pages say when they were modified; if not, all edits are silent

    def stories(self) -> list[PressStory]:
        """The stories that are out and not deleted, newest first."""
        with self._state.lock:
            return self._state.outlet_state(self.name).newest()

    def paths(self) -> list[str]:
        """Their paths, newest first."""
        return [story.path for story in self.stories()]

    def urls(self) -> list[str]:
        """Their URLs, newest first."""
        return [self.url + path for path in self.paths()]

    def truth(self, where: str, at: datetime | None = None) -> PressStory:
        """The story at a path or URL, now or as it was at a moment.

        Raises:
            NewsroomError: there is none.
        """
        return self._state.truth(where, self.name, at)

    def caption(self, story: PressStory) -> str:
        """The caption of a story's picture as its page shows it, with the credit."""
        return self._site.caption(story)

    def history(self) -> list[PressEvent]:
        """What happened to its stories, in order of time."""
        with self._state.lock:
            return [h for h in self._state.history if h.outlet == self.name]

    def source(self) -> dict[str, Any]:
        """What a source file of this outlet holds: name, title, homepage, language, domains, feeds …"""
        return {
            "name": self.name,
            "title": self.title,
            "homepage": self.homepage,
            "language": self.language,
            "domains": (self.host, *self._site.aliases),
            "feeds": self.feeds,
            "sitemaps": (self.news_sitemap,),
            "sections": self.sections,
        }

    def to_json(self) -> dict[str, Any]:
        """The addresses as JSON values."""
        return {
            **{k: list(v) if isinstance(v, tuple) else v for k, v in self.source().items()},
            "host": self.host,
            "url": self.url,
            "news_sitemap": self.news_sitemap,
            "sitemap_index": self.sitemap_index,
        }
