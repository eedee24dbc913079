"""The sidecar says everything about a document, shows nobody, and notices when it was changed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import (
    ArchivedObject,
    Box,
    Evidence,
    FieldName,
    FieldStatus,
    PageRole,
    Provenance,
    Relation,
    RelationKind,
    Sha256,
    Signature,
    SignatureLevel,
    StageRun,
    Validity,
)
from storage.identity import HolderKey
from storage.objects import sha256_of
from storage.record import (
    SCHEMA_VERSION,
    CopyKind,
    FieldRecord,
    Holder,
    LegalValue,
    Objects,
    Quality,
    Record,
    from_sidecar,
    to_sidecar,
)
from storage.reference import Reference
from tests.storage.papers import BIRTH, NAME, NUMBER, SIGNATURE, VAULT, record

hexes = st.text("0123456789abcdef", min_size=64, max_size=64)
shares = st.floats(0, 1)
sizes = st.integers(0, 10**9)
moments = st.datetimes(timezones=st.just(UTC))
archived = st.builds(ArchivedObject, st.text(), hexes.map(Sha256), sizes)
signatures = st.builds(
    Signature, st.text(), st.text(), st.text(), moments, st.sampled_from(SignatureLevel),
    st.booleans(),
)  # fmt: skip
fields = st.builds(
    FieldRecord, st.sampled_from(FieldName), st.text(), st.text(), st.sampled_from(FieldStatus),
    st.booleans(), st.none() | shares, st.none() | st.integers(1, 999),
    st.none() | st.builds(Box, *[st.integers(0, 9999)] * 4), st.text(), st.integers(1, 9),
)  # fmt: skip
places = st.builds(
    Evidence, st.integers(1, 999), st.builds(Box, *[st.integers(0, 9999)] * 4), st.text(), shares
)
relations = st.builds(
    Relation, st.sampled_from(RelationKind), st.text(), st.none() | st.dates(), st.text(),
    st.sampled_from(FieldStatus), places,
)  # fmt: skip
records = st.builds(
    Record,
    schema_version=st.just(SCHEMA_VERSION),
    document_id=hexes.map(lambda digits: digits[:32]),
    document_type=st.text(),
    reference=st.builds(
        Reference, st.text(), st.text(), st.text(), st.text(), st.none() | st.dates()
    ),
    holders=st.lists(
        st.builds(Holder, hexes.map(HolderKey), hexes.map(HolderKey)), max_size=3
    ).map(tuple),
    identity_key_id=st.text(),
    page_roles=st.lists(st.sampled_from(PageRole), max_size=3).map(tuple),
    relations=st.lists(relations, max_size=2).map(tuple),
    fields=st.lists(fields, max_size=3).map(tuple),
    validity=st.builds(
        Validity, st.none() | st.dates(), st.none() | st.dates(), st.booleans(), st.text()
    ),
    legal_value=st.builds(
        LegalValue, st.sampled_from(CopyKind), st.lists(signatures, max_size=2).map(tuple),
        st.sampled_from(SignatureLevel), st.booleans(),
    ),
    access_level=st.text(),
    page_count=sizes,
    quality=st.builds(
        Quality, sizes, shares, shares, st.lists(sizes, max_size=3).map(tuple),
        st.lists(st.sampled_from(FieldName), max_size=3).map(tuple),
    ),
    provenance=st.builds(
        Provenance, st.text(), st.text(),
        st.lists(st.builds(StageRun, st.text(), sizes, hexes.map(Sha256)), max_size=2).map(tuple),
    ),
    profile=st.text(),
    confirmed_by=st.text(),
    source_sealed=st.text(),
    objects=st.builds(Objects, archived, archived, archived),
    stored_at=moments,
)  # fmt: skip


@given(records)
def test_a_record_survives_the_sidecar(given_record: Record) -> None:
    assert from_sidecar(to_sidecar(given_record)) == given_record


@given(records)
def test_equal_records_give_equal_bytes(given_record: Record) -> None:
    sidecar = to_sidecar(given_record)
    assert to_sidecar(from_sidecar(sidecar)) == sidecar


@given(st.data())
def test_a_flipped_bit_of_a_sidecar_is_noticed_or_means_nothing(data: st.DataObject) -> None:
    original = record()
    sidecar = bytearray(to_sidecar(original))
    place = data.draw(st.integers(0, len(sidecar) - 1))
    sidecar[place] ^= 1 << data.draw(st.integers(0, 7))
    try:
        read = from_sidecar(bytes(sidecar))
    except IntegrityError:
        return
    assert read == original


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"\xff", b'{"record_sha256":"00"}'])
def test_what_is_no_sidecar_is_an_integrity_error(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        from_sidecar(data)


def test_a_newer_sidecar_asks_for_a_newer_program() -> None:
    newer = to_sidecar(replace(record(), schema_version=SCHEMA_VERSION + 1))
    with pytest.raises(IntegrityError, match="update sohoa"):
        from_sidecar(newer)


def test_a_record_of_one_holder_is_read_as_such() -> None:
    before = replace(record(), schema_version=2)
    plain = codec.to_plain(before)
    holders, key_id = plain.pop("holders"), plain.pop("identity_key_id")
    plain["holder"] = {**holders[0], "identity_key_id": key_id}
    del plain["page_roles"], plain["relations"]
    for field in plain["fields"]:
        del field["holder"]
    older = codec.encode({**plain, "record_sha256": sha256_of(codec.encode(plain))})
    assert from_sidecar(older) == before


def test_the_sidecar_holds_no_number_name_or_birth_date_in_plain_text() -> None:
    text = to_sidecar(record()).decode()
    assert not [secret for secret in (NUMBER, NAME, BIRTH) if secret in text]


@pytest.mark.parametrize(
    "spelled", ["001 203 004567", "001.203.004567", "001203004567", "ông NGUYỄN  VĂN THỬ"]
)
def test_an_abstract_that_repeats_the_holder_is_masked_and_sealed(spelled: str) -> None:
    held = record(fields={FieldName.TRICH_YEU: f"V/v {spelled} xây nhà"})
    abstract = held.field(FieldName.TRICH_YEU)
    assert abstract is not None
    assert spelled not in abstract.value
    assert VAULT.reveal(abstract.sealed) == f"V/v {spelled} xây nhà"


def test_what_is_sealed_can_be_shown_to_who_may_see_it() -> None:
    held = record().field(FieldName.CHU_HO_SO)
    assert held is not None
    assert (held.value, VAULT.reveal(held.sealed)) == ("N. V. Thử", NAME)


def test_a_field_that_is_not_personal_is_not_sealed() -> None:
    agency = record().field(FieldName.CO_QUAN_BAN_HANH)
    assert agency is not None
    assert (agency.value, agency.sealed) == ("ỦY BAN NHÂN DÂN TỈNH MẪU", "")


def test_a_field_keeps_where_and_by_which_rule_it_was_read() -> None:
    number = record().field(FieldName.SO_KY_HIEU)
    assert number is not None
    assert (number.page, number.box, number.rule, number.confidence) == (
        1,
        Box(10, 20, 110, 60),
        "header.number",
        0.99,
    )


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (FieldName.SO_KY_HIEU, lambda held: held.reference.number_key),
        (FieldName.CO_QUAN_BAN_HANH, lambda held: held.reference.agency_key),
        (FieldName.NGAY_BAN_HANH, lambda held: held.reference.issued_on),
        (FieldName.SO_DINH_DANH, lambda held: held.holders[0].number_key),
        (FieldName.CHU_HO_SO, lambda held: held.holders[0].name_key),
        (FieldName.NGAY_SINH, lambda held: held.holders[0].name_key),
    ],
)
def test_an_unverified_field_never_becomes_a_key(name: FieldName, key) -> None:  # type: ignore[no-untyped-def]
    assert key(record())
    assert not key(record(unverified=(name,)))


def test_the_level_is_that_of_the_weakest_signature() -> None:
    weak = replace(SIGNATURE, level=SignatureLevel.B_B, is_throwaway=True)
    value = record(signatures=(SIGNATURE, weak)).legal_value
    assert (value.level, value.is_throwaway) == (SignatureLevel.B_B, True)


def test_quality_counts_words_and_blank_pages() -> None:
    quality = record().quality
    assert (quality.word_count, quality.mean_confidence, quality.accepted_share) == (2, 0.75, 0.5)
    assert quality.blank_pages == (2,)


def test_a_date_that_is_none_is_no_date() -> None:
    assert record(fields={FieldName.NGAY_BAN_HANH: "tháng 2"}).reference.issued_on is None
    assert record().reference.issued_on == date(2026, 2, 18)


def test_the_sidecar_is_canonical_json() -> None:
    sidecar = to_sidecar(record())
    assert codec.encode(json.loads(sidecar)) == sidecar
