"""Somebody's CrawlSpider; it knows nothing of newsarchive."""

from scrapy.linkextractors import LinkExtractor
from scrapy.spiders import CrawlSpider, Rule


class Harbour(CrawlSpider):
    name = "harbour"
    start_urls = ["http://harbour.test/latest"]
    rules = (
        Rule(LinkExtractor(restrict_css="a.older")),
        Rule(LinkExtractor(restrict_css="article"), callback="parse_story"),
    )

    def parse_story(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
