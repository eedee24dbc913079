"""A version of a document at rest is an OCFL object and an E-ARK package, for others, too."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from digitizer.errors import IntegrityError, StoreUnavailable
from digitizer.model import DocumentId, SignatureLevel, StoredFile
from storage import package
from storage.archive import commits
from storage.commit import Commit, commit_key, from_bytes, parse_key, to_bytes
from storage.folder import FolderStore
from storage.mets import package_id
from storage.objects import MARKER_KEY, require_format
from storage.package import Root, expected, unfinished
from storage.revise import Renewal, renew
from tests.fakes import FailingStore
from tests.oracles.packages import eark_report, ocfl_root
from tests.storage.papers import NAME, NOW, NUMBER, Paper, paper

METS = {"m": "http://www.loc.gov/METS/", "x": "http://www.w3.org/1999/xlink"}
PREMIS = {"p": "http://www.loc.gov/premis/v3"}
ABSENT = {"CSIP60", "CSIP95", "CSIP99", "CSIP103", "CSIP113"}
"""What the validator says of every package without documentation, schemas and content folders,
which CSIP leaves open (4.1, "SHOULD")."""


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    made = FolderStore(tmp_path / "archive")
    made.check()
    return made


@pytest.fixture
def one(tmp_path: Path) -> Paper:
    (tmp_path / "work").mkdir()
    return paper(tmp_path / "work")


def held(store: FolderStore, document: Paper) -> tuple[Commit, ...]:
    return commits(store, document.consignment.intake.document_id)


def renewed(store: FolderStore, document: Paper) -> None:
    (first,) = held(store, document)
    path = document.folder / "renewed.pdf"
    path.write_bytes(store.read(first.record.objects.signed.key) + b" stamp")
    renewal = Renewal(StoredFile.of(path), (SignatureLevel.B_LTA,), NOW + timedelta(days=2000))
    renew(store, first.record, renewal, folder=document.folder, now=NOW + timedelta(days=9))


# ── OCFL ─────────────────────────────────────────────────────────────────────────────────────


def test_ocfl_py_finds_two_versions_and_a_signed_input_valid(
    store: FolderStore, one: Paper, tmp_path: Path
) -> None:
    one.archived(store)
    renewed(store, one)
    # Of signed input the original and the signed PDF are the same bytes, twice.
    other = paper(tmp_path, "came-signed").consignment
    signed = replace(other.signed, pdf=other.intake.original)
    report = tmp_path / "verification.json"
    report.write_text("{}")
    whole = replace(other, signed=signed, report=StoredFile.of(report))
    replace(one, consignment=whole).archived(store)
    found = ocfl_root(tmp_path / "archive" / "documents")
    assert (found.is_valid, found.objects, found.good, found.told) == (True, 3, 3, []), found


def test_ocfl_py_would_tell(store: FolderStore, one: Paper, tmp_path: Path) -> None:
    one.archived(store)
    signed = tmp_path / "archive" / held(store, one)[0].record.objects.signed.key
    signed.chmod(0o640)
    signed.write_bytes(b"other")
    found = ocfl_root(tmp_path / "archive" / "documents")
    assert (found.objects, found.good) == (1, 0)


@pytest.mark.parametrize("crash", [2, 5, 9, 12])
def test_an_attempt_cut_short_is_closed_by_the_next_one(
    store: FolderStore, one: Paper, crash: int
) -> None:
    with pytest.raises(StoreUnavailable):
        one.archived(FailingStore(store, crash))
    assert unfinished(store.keys())
    one.archived(store, NOW + timedelta(hours=1))
    assert not unfinished(store.keys())
    assert len({package.root_prefix(key) for key in store.keys("documents/")} - {""}) == 1


def test_an_attempt_that_lost_is_closed_when_it_comes_back(store: FolderStore, one: Paper) -> None:
    other = one.resigned(b"%PDF-1.7 sealed elsewhere")
    with pytest.raises(StoreUnavailable):
        other.archived(FailingStore(store, 6))
    receipt, _ = one.archived(store)
    assert unfinished(store.keys())
    assert other.archived(store)[0] == receipt
    assert not unfinished(store.keys())


def test_everything_below_the_root_is_expected(store: FolderStore, one: Paper) -> None:
    one.archived(store)
    (commit,) = held(store, one)
    named = expected(store.read(commit.inventory.key))
    assert {commit.root.prefix + path for path in named} == set(store.keys(commit.root.prefix))
    assert all(store.digest(commit.root.prefix + path) == sha for path, sha in named.items())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b'{"fixity":{"sha256":[]}}'])
def test_what_is_no_inventory_is_an_integrity_error(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        expected(data)


def test_an_archive_of_another_format_is_refused_with_the_cure(store: FolderStore) -> None:
    marker = Path(store.name) / MARKER_KEY
    marker.chmod(0o640)
    marker.write_bytes(b'{"format":"sohoa-archive","version":1}')
    with pytest.raises(Exception, match=r"read it with the release that wrote it"):
        require_format(store)


# ── the commit ───────────────────────────────────────────────────────────────────────────────


def test_a_commit_holds_the_record_of_its_package(store: FolderStore, one: Paper) -> None:
    receipt, record = one.archived(store)
    (commit,) = held(store, one)
    assert from_bytes(to_bytes(commit)) == commit
    plain = json.loads(store.read(receipt.sidecar.key))
    assert plain["record"] == json.loads(store.read(commit.root.key(package.METADATA)))
    assert commit.record == record


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"page_count":2', b'"page_count":3'), (b"inventory.json", b"inventory.jsox"), (b"{", b"")],
)
def test_a_commit_that_changed_is_not_believed(
    store: FolderStore, one: Paper, old: bytes, new: bytes
) -> None:
    one.archived(store)
    data = to_bytes(held(store, one)[0])
    with pytest.raises(IntegrityError):
        from_bytes(data.replace(old, new, 1))


def test_a_commit_that_names_another_documents_package_is_refused(
    store: FolderStore, one: Paper
) -> None:
    one.archived(store)
    (commit,) = held(store, one)
    root = Root(DocumentId("0" * 32), 1, "0" * 16)
    moved = replace(commit.inventory, key=root.prefix + package.INVENTORY)
    with pytest.raises(IntegrityError, match="another document"):
        from_bytes(to_bytes(replace(commit, inventory=moved)))


@pytest.mark.parametrize("key", ["records/aa/1.json", f"records/ab/cd/{'0' * 32}/1.json", "x"])
def test_what_is_no_commits_key_is_none(key: str) -> None:
    assert parse_key(key) is None
    assert parse_key(commit_key(DocumentId("ab" * 16), 12)) == (DocumentId("ab" * 16), 12)


# ── METS, PREMIS, EAD ────────────────────────────────────────────────────────────────────────


def test_the_eark_validator_finds_the_package_well_formed(
    store: FolderStore, one: Paper, tmp_path: Path
) -> None:
    one.archived(store)
    renewed(store, one)
    for commit in held(store, one):
        folder = tmp_path / package_id(commit.root.object_id).replace(":", "_")
        shutil.copytree(tmp_path / "archive" / commit.root.key(""), folder)
        report = eark_report(folder)
        assert report["structure"]["status"] == "WellFormed"
        assert report["metadata"]["schema_results"]["messages"] == []
        messages = report["metadata"]["schematron_results"]["messages"]
        errors = {one["rule_id"] for one in messages if one["severity"] == "Error"}
        assert errors <= ABSENT


def test_mets_names_every_other_file_with_its_digest(store: FolderStore, one: Paper) -> None:
    one.archived(store)
    (commit,) = held(store, one)
    root = fromstring(store.read(commit.root.key(package.METS)))
    href = f"{{{METS['x']}}}href"
    told = {e.attrib[href]: e.attrib["CHECKSUM"] for e in root.iter(f"{{{METS['m']}}}mdRef")}
    for file in root.iter(f"{{{METS['m']}}}file"):
        told[file[0].attrib[href]] = file.attrib["CHECKSUM"]
    inside = {
        path.removeprefix(package.CONTENT): digest
        for path, digest in expected(store.read(commit.inventory.key)).items()
        if path.startswith(package.CONTENT) and not path.endswith(package.METS)
    }
    assert told == inside


def test_premis_tells_who_signed_what_and_when(store: FolderStore, one: Paper) -> None:
    by_person = replace(one.consignment.metadata, confirmed_by="van-thu-1")
    whole = replace(one, consignment=replace(one.consignment, metadata=by_person))
    whole.archived(store)
    (commit,) = held(store, whole)
    root = fromstring(store.read(commit.root.key(package.PRESERVATION)))
    agents = {
        agent.findtext("p:agentIdentifier/p:agentIdentifierValue", "", PREMIS): agent
        for agent in root.iterfind("p:agent", PREMIS)
    }
    events = {
        event.findtext("p:eventType", "", PREMIS): event
        for event in root.iterfind("p:event", PREMIS)
    }
    signed = events["digital signature generation"]
    assert signed.findtext("p:eventDateTime", "", PREMIS) == "2026-03-02T06:00:00+07:00"
    path = "p:linkingAgentIdentifier/p:linkingAgentIdentifierValue"
    assert signed.findtext(path, "", PREMIS) == "certificate-1"
    about = "p:linkingObjectIdentifier/p:linkingObjectIdentifierValue"
    assert signed.findtext(about, "", PREMIS) == package.SIGNED
    assert (
        agents["certificate-1"].findtext("p:agentNote", "", PREMIS) == "certificate 0a1b of CA mẫu"
    )
    assert agents["operator"].findtext("p:agentName", "", PREMIS) == "van-thu-1"
    assert {"text recognition", "metadata confirmation", "ingestion end"} <= events.keys()


def test_no_part_of_a_package_names_a_person(store: FolderStore, one: Paper) -> None:
    one.archived(store)
    (commit,) = held(store, one)
    parts = (package.METS, package.DESCRIPTION, package.PRESERVATION, package.METADATA)
    told = "".join(store.read(commit.root.key(path)).decode() for path in parts)
    assert NUMBER not in told
    assert NAME not in told
    assert "N. V. Thử" in told


def test_the_descriptive_fields_stand_in_the_order_of_the_regulation(
    store: FolderStore, one: Paper
) -> None:
    one.archived(store)
    (commit,) = held(store, one)
    root = fromstring(store.read(commit.root.key(package.DESCRIPTION)))
    names = [field.tag for field in root]
    assert len(names) == 19
    assert names[:3] == ["arcFileCode", "mode", "language"]
    assert {field.tag: field.text for field in root}["issuedDate"] == "18/02/2026"
