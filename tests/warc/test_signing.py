"""MANIFEST is signed by an SSH key; what isn't as it was signed is named, each fault in words of its own."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.warc import purge
from newsarchive.warc.signing import SignatureError, check, check_manifests, sign, sign_manifest, time_stamp
from tests.warc import time_stamps
from tests.warc.making import answer, exchange, write

NOW = datetime(2026, 11, 28, 7, tzinfo=UTC)
pytestmark = pytest.mark.skipif(
    not shutil.which("ssh-keygen") or not shutil.which("openssl"),
    reason="OpenSSH and OpenSSL aren't installed",
)


def key(folder: Path, name: str = "archive") -> Path:
    path = folder / name
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "a test", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def crawl(root: Path, name: str) -> None:
    write(root, [exchange(1, "https://gazette.example/a", answer(b"A ferry sails."))], crawl_id=name)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    crawl(tmp_path / "press", "one")
    return tmp_path / "press"


def test_a_signature_names_its_signer_by_the_public_key_or_by_the_allowed_signers(tmp_path: Path) -> None:
    mine = key(tmp_path)
    signature = sign(b"words", mine)
    assert check(b"words", signature, mine.with_suffix(".pub")) == "archive"
    allowed = tmp_path / "allowed"
    allowed.write_text(f"desk@gazette.example {mine.with_suffix('.pub').read_text()}")
    assert check(b"words", signature, allowed) == "desk@gazette.example"


def test_another_text_and_another_key_are_told_apart(tmp_path: Path) -> None:
    mine, other = key(tmp_path), key(tmp_path, "other")
    signature = sign(b"words", mine)
    with pytest.raises(SignatureError, match="changed after it was signed"):
        check(b"other words", signature, mine.with_suffix(".pub"))
    with pytest.raises(SignatureError, match="signed with another key"):
        check(b"words", signature, other.with_suffix(".pub"))
    with pytest.raises(SignatureError, match="changed after it was signed"):
        check(b"words", "no signature", mine.with_suffix(".pub"))


def test_a_key_that_is_none_is_refused_with_the_command_that_makes_one(tmp_path: Path) -> None:
    (tmp_path / "no-key").write_text("a shopping list")
    with pytest.raises(UsageError, match="ssh-keygen -t ed25519"):
        sign(b"words", tmp_path / "no-key")


def test_all_closed_files_are_signed_and_later_ones_are_not_yet(root: Path, tmp_path: Path) -> None:
    mine = key(tmp_path)
    signed = sign_manifest(root, mine, now=NOW)
    assert (signed.files, signed.signature.as_posix()) == (1, "signatures/20261128T070000Z.manifest.sig")
    crawl(root, "two")
    found = check_manifests(root, mine.with_suffix(".pub"))
    assert (len(found.signed), len(found.unsigned), found.wrong) == (1, 1, ())


def test_without_a_closed_file_there_is_nothing_to_sign(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        sign_manifest(tmp_path, key(tmp_path), now=NOW)


def test_each_fault_has_words_of_its_own(root: Path, tmp_path: Path) -> None:
    mine, other = key(tmp_path), key(tmp_path, "other")
    copy = root / sign_manifest(root, mine, now=NOW).signed
    public = mine.with_suffix(".pub")
    manifest = (root / "MANIFEST").read_text()

    (root / "MANIFEST").write_text("0" * 64 + manifest[64:])
    assert "it isn't the file that archive signed" in check_manifests(root, public).wrong[0]
    (root / "MANIFEST").write_text("")
    assert "isn't in MANIFEST any more" in check_manifests(root, public).wrong[0]
    (root / "MANIFEST").write_text(manifest)
    copy.write_text(manifest + manifest)
    assert "changed after it was signed" in check_manifests(root, public).wrong[0]
    copy.write_text(manifest)
    assert check_manifests(root, public).wrong == ()
    assert "signed with another key" in check_manifests(root, other.with_suffix(".pub")).wrong[0]
    copy.with_name(copy.name + ".sig").unlink()
    assert "its signature is missing" in check_manifests(root, public).wrong[0]


def test_a_file_that_a_purge_has_rewritten_is_said_to_be_so(root: Path, tmp_path: Path) -> None:
    mine = key(tmp_path)
    sign_manifest(root, mine, now=NOW)
    purge(root, ["https://gazette.example/a"], "they asked", now=NOW)
    found = check_manifests(root, mine.with_suffix(".pub"))
    assert (len(found.signed), len(found.purged), found.wrong) == (0, 1, ())


def test_a_time_stamp_is_kept_beside_the_signature_and_holds_for_openssl(root: Path, tmp_path: Path) -> None:
    certificate = time_stamps.authority(tmp_path)
    with time_stamps.server(tmp_path) as url:
        signed = sign_manifest(root, key(tmp_path), now=NOW, timestamp_url=url)
    assert signed.time_stamp is not None
    command = ["openssl", "ts", "-verify", "-data", str(root / signed.signature)]
    command += ["-in", str(root / signed.time_stamp), "-CAfile", str(certificate)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert "Verification: OK" in done.stdout + done.stderr


def test_a_server_that_grants_nothing_leaves_no_signature(root: Path, tmp_path: Path) -> None:
    with (
        time_stamps.server(tmp_path, grants=False) as url,
        pytest.raises(UsageError, match="granted nothing"),
    ):
        sign_manifest(root, key(tmp_path), now=NOW, timestamp_url=url)
    assert not (root / "signatures").exists()


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "file:///etc/passwd", "no address"])
def test_only_the_web_is_asked_for_time_stamps(url: str) -> None:
    with pytest.raises(UsageError, match="isn't http"):
        time_stamp(b"x", url)
