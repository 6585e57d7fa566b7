"""Somebody's plain spider with a middleware from a package index, scrapy-itemlimit: four stories are enough."""

import scrapy


class Harbour(scrapy.Spider):
    name = "harbour"
    start_urls = ["http://harbour.test/latest"]
    custom_settings = {
        "SPIDER_MIDDLEWARES": {"scrapy_itemlimit.PerTargetItemLimitSpiderMiddleware": 100},
        "PER_TARGET_ITEM_LIMIT": 4,
        "CONCURRENT_REQUESTS": 1,
    }

    def parse(self, response):
        yield from response.follow_all(css="article a", callback=self.parse_story)
        yield from response.follow_all(css="a.older", callback=self.parse)

    def parse_story(self, response):
        yield {"url": response.url, "title": response.css("h1::text").get()}
