"""The spiders of the Scrapy project; the crawl itself is in `newsarchive/crawl/`."""
