"""newsarchive.toml is read strictly; errors name the line and the nearest key."""

from __future__ import annotations

import pytest

from newsarchive.config import Config, read_config
from newsarchive.errors import ConfigError


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
