"""The installed command: an officer's session, a daily quota, and renewal."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samples.truth import Truth
from storage.record import Record, from_sidecar
from tests.endtoend.installed import ARCHIVE_ALL, Ended, Sohoa, copy_papers, of_type
from tests.oracles.pki import Pki, running_pki

Make = Callable[..., Sohoa]


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Path:
    chosen = of_type(truths, "TB", "GIAY_TIEP_NHAN")
    return copy_papers(chosen, tmp_path_factory.mktemp("signing") / "inbox")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


def _sidecars(sohoa: Sohoa) -> list[Path]:
    return sorted(sohoa.data.glob("archive/documents/**/metadata.json"))


def _records(sohoa: Sohoa) -> list[Record]:
    return [from_sidecar(path.read_bytes()) for path in _sidecars(sohoa)]


# ── a session ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Session:
    """Two papers prepared, one approved from an edited list, then the other by `all`."""

    sohoa: Sohoa
    run: Ended
    status: Ended
    listed: Ended
    first: Ended
    second: Ended
    after: Ended


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> Session:
    folder = tmp_path_factory.mktemp("session")
    sohoa = Sohoa(folder / "data", {**ARCHIVE_ALL, "SOHOA_SIGNING_APPROVE": "session"})
    run = sohoa("run", inbox, "--json")
    status, listed = sohoa("status", "--json"), sohoa("sign", "--list", "--json")
    approved = folder / "list.json"
    approved.write_text(json.dumps({**listed.json, "ready": listed.json["ready"][:1]}))
    first = sohoa("sign", "--approve", approved, "--account", "van-thu-1", "--json")
    second = sohoa("sign", "--approve", "all")
    return Session(sohoa, run, status, listed, first, second, sohoa("run", inbox, "--json"))


def test_a_run_leaves_what_is_ready_for_the_officer(session: Session) -> None:
    states = [(one["state"], one["code"]) for one in session.run.json["documents"]]
    assert (session.run.code, states) == (101, [("waiting", "signature")] * 2)
    assert session.run.json["balance"]["holds"]


def test_status_says_what_ends_the_wait(session: Session) -> None:
    cures = [one["cure"] for one in session.status.json["waiting"]]
    assert (session.status.code, ["sohoa sign" in cure for cure in cures]) == (101, [True] * 2)


def test_the_list_says_what_will_be_signed(session: Session) -> None:
    listed: list[dict[str, Any]] = session.listed.json["ready"]
    assert session.listed.code == 101
    assert {one["number"] for one in listed} >= {"61/TB-UBND"}
    assert all(len(one["sha256"]) == 64 and one["pages"] >= 1 for one in listed)


def test_what_was_taken_off_the_list_is_not_signed(session: Session) -> None:
    told = session.first.json
    assert (session.first.code, [one["state"] for one in told["documents"]]) == (0, ["archived"])
    assert told["documents"][0]["document_id"] == session.listed.json["ready"][0]["document_id"]
    assert told["balance"]["holds"]


def test_the_rest_is_signed_by_the_next_session(session: Session) -> None:
    assert (session.second.code, len(_records(session.sohoa))) == (0, 2)


def test_afterwards_the_run_finds_all_archived(session: Session) -> None:
    states = [one["state"] for one in session.after.json["documents"]]
    assert (session.after.code, states) == (0, ["archived"] * 2)


def test_the_record_of_a_session_is_verified_by_the_command(session: Session) -> None:
    verified = session.sohoa("sign", "--verify-session", session.first.json["record"], "--json")
    assert (verified.code, verified.json["status"], verified.json["is_throwaway"]) == (
        0,
        "valid",
        True,
    )


def test_an_altered_record_is_told_with_its_exit_code(session: Session, tmp_path: Path) -> None:
    record = Path(session.first.json["record"])
    copy = tmp_path / record.name
    copy.write_bytes(record.read_bytes().replace(b"van-thu-1", b"van-thu-2"))
    copy.with_suffix(".p7s").write_bytes(record.with_suffix(".p7s").read_bytes())
    assert session.sohoa("sign", "--verify-session", copy).code == 36


def test_with_nothing_ready_the_list_is_empty(session: Session) -> None:
    assert session.sohoa("sign", "--list", "--json").json["ready"] == []
    assert session.sohoa("sign").code == 0


def test_a_pdf_that_was_altered_is_not_signed_and_the_command_says_so(
    sohoa: Make, inbox: Path
) -> None:
    site = sohoa().with_(signing_approve="session")
    site("run", inbox)
    altered = next(iter(site.data.glob("work/*/assemble/*.pdf")))
    altered.write_bytes(altered.read_bytes() + b"%")
    ended = site("sign", "--approve", "all")
    assert (ended.code, _sidecars(site)) == (30, [])


def test_a_site_that_signs_by_itself_is_told_that_there_is_no_session(
    sohoa: Make, inbox: Path
) -> None:
    site = sohoa().with_(signing_approve="session")
    site("run", inbox)
    ended = site.with_(signing_approve="unattended")("sign", "--approve", "all")
    assert (ended.code, "unattended" in ended.err) == (3, True)
    again = site.with_(signing_approve="unattended")("run", inbox, "--json")
    assert [one["state"] for one in again.json["documents"]] == ["archived"] * 2


# ── a quota ──────────────────────────────────────────────────────────────────────────────────


def test_beyond_the_days_quota_documents_wait_and_the_run_says_so(sohoa: Make, inbox: Path) -> None:
    limited = sohoa().with_(signing_daily_quota="1")
    first, second = limited("run", inbox, "--json"), limited("run", inbox, "--json")
    assert [(ended.code, ended.json["quota_over"]) for ended in (first, second)] == [
        (102, True)
    ] * 2
    codes = sorted((one["state"], one["code"]) for one in second.json["documents"])
    assert codes == [("archived", ""), ("waiting", "quota")]
    raised = limited.with_(signing_daily_quota="2")("run", inbox, "--json")
    assert (raised.code, len(_records(limited))) == (0, 2)


# ── two signatures, renewal ──────────────────────────────────────────────────────────────────


def test_an_officers_key_signs_before_the_agencys(sohoa: Make, inbox: Path, pki: Pki) -> None:
    two = sohoa().with_(
        operator_key="pkcs12",
        operator_pkcs12_file=pki.pkcs12("operator"),
        operator_passphrase_file=pki.passphrase_file(),
        signing_key="pkcs12",
        signing_pkcs12_file=pki.pkcs12("signer"),
        signing_passphrase_file=pki.passphrase_file(),
        signing_trust_folder=pki.trust_folder(),
    )
    ended = two("run", inbox)
    assert ended.code == 0, ended.err
    signers = {tuple(s.signer for s in r.legal_value.signatures) for r in _records(two)}
    assert signers == {("Người Số Hóa (thử)", "Ủy ban nhân dân xã Thử Nghiệm (thử)")}


def test_renewing_without_an_authority_is_told(sohoa: Make, inbox: Path) -> None:
    site = sohoa()
    site("run", inbox)
    ended = site("renew")
    assert (ended.code, "tsa_url" in ended.err) == (3, True)


def test_a_plain_signature_that_lapses_is_renewed_by_the_command(
    sohoa: Make, inbox: Path, pki: Pki
) -> None:
    agency = sohoa().with_(
        signing_key="pkcs12",
        signing_pkcs12_file=pki.pkcs12("signer"),
        signing_passphrase_file=pki.passphrase_file(),
        signing_trust_folder=pki.trust_folder(),
        signing_tsa_url=pki.tsa_url,
        signing_level="B-B",
    )
    ran = agency("run", inbox, "--json")
    assert ran.json["outlook"]["first_lapse"].startswith("2030")
    told = agency("renew", "--within", "60", "--dry-run", "--json")
    assert (told.code, told.json["counts"]["due"]) == (101, 2)
    done = agency("renew", "--within", "60", "--json")
    assert (done.code, done.json["counts"]["renewed"]) == (0, 2), done.err
    assert agency("renew", "--within", "60", "--json").json["documents"] == []
    signed = sorted(agency.data.glob("archive/documents/*/*/*/2-*/**/signed.pdf"))
    verified = agency("verify", *signed, "--json")
    assert verified.code == 0, verified.out
    assert all(one["archived_as"] for one in verified.lines)
    dump = agency("catalog", "dump").out
    agency("catalog", "rebuild")
    assert agency("catalog", "dump").out == dump
