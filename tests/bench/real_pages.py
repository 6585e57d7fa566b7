"""Crawls real pages under their own URLs on loopback with the ordinary command, and checks every one.

    python -m tests.bench.real_pages --data DIR [--keep FOLDER] [--limit N] [--json FILE]

DIR is laid out as `shared/data/extraction`. One source and one generated feed a host; http and TLS under a
CA made for the run; host names reach loopback through `[network] connect_to`. Checked: every page stands
in a WARC byte for byte as served, every page has a row, no page stopped ingest, titles are right as
`score.py` in DIR counts them. Prints pages/s, CPU a page, peak memory of each process, and how long a rebuild of the
index takes on one core and on all, beside what loops that share nothing gain there. A URL that occurs twice is captured twice.
Exit 1 if a check fails.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.urls import url_key
from tests.bench import measure
from tests.bench.main import BIN, server
from tests.bench.pages import load_rows, wire_url

CONFIG = """contact = "bench@newsarchive.example"
[network]
connect_to = [{connect}]
allow = ["127.0.0.1:{http}", "127.0.0.1:{https}"]
ca_file = "ca.pem"
[crawl]
delay = 0
per_host = 4
daily_budget = 100000
run_budget = 100000
"""

ROUNDS = 2  # of rebuilds, the faster counts


def make_archive(folder: Path, at: dict) -> None:
    """An archive with one source a host."""
    (folder / "sources").mkdir(parents=True)
    names: dict[str, list[str]] = {}
    connect = []
    for feed in at["feeds"]:
        parts = urlsplit(feed)
        names.setdefault(parts.hostname, []).append(feed)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        connect.append(f"{parts.hostname}:{port}:127.0.0.1:{at[parts.scheme]}")
    shutil.copy(at["ca"], folder / "ca.pem")
    lines = ", ".join(json.dumps(c) for c in connect)
    (folder / "newsarchive.toml").write_text(CONFIG.format(connect=lines, http=at["http"], https=at["https"]))
    for host, feeds in names.items():
        stem = host.replace(".", "-")[-36:].strip("-") + "-" + hashlib.sha1(host.encode()).hexdigest()[:3]
        (folder / "sources" / f"{stem}.toml").write_text(
            f'title = "{host}"\nhomepage = "{feeds[0].rsplit("/-/", 1)[0]}/"\ndomains = ["{host}"]\n'
            f"feeds = {json.dumps(feeds)}\n"
            "requisites = false\n"
        )


def stored_bodies(folder: Path) -> dict[str, list[bytes]]:
    """URL -> the bodies in the WARC files as sent on the wire, read with warcio alone."""
    from warcio.archiveiterator import ArchiveIterator

    bodies: dict[str, list[bytes]] = {}
    for path in sorted((folder / "warc").rglob("*.warc.gz")):
        with path.open("rb") as stream:
            for record in ArchiveIterator(stream):
                if record.rec_type == "response" and record.http_headers.get_statuscode() == "200":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    bodies.setdefault(url, []).append(record.raw_stream.read())
    return bodies


def scorer(data: Path):
    """`score.py` of the data folder, as a module."""
    spec = importlib.util.spec_from_file_location("score", data / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spelt_twice(data: Path, limit: int) -> list[str]:
    """URLs of pages that occur twice, under one spelling or two: a crawl fetches such a page once."""
    spellings: dict[str, list[str]] = {}
    for row in load_rows(data)[: limit or None]:
        url = wire_url(row["url"])
        spellings.setdefault(url_key(url), []).append(url)
    return [url for urls in spellings.values() if len(urls) > 1 for url in dict.fromkeys(urls)]


def check(data: Path, folder: Path, limit: int) -> dict[str, object]:
    """All figures and failures of one finished archive."""
    score = scorer(data)
    bodies = stored_bodies(folder)
    by_url: dict[str, list[dict]] = {}
    for row in load_rows(data)[: limit or None]:
        by_url.setdefault(wire_url(row["url"]), []).append(row)
    missing_bytes, missing_rows, titles, text_empty = [], [], Counter(), 0
    db = sqlite3.connect(f"file:{folder / 'index.db'}?mode=ro", uri=True)
    for url, rows in by_url.items():
        kept = bodies.get(url, [])
        for row in rows:
            if (data / row["html_path"]).read_bytes() not in kept:
                missing_bytes.append(url)
        found = db.execute(
            "SELECT COUNT(*) FROM captures c JOIN urls u ON u.id = c.url_id WHERE u.url = ?", (url,)
        )
        if found.fetchone()[0] < len(rows):
            missing_rows.append(url)
        version = db.execute(
            "SELECT v.title, t.text FROM versions v JOIN texts t ON t.id = v.text_id JOIN story_urls su"
            " ON su.story_id = v.story_id JOIN urls u ON u.id = su.url_id WHERE u.url = ?"
            " ORDER BY v.version_no",
            (url,),
        ).fetchall()
        text_empty += not any(text for _, text in version)
        for row in rows:
            if row.get("title"):
                right = any(score.tnorm(title) == score.tnorm(row["title"]) for title, _ in version)
                titles["right" if right else "wrong"] += 1
    db.close()
    known = titles["right"] + titles["wrong"]
    return {
        "pages": sum(map(len, by_url.values())),
        "not in a WARC byte for byte": missing_bytes,
        "without a row": missing_rows,
        "without text": text_empty,
        "titles known": known,
        "titles right": titles["right"] / max(1, known),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="Leave the archive here.")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="newsarchive-real-"))
    with tempfile.TemporaryDirectory() as tls:
        arguments = ["--data", str(options.data), "--tls-dir", tls, "--limit", str(options.limit)]
        with server(*arguments) as at:
            make_archive(folder, at)
            base = [str(BIN / "newsarchive"), "--archive", str(folder)]
            usage = measure.run([*base, "crawl"], ok=False)
            print(usage.stdout, usage.stderr[-2000:], sep="\n")
            for url in spelt_twice(options.data, options.limit):
                measure.run([*base, "crawl", "--url", url])
    result = check(options.data, folder, options.limit)
    pages = int(result["pages"])
    rebuilt: dict[str, float] = {}
    for _ in range(ROUNDS):
        for name, bound in (("one core", ("taskset", "-c", "0")), ("all cores", ())):
            wall = measure.run([*bound, *base, "rebuild"]).wall
            rebuilt[name] = min(wall, rebuilt.get(name, wall))
    result |= {
        "exit": usage.code,
        "pages/s": round(pages / usage.wall, 1),
        "cpu ms/page": round(1000 * usage.cpu / pages, 1),
        "peak MiB": {k: round(v) for k, v in usage.peaks.items()},
        "rebuild s": {name: round(seconds, 1) for name, seconds in rebuilt.items()},
        "loops on all cores": round(measure.gain_of_all_cores(), 2),
        "machine": measure.machine(),
    }
    print(json.dumps(result, indent=1))
    if options.json:
        options.json.write_text(json.dumps(result, indent=1))
    if not options.keep:
        shutil.rmtree(folder)
    bad = result["not in a WARC byte for byte"] or result["without a row"] or usage.code not in (0,)
    sys.exit(1 if bad or float(str(result["titles right"])) < 0.8 else 0)


if __name__ == "__main__":
    main()
