"""What is sealed can be opened with the key alone, whole or not at all."""

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digitizer.errors import ConfigError, IntegrityError
from storage.envelope import MAGIC, open_sealed, seal_file
from storage.identity import IdentityVault

VAULT = IdentityVault(b"k" * 32)
HEAD_BYTES = len(MAGIC) + 16 + 32


def sealed(content: bytes, folder: Path, vault: IdentityVault = VAULT, name: str = "a") -> Path:
    source = folder / f"{name}.plain"
    source.write_bytes(content)
    return seal_file(vault, source, folder / f"{name}.sealed").path


def noise(size: int) -> bytes:
    """Bytes that do not compress, so that a file has several chunks."""
    return random.Random(3).randbytes(size)


@pytest.mark.parametrize("content", [b"", b"x", noise((1 << 20) - 400), noise(3 << 20)])
def test_what_is_sealed_comes_back(content: bytes, tmp_path: Path) -> None:
    opened = open_sealed(VAULT, sealed(content, tmp_path), tmp_path / "back")
    assert opened.path.read_bytes() == content


def test_nothing_of_the_content_shows(tmp_path: Path) -> None:
    file = sealed(b"001203004567 " * 200, tmp_path)
    assert b"001203004567" not in file.read_bytes()
    assert not list(tmp_path.glob("*.packed"))


def test_equal_files_give_equal_envelopes_and_others_do_not(tmp_path: Path) -> None:
    one, two = sealed(b"equal", tmp_path, name="one"), sealed(b"equal", tmp_path, name="two")
    other = sealed(b"other", tmp_path, name="other")
    assert one.read_bytes() == two.read_bytes()
    assert other.read_bytes()[HEAD_BYTES:] != one.read_bytes()[HEAD_BYTES:]


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_change_anywhere_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    for leftover in tmp_path.iterdir():
        leftover.unlink()
    file = sealed(b"Bien ban " * 50, tmp_path)
    whole = bytearray(file.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    file.chmod(0o600)
    file.write_bytes(whole)
    with pytest.raises((IntegrityError, ConfigError)):
        open_sealed(VAULT, file, tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("change", ["cut", "swap", "drop", "double"])
def test_chunks_can_not_be_cut_off_moved_or_left_out(change: str, tmp_path: Path) -> None:
    file = sealed(noise(3 << 20), tmp_path)
    data = file.read_bytes()
    size = (1 << 20) + 16
    head, body = data[:HEAD_BYTES], data[HEAD_BYTES:]
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    changed = {
        "cut": chunks[:-1],
        "swap": [chunks[1], chunks[0], *chunks[2:]],
        "drop": chunks[1:],
        "double": [chunks[0], *chunks],
    }[change]
    file.chmod(0o600)
    file.write_bytes(head + b"".join(changed))
    with pytest.raises(IntegrityError):
        open_sealed(VAULT, file, tmp_path / "back")


def test_an_earlier_key_still_opens_and_a_foreign_one_is_named(tmp_path: Path) -> None:
    file = sealed(b"before the key changed", tmp_path)
    rotated = IdentityVault(b"n" * 32, b"k" * 32)
    assert open_sealed(rotated, file, tmp_path / "back").path.read_bytes().startswith(b"before")
    with pytest.raises(ConfigError, match=VAULT.key_id):
        open_sealed(IdentityVault(b"z" * 32), file, tmp_path / "other")


def test_what_is_no_envelope_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.sealed"
    path.write_bytes(b"PK\3\4")
    with pytest.raises(IntegrityError):
        open_sealed(VAULT, path, tmp_path / "back")
