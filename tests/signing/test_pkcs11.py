"""Keys on a token: one session, one login, and no PIN that could lock it."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from digitizer.errors import (
    CertificateExpired,
    ConfigError,
    KeyUnavailable,
    MissingDependency,
    PinAtRisk,
    SecretExposed,
    TokenGone,
    WrongPassphrase,
)
from digitizer.model import PdfA
from signing.seal import seal
from signing.settings import OperatorSettings, SigningSettings
from signing.signer import Signer, open_signer
from signing.trust import Trust
from signing.verify import verify
from tests.oracles import softhsm
from tests.oracles.exposure import everything_of
from tests.oracles.pki import Pki
from tests.oracles.softhsm import SoftToken

Open = Callable[..., Signer]
SEAL, OPERATOR = "0a", "0b"


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if lack := softhsm.missing():
        pytest.skip(lack)
    return softhsm.compile_shim(tmp_path_factory.mktemp("shim"))


@pytest.fixture
def token(tmp_path: Path, shim: Path, pki: Pki) -> Iterator[SoftToken]:
    """A token with the agency's key and certificate, as an agency gets it."""
    folder = tmp_path / "token"
    folder.mkdir()
    with softhsm.soft_token(folder, shim) as token:
        token.put(SEAL, pki.private_key("signer"), *(map(pki.der, ("signer", "interm", "root"))))
        yield token


@pytest.fixture
def settings(token: SoftToken, pki: Pki) -> SigningSettings:
    return SigningSettings(
        key="pkcs11",
        pkcs11_module=token.module,
        pkcs11_token=token.label,
        pkcs11_key=SEAL,
        passphrase_file=token.pin_file(),
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
    )


@pytest.fixture
def opened(settings: SigningSettings, keys: Path, now: datetime) -> Iterator[Open]:
    """Opens the key, and closes what the test leaves open."""
    left: list[Signer] = []

    def opener(**changes: object) -> Signer:
        unlock = bool(changes.pop("unlock", True))
        at = changes.pop("now", now)
        assert isinstance(at, datetime)
        changed = replace(settings, **changes)
        left.append(open_signer(changed, keys_folder=keys, now=at, unlock=unlock))
        return left[-1]

    yield opener
    for signer in left:
        signer.close()


def test_a_document_sealed_by_a_token_is_valid(
    opened: Open, pdf_a: PdfA, settings: SigningSettings, keys: Path, tmp_path: Path, now: datetime
) -> None:
    signer = opened()
    signed = seal(pdf_a, signer=signer, settings=settings, folder=tmp_path, now=now)
    assert verify(signed.pdf.path, trust=Trust.open(settings, keys), now=now).is_valid
    assert signer.certificate.issuer == "CA cơ quan nhà nước (thử)"
    assert len(signer.chain) == 2


def test_many_documents_cost_one_session_and_one_login(
    opened: Open, pdf_a: PdfA, settings: SigningSettings, token: SoftToken, tmp_path: Path,
    now: datetime,
) -> None:  # fmt: skip
    signer = opened()
    for _ in range(5):
        seal(pdf_a, signer=signer, settings=settings, folder=tmp_path, now=now)
    signer.close()
    assert token.calls("C_Sign") >= 5
    assert token.calls("C_Login") == 1
    assert token.calls("C_OpenSession") == token.calls("C_CloseSession") == 2
    assert token.calls("C_Finalize") == token.calls("C_Initialize") == 1


def test_a_token_can_be_opened_again_after_it_was_closed(opened: Open, token: SoftToken) -> None:
    opened().close()
    opened()
    assert token.calls("C_Login") == 2


def test_closing_twice_does_no_harm(opened: Open, token: SoftToken) -> None:
    signer = opened()
    signer.close()
    signer.close()
    assert token.calls("C_Finalize") == 1


def test_two_keys_on_one_token_share_its_login(
    opened: Open, token: SoftToken, settings: SigningSettings, pki: Pki, keys: Path, now: datetime
) -> None:
    token.put(OPERATOR, pki.private_key("operator"), pki.der("operator"))
    agency = opened()
    person = open_signer(
        OperatorSettings(
            key="pkcs11",
            pkcs11_module=token.module,
            pkcs11_token=token.label,
            pkcs11_key=OPERATOR,
            passphrase_file=settings.passphrase_file,
        ),
        keys_folder=keys,
        now=now,
    )
    assert token.calls("C_Login") == 1
    agency.close()
    assert person.certificate.subject == "Người Số Hóa (thử)"
    assert isinstance(raw(person, b"after the other key was closed"), bytes)
    person.close()
    assert token.calls("C_Finalize") == 1


