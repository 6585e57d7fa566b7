"""Values as hostile as strangers write them, for table tests and for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

SURROGATE = "\ud800"
RTL = "\u202e"
# What servers put into Location, pages into canonical and base, feeds into links.
URLS = (
    "",
    " ",
    "#x",
    "?",
    "://",
    "mailto:desk@gazette.example",
    "javascript:alert(1)",
    "data:text/html,<p>hi",
    "tel:123",
    "intent://x#Intent;end",
    "file:///etc/hostname",
    "ftp://gazette.example/",
    "http:",
    "http://",
    "https:foo",
    "http://[",
    "http://[::1",
    "http://[::1/b",
    "http://]/",
    "http://[v1.x]/",
    "http://%zz/",
    "https://%6dx.example/b",
    "https://a..example/b",
    "https://.example/",
    "https://./",
    "https://a_b.example/b",
    "https://bad host.example/b",
    "http:// /",
    "https://gazette.example:99999/b",
    "https://gazette.example:-1/b",
    "https://gazette.example:x/b",
    "https://user:secret@gazette.example/b",
    "https://&lsqb;@gazette.example/b",
    "https://münchen.example/b",
    "https://xn--\u00fc.example/b",
    f"https://gazette.example/{SURROGATE}",
    f"https://{SURROGATE}.example/",
    f"https://gazette.example/{RTL}lmth.a",
    "https://gazette.example/\x00\x1b[31m\x9b",
    "/fa/اعزام",
    "//",
    "/../../..",
    "https://web.archive.org/web/2020/https://bad host/",
    "https://web.archive.org/web/2020/http://[/x",
    "https://www.google.com/amp/s/a..example/b",
    "https://gazette.example/" + "a/" * 3000,
    "https://gazette.example/?" + "&".join(f"a{i}={i}" for i in range(500)),
)
DATES = (
    "",
    "yesterday",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "1066-10-14T09:00:00Z",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59",
    "9999-12-31",
    "99999-01-01T00:00:00Z",
    "-0001-01-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2026-03-02T06:00:00Z",
    "2026-03-02T06:00:00.123456789Z",
    "٢٠٢٦-٠٣-٠٢",
    "1e999",
    f"2026-03-02{SURROGATE}",
)
TEXTS = (
    "",
    "Crane repaired",
    SURROGATE,
    f"Bad {SURROGATE} title",
    f"{RTL}reversed",
    "a\x00b\x1b[31m\x9bc\x7f",
    "\ufeff\ufffe\uffff",
    "é" + "\u0301" * 200,
    "x" * 5000,
    "null",
    "<script>",
)
# What stands in JSON where a text, a number or a list should.
JSON = (None, True, -1, 10**30, 1.5, "", "x", [], ["a"], {}, {"a": [1]}, SURROGATE, "sha1:", "9" * 500)


def urls() -> st.SearchStrategy[str]:
    """One of URLS, or a made one."""
    made = st.tuples(st.sampled_from(["http://", "https://", "//", "/", ""]), st.text(max_size=12))
    return st.sampled_from(URLS) | made.map("".join)


def texts() -> st.SearchStrategy[str]:
    """One of TEXTS, or any text, lone surrogates included."""
    return st.sampled_from(TEXTS) | st.text(
        st.characters() | st.characters(categories=["Cs", "Cc", "Cf"]), max_size=12
    )
