"""Only what is sure, or what a person said, becomes metadata."""

from dataclasses import replace
from datetime import date

import pytest

from digitizer.extract.confirm import BadCorrection, confirm, doubtful_fields, normalize
from digitizer.extract.stage import extract
from digitizer.model import Extracted, Field, FieldName, FieldStatus, Metadata
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, birth_certificate, decision, head, reading

Corrections = dict[FieldName, str]


def read(sheet: Sheet) -> Extracted:
    return extract(reading(sheet), settings=ExtractSettings())


def by_score(extracted: Extracted) -> Metadata | tuple[FieldName, ...]:
    return confirm(extracted, corrections={}, confirmed_by="score", accept_unverified=False)


def by_person(extracted: Extracted, corrections: Corrections) -> Metadata | tuple[FieldName, ...]:
    return confirm(
        extracted, corrections=corrections, confirmed_by="vanthu1", accept_unverified=False
    )


def handwritten() -> Extracted:
    return read(decision(head(Sheet(), number="Số: {Z00/QĐ-UBND}")))


def test_a_document_read_without_doubt_needs_no_person() -> None:
    metadata = by_score(read(decision()))
    assert isinstance(metadata, Metadata)
    assert metadata.value(FieldName.SO_KY_HIEU) == "105/QĐ-UBND"
    assert (metadata.confirmed_by, metadata.unverified) == ("score", ())
    assert all(field.status is FieldStatus.ACCEPTED for field in metadata.fields)


def test_a_doubtful_field_is_named_and_holds_the_document_back() -> None:
    assert by_score(handwritten()) == (FieldName.SO_KY_HIEU,)
    assert doubtful_fields(handwritten()) == (FieldName.SO_KY_HIEU,)


def test_a_person_settles_it_and_the_typed_value_has_no_evidence() -> None:
    metadata = by_person(handwritten(), {FieldName.SO_KY_HIEU: " Số: 117 /QĐ-UBND "})
    assert isinstance(metadata, Metadata)
    field = next(field for field in metadata.fields if field.name is FieldName.SO_KY_HIEU)
    assert (field.value, field.evidence) == ("117/QĐ-UBND", None)
    assert metadata.confirmed_by == "vanthu1"


def test_a_value_confirmed_as_read_keeps_its_evidence() -> None:
    extracted = read(decision(head(Sheet(), number="Số: {117/QĐ-UBND}")))
    metadata = by_person(extracted, {FieldName.SO_KY_HIEU: "117/QĐ-UBND"})
    assert isinstance(metadata, Metadata)
    field = next(field for field in metadata.fields if field.name is FieldName.SO_KY_HIEU)
    assert field.evidence is not None
    assert field.status is FieldStatus.ACCEPTED


def test_a_person_may_say_that_the_paper_has_none() -> None:
    metadata = by_person(handwritten(), {FieldName.SO_KY_HIEU: ""})
    assert isinstance(metadata, Metadata)
    assert metadata.value(FieldName.SO_KY_HIEU) == ""
    assert FieldName.SO_KY_HIEU not in {field.name for field in metadata.fields}


def test_a_required_field_that_is_absent_is_doubtful() -> None:
    extracted = read(decision(sign=False))
    assert {FieldName.NGUOI_KY, FieldName.CHUC_VU} <= set(doubtful_fields(extracted))


def test_an_optional_field_that_is_absent_is_fine() -> None:
    assert FieldName.MA_HO_SO not in doubtful_fields(read(decision()))


def test_an_unknown_type_always_needs_a_person() -> None:
    extracted = read(Sheet().put("Hóa đơn bán lẻ", 300, center=827))
    assert by_score(extracted) == (FieldName.LOAI_VAN_BAN,)


def test_a_corrected_type_brings_its_own_required_fields() -> None:
    extracted = read(Sheet().put("Hóa đơn bán lẻ", 300, center=827))
    doubtful = by_person(extracted, {FieldName.LOAI_VAN_BAN: "quyet dinh"})
    assert isinstance(doubtful, tuple)
    assert FieldName.SO_KY_HIEU in doubtful
    metadata = confirm(
        extracted,
        corrections={FieldName.LOAI_VAN_BAN: "QĐ"},
        confirmed_by="vanthu1",
        accept_unverified=True,
    )
    assert isinstance(metadata, Metadata)
    assert metadata.document_type == "QĐ"
    assert metadata.value(FieldName.LOAI_VAN_BAN) == "Quyết định"


def test_unverified_fields_are_listed_and_stay_marked() -> None:
    metadata = confirm(handwritten(), corrections={}, confirmed_by="score", accept_unverified=True)
    assert isinstance(metadata, Metadata)
    assert metadata.unverified == (FieldName.SO_KY_HIEU,)
    field = next(field for field in metadata.fields if field.name is FieldName.SO_KY_HIEU)
    assert field.status is FieldStatus.REVIEW


def test_an_unverified_date_does_not_make_the_validity_known() -> None:
    extracted = read(decision(head(Sheet(), date="Nghệ An, ngày {25} tháng 11 năm 2024")))
    metadata = confirm(extracted, corrections={}, confirmed_by="score", accept_unverified=True)
    assert isinstance(metadata, Metadata)
    assert FieldName.NGAY_BAN_HANH in metadata.unverified
    assert not metadata.validity.is_known