def raw(signer: Signer, data: bytes) -> bytes:
    return asyncio.run(signer.engine.async_sign_raw(data, "sha256"))


def test_an_elliptic_curve_key_signs_and_its_signature_holds(
    opened: Open, token: SoftToken, pki: Pki
) -> None:
    """The engine itself refuses a signature that the certificate does not confirm."""
    token.put(OPERATOR, pki.private_key("operator"), pki.der("operator"))
    assert raw(opened(pkcs11_key=OPERATOR), b"data")[0] == 0x30


def test_an_old_token_that_makes_no_digest_signs_the_same(
    opened: Open, token: SoftToken, pki: Pki
) -> None:
    import pkcs11

    from signing.token_signature import raw_signature

    opened()
    found = pkcs11.lib(str(token.module)).get_token(token_label=token.label).open()
    key = next(iter(found.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})))
    public = x509.load_der_x509_certificate(pki.der("signer")).public_key()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"data")
    signature = raw_signature(key, public, (), b"data", digest.finalize(), "sha256")
    found.close()
    public.verify(signature, b"data", padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr, call-arg, arg-type]


# ── PINs ─────────────────────────────────────────────────────────────────────────────────────


def test_a_wrong_pin_is_tried_exactly_once_in_a_process(opened: Open, token: SoftToken) -> None:
    wrong = token.pin_file("999999")
    for _ in range(3):
        with pytest.raises(WrongPassphrase):
            opened(passphrase_file=wrong)
    assert token.calls("C_Login") == 1
    assert token.calls("C_Initialize") == token.calls("C_Finalize")


def test_a_corrected_pin_is_not_tried_in_the_same_process_either(
    opened: Open, token: SoftToken
) -> None:
    with pytest.raises(WrongPassphrase):
        opened(passphrase_file=token.pin_file("999999"))
    token.pin_file()
    with pytest.raises(WrongPassphrase, match="not tried again"):
        opened()
    assert token.calls("C_Login") == 1


ANOTHER_START = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from digitizer.errors import DigitizationError
from signing.settings import SigningSettings
from signing.signer import open_signer
module, token, key, pin, keys = sys.argv[1:]
settings = SigningSettings(key="pkcs11", pkcs11_module=Path(module), pkcs11_token=token,
                           pkcs11_key=key, passphrase_file=Path(pin))
try:
    open_signer(settings, keys_folder=Path(keys), now=datetime.now(UTC))
except DigitizationError as error:
    print(error.code)
    sys.exit(error.exit_code)
