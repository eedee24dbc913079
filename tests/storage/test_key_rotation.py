"""An identity key can be changed: what is old stays readable and is found, what is new is new."""

from __future__ import annotations

import json
import stat
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digitizer.errors import ConfigError
from storage.answer import State
from storage.archive import archive
from storage.catalog import Catalog
from storage.folder import FolderStore
from storage.identity import MOST_KEYS, IdentityVault, rotate
from storage.lookup import ByHolder, ByName, look_up_all, terms_of
from storage.settings import StorageSettings
from tests.storage.papers import BIRTH, NAME, NOW, NUMBER, paper


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "identity.key"
    IdentityVault.open(file, create=True)
    return file


def test_what_was_sealed_before_is_still_revealed(key_file: Path) -> None:
    before = IdentityVault.open(key_file, create=False)
    token = before.seal(NUMBER)
    after = rotate(key_file)
    assert after.key_id != before.key_id
    assert after.reveal(token) == NUMBER
    assert after.seal(NUMBER).split(".")[1] == after.key_id
    assert after.reveal(after.seal(NUMBER)) == NUMBER


def test_the_file_holds_both_keys_and_stays_ours_alone(key_file: Path) -> None:
    before = IdentityVault.open(key_file, create=False)
    after = rotate(key_file)
    again = IdentityVault.open(key_file, create=False)
    assert [one.key_id for one in again.generations] == [after.key_id, before.key_id]
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert [path.name for path in key_file.parent.iterdir()] == [key_file.name]


def test_the_audit_log_keeps_its_key(key_file: Path) -> None:
    before = IdentityVault.open(key_file, create=False)
    after = rotate(key_file)
    assert after.audit_key == before.audit_key
    assert after.asked_key(NUMBER) == before.asked_key(NUMBER)


def test_a_leaked_old_key_opens_nothing_new(key_file: Path) -> None:
    old = IdentityVault.open(key_file, create=False)
    new = rotate(key_file)
    with pytest.raises(ConfigError, match=new.key_id):
        old.reveal(new.seal(NUMBER))
    assert old.holder_key(NUMBER) != new.holder_key(NUMBER)


def test_a_vault_that_is_full_is_left_as_it_is(key_file: Path) -> None:
    for _ in range(MOST_KEYS - 1):
        rotate(key_file)
    before = key_file.read_bytes()
    with pytest.raises(ConfigError, match=f"{MOST_KEYS} keys"):
        rotate(key_file)
    assert key_file.read_bytes() == before


@pytest.mark.parametrize("change", ["swap", "cut", "text"])
def test_earlier_keys_that_changed_are_noticed(key_file: Path, change: str) -> None:
    rotate(key_file)
    plain = json.loads(key_file.read_text())
    if change == "swap":
        plain["earlier"][0]["key"] = plain["key"]
    elif change == "cut":
        plain["earlier"][0]["key"] = plain["earlier"][0]["key"][:-2]
    else:
        plain["earlier"] = "none"
    key_file.write_text(json.dumps(plain))
    with pytest.raises(ConfigError):
        IdentityVault.open(key_file, create=False)


def test_a_person_is_found_under_every_key(key_file: Path, tmp_path: Path) -> None:
    settings = StorageSettings(
        catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}", identity_key_file=key_file
    )
    store = FolderStore(tmp_path / "archive")
    vaults = [IdentityVault.open(key_file, create=False)]
    vaults += [rotate(key_file), rotate(key_file)]
    with Catalog.open(settings, create=True) as catalog:
        for number, vault in enumerate(vaults):
            (tmp_path / f"{number}").mkdir()
            part = paper(tmp_path / f"{number}", f"{number}").consignment
            _, record = archive(
                store,
                intake=part.intake,
                recognized=part.recognized,
                signed=part.signed,
                metadata=part.metadata,
                provenance=part.provenance,
                vault=vault,
                access_level="basic",
                folder=tmp_path / f"{number}",
                now=NOW,
            )
            catalog.enter(record)
        catalog.confirm(NOW)
    terms = replace(terms_of(settings, datetime(2026, 6, 1, tzinfo=UTC)))
    asked = (ByHolder(NUMBER), ByName(NAME, date.fromisoformat(BIRTH)), ByHolder("001203999999"))
    by_number, by_name, other = look_up_all(asked, settings, terms)
    assert (len(by_number.found), len(by_name.found)) == (3, 3)
    assert other.state is State.NOT_FOUND
