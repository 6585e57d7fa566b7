"""Somebody's plain spider with a middleware from a package index: scrapy-deltafetch."""

import scrapy


class Harbour(scrapy.Spider):
    name = "harbour"
    start_urls = ["http://harbour.test/latest"]
    custom_settings = {
        "SPIDER_MIDDLEWARES": {"scrapy_deltafetch.DeltaFetch": 100},
        "DELTAFETCH_ENABLED": True,
    }

    def parse(self, response):
        yield from response.follow_all(css="article a", callback=self.parse_story)
        yield from response.follow_all(css="a.older", callback=self.parse)

    def parse_story(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
