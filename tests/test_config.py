"""newsarchive.toml is read strictly; errors name the line and the nearest key."""

from __future__ import annotations

import pytest

from newsarchive.config import Config, read_config, read_rows
from newsarchive.errors import ConfigError, UsageError


def test_an_absent_file_means_all_defaults(tmp_path):
    assert read_config(tmp_path) == Config()


def test_sections_and_keys_are_read(tmp_path):
    (tmp_path / "newsarchive.toml").write_text(
        'contact = "desk@paper.example"\n[crawl]\ndelay = 2\n[network]\nallow = ["127.0.0.1:80"]\n'
    )
    config = read_config(tmp_path)
    assert (config.contact, config.crawl.delay, config.network.allow) == (
        "desk@paper.example",
        2,
        ("127.0.0.1:80",),
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("[crawl]\n# pace\ndelya = 2\n", 3, "Did you mean 'delay'"),
        ("[crwal]\ndelay = 2\n", 1, "Did you mean 'crawl'"),
        ("\n[network]\nallow = 'x'\n", 3, "must be a list of texts"),
        ("[crawl]\ndelay = 'slow'\n", 2, "must be a number"),
        ("[crawl]\nconcurrency = 1.5\n", 2, "must be a whole number"),
        ("[crawl]\nobey_optout = 1\n", 2, "must be true or false"),
        ("[crawl]\ndelay = inf\n", 2, "must be a number"),
        ("crawl = 3\n", 1, r"is a section, write \[crawl\]"),
        ("[crawl\n", 1, "not valid TOML"),
        ("qqq = 1\n", 1, "Known here: "),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, line, words):
    (tmp_path / "newsarchive.toml").write_text(text)
    with pytest.raises(ConfigError, match=words) as caught:
        read_config(tmp_path)
    assert caught.value.where == f"{tmp_path / 'newsarchive.toml'}:{line}"


ODD_BYTES = [
    # bytes, line, words
    (b"name = 'x'\n# \xff\xfe\n", 2, "not UTF-8"),
    (b"\x00\xd8", 1, "not UTF-8"),
    ("name = 'x'\n".encode("utf-16"), 1, "not UTF-8"),
    (b"a = " + b"[" * 100_000, None, "nested too deep"),
]


@pytest.mark.parametrize(("data", "line", "words"), ODD_BYTES)
def test_a_file_that_is_no_text_is_an_error_with_its_line(tmp_path, data, line, words):
    path = tmp_path / "newsarchive.toml"
    path.write_bytes(data)
    with pytest.raises(ConfigError, match=words) as caught:
        read_config(tmp_path)
    assert caught.value.where == (f"{path}:{line}" if line else str(path))


ODD_LINES = [b"\xff\xfe", b"\x00", b"nonsense", b"[" * 100_000, b"9" * 5000, b"null", b"[]", b"{}", b'{"a": "x"}', b'{"a": -1}']  # fmt: skip


def positive(row):
    if row["a"] < 0:
        raise UsageError("below 0")
    return row["a"]


@pytest.mark.parametrize("line", ODD_LINES)
def test_a_line_that_cant_be_read_is_an_error_with_its_number(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\n\n' + line + b'\n{"a": 2}\n')
    with pytest.raises(ConfigError, match="not a row") as caught:
        read_rows(path, positive, "a row")
    assert (caught.value.where, caught.value.exit_code) == (f"{path}:3", 2)


@pytest.mark.parametrize("line", ODD_LINES)
def test_a_last_line_that_was_cut_is_left_out(tmp_path, line):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"a": 1}\n' + line)
    assert read_rows(path, positive, "a row") == [1]
    path.write_bytes(b'{"a": 1}\n{"a": 2}')
    assert [read_rows(path, positive, "a row", is_cut=is_cut) for is_cut in (False, True)] == [[1, 2], [1]]
    assert read_rows(tmp_path / "none.jsonl", positive, "a row") == []
