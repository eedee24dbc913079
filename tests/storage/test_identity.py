"""Identity numbers are found by a keyed hash, shown by a mask, and kept sealed."""

from __future__ import annotations

import json
import logging
import multiprocessing
import stat
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import ConfigError, DiskFull, IntegrityError
from digitizer.vietnamese import nfc
from storage.identity import IdentityVault, mask_date, mask_name, mask_number, normal_number

VAULT = IdentityVault(bytes(range(32)))
OTHER = IdentityVault(bytes(range(1, 33)))
numbers = st.from_regex(r"[0-9]{12}", fullmatch=True)


@given(st.text())
def test_what_is_sealed_can_be_revealed(text: str) -> None:
    assert VAULT.reveal(VAULT.seal(text)) == nfc(text)


@given(numbers)
def test_neither_key_nor_seal_nor_mask_shows_the_number(number: str) -> None:
    shown = (VAULT.holder_key(number), VAULT.seal(number), mask_number(number))
    assert not any(number in text for text in shown)


def test_two_seals_of_one_number_can_not_be_told_to_be_equal() -> None:
    assert VAULT.seal("001203004567") != VAULT.seal("001203004567")


@pytest.mark.parametrize("printed", ["001 203 004567", "001.203.004567", " 001203004567\n"])
def test_a_number_is_found_however_it_is_printed(printed: str) -> None:
    assert VAULT.holder_key(printed) == VAULT.holder_key("001203004567")


def test_another_key_gives_other_hashes() -> None:
    assert VAULT.holder_key("001203004567") != OTHER.holder_key("001203004567")


def test_a_number_and_a_name_of_equal_text_have_unequal_keys() -> None:
    assert VAULT.holder_key("1") != VAULT.name_key("1", date(2000, 1, 1))


@pytest.mark.parametrize("empty", ["", " ", "…"])
def test_nothing_has_no_key(empty: str) -> None:
    with pytest.raises(ValueError, match="identity number"):
        VAULT.holder_key(empty)


def test_an_empty_name_has_no_key() -> None:
    with pytest.raises(ValueError, match="name"):
        VAULT.name_key("  ", date(2000, 1, 1))


def test_a_name_is_found_without_regard_to_case_marks_and_tone_placement() -> None:
    day = date(2000, 1, 2)
    assert VAULT.name_key("ĐẶNG  THỊ HOÀ", day) == VAULT.name_key("Đặng Thị Hòa", day)
    assert VAULT.name_key("Dang Thi Hoa", day) != VAULT.name_key("Dang Thi Hoa", date(2000, 1, 3))


def test_a_changed_seal_is_noticed() -> None:
    token = VAULT.seal("001203004567")
    flipped = token[:-1] + ("A" if token[-1] != "A" else "Q")
    with pytest.raises(IntegrityError):
        VAULT.reveal(flipped)


@pytest.mark.parametrize("text", ["", "001203004567", "v2.0011223344556677." + "A" * 40])
def test_what_is_no_seal_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(IntegrityError) as caught:
        VAULT.reveal(text)
    assert not text or text not in str(caught.value)


def test_a_seal_of_another_key_says_which_key_is_needed() -> None:
    with pytest.raises(ConfigError, match=OTHER.key_id):
        VAULT.reveal(OTHER.seal("x"))


def test_the_vault_does_not_print_its_key() -> None:
    assert bytes(range(32)).hex() not in repr(VAULT) + str(vars(VAULT))


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "identity.key"
    first = IdentityVault.open(file, create=True)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(json.loads(file.read_text())["key"])) >= 32
    assert IdentityVault.open(file, create=True).key_id == first.key_id
    assert IdentityVault.open(file, create=False).reveal(first.seal("x")) == "x"
    assert [path.name for path in file.parent.iterdir()] == ["identity.key"]


def test_a_missing_key_is_not_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="identity_key_file"):
        IdentityVault.open(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "identity.key"
    IdentityVault.open(file, create=True)
    file.chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        IdentityVault.open(file, create=False)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: "",
        lambda text: "{}",
        lambda text: "[1]",
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"key": "', '"key": "00'),
        lambda text: json.dumps({**json.loads(text), "key": "00"}),
    ],
)
def test_a_damaged_key_file_is_refused_and_left_as_it_is(tmp_path: Path, damage) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "identity.key"
    IdentityVault.open(file, create=True)
    damaged = damage(file.read_text())
    file.write_text(damaged)
    with pytest.raises(ConfigError, match="restore it from the back-up"):
        IdentityVault.open(file, create=True)
    assert file.read_text() == damaged


def test_a_place_that_can_not_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DiskFull):
        IdentityVault.open(tmp_path / "file" / "identity.key", create=True)


def _open_and_tell(file: Path) -> str:
    return IdentityVault.open(file, create=True).key_id


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    file = tmp_path / "identity.key"
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        ids = pool.map(_open_and_tell, [file] * 8, chunksize=1)
    assert len(set(ids)) == 1


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("001203004567", "001******567"),
        ("001 203 004567", "001******567"),
        ("123456789", "123***789"),
        ("B1234567", "******67"),
        ("1234", "****"),
        ("", ""),
    ],
)
def test_a_masked_number_shows_its_ends_at_most(number: str, masked: str) -> None:
    assert mask_number(number) == masked


@pytest.mark.parametrize(
    ("name", "masked"),
    [("Nguyễn Văn An", "N. V. An"), ("ĐẶNG THỬ", "Đ. THỬ"), ("An", "A."), ("", ""), ("  ", "")],
)
def test_a_masked_name_keeps_the_given_name(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_a_masked_date_keeps_the_year() -> None:
    assert (mask_date("2003-04-05"), mask_date("")) == ("2003-**-**", "")


@given(st.text())
def test_the_normal_form_of_a_number_is_its_own_normal_form(text: str) -> None:
    assert normal_number(normal_number(text)) == normal_number(text)


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    caplog.set_level(logging.DEBUG)
    vault = IdentityVault.open(tmp_path / "k", create=True)
    vault.reveal(vault.seal("001203004567"))
    assert caplog.records == []


def test_a_question_is_kept_under_a_key_of_its_own() -> None:
    asked = VAULT.asked_key("001203004567")
    assert asked == VAULT.asked_key(" 001203004567 ") != VAULT.asked_key("001203004568")
    assert asked != VAULT.holder_key("001203004567")
    assert len(VAULT.audit_key) == 32
    assert IdentityVault(bytes(32)).asked_key("001203004567") != asked
