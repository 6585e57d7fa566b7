"""A subclass that pages through a JSON API, on Scrapy's own scheduler."""

from newsarchive.model import Candidate
from newsarchive.spiders.news import NewsSpider


class Harbour(NewsSpider):
    name = "harbour"
    allowed_domains = ["harbour.test"]
    start_urls = ["http://harbour.test/api?page=1"]
    custom_settings = {"SCHEDULER": "scrapy.core.scheduler.Scheduler"}

    def parse_section(self, response):
        page = response.json()
        stories = [Candidate(url=s["url"], kind="section", title=s["title"]) for s in page["stories"]]
        yield from self.articles(response, stories)
        if page["next"]:
            yield response.follow(page["next"], self.parse_section)
