"""`python -m newsarchive.crawl`: the crawl's child process; `crawl_child.py` is its parent's side."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from newsarchive.crawl.crawl_process import main

    sys.exit(main())
