"""A child process for crash tests: commits exchanges without end and tells, on stdout, which are durable.

    python -m tests.warc.hammer ROOT CRAWL_ID SEED LARGEST_BODY LARGEST_FILE

One line a durable capture: its record id and payload digest. It stops when killed, or when its disk is full.
"""

from __future__ import annotations

import dataclasses
import io
import random
import sys
from pathlib import Path

from newsarchive.errors import ArchiveNotWritableError
from newsarchive.warc import WarcStore
from tests.warc.making import answer, exchange


def main(root: str, crawl_id: str, seed: str, largest: str, max_size: str) -> int:
    pick = random.Random(seed)
    try:
        with WarcStore(Path(root), crawl_id=crawl_id, max_size=int(max_size), min_free=0) as store:
            for n in range(1, 100_000):
                size = int(largest) if pick.random() < 0.3 else pick.randrange(20_000)
                body = pick.randbytes(size)
                wire = answer(body, chunks=[60_000] if pick.random() < 0.5 else ())
                url = f"http://h.example/{crawl_id}/{pick.randrange(10)}"
                item = exchange(n, url, crawl_id=crawl_id)
                store.commit(dataclasses.replace(item, response=io.BytesIO(wire)))
                if pick.random() < 0.5:
                    for capture in store.sync():
                        print(capture.warc_record_id, capture.payload_digest, flush=True)
    except ArchiveNotWritableError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
