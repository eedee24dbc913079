"""Sealed lines can't be rewritten, not even with the log's key, and it is told which ones were."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from digitizer.errors import IntegrityError, TimestampUnavailable
from pipelines.audit_roots import check_roots, seal
from pipelines.config import load
from pipelines.settings import Settings
from storage.audit_log import AuditLog, verify
from storage.identity import IdentityVault
from storage.objects import open_store
from tests.oracles.loopback import free_ports
from tests.oracles.pki import Pki, running_pki

NOW = datetime(2026, 11, 22, 16, tzinfo=UTC)
LINES = 7


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    made = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    open_store(made.storage).check()
    IdentityVault.open(made.storage.identity_key_file, create=True)
    write(made, [{"kind": "lookup", "n": number} for number in range(LINES)])
    return made


def write(site: Settings, events: list[dict[str, object]]) -> None:
    vault = IdentityVault.open(site.storage.identity_key_file, create=False)
    with AuditLog(site.desk.audit_log, vault.audit_key) as log:
        log.append_all(events)


def rewrite(site: Settings, events: list[dict[str, object]]) -> None:
    """Write the whole log again with its own key, as who has stolen that could."""
    site.desk.audit_log.unlink()
    write(site, events)
    vault = IdentityVault.open(site.storage.identity_key_file, create=False)
    assert verify(site.desk.audit_log, vault.audit_key).faults == ()


def told(site: Settings) -> list[dict[str, object]]:
    lines = site.desk.audit_log.read_text().splitlines()
    return [dict(json.loads(line)["event"]) for line in lines]


def test_each_day_seals_what_is_new(site: Settings) -> None:
    (first,) = seal(site, now=NOW)
    assert (first.root.first, first.root.last, first.stamped_at) == (1, LINES, None)
    assert seal(site, now=NOW) == ()
    write(site, [{"kind": "page"}])
    (second,) = seal(site, now=NOW + timedelta(days=1))
    assert (second.root.first, second.root.last) == (LINES + 1, LINES + 1)
    assert [one.is_whole for one in check_roots(site)] == [True, True]


@pytest.mark.parametrize("place", [1, 4, LINES])
def test_an_edit_with_the_key_is_located(site: Settings, place: int) -> None:
    seal(site, now=NOW)
    events = told(site)
    events[place - 1]["n"] = "edited"
    rewrite(site, events)
    (found,) = check_roots(site)
    # The chain makes every later line another one, too; the first that differs is the edited one.
    assert (found.is_whole, found.places[0]) == (False, place)


@pytest.mark.parametrize("change", ["drop", "swap", "cut"])
def test_a_dropped_a_swapped_and_a_cut_off_line_are_located(site: Settings, change: str) -> None:
    seal(site, now=NOW)
    events = told(site)
    if change == "drop":
        del events[2]
    elif change == "swap":
        events[2], events[3] = events[3], events[2]
    else:
        del events[5:]
    rewrite(site, events)
    (found,) = check_roots(site)
    assert (found.is_whole, found.places[0]) == (False, 6 if change == "cut" else 3)


def test_a_root_that_was_exchanged_beside_the_log_is_told(site: Settings) -> None:
    seal(site, now=NOW)
    events = told(site)
    events[0]["n"] = "edited"
    rewrite(site, events)
    folder = site.desk.audit_log.parent / "roots"
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(Exception, match="SH-3001"):  # the archive holds another one, for good
        seal(site, now=NOW)
    assert [one.is_whole for one in check_roots(site)] == [False]


def test_the_root_is_time_stamped_and_the_stamp_is_over_it(site: Settings, pki: Pki) -> None:
    now = datetime.now(UTC)
    stamping = replace(site, signing=replace(site.signing, tsa_url=pki.tsa_url))
    (made,) = seal(stamping, now=now)
    assert made.stamped_at is not None
    assert abs(made.stamped_at - now) < timedelta(minutes=15)
    (found,) = check_roots(stamping)
    assert (found.is_whole, found.stamped_at) == (True, made.stamped_at)
    (token,) = (site.desk.audit_log.parent / "roots").glob("*.tsr")
    token.write_bytes(token.read_bytes()[:-1] + b"\x00")
    assert not check_roots(stamping)[0].is_whole


def test_a_sealing_cut_short_by_the_authority_goes_on(site: Settings, pki: Pki) -> None:
    (port,) = free_ports(1)
    away = replace(site.signing, tsa_url=f"http://127.0.0.1:{port}", tsa_timeout_s=2.0)
    with pytest.raises(TimestampUnavailable):
        seal(replace(site, signing=away), now=datetime.now(UTC))
    back = replace(site, signing=replace(site.signing, tsa_url=pki.tsa_url))
    assert not check_roots(back)[0].is_whole
    seal(back, now=datetime.now(UTC))
    (found,) = check_roots(back)
    assert found.is_whole
    assert found.stamped_at is not None


def test_a_log_that_is_not_whole_is_not_sealed(site: Settings) -> None:
    log = site.desk.audit_log
    log.write_text(log.read_text().replace('"n":3', '"n":9', 1))
    with pytest.raises(IntegrityError):
        seal(site, now=NOW)
    assert check_roots(site) == ()
