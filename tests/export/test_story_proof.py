"""The proof of a story is checked by others: with our command, and with public tools where our package isn't."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import ArchiveDamagedError, NewsarchiveError, UsageError
from newsarchive.export.story_proof import check_proof
from newsarchive.warc.signing import SignatureError
from tests.warc.test_signing import key, pytestmark  # noqa: F401  skips where OpenSSH isn't installed

DOCS = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.fixture
def made(press, tmp_path) -> tuple[str, Path, Path]:
    """A signed proof, the WARC file, the public key."""
    archive = Archive(press.folder)
    mine = key(tmp_path)
    proof = archive.prove(press.plain_url, "last", mine)
    name = re.search(r"^WARC-File: (.*)$", proof, re.MULTILINE)[1]
    copy = tmp_path / name
    shutil.copy(press.folder / "warc" / name, copy)
    return proof, copy, mine.with_suffix(".pub")


def test_a_proof_holds_and_says_who_signed_it(made) -> None:
    proof, warc, signer = made
    found = check_proof(proof, warc, signer)
    assert (found.signer, found.note) == ("archive", "")
    assert len(proof) < 2000


def _flipped(proof: str, warc: Path) -> None:
    data = bytearray(warc.read_bytes())
    data[_number(proof, "Offset") + 100] ^= 1
    warc.write_bytes(data)


def _swapped(proof: str, warc: Path) -> None:
    """Another record of the file, gzipped, in the place of the one that was proved."""
    data, offset = warc.read_bytes(), _number(proof, "Offset")
    warc.write_bytes(data[:offset] + data)


def _number(proof: str, name: str) -> int:
    return int(re.search(rf"^Record-{name}: (\d+)$", proof, re.MULTILINE)[1])


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_flipped, "the record's bytes aren't those that were proved"),
        (_swapped, "another record is in its place"),
    ],
)
def test_a_record_that_was_changed_or_swapped_fails_with_words_of_its_own(made, spoil, words) -> None:
    proof, warc, signer = made
    spoil(proof, warc)
    with pytest.raises(ArchiveDamagedError, match=words):
        check_proof(proof, warc, signer)


def test_a_changed_statement_another_key_and_no_signature_fail_with_words_of_their_own(
    made, tmp_path
) -> None:
    proof, warc, signer = made
    other = key(tmp_path, "other").with_suffix(".pub")
    with pytest.raises(SignatureError, match="changed after it was signed"):
        check_proof(proof.replace("Version: ", "Version: 1"), warc, signer)
    with pytest.raises(SignatureError, match="signed with another key"):
        check_proof(proof, warc, other)
    with pytest.raises(SignatureError, match="isn't signed"):
        check_proof(proof.partition("-----BEGIN")[0], warc, signer)


def test_a_file_that_changed_elsewhere_is_noted(made) -> None:
    proof, warc, signer = made
    warc.write_bytes(warc.read_bytes() + gzip.compress(b""))
    assert "other parts of the WARC file have changed" in check_proof(proof, warc, signer).note


@pytest.mark.parametrize("text", ["", "a shopping list", "newsarchive proof 1\nRecord-Offset: -1\n"])
def test_what_is_no_proof_is_refused(made, text) -> None:
    with pytest.raises(UsageError, match="no proof"):
        check_proof(text, made[1])


def test_every_byte_of_the_statement_is_signed(made) -> None:
    proof, warc, signer = made
    end = proof.index("-----BEGIN")
    for at in range(0, end, 37):
        changed = proof[:at] + chr(ord(proof[at]) ^ 1) + proof[at + 1 :]
        with pytest.raises(NewsarchiveError):
            check_proof(changed, warc, signer)


def test_the_recipe_of_the_docs_proves_without_our_package(made, tmp_path) -> None:
    """Each command of the recipe, run where `newsarchive` can't be imported."""
    proof, warc, signer = made
    (tmp_path / "proof.txt").write_text(proof)
    shutil.copy(signer, tmp_path / "archive-key.pub")
    recipe = re.search(r"```sh check-a-proof\n(.*?)```", DOCS.read_text(), re.DOTALL)[1]
    python = tmp_path / "python3"
    python.write_text(f'#!/bin/sh\nexec {Path(sys.base_prefix) / "bin" / "python3"} -I "$@"\n')
    python.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "WARC": warc.name}
    run = ["sh", "-eu", "-c", recipe]
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'Good "newsarchive" signature for archive' in done.stdout
    assert "the record is the one that was proved" in done.stdout
    assert "the payload has the digest that was proved" in done.stdout
    _flipped(proof, warc)
    assert subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True).returncode != 0


def test_the_verbs_sign_prove_and_check(press, tmp_path) -> None:
    archive = press.copy(tmp_path / "a")
    mine = key(tmp_path)
    proof = tmp_path / "proof.txt"

    def run(*words: object) -> tuple[int, str]:
        command = [sys.executable, "-m", "newsarchive", "--archive", archive.root, *words]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    assert "files signed: signatures/" in run("sign", "--key", mine)[1]
    code, said = run("verify", "--signed-by", mine.with_suffix(".pub"))
    assert (code, "files are signed by archive; 0 are not signed yet" in said) == (0, True)
    assert run("proof", "make", press.plain_url, "--key", mine, "-o", proof)[0] == 0
    warc = archive.root / "warc" / re.search(r"^WARC-File: (.*)$", proof.read_text(), re.MULTILINE)[1]
    code, said = run("proof", "check", proof, warc, "--signed-by", mine.with_suffix(".pub"))
    assert (code, "Signed by archive" in said) == (0, True)
    other = key(tmp_path, "other").with_suffix(".pub")
    assert run("proof", "check", proof, warc, "--signed-by", other)[0] == 4
    code, said = run("verify", "--signed-by", other)
    assert (code, "signed with another key" in said) == (4, True)
