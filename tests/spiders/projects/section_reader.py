"""A subclass that reads a section in a way of its own, and logs in first."""

import scrapy

from newsarchive.spiders.news import NewsSpider


class Harbour(NewsSpider):
    name = "harbour"
    allowed_domains = ["harbour.test"]
    start_urls = ["http://harbour.test/latest"]
    custom_settings = {"COOKIES_ENABLED": True}

    async def start(self):
        form = {"user": "reader", "password": "TOPSECRETWORD"}
        yield scrapy.FormRequest("http://harbour.test/login", formdata=form, callback=self.logged_in)

    def logged_in(self, response):
        for url in self.start_urls:
            yield response.follow(url, self.parse_section)

    def parse_section(self, response):
        yield from self.articles(response, response.css("article a::attr(href)").getall())
        for older in response.css("a.older"):
            yield response.follow(older, self.parse_section)