def test_a_decision_in_force_from_its_signing_holds_from_its_date() -> None:
    metadata = by_score(read(decision()))
    assert isinstance(metadata, Metadata)
    assert metadata.validity.valid_from == date(2024, 11, 25)
    assert metadata.validity.is_known


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        (FieldName.NGAY_BAN_HANH, "31/02/2025"),
        (FieldName.NGAY_SINH, "hôm qua"),
        (FieldName.SO_KY_HIEU, "không số"),
        (FieldName.LOAI_VAN_BAN, "Giấy gì đó"),
        (FieldName.SO_DINH_DANH, "099319001234"),
        (FieldName.SO_DINH_DANH, "0403190012"),
        (FieldName.MA_HO_SO, "H41.12-261308-0975"),
        (FieldName.MA_TTHC, "1004873"),
        (FieldName.THOI_HAN, "lâu lắm"),
        (FieldName.THOI_HAN, "từ 2025-02-31"),
        (FieldName.NGUOI_KY, "Nguyễn " * 20),
    ],
)
def test_a_correction_that_cannot_be_is_refused_without_repeating_it(
    name: FieldName, typed: str
) -> None:
    with pytest.raises(BadCorrection) as caught:
        by_person(handwritten(), {name: typed})
    assert caught.value.field is name
    assert caught.value.vi
    assert typed not in str(caught.value)


def test_a_garbled_number_of_an_agency_cannot_be_confirmed_as_read() -> None:
    with pytest.raises(BadCorrection, match="so_ky_hieu"):
        by_person(handwritten(), {FieldName.SO_KY_HIEU: "Z00/QĐ-UBND"})


def test_a_bad_correction_is_a_value_error() -> None:
    assert issubclass(BadCorrection, ValueError)


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        (FieldName.NGAY_BAN_HANH, "5.1.2022", "2022-01-05"),
        (FieldName.NGAY_SINH, "ngày 05 tháng 01 năm 2022", "2022-01-05"),
        (FieldName.NGUOI_KY, "Nguye\u0302\u0303n  Va\u0306n Mẫu ", "Nguyễn Văn Mẫu"),
        (FieldName.SO_KY_HIEU, "số 12/QĐ-UBND", "12/QĐ-UBND"),
        (FieldName.SO_KY_HIEU, "BM 123456", "BM 123456"),
        (FieldName.SO_DINH_DANH, "040 319 001 234", "040319001234"),
        (FieldName.MA_HO_SO, "h41.12-261008-0975", "H41.12-261008-0975"),
        (FieldName.THOI_HAN, "đến 31/12/2030", "đến 2030-12-31"),
        (FieldName.THOI_HAN, "Từ ngày ký", "từ ngày ký"),
        (FieldName.THOI_HAN, "không thời hạn", "không thời hạn"),
    ],
)
def test_corrections_are_kept_in_their_normal_form(name: FieldName, typed: str, kept: str) -> None:
    assert normalize(name, typed) == kept


def test_a_typed_identity_number_must_fit_the_birth_date() -> None:
    extracted = read(birth_certificate())
    with pytest.raises(BadCorrection, match="birth year"):
        by_person(extracted, {FieldName.SO_DINH_DANH: "040318001234"})


def marriage() -> Extracted:
    """A certificate of which only the first holder's name was read."""
    sheet = Sheet().put("GIẤY CHỨNG NHẬN KẾT HÔN", 330, center=827)
    sheet.put("Họ, chữ đệm, tên vợ: TRẦN THỊ MẪU", 480, left=230)
    return read(sheet)


def test_a_marriage_certificate_asks_for_both_names() -> None:
    assert {"chu_ho_so", "chu_ho_so.2"} <= set(doubtful_fields(marriage()))
    assert "chu_ho_so.2" not in doubtful_fields(read(birth_certificate()))


def test_two_holders_never_share_a_number() -> None:
    typed = {"so_dinh_danh": "040188234567", "so_dinh_danh.2": "040188234567"}
    with pytest.raises(BadCorrection, match="another holder"):
        confirm(marriage(), corrections=typed, confirmed_by="vanthu1", accept_unverified=True)


def test_an_organization_is_confirmed_by_its_tax_number() -> None:
    assert normalize("so_dinh_danh", "0100109106") == "0100109106"
    with pytest.raises(BadCorrection):
        normalize("so_dinh_danh", "0100109107")


def test_a_clause_nobody_has_read_leaves_the_validity_unknown() -> None:
    field = Field(FieldName.THOI_HAN, "", FieldStatus.REVIEW, None)
    extracted = read(birth_certificate())
    known = confirm(extracted, corrections={}, confirmed_by="score", accept_unverified=True)
    doubted = confirm(
        replace(extracted, fields=(*extracted.fields, field)),
        corrections={},
        confirmed_by="score",
        accept_unverified=True,
    )
    assert isinstance(known, Metadata)
    assert isinstance(doubted, Metadata)
    assert (known.validity.is_known, doubted.validity.is_known) == (True, False)
