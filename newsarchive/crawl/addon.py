"""Archiving for any Scrapy project, in one line: ADDONS = {"newsarchive.crawl.addon.Newsarchive": 0}.

Everything that the project fetches over http and https goes into the archive that NEWSARCHIVE_DIR names,
byte for byte, guarded and capped as its newsarchive.toml says. Tested in tests/crawl/test_addon.py.
"""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings

from newsarchive.crawl.plans import PLAN_SETTING, plan_of

HANDLER = "newsarchive.crawl.download_handler.ArchivingHandler"
EXTENSION = "newsarchive.crawl.warc_extension.WarcExtension"

# Closed by default: each of these is open, or on, in Scrapy's own settings.
CLOSED: dict[str, Any] = {
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "HTTPPROXY_ENABLED": False,
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TWISTED_REACTOR": "twisted.internet.asyncioreactor.AsyncioSelectorReactor",
}
NO_SCHEMES = ("file", "ftp", "s3", "data")


class Newsarchive:
    """The add-on."""

    def update_settings(self, settings: BaseSettings) -> None:
        """Put the handler and the extension in, and close what is open by default.

        Set at the highest priority: a project that names a handler of its own for http would otherwise
        go on without archiving.

        Raises:
            ConfigError: the archive's newsarchive.toml can't be read.
        """
        handlers = dict(settings.getdict("DOWNLOAD_HANDLERS"))
        handlers |= {"http": HANDLER, "https": HANDLER, **dict.fromkeys(NO_SCHEMES)}
        settings.set("DOWNLOAD_HANDLERS", handlers, priority="cmdline")
        extensions = dict(settings.getdict("EXTENSIONS"))
        settings.set("EXTENSIONS", extensions | {EXTENSION: 0}, priority="cmdline")
        for name, value in CLOSED.items():
            settings.set(name, value, priority="cmdline")
        plan = plan_of(settings)
        settings.set(PLAN_SETTING, plan.to_json(), priority="cmdline")
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", plan.network.verify_tls, priority="cmdline")