"""


def another_start(settings: SigningSettings, keys: Path) -> subprocess.CompletedProcess[str]:
    """Open the key in a process of its own, which ends without closing it."""
    named = (settings.pkcs11_module, settings.pkcs11_token, SEAL, settings.passphrase_file, keys)
    command = [sys.executable, "-c", ANOTHER_START, *map(str, named)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_next_start_sends_no_pin_to_a_token_that_counted_a_wrong_one(
    settings: SigningSettings, token: SoftToken, keys: Path
) -> None:
    """Three nightly runs with a wrong PIN must not lock the token: only the first one tries."""
    token.pin_file("999999")
    nights = [another_start(settings, keys) for _ in range(3)]
    assert [night.returncode for night in nights] == [23, 23, 23], nights[0].stderr
    assert [night.stdout.strip() for night in nights] == ["SH-2004", "SH-2012", "SH-2012"]
    assert token.calls("C_Login") == 1


def test_a_process_that_forgets_to_close_gives_the_token_back_at_its_end(
    settings: SigningSettings, token: SoftToken, keys: Path
) -> None:
    assert another_start(settings, keys).returncode == 0
    assert token.calls("C_OpenSession") == token.calls("C_CloseSession")
    assert token.calls("C_Finalize") == 1


@pytest.mark.parametrize("tries", [1, 2, 3])
def test_a_token_with_a_wrong_try_behind_it_gets_no_pin(
    opened: Open, token: SoftToken, tries: int
) -> None:
    token.count_wrong(tries)
    with pytest.raises(PinAtRisk):
        opened()
    assert token.calls("C_Login") == 0


def test_a_login_that_fails_for_no_stated_reason_is_not_repeated(
    opened: Open, token: SoftToken
) -> None:
    token.become("broken")
    for _ in range(3):
        with pytest.raises(KeyUnavailable):
            opened()
    assert token.calls("C_Login") == 1


def test_a_wrong_pin_shows_nowhere(
    opened: Open, token: SoftToken, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(WrongPassphrase) as caught:
        opened(passphrase_file=token.pin_file("chim-hoang-yen"))
    assert "chim-hoang" not in everything_of(caught.value) + caplog.text


def test_an_exposed_pin_file_is_refused_before_the_token_sees_it(
    opened: Open, token: SoftToken
) -> None:
    exposed = token.pin_file()
    exposed.chmod(0o644)
    with pytest.raises(SecretExposed):
        opened(passphrase_file=exposed)
    assert token.calls("C_Login") == 0


def test_an_expired_certificate_costs_no_pin(opened: Open, token: SoftToken) -> None:
    with pytest.raises(CertificateExpired):
        opened(now=datetime(2031, 1, 1, tzinfo=UTC))
    assert token.calls("C_Login") == 0


def test_a_certificate_for_encryption_costs_no_pin(
    opened: Open, token: SoftToken, pki: Pki
) -> None:
    token.put("0c", pki.private_key("signer"), pki.der("encryption_only"))
    with pytest.raises(KeyUnavailable, match="key usage"):
        opened(pkcs11_key="0c")
    assert token.calls("C_Login") == 0


def test_looking_at_a_token_needs_no_pin_and_can_not_sign(opened: Open, token: SoftToken) -> None:
    looked = opened(unlock=False)
    assert looked.certificate.subject == "Ủy ban nhân dân xã Thử Nghiệm (thử)"
    assert not looked.is_free_to_try
    with pytest.raises(KeyUnavailable):
        raw(looked, b"data")
    assert token.calls("C_Login") == 0


def test_a_pin_that_locks_the_token_is_told_apart(opened: Open, token: SoftToken) -> None:
    """Where the token's flags kept quiet about it."""
    token.become("mute")
    token.count_wrong(3)
    with pytest.raises(PinAtRisk, match="locked"):
        opened()
    assert token.calls("C_Login") == 1


def test_a_token_with_a_keypad_needs_no_pin_from_us(opened: Open, token: SoftToken) -> None:
    token.become("keypad")
    assert raw(opened(passphrase_file=None), b"data")


def test_a_key_that_asks_at_every_signature_is_refused(
    opened: Open, token: SoftToken, pki: Pki
) -> None:
    token.put("0f", pki.private_key("signer"), pki.der("signer"), asks=True)
    with pytest.raises(KeyUnavailable, match="every signature"):
        opened(pkcs11_key="0f")
    assert token.calls("C_OpenSession") == token.calls("C_CloseSession")


# ── the right key ────────────────────────────────────────────────────────────────────────────


def test_the_only_key_needs_no_id(opened: Open) -> None:
    assert opened(pkcs11_key="").certificate.subject.startswith("Ủy ban nhân dân")


def test_one_of_two_keys_must_be_chosen(opened: Open, token: SoftToken, pki: Pki) -> None:
    token.put(OPERATOR, pki.private_key("operator"), pki.der("operator"))
    with pytest.raises(ConfigError, match=f"{SEAL}, {OPERATOR}"):
        opened(pkcs11_key="")
    assert token.calls("C_Login") == 0


def test_an_id_that_is_not_hexadecimal_is_refused(opened: Open) -> None:
    with pytest.raises(ConfigError, match="hexadecimal"):
        opened(pkcs11_key="khóa")


def test_a_key_without_its_certificate_needs_the_file(
    opened: Open, token: SoftToken, pki: Pki, tmp_path: Path
) -> None:
    token.put("0d", pki.private_key("operator"))
    with pytest.raises(KeyUnavailable, match="certificate_file"):
        opened(pkcs11_key="0d")
    file = tmp_path / "operator.pem"
    ders = map(pki.der, ("operator", "interm"))
    found = [x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM) for der in ders]
    file.write_bytes(b"".join(found))
    signer = opened(pkcs11_key="0d", certificate_file=file)
    assert signer.certificate.subject == "Người Số Hóa (thử)"
    assert raw(signer, b"data")


