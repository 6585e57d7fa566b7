"""Fetching: a child process that does plans with Scrapy and archives every byte.

The parent's side (`CrawlChild`, `Report`, `plan_sources`) loads neither Scrapy nor Twisted.
"""

from __future__ import annotations

from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport
from newsarchive.crawl.plans import new_crawl_id, plan_sources, targets_of, user_agent

__all__ = [
    "CrawlChild",
    "DocumentReport",
    "Report",
    "SourceReport",
    "new_crawl_id",
    "plan_sources",
    "targets_of",
    "user_agent",
]
