"""In a session exactly the approved digests are signed, once, and what goes wrong costs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digitizer import codec
from digitizer.errors import (
    CertificateRevoked,
    ConfigError,
    IntegrityError,
    KeyUnavailable,
    NotReady,
    TimestampUnavailable,
    TokenGone,
)
from digitizer.model import Signature, StoredFile
from pipelines.lock import locked
from pipelines.outcome import State
from pipelines.session_log import SessionRecord, folder_of
from signing.session_record import verify_record
from signing.settings import OperatorSettings, SigningSettings
from signing.trust import Trust
from signing.verdict import ReasonCode, Status
from storage.objects import open_store
from tests.oracles import softhsm
from tests.oracles.pki import Pki, running_pki
from tests.pipelines.desk import After, Desk


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as pki:
        yield pki


@pytest.fixture
def pki(running: Pki) -> Iterator[Pki]:
    yield running
    running.services.sabotage = None
    running.services.clock = None


@pytest.fixture
def agency(pki: Pki) -> SigningSettings:
    return SigningSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("signer"),
        passphrase_file=pki.passphrase_file(),
        agency="Ủy ban nhân dân xã Thử Nghiệm",
        trust_folder=pki.trust_folder(),
        fetch_revocation=True,
        tsa_url=pki.tsa_url,
        level="B-T",
    )


@pytest.fixture
def desk(tmp_path: Path, agency: SigningSettings) -> Desk:
    return Desk(tmp_path, agency)


def _down(body: bytes, respond: Callable[..., Any]) -> list[bytes]:
    respond("503 Service Unavailable", [("Content-Type", "text/plain")])
    return [b"down"]


def _states(outcomes: tuple[Any, ...]) -> list[State]:
    return [outcome.state for outcome in outcomes]


# ── what is ready ────────────────────────────────────────────────────────────────────────────


def test_a_run_under_session_opens_no_key_and_signs_nothing(desk: Desk) -> None:
    desk.signing = replace(desk.signing, pkcs12_file=desk.folder / "not-plugged-in.p12")
    desk.lay_out("one")
    assert desk.archived() == []


def test_what_is_ready_is_listed_with_what_an_officer_needs_to_see(desk: Desk) -> None:
    (document_id,) = desk.lay_out("one")
    (one,) = desk.listed()
    assert (one.document_id, one.number, one.pdf_a.page_count) == (document_id, "476/QĐ-UBND", 1)
    assert one.picture.is_file()


def test_only_what_is_approved_is_signed(desk: Desk) -> None:
    first, second = desk.lay_out("one", "two")
    result = desk.hold(first)
    assert _states(result.outcomes) == [State.ARCHIVED]
    assert (len(desk.archived()), desk.are_all_valid()) == (1, True)
    assert [one.document_id for one in desk.listed()] == [second]


def test_a_list_of_digests_approves_what_is_on_it(desk: Desk) -> None:
    first, _ = desk.lay_out("one", "two")
    (one, _) = desk.listed()
    approved = desk.folder / "list.txt"
    approved.write_text(f"{first} {one.pdf_a.pdf.sha256}\n\n")
    assert [one.document_id for one in desk.chosen(str(approved))] == [first]


def test_a_list_can_be_used_again_after_a_session_that_was_cut_short(desk: Desk) -> None:
    desk.lay_out("one", "two")
    approved = desk.folder / "list.json"
    listed = [{"document_id": o.document_id, "sha256": o.pdf_a.pdf.sha256} for o in desk.listed()]
    approved.write_text(json.dumps({"ready": listed}))
    desk.hold(listed[0]["document_id"])
    result = desk.hold(str(approved))
    assert (result.approved, _states(result.outcomes)) == (1, [State.ARCHIVED])


def test_another_digest_than_the_one_prepared_is_refused(desk: Desk) -> None:
    (document_id,) = desk.lay_out("one")
    approved = desk.folder / "list.txt"
    approved.write_text(f"{document_id} {'0' * 64}\n")
    with pytest.raises(IntegrityError, match="approved"):
        desk.hold(str(approved))
    assert desk.archived() == []


@pytest.mark.parametrize("wanted", ["ffffffff", "f", ""])
def test_an_id_under_which_nothing_is_ready_is_told(desk: Desk, wanted: str) -> None:
    desk.lay_out("one")
    with pytest.raises(NotReady):
        desk.chosen(wanted)


def test_a_list_that_is_none_is_told(desk: Desk) -> None:
    desk.lay_out("one")
    (desk.folder / "list.txt").write_text("only-one-word\n")
    with pytest.raises(ConfigError, match="SHA-256"):
        desk.chosen(str(desk.folder / "list.txt"))


# ── nothing wrongly signed ───────────────────────────────────────────────────────────────────


def test_a_pdf_altered_before_the_list_was_read_is_refused_and_nothing_is_signed(
    desk: Desk,
) -> None:
    desk.lay_out("one", "two")
    _alter(desk.listed()[1].pdf_a.pdf.path)
    with pytest.raises(IntegrityError):
        desk.hold()
    assert desk.archived() == []


def test_a_pdf_altered_between_approval_and_session_is_refused_and_nothing_is_signed(
    desk: Desk, pki: Pki
) -> None:
    desk.lay_out("one", "two")
    approved = desk.chosen("all")
    _alter(approved[1].pdf_a.pdf.path)
    with pytest.raises(IntegrityError):
        desk.hold(approved=approved)
    assert desk.archived() == []


def test_a_pdf_altered_while_the_session_goes_on_is_not_signed(desk: Desk) -> None:
    first, second = desk.lay_out("one", "two")
    path = desk.listed()[1].pdf_a.pdf.path
    with pytest.raises(IntegrityError):
        desk.hold(watcher=After(1, lambda: _alter(path)))
    assert (desk.record(first) is None, desk.record(second)) == (False, None)


def test_what_was_kept_of_a_document_and_then_altered_is_not_signed(desk: Desk) -> None:
    (document_id,) = desk.lay_out("one")
    approved = desk.chosen("all")
    kept = desk.settings.run.data / "work" / document_id / "prepared.json"
    plain = json.loads(kept.read_bytes())
    other = desk.folder / "other.pdf"
    other.write_bytes(approved[0].pdf_a.pdf.path.read_bytes() + b"%")
    plain["pdf_a"]["pdf"] = codec.to_plain(StoredFile.of(other))
    kept.write_bytes(codec.encode(plain))
    with pytest.raises(IntegrityError, match="not the PDF/A that was approved"):
        desk.hold(approved=approved)
    assert desk.archived() == []


def _alter(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n%altered")


def test_no_session_is_held_while_a_run_is_at_work(desk: Desk) -> None:
    desk.lay_out("one")
    with locked(desk.settings.run.data), pytest.raises(Exception, match="SH-0005"):
        desk.hold()


# ── the session's record ─────────────────────────────────────────────────────────────────────


def _record_of(path: Path | None) -> SessionRecord:
    assert path is not None
    return codec.decode(SessionRecord, path.read_bytes())


def _judged(desk: Desk, path: Path) -> Any:
    trust = Trust.open(desk.signing, desk.settings.keys_folder)
    signature = path.with_suffix(".p7s").read_bytes()
    return verify_record(path.read_bytes(), signature, trust=trust, now=desk.now)


def test_a_session_says_who_approved_what_and_what_became_of_it(desk: Desk) -> None:
    (document_id,) = desk.lay_out("one")
    (one,) = desk.listed()
    record = _record_of(desk.hold().record)
    held = desk.record(document_id)
    assert held is not None
    assert (record.opening.account, record.ended) == ("van-thu-1", "complete")
    assert [a.sha256 for a in record.opening.approved] == [one.pdf_a.pdf.sha256]
    assert [r.signed_sha256 for r in record.results] == [held.objects.signed.sha256]
    assert record.opening.seal.subject == held.legal_value.signatures[-1].signer


def test_the_record_is_signed_and_both_are_in_the_archive(desk: Desk) -> None:
    desk.lay_out("one")
    path = desk.hold().record
    assert path is not None
    verdict = _judged(desk, path)
    assert (verdict.status, verdict.is_time_proven) == (Status.VALID, True)
    names = [key.rpartition("/")[2] for key in open_store(desk.settings.storage).keys("sessions/")]
    assert names == [path.name, path.with_suffix(".p7s").name]


@pytest.mark.parametrize("place", ["record", "signature"])
def test_an_altered_record_is_not_believed(desk: Desk, place: str) -> None:
    desk.lay_out("one")
    path = desk.hold().record
    assert path is not None
    target = path if place == "record" else path.with_suffix(".p7s")
    data = bytearray(target.read_bytes())
    data[len(data) // 2] ^= 1
    target.write_bytes(bytes(data))
    assert _judged(desk, path).status is not Status.VALID


def test_a_record_by_a_stranger_is_not_believed(desk: Desk, tmp_path: Path) -> None:
    desk.lay_out("one")
    path = desk.hold().record
    assert path is not None
    verdict = verify_record(
        path.read_bytes(),
        path.with_suffix(".p7s").read_bytes(),
        trust=Trust(()),
        now=desk.now,
    )
    assert (verdict.status, [reason.code for reason in verdict.reasons][:1]) == (
        Status.INDETERMINATE,
        [ReasonCode.UNTRUSTED_ISSUER],
    )


@pytest.mark.parametrize("rubbish", [b"", b"\x30\x00", b"not a signature"])
def test_rubbish_in_the_place_of_a_signature_is_no_signature(rubbish: bytes) -> None:
    verdict = verify_record(b"{}", rubbish, trust=Trust(()), now=datetime.now(UTC))
    assert verdict.status is Status.INVALID


# ── trouble in the middle ────────────────────────────────────────────────────────────────────


def test_when_the_time_stamps_stop_the_rest_waits_and_the_next_session_goes_on(
    desk: Desk, pki: Pki
) -> None:
    desk.lay_out("one", "two", "three")
    stop = After(1, lambda: setattr(pki.services, "sabotage", _down))
    result = desk.hold(watcher=stop)
    assert isinstance(result.stopped, TimestampUnavailable)
    assert _states(result.outcomes) == [State.ARCHIVED, State.WAITING, State.WAITING]
    assert (result.balance.holds, len(desk.archived()), result.record) == (True, 1, None)

    pki.services.sabotage = None
    desk.now += timedelta(minutes=1)
    again = desk.hold()
    assert (_states(again.outcomes), desk.are_all_valid()) == ([State.ARCHIVED] * 2, True)
    records = sorted(folder_of(desk.settings).glob("*.json"))
    assert [_record_of(path).ended for path in records] == ["stopped", "complete"]
    assert [_judged(desk, path).status for path in records] == [Status.VALID] * 2


def test_a_record_that_could_not_be_signed_is_signed_by_a_session_without_documents(
    desk: Desk, pki: Pki
) -> None:
    desk.lay_out("one")
    result = desk.hold(watcher=After(1, lambda: setattr(pki.services, "sabotage", _down)))
    assert (_states(result.outcomes), result.record) == ([State.ARCHIVED], None)
    assert isinstance(result.stopped, TimestampUnavailable)
    pki.services.sabotage = None
    desk.hold(approved=[])
    (path,) = folder_of(desk.settings).glob("*.json")
    assert (_record_of(path).ended, _judged(desk, path).status) == ("complete", Status.VALID)


def test_a_certificate_revoked_in_the_middle_signs_no_further(desk: Desk, pki: Pki) -> None:
    before = datetime(2023, 12, 31, 12, tzinfo=UTC)

    def move(moment: datetime) -> None:
        desk.now = pki.services.clock = moment

    move(before)
    desk.signing = replace(desk.signing, pkcs12_file=pki.pkcs12("revoked"), level="B-LT")
    # The only mark that was in force then.
    desk.signing = replace(desk.signing, mark="sao_y")
    desk.lay_out("one", "two")
    result = desk.hold(watcher=After(1, lambda: move(before + timedelta(days=2))))
    assert isinstance(result.stopped, KeyUnavailable)
    assert (_states(result.outcomes), len(desk.archived())) == (
        [State.ARCHIVED, State.WAITING],
        1,
    )


def test_a_revoked_certificate_signs_nothing_at_all(desk: Desk, pki: Pki) -> None:
    desk.signing = replace(desk.signing, pkcs12_file=pki.pkcs12("revoked"))
    desk.lay_out("one")
    with pytest.raises(CertificateRevoked):
        desk.hold()
    assert desk.archived() == []


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if lack := softhsm.missing():
        pytest.skip(lack)
    return softhsm.compile_shim(tmp_path_factory.mktemp("shim"))


def test_a_token_pulled_out_in_the_middle_costs_one_login_and_nothing_unsigned(
    desk: Desk, pki: Pki, shim: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "token"
    folder.mkdir()
    desk.lay_out("one", "two")
    with softhsm.soft_token(folder, shim) as token:
        token.put("0a", pki.private_key("signer"), *map(pki.der, ("signer", "interm", "root")))
        desk.signing = replace(
            desk.signing,
            key="pkcs11",
            pkcs11_module=token.module,
            pkcs11_token=token.label,
            pkcs11_key="0a",
            passphrase_file=token.pin_file(),
        )
        result = desk.hold(watcher=After(1, token.pull_out))
        assert isinstance(result.stopped, TokenGone)
        assert (token.calls("C_Login"), len(desk.archived())) == (1, 1)
        assert _states(result.outcomes) == [State.ARCHIVED, State.WAITING]

        token.plug_in()
        assert _states(desk.hold().outcomes) == [State.ARCHIVED]
        assert (token.calls("C_Login"), desk.are_all_valid()) == (2, True)


class Killed(BaseException):
    """Stands for what ends a process."""


def _kill() -> None:
    raise Killed


def test_a_session_killed_in_the_middle_is_closed_by_the_next(desk: Desk) -> None:
    first, second = desk.lay_out("one", "two")
    with pytest.raises(Killed):
        desk.hold(watcher=After(1, _kill))
    assert len(desk.archived()) == 1
    desk.now += timedelta(minutes=1)
    assert _states(desk.hold().outcomes) == [State.ARCHIVED]
    interrupted, complete = (
        _record_of(path) for path in sorted(folder_of(desk.settings).glob("*.json"))
    )
    assert (interrupted.ended, complete.ended) == ("interrupted", "complete")
    assert [r.outcome for r in interrupted.results] == ["archived", "not_signed"]
    assert [r.document_id for r in complete.results] == [second]
    assert desk.record(first) is not None


# ── two signatures ───────────────────────────────────────────────────────────────────────────


def test_the_officer_signs_before_the_agency(desk: Desk, pki: Pki) -> None:
    (document_id,) = desk.lay_out("one")
    desk.operator = OperatorSettings(
        key="pkcs12",
        pkcs12_file=pki.pkcs12("operator"),
        passphrase_file=pki.passphrase_file(),
    )
    desk.hold()
    record = desk.record(document_id)
    assert record is not None
    signatures: tuple[Signature, ...] = record.legal_value.signatures
    assert [one.signer for one in signatures] == [
        "Người Số Hóa (thử)",
        "Ủy ban nhân dân xã Thử Nghiệm (thử)",
    ]
    assert desk.are_all_valid()
