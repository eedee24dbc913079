"""The installed command sealing with a token: one login, and nothing unsigned when it is gone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samples.truth import Truth
from signing.settings import SigningSettings
from signing.trust import Trust
from signing.verify import verify
from tests.endtoend.installed import Sohoa, copy_papers, of_type
from tests.oracles import softhsm
from tests.oracles.pki import Pki, running_pki
from tests.oracles.softhsm import SoftToken

Make = Callable[..., Sohoa]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Path:
    chosen = of_type(truths, "TTr", "TB", "GIAY_TIEP_NHAN")
    return copy_papers(chosen, tmp_path_factory.mktemp("token") / "inbox")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if lack := softhsm.missing():
        pytest.skip(lack)
    return softhsm.compile_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def token(tmp_path: Path, shim: Path, pki: Pki) -> Iterator[SoftToken]:
    folder = tmp_path / "token"
    folder.mkdir()
    with softhsm.soft_token(folder, shim) as token:
        token.put("0a", pki.private_key("signer"), *map(pki.der, ("signer", "interm", "root")))
        yield token


@pytest.fixture
def agency(sohoa: Make, token: SoftToken, pki: Pki) -> Sohoa:
    return sohoa().with_(
        signing_key="pkcs11",
        signing_pkcs11_module=token.module,
        signing_pkcs11_token=token.label,
        signing_pkcs11_key="0a",
        signing_passphrase_file=token.pin_file(),
        signing_trust_folder=pki.trust_folder(),
        signing_fetch_revocation="true",
        signing_tsa_url=pki.tsa_url,
        signing_approve="unattended",
    )


def signed_in(agency: Sohoa) -> list[Path]:
    return sorted(agency.data.glob("archive/documents/**/signed.pdf"))


def is_every_one_valid(agency: Sohoa, pki: Pki) -> bool:
    trust = Trust.open(
        SigningSettings(trust_folder=pki.trust_folder(), fetch_revocation=True), Path()
    )
    now = datetime.now(UTC)
    return all(verify(pdf, trust=trust, now=now).is_valid for pdf in signed_in(agency))


def test_a_run_logs_in_once_and_seals_all(
    agency: Sohoa, inbox: Path, token: SoftToken, pki: Pki
) -> None:
    ended = agency("run", inbox)
    assert (ended.code, len(signed_in(agency))) == (0, 3), ended.err
    assert is_every_one_valid(agency, pki)
    assert token.calls("C_Login") == 1
    assert token.calls("C_OpenSession") == token.calls("C_CloseSession")


def test_nights_with_a_wrong_pin_cost_one_try_in_all(
    agency: Sohoa, inbox: Path, token: SoftToken
) -> None:
    token.pin_file("00000000")
    nights = [agency("run", inbox) for _ in range(3)]
    assert [night.code for night in nights] == [23, 23, 23]
    assert ["SH-2004" in nights[0].err, "SH-2012" in nights[1].err] == [True, True]
    assert token.calls("C_Login") == 1
    assert signed_in(agency) == []
    assert "00000000" not in "".join(night.err + night.out for night in nights)


@pytest.mark.slow
def test_a_token_pulled_out_in_the_middle_stops_the_run_and_the_next_goes_on(
    agency: Sohoa, inbox: Path, token: SoftToken, pki: Pki
) -> None:
    watcher = threading.Thread(target=_pull_out_after_the_first, args=(agency, token), daemon=True)
    watcher.start()
    ended = agency("run", inbox)
    watcher.join(10)
    sealed = len(signed_in(agency))
    assert (ended.code, "SH-2013" in ended.err + ended.out) == (23, True), ended
    assert 1 <= sealed < 3
    assert is_every_one_valid(agency, pki)
    assert token.calls("C_Login") == 1
    token.plug_in()
    assert agency("run", inbox).code == 0
    assert len(signed_in(agency)) == 3
    assert is_every_one_valid(agency, pki)
    assert token.calls("C_Login") == 2


def _pull_out_after_the_first(agency: Sohoa, token: SoftToken) -> None:
    deadline = time.monotonic() + 200
    while not signed_in(agency) and time.monotonic() < deadline:
        time.sleep(0.005)
    token.pull_out()


def test_looking_with_doctor_uses_no_pin(agency: Sohoa, token: SoftToken) -> None:
    ended = agency("doctor", "--json")
    assert "Ủy ban nhân dân xã Thử Nghiệm (thử)" in ended.out
    assert token.calls("C_Login") == 0
