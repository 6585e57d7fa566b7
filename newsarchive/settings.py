"""Scrapy's entry, for `scrapy list` and `scrapy crawl news` from the checkout's root. Data only.

The add-on puts in the handler that archives; `newsarchive crawl` starts the same spider in a child process.
Tested in tests/spiders/test_news.py.
"""

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["newsarchive.spiders"]
NEWSPIDER_MODULE = "newsarchive.spiders"
ADDONS = {"newsarchive.crawl.addon.Newsarchive": 0}
NEWSARCHIVE_DIR = "archives/main"

TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
HTTPPROXY_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True
COOKIES_ENABLED = False
ROBOTSTXT_OBEY = False  # the crawl asks robots.txt itself, by RFC 9309, and archives it
LOG_LEVEL = "INFO"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
