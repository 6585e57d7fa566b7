"""An archive's folder: made, opened, its sources chosen, writable or not."""

from __future__ import annotations

import resource

import pytest

from newsarchive.archive.folder import ArchiveFolder
from newsarchive.errors import ArchiveNotWritableError, ConfigError, NothingFoundError


@pytest.fixture
def folder(tmp_path) -> ArchiveFolder:
    return ArchiveFolder.create(tmp_path / "a", contact="desk@paper.example", name='Älteste "Zeitung"')


def write_source(folder: ArchiveFolder, name: str, text: str) -> None:
    (folder.root / "sources" / f"{name}.toml").write_text(text)


def test_what_init_writes_is_read_back(folder):
    assert (folder.config.name, folder.config.contact) == ('Älteste "Zeitung"', "desk@paper.example")


def test_a_folder_without_an_archive_names_the_next_step(tmp_path):
    with pytest.raises(NothingFoundError, match="newsarchive init"):
        ArchiveFolder(tmp_path)


def test_a_folder_that_cant_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ArchiveNotWritableError):
        ArchiveFolder.create(tmp_path / "file" / "a")


def test_all_enabled_sources_are_chosen_if_none_is_named(folder):
    write_source(folder, "a", 'homepage = "https://a.example/"\ndomains = ["a.example"]\n')
    write_source(folder, "b", 'homepage = "https://b.example/"\ndomains = ["b.example"]\nenabled = false\n')
    assert [s.name for s in folder.select()] == ["a"]
    assert [s.name for s in folder.select(["b"])] == ["b"]
    with pytest.raises(NothingFoundError, match="no source 'c'"):
        folder.select(["c"])


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a.example/x", "a"),
        ("http://www.a.example/x", "a"),
        ("https://nota.example/", ""),
        ("https://a.example.org/", ""),
    ],
)
def test_a_url_belongs_to_the_source_of_its_host(folder, url, name):
    write_source(folder, "a", 'homepage = "https://a.example/"\ndomains = ["a.example"]\n')
    assert folder.source_of(url) == name


def test_a_wrong_source_file_is_named_with_its_line(folder):
    write_source(folder, "a", 'homepage = "https://a.example/"\nfeedz = []\n')
    with pytest.raises(ConfigError, match="Did you mean 'feeds'") as caught:
        folder.select()
    assert caught.value.where.endswith("a.toml:2")


def test_a_relative_ca_file_lies_in_the_archive(folder):
    (folder.root / "newsarchive.toml").write_text('[network]\nca_file = "ca.pem"\n')
    assert folder.network().ca_file == str(folder.root / "ca.pem")


def test_a_disk_that_takes_no_byte_is_told_before_any_fetch(folder):
    import signal

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(ArchiveNotWritableError, match=str(folder.root)):
            folder.check_writable()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    folder.check_writable()
    assert list(folder.root.glob(".probe*")) == []
