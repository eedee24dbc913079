"""PDFs that come in already signed: kept as they are when proven, else held back whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from samples.truth import Truth
from storage import package
from storage.objects import sha256_of
from storage.record import CopyKind, Record, from_sidecar
from tests.endtoend.conftest import SmallRun
from tests.endtoend.installed import ARCHIVE_ALL, Ended, Sohoa, copy_papers, of_type
from tests.oracles.pki import Pki, running_pki


@dataclass(frozen=True, slots=True)
class Site:
    """A site with one signed paper in its inbox, and how its first run ended."""

    sohoa: Sohoa
    paper: Path
    first: Ended

    def again(self, **variables: object) -> Ended:
        return self.sohoa.with_(**variables)("run", self.paper.parent, "--json")


def _site(folder: Path, paper: bytes) -> Site:
    inbox = folder / "inbox"
    inbox.mkdir()
    (inbox / "da-ky.pdf").write_bytes(paper)
    sohoa = Sohoa(folder / "data", ARCHIVE_ALL)
    return Site(sohoa, inbox / "da-ky.pdf", sohoa("run", inbox, "--json"))


@dataclass(frozen=True, slots=True)
class Agency:
    """A paper that an agency of the test PKI has signed with time stamp and evidence."""

    pki: Pki
    paper: bytes


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Iterator[Agency]:
    folder = tmp_path_factory.mktemp("agency")
    (folder / "pki").mkdir()
    with running_pki(folder / "pki") as pki:
        signing = Sohoa(folder / "data", ARCHIVE_ALL).with_(
            signing_key="pkcs12",
            signing_pkcs12_file=pki.pkcs12("signer"),
            signing_passphrase_file=pki.passphrase_file(),
            signing_tsa_url=pki.tsa_url,
            signing_embed_revocation="true",
            signing_trust_folder=pki.trust_folder(),
        )
        ended = signing("run", copy_papers(of_type(truths, "TTr"), folder / "papers"))
        assert ended.code == 0, ended.err
        (signed,) = signing.data.glob("archive/documents/**/signed.pdf")
        yield Agency(pki, signed.read_bytes())


def _only(ended: Ended) -> dict[str, object]:
    (document,) = ended.json["documents"]
    return dict(document)


def _record(sohoa: Sohoa) -> tuple[Path, Record]:
    (sidecar,) = sohoa.data.glob("archive/documents/**/metadata.json")
    return sidecar.parents[2], from_sidecar(sidecar.read_bytes())


# ── signatures that prove nothing ────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def unproven(tmp_path_factory: pytest.TempPathFactory, small_run: SmallRun) -> Site:
    """A paper that came back, signed by our own throw-away key."""
    return _site(tmp_path_factory.mktemp("unproven"), small_run.signed()[0].read_bytes())


def test_a_signature_that_proves_nothing_makes_its_paper_wait(unproven: Site) -> None:
    document = _only(unproven.first)
    assert (unproven.first.code, document["state"], document["code"]) == (
        101,
        "waiting",
        "signature_unproven",
    )


def test_a_waiting_signed_paper_is_held_byte_for_byte(unproven: Site) -> None:
    (held,) = unproven.sohoa.data.glob("work/*/original.pdf")
    assert held.read_bytes() == unproven.paper.read_bytes()


def test_a_waiting_signed_paper_is_told_with_a_cure(unproven: Site) -> None:
    (waiting,) = unproven.sohoa("status", "--json").json["waiting"]
    assert "trust_folder" in waiting["cure"]


def test_a_digitized_copy_keeps_the_report_on_what_it_came_with(
    tmp_path: Path, small_run: SmallRun
) -> None:
    site = _site(tmp_path, small_run.signed()[0].read_bytes())
    site.again(intake_unverified_signed="digitize")
    folder, _ = _record(site.sohoa)
    told = json.loads((folder / package.REPORT).read_bytes())
    assert told["status"] != "valid"
    assert told["reasons"]


def test_a_site_may_digitize_a_paper_that_waited_like_any_other(
    tmp_path: Path, small_run: SmallRun
) -> None:
    site = _site(tmp_path, small_run.signed()[0].read_bytes())
    ended = site.again(intake_unverified_signed="digitize")
    folder, record = _record(site.sohoa)
    assert (ended.code, record.legal_value.kind) == (0, CopyKind.DIGITIZED)
    assert (folder / f"{package.ORIGINAL}pdf").read_bytes() == site.paper.read_bytes()


# ── signatures that are proven ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Adopted:
    """A paper that waited until the site believed its agency."""

    site: Site
    second: Ended


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory, agency: Agency) -> Adopted:
    site = _site(tmp_path_factory.mktemp("adopted"), agency.paper)
    return Adopted(site, site.again(signing_trust_folder=agency.pki.trust_folder()))


def test_a_paper_waits_where_its_agency_is_not_believed(adopted: Adopted) -> None:
    assert _only(adopted.site.first)["code"] == "signature_unproven"


def test_a_paper_of_a_believed_agency_is_archived(adopted: Adopted) -> None:
    assert (adopted.second.code, _only(adopted.second)["state"]) == (0, "archived")


def test_an_adopted_paper_is_the_one_that_came_in_byte_for_byte(adopted: Adopted) -> None:
    folder, _ = _record(adopted.site.sohoa)
    assert (folder / package.SIGNED).read_bytes() == adopted.site.paper.read_bytes()


def test_an_adopted_paper_is_on_record_as_an_electronic_original(adopted: Adopted) -> None:
    _, record = _record(adopted.site.sohoa)
    assert (record.legal_value.kind, record.legal_value.is_throwaway) == (
        CopyKind.ELECTRONIC_ORIGINAL,
        False,
    )


def test_what_was_found_out_about_its_signatures_is_kept_beside_it(adopted: Adopted) -> None:
    folder, record = _record(adopted.site.sohoa)
    assert record.objects.report is not None
    report = (folder / package.REPORT).read_bytes()
    assert sha256_of(report) == record.objects.report.sha256
    told = json.loads(report)
    assert (told["status"], told["sha256"]) == ("valid", record.objects.signed.sha256)


def test_an_adopted_paper_says_until_when_its_proof_holds(adopted: Adopted) -> None:
    _, record = _record(adopted.site.sohoa)
    assert record.lapses_at is not None
    assert record.lapses_at > record.stored_at


def test_a_paper_changed_after_its_agency_signed_it_is_not_adopted(
    tmp_path: Path, agency: Agency
) -> None:
    site = _site(tmp_path, agency.paper + b"\n% them vao\n")
    ended = site.again(signing_trust_folder=agency.pki.trust_folder())
    assert _only(ended)["code"] == "signature_unproven"
