"""`python -m tests.newsroom`: serves the outlets until stdin closes or SIGTERM comes.

Prints one line of JSON with all addresses when it serves, then one line for each order that it reads
(control.py). Tested in tests/newsroom/test_child.py.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.newsroom.control import run_command
from tests.newsroom.newsroom import Newsroom
from tests.newsroom.outlet_site import SITES
from tests.newsroom.story import NewsroomError


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="decides all texts")
    parser.add_argument("--stories", type=int, default=50, help="stories an outlet has at the start")
    parser.add_argument("--per-day", type=float, default=5.0, help="stories an outlet publishes a day")
    parser.add_argument("--days", type=float, default=0.0, help="days of scripted publications and edits")
    parser.add_argument("--start", type=datetime.fromisoformat, help="first moment of its clock (ISO 8601)")
    parser.add_argument("--speed", type=float, default=1.0, help="its seconds for one second outside")
    parser.add_argument(
        "--outlets", default="", help="names, with commas: " + ", ".join(s.name for s in SITES)
    )
    parser.add_argument(
        "--tls", action=argparse.BooleanOptionalAction, default=True, help="https for most outlets"
    )
    parser.add_argument(
        "--noise", action=argparse.BooleanOptionalAction, default=True, help="counters, ads, boxes"
    )
    parser.add_argument("--port", type=int, default=0, help="for http; 0 = any free one")
    parser.add_argument("--tls-port", type=int, default=0, help="for https; 0 = any free one")
    parser.add_argument("--crawl-delay", type=float, help="what one outlet's robots.txt asks for, seconds")
    parser.add_argument(
        "--long-from", type=int, default=0, help="paragraphs from which some set stories on pages"
    )
    parser.add_argument("--certificate-days", type=float, default=30.0, help="how long the certificate holds")
    parser.add_argument("--dir", type=Path, help="where ca.pem and network.toml go; else a temporary folder")
    parser.add_argument("--json", action="store_true", help="accepted for clearness: all output is JSON")
    return parser.parse_args(arguments)


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Serves; returns the exit code."""
    options = _options(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        room = Newsroom(
            seed=options.seed,
            stories=options.stories,
            per_day=options.per_day,
            days=options.days,
            start=options.start,
            speed=options.speed,
            outlets=[name for name in options.outlets.split(",") if name],
            tls=options.tls,
            noise=options.noise,
            ports=(options.port, options.tls_port),
            crawl_delay=options.crawl_delay,
            long_from=options.long_from,
            certificate_days=options.certificate_days,
            folder=options.dir,
        )
        with room:
            if options.dir:
                options.dir.mkdir(parents=True, exist_ok=True)
                (options.dir / "network.toml").write_text(room.config_toml(), encoding="utf-8")
            _say({"ok": True, "pid": os.getpid(), **room.to_json()})
            for line in sys.stdin:
                if line.strip():
                    _say(run_command(room, line))
    except NewsroomError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except (KeyboardInterrupt, BrokenPipeError):
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
