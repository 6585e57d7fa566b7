"""The child process of `newsarchive.ingest.worker_pool`: jobs come on stdin, results go to stdout, until it closes.

    python -m newsarchive.ingest.worker ROOT

Anything that a library prints goes to stderr, never between the messages. Tested in tests/ingest/test_worker_pool.py.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path

from newsarchive.ingest.extraction_job import ExtractionJob, extract
from newsarchive.ingest.worker_pool import receive, send


def main(root: Path) -> None:
    """Answer jobs until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    is_warm = False
    with answers:
        while True:
            try:
                job = receive(sys.stdin.buffer)
            except EOFError:
                return
            if isinstance(job, ExtractionJob):
                try:
                    answer: object = extract(root, job)
                except OSError as error:  # the machine's, not the page's: the parent stops
                    answer = error
                send(answers, answer)
            if (
                not is_warm
            ):  # libraries and model are loaded now and stay: the collector needn't walk them again
                gc.collect()
                gc.freeze()
                is_warm = True


if __name__ == "__main__":
    main(Path(sys.argv[1]))
