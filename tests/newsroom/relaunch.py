"""A relaunch: the same page under other class names and another structure.

Pure: HTML in, HTML out; text, order, links and metadata stay. Tested in tests/newsroom/test_faults.py.
"""

from __future__ import annotations

import re

from tests.newsroom.outlet_site import token

_CLASS = re.compile(r'\b(class|id|itemprop)="([^"]*)"')
_TAGS = re.compile(r"<(/?)(article|main|section|aside|figure|figcaption|header|footer|h1)\b([^>]*)>")
_HEAD_END = "</head>"


def relaunch(html: str) -> str:
    """The page after a relaunch: hashed class names, plain divs, the headline in an h2, body in spans' stead."""
    head, mark, body = html.partition(_HEAD_END)
    body = _CLASS.sub(_renamed, body)
    body = _TAGS.sub(_retagged, body)
    body = re.sub(r"<p>", '<div class="tx-row"><p class="tx-p">', body).replace("</p>", "</p></div>")
    return head + mark + body.replace("<body", '<body data-release="2"', 1)


def _renamed(found: re.Match[str]) -> str:
    if found[1] == "itemprop":
        return ""
    if found[2] == "__NEXT_DATA__":
        return found[0]
    names = " ".join(f"x{token('relaunch', name, length=6)}" for name in found[2].split())
    return f'{found[1]}="{names}"'


def _retagged(found: re.Match[str]) -> str:
    if found[2] == "h1":
        return f"<{found[1]}h2{found[3]}>"
    return f"<{found[1]}div{found[3]}>"
