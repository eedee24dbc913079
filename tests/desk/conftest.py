"""A signed archive, made once a module, and a fresh counter over it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.settings import Settings
from signing.settings import SigningSettings
from tests.desk.window import Window, open_window
from tests.oracles.pki import Pki, running_pki
from tests.pipelines.desk import Desk


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture(scope="session")
def office(pki: Pki, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """An office with one signed and archived paper."""
    signing = SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
        tsa_url=pki.tsa_url,
        level="B-T",
    )
    made = Desk(tmp_path_factory.mktemp("office"), signing)
    made.lay_out("one")
    made.hold()
    return made


@pytest.fixture
def settings(office: Desk, tmp_path: Path) -> Settings:
    """The office's settings, with ledger, log and keys of the test's own."""
    made = office.settings
    own = replace(
        made.desk,
        keys_file=tmp_path / "desk-keys.json",
        receipt_key=tmp_path / "receipt.key",
        rules=tmp_path / "rules.json",
        audit_log=tmp_path / "audit.jsonl",
        reuse=f"sqlite:///{tmp_path / 'reuse.sqlite'}",
    )
    return replace(made, desk=own)


@pytest.fixture
def window(settings: Settings) -> Iterator[Window]:
    with open_window(settings) as opened:
        yield opened
