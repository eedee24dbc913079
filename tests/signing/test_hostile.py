"""Whatever is done to a signed PDF of ours, it is not believed any more; undone, it is."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digitizer.model import StoredFile
from signing.settings import SigningSettings
from signing.trust import Trust
from signing.verdict import ReasonCode, Status
from signing.verify import verify
from tests.oracles.pki import Pki
from tests.signing.bases import Base, archival_file, trial_file
from tests.signing.mutants import MUTANTS, flipped, flips, save, without_the_last_signature
from tests.signing.test_verify import embedded_roots

LONGEST_S = 20.0
FLIPS = 300


@pytest.fixture(scope="session")
def trial_base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """Officer and seal, B-B, by the throw-away identity."""
    return trial_file(tmp_path_factory.mktemp("trial"))


@pytest.fixture(scope="session")
def archival_base(tmp_path_factory: pytest.TempPathFactory, running: Pki) -> Base:
    """Officer and seal, B-LTA, by the test PKI."""
    return archival_file(tmp_path_factory.mktemp("archival"), running)


@pytest.fixture(params=["trial", "archival"])
def base(request: pytest.FixtureRequest) -> Base:
    found: Base = request.getfixturevalue(f"{request.param}_base")
    return found


def test_there_are_at_least_24_kinds_of_mutants() -> None:
    assert len(MUTANTS) >= 24


def test_the_good_twin_is_valid(base: Base, tmp_path: Path) -> None:
    path = save(base.data, tmp_path, "good")
    verdict = verify(path, trust=base.trust, now=base.now)
    assert verdict.is_valid, verdict.reasons


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_not_valid(base: Base, tmp_path: Path, name: str) -> None:
    data = MUTANTS[name](base.data)
    assert data != base.data
    started = time.monotonic()
    verdict = verify(save(data, tmp_path, name), trust=base.trust, now=base.now)
    assert not verdict.is_valid
    assert verdict.reasons
    assert time.monotonic() - started < LONGEST_S


def test_a_file_put_back_to_before_the_last_signature_is_not_the_one_on_record(
    base: Base, tmp_path: Path
) -> None:
    """Every signature left in it is good: only the record knows that one is missing."""
    recorded = StoredFile.of(save(base.data, tmp_path, "good")).sha256
    path = save(without_the_last_signature(base.data), tmp_path, "before")
    verdict = verify(path, trust=base.trust, expected_sha256=recorded, now=base.now)
    assert verdict.status is Status.INVALID
    assert ReasonCode.HASH_DIFFERS in {reason.code for reason in verdict.reasons}


def test_a_signature_by_somebody_elses_trial_key_is_not_believed(
    base: Base, trial_base: Base, tmp_path: Path
) -> None:
    stranger = Trust.open(SigningSettings(), tmp_path / "other-keys")
    path = save(trial_base.data, tmp_path, "stranger")
    assert not verify(path, trust=stranger, now=base.now).is_valid


def test_no_flipped_bit_goes_unseen(base: Base, tmp_path: Path) -> None:
    """Half the places anywhere, half in the signatures, of which no hash covers every byte.

    `python -m benchmarks.signing_flips` does it 10,000 times.
    """
    chance = random.Random(20261122)
    target = tmp_path / "flipped.pdf"
    accepted = []
    for place, bit in flips(base.data, FLIPS // 2, chance):
        target.write_bytes(flipped(base.data, place, bit))
        if verify(target, trust=base.trust, now=base.now).is_valid:
            accepted.append((place, bit))
    assert accepted == []


@pytest.mark.shared
def test_hostile_files_of_others_are_refused_quickly_even_if_their_issuers_are_trusted(
    shared: Path,
) -> None:
    now = datetime.now(UTC)
    files = sorted((shared / "hostile" / "signature").glob("*.pdf"))
    assert len(files) > 30
    for file in files:
        started = time.monotonic()
        assert not verify(file, trust=Trust(embedded_roots(file)), now=now).is_valid
        assert time.monotonic() - started < LONGEST_S, file.name


@pytest.mark.shared
def test_hostile_pdfs_without_signatures_crash_nothing(shared: Path) -> None:
    now = datetime.now(UTC)
    for file in sorted((shared / "hostile" / "pdf").glob("*.pdf"))[::6]:
        assert not verify(file, trust=Trust(()), now=now).is_valid