def test_a_key_that_is_not_the_certificates_can_not_sign(
    opened: Open, token: SoftToken, pki: Pki
) -> None:
    token.put("0e", pki.private_key("revoked"), pki.der("signer"))
    with pytest.raises(KeyUnavailable, match="does not match"):
        raw(opened(pkcs11_key="0e"), b"data")


def test_a_missing_key_is_reported(opened: Open) -> None:
    with pytest.raises(KeyUnavailable):
        opened(pkcs11_key="ff")


def test_a_certificate_without_its_key_on_the_token_is_reported(
    opened: Open, pki: Pki, tmp_path: Path, token: SoftToken
) -> None:
    file = tmp_path / "operator.der"
    file.write_bytes(pki.der("operator"))
    with pytest.raises(KeyUnavailable, match="0 private keys"):
        opened(pkcs11_key="ff", certificate_file=file)
    assert token.calls("C_OpenSession") == token.calls("C_CloseSession")


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_certificate_file_that_is_none_is_reported(
    opened: Open, tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "operator.der"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(KeyUnavailable, match="certificate_file"):
        opened(certificate_file=file)


def test_one_of_two_tokens_must_be_chosen(opened: Open, token: SoftToken) -> None:
    token.initialize("Khac")
    with pytest.raises(ConfigError, match="Khac"):
        opened(pkcs11_token="")


def test_a_card_that_is_not_recognized_is_passed_over(opened: Open, token: SoftToken) -> None:
    token.become("strange")
    with pytest.raises(TokenGone, match="none"):
        opened()


def test_a_module_must_be_named(opened: Open) -> None:
    with pytest.raises(ConfigError, match="pkcs11_module"):
        opened(pkcs11_module=None)


def test_a_module_that_will_not_finalize_costs_nothing_but_a_warning(
    opened: Open, token: SoftToken, caplog: pytest.LogCaptureFixture
) -> None:
    token.become("stuck")
    opened().close()
    assert "not finalized" in caplog.text


def test_another_tokens_label_is_reported_with_what_is_there(
    opened: Open, token: SoftToken
) -> None:
    with pytest.raises(TokenGone, match=token.label):
        opened(pkcs11_token="VGCA")


def test_a_missing_module_is_a_missing_dependency(opened: Open, tmp_path: Path) -> None:
    with pytest.raises(MissingDependency):
        opened(pkcs11_module=tmp_path / "none.so")


def test_a_file_that_is_no_module_is_a_missing_dependency(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "no.so").write_bytes(b"no library")
    with pytest.raises(MissingDependency):
        opened(pkcs11_module=tmp_path / "no.so")


# ── pulled out ───────────────────────────────────────────────────────────────────────────────


def test_a_token_that_is_not_plugged_in_is_said_to_be_gone(opened: Open, token: SoftToken) -> None:
    token.pull_out()
    with pytest.raises(TokenGone):
        opened()


def test_a_token_pulled_out_between_two_documents_leaves_nothing_unsigned(
    opened: Open, pdf_a: PdfA, settings: SigningSettings, token: SoftToken, tmp_path: Path,
    now: datetime,
) -> None:  # fmt: skip
    signer = opened()
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    seal(pdf_a, signer=signer, settings=settings, folder=first, now=now)
    token.pull_out()
    for _ in range(3):
        with pytest.raises(TokenGone):
            seal(pdf_a, signer=signer, settings=settings, folder=second, now=now)
    assert list(second.iterdir()) == []
    signer.close()
    token.plug_in()
    again = opened()
    seal(pdf_a, signer=again, settings=settings, folder=second, now=now)
    assert token.calls("C_Login") == 2


def test_a_token_whose_store_vanished_leaves_nothing_unsigned(
    opened: Open, pdf_a: PdfA, settings: SigningSettings, token: SoftToken, tmp_path: Path,
    now: datetime,
) -> None:  # fmt: skip
    """SoftHSM2 itself, without the module's help, when its files are moved away."""
    signer = opened()
    (token.folder / "tokens").rename(token.folder / "away")
    folder = tmp_path / "out"
    folder.mkdir()
    try:
        seal(pdf_a, signer=signer, settings=settings, folder=folder, now=now)
    except KeyUnavailable:
        assert list(folder.iterdir()) == []
    else:
        # SoftHSM2 keeps what it has read; then the signature must hold.
        signed = folder / "signed.pdf"
        assert verify(signed, trust=Trust.open(settings, tmp_path), now=now).is_valid
    (token.folder / "away").rename(token.folder / "tokens")
