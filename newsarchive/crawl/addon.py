"""Archiving for any Scrapy project, in one line: ADDONS = {"newsarchive.crawl.addon.Newsarchive": 0}.

Everything that the project fetches over http and https goes into the archive that NEWSARCHIVE_DIR names, byte for byte,
guarded and capped as its newsarchive.toml says. Also the settings of a `NewsSpider`: which of Scrapy's parts it uses as
they are, which subclasses replace which, and what is off (docs/crawl.md says why).
Tested in tests/crawl/test_addon.py and tests/spiders/test_projects.py.
"""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings, default_settings

from newsarchive.crawl.bodies import ACCEPT_ENCODING
from newsarchive.crawl.fetch import AHEAD
from newsarchive.crawl.plans import PLAN_SETTING, plan_of
from newsarchive.crawl.retries import RETRIES, STATUSES

SCHEDULER = "newsarchive.crawl.host_queues.HostQueues"
THEIRS = "scrapy.downloadermiddlewares."
OURS = "newsarchive.crawl."
SILENT_TOO = 16  # times `crawl.concurrency` that may be under way when most of them are silent

MIDDLEWARES: dict[str, int | None] = {
    OURS + "crawl_stats.CrawlStatsMiddleware": 10,
    THEIRS + "robotstxt.RobotsTxtMiddleware": None,
    OURS + "requisites.RequisiteBudgetMiddleware": 90,
    OURS + "robots.Rfc9309Middleware": 100,
    THEIRS + "retry.RetryMiddleware": None,
    OURS + "browser.BrowserMiddleware": 530,
    OURS + "conditional.ConditionalRequestMiddleware": 540,
    OURS + "retries.PatientRetryMiddleware": 550,
    THEIRS + "httpcompression.HttpCompressionMiddleware": None,
    OURS + "bodies.ContentDecodingMiddleware": 590,
    THEIRS + "redirect.RedirectMiddleware": None,
    OURS + "redirects.ArchivedRedirectMiddleware": 600,
    OURS + "login.SourceHeadersMiddleware": 720,  # after Scrapy's cookies, if a spider turns them on
    OURS + "rate_limit.RateLimitMiddleware": 950,
}

# A subclass's `custom_settings` overrule these.
SPIDER: dict[str, Any] = {
    "SCHEDULER": SCHEDULER,
    "ROBOTSTXT_OBEY": True,
    "RETRY_TIMES": RETRIES,
    "RETRY_HTTP_CODES": list(STATUSES),
    "RETRY_PRIORITY_ADJUST": AHEAD,
    "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # it is in the report
    "REDIRECT_MAX_TIMES": 10,
    "REDIRECT_PRIORITY_ADJUST": AHEAD,
    "METAREFRESH_ENABLED": False,
    "COOKIES_ENABLED": False,
    "REFERER_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": False,
    "SPIDER_MIDDLEWARES": {  # each wraps all that a callback yields in one more generator
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
    },
    "CONCURRENT_ITEMS": 1,  # Scrapy starts so many tasks for each response; its 100 cost 2 ms
    "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 200_000_000,  # bytes being read; at its 5 MB one large feed stops all requests
    "URLLENGTH_LIMIT": 0,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": ACCEPT_ENCODING,
    },
}
if hasattr(default_settings, "DOWNLOAD_DELAY_JITTER"):
    SPIDER["DOWNLOAD_DELAY_JITTER"] = 0
else:
    SPIDER["RANDOMIZE_DOWNLOAD_DELAY"] = False


def add_middlewares(settings: BaseSettings) -> None:
    """Put our downloader middlewares beside those of a project or spider; what these place themselves stays."""
    theirs = dict(settings.getdict("DOWNLOADER_MIDDLEWARES"))
    settings.set("DOWNLOADER_MIDDLEWARES", MIDDLEWARES | theirs, priority="spider")


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
# What is turned off is taken out of Scrapy's own lists: by the value None it would still be loaded, and aiohttp, requests
# or Twisted's terminal with it, for up to a quarter of a second.
CONSOLES = ("scrapy.extensions.telnet.TelnetConsole", "scrapy.extensions.remote_control.RemoteControl")
COOKIES = THEIRS + "cookies.CookiesMiddleware"
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
        extensions = dict(settings.getdict("EXTENSIONS")) | {EXTENSION: 0}
        settings.set("EXTENSIONS", extensions, priority="cmdline")
        _take_out(settings, "EXTENSIONS_BASE", CONSOLES)
        if not settings.getbool("COOKIES_ENABLED"):
            _take_out(settings, "DOWNLOADER_MIDDLEWARES_BASE", (COOKIES,))
        for name, value in CLOSED.items():
            settings.set(name, value, priority="cmdline")
        plan = plan_of(settings)
        settings.set(PLAN_SETTING, plan.to_json(), priority="cmdline")
        settings.set("DOWNLOAD_VERIFY_CERTIFICATES", plan.network.verify_tls, priority="cmdline")


def _take_out(settings: BaseSettings, name: str, components: tuple[str, ...]) -> None:
    left = {path: order for path, order in settings.getdict(name).items() if path not in components}
    settings.set(name, left, priority="cmdline")
