"""Somebody's SitemapSpider; it knows nothing of newsarchive."""

from scrapy.spiders import SitemapSpider


class Harbour(SitemapSpider):
    name = "harbour"
    sitemap_urls = ["http://harbour.test/sitemap.xml"]
    sitemap_rules = [("/2026/", "parse_story")]

    def parse_story(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
