"""A replica answers as its catalog does, and never claims to be newer than it is."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from digitizer.errors import CatalogUnavailable, ConfigError, DiskFull
from storage.answer import State
from storage.catalog import Catalog
from storage.lookup import ByHolder, Terms, look_up
from storage.replica import replicate
from storage.settings import StorageSettings
from tests.oracles.postgres import Postgres
from tests.storage.papers import NOW, NUMBER, VAULT, record


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StorageSettings]:
    """A catalog of two papers."""
    if request.param == "sqlite":
        made = StorageSettings(catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        made = StorageSettings(
            catalog=server.database(), catalog_password_file=server.password_file
        )
    with Catalog.open(made, create=True) as catalog:
        catalog.enter(record())
        catalog.enter(record("cd" * 16, document_type="KHAI_SINH"))
        catalog.confirm(NOW)
    yield made


def _own(file: Path) -> StorageSettings:
    return StorageSettings(catalog=f"sqlite:///{file}")


def test_a_replica_holds_the_same_lines_and_the_same_moment(
    settings: StorageSettings, tmp_path: Path
) -> None:
    made = replicate(settings, tmp_path / "replica.sqlite")
    assert (made.documents, made.as_of) == (2, NOW)
    with Catalog.open(settings) as held, Catalog.open(_own(made.file)) as copy:
        assert list(copy.dump()) == list(held.dump())
        assert copy.as_of == NOW
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_desk_goes_on_with_the_new_replica_without_opening_it_again(
    settings: StorageSettings, tmp_path: Path
) -> None:
    file = tmp_path / "replica.sqlite"
    replicate(settings, file)
    later = NOW + timedelta(days=1)
    with Catalog.open(_own(file)) as desk:
        assert desk.as_of == NOW
        with Catalog.open(settings) as catalog:
            catalog.enter(record("ef" * 16, stored_at=later))
        replicate(settings, file)
        deadline = time.monotonic() + 10
        while desk.as_of != later and time.monotonic() < deadline:
            time.sleep(0.02)  # it looks a few times a second whether the file is another
        assert (desk.as_of, sum(1 for _ in desk.dump())) == (later, 3)


def test_an_old_replica_finds_and_does_not_deny(settings: StorageSettings, tmp_path: Path) -> None:
    made = replicate(settings, tmp_path / "replica.sqlite")
    late = Terms(NOW + timedelta(days=3), stale_after=timedelta(hours=36))
    with Catalog.open(_own(made.file)) as copy:
        held = look_up(ByHolder(NUMBER, "KHAI_SINH"), copy, VAULT, late)
        other = look_up(ByHolder("001203009999"), copy, VAULT, late)
    assert (held.state, other.state) == (State.REUSABLE, State.UNAVAILABLE)


def test_the_old_replica_stays_when_the_catalog_is_away(
    settings: StorageSettings, tmp_path: Path
) -> None:
    file = tmp_path / "replica.sqlite"
    replicate(settings, file)
    before = file.read_bytes()
    gone = replace(settings, catalog=f"sqlite:///{tmp_path / 'none.sqlite'}")
    with pytest.raises(CatalogUnavailable):
        replicate(gone, file)
    assert file.read_bytes() == before


def test_a_place_that_can_not_be_written_is_told(settings: StorageSettings, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DiskFull):
        replicate(settings, tmp_path / "folder")


def test_a_catalog_is_not_its_own_replica(tmp_path: Path) -> None:
    own = _own(tmp_path / "catalog.sqlite")
    with pytest.raises(ConfigError, match="own replica"):
        replicate(own, tmp_path / "catalog.sqlite")


def test_a_replica_is_not_open_to_all(settings: StorageSettings, tmp_path: Path) -> None:
    made = replicate(settings, tmp_path / "replica.sqlite")
    assert not stat.S_IMODE(made.file.stat().st_mode) & 0o077
