"""What is declared is held against the page, and never becomes a value."""

import pytest

from digitizer.errors import ConfigError
from digitizer.model import (
    Box,
    DocumentId,
    Evidence,
    Extracted,
    Field,
    FieldName,
    FieldStatus,
)
from pipelines.expectation import Expected, disputed, of_name

EVIDENCE = Evidence(1, Box(0, 0, 9, 9), "test", 0.99)


def extracted(status: FieldStatus = FieldStatus.ACCEPTED, **fields: str) -> Extracted:
    made = tuple(Field(FieldName(k), v, status, EVIDENCE) for k, v in fields.items())
    return Extracted(DocumentId("a" * 32), "QĐ", "2026", made)


def said(**fields: str) -> Expected:
    return Expected(0, tuple((FieldName(name), value) for name, value in fields.items()), "name")


@pytest.mark.parametrize(
    ("declared", "read"),
    [
        ({"so_ky_hieu": "209-QD-UBND"}, {"so_ky_hieu": "209/QĐ-UBND"}),
        ({"ngay_ban_hanh": "18/2/2025"}, {"ngay_ban_hanh": "2025-02-18"}),
        ({"loai_van_ban": "QĐ"}, {"loai_van_ban": "Quyết định"}),
        ({"loai_van_ban": "quyet dinh"}, {"loai_van_ban": "Quyết định"}),
    ],
)
def test_other_writings_of_the_same_agree(declared: dict[str, str], read: dict[str, str]) -> None:
    assert disputed(said(**declared), extracted(**read), ()) == ()


def test_what_was_read_for_sure_and_is_declared_otherwise_is_disputed() -> None:
    declared = said(so_ky_hieu="290-QĐ-UBND", ma_ho_so="H41.05-260118-0042")
    read = extracted(so_ky_hieu="209/QĐ-UBND", ma_ho_so="H41.05-260118-0042")
    assert disputed(declared, read, ()) == (FieldName.SO_KY_HIEU,)
    assert disputed(declared, read, {"so_ky_hieu"}) == ()


def test_another_type_is_disputed() -> None:
    assert disputed(said(loai_van_ban="TB"), extracted(), ()) == (FieldName.LOAI_VAN_BAN,)


def test_what_the_page_does_not_say_for_sure_waits_for_its_own_reasons() -> None:
    doubtful = extracted(FieldStatus.REVIEW, so_ky_hieu="209/QĐ-UBND")
    assert disputed(said(so_ky_hieu="290"), doubtful, ()) == ()
    assert disputed(said(ma_tthc="1.004873"), extracted(), ()) == ()


def test_a_file_name_is_read_by_the_sites_template() -> None:
    found = of_name("hop-12/H41.05-260118-0042_QĐ_7.pdf", "{ma_ho_so}_{loai}_{stt}")
    assert found == Expected(
        0,
        ((FieldName.MA_HO_SO, "H41.05-260118-0042"), (FieldName.LOAI_VAN_BAN, "QĐ")),
        "name",
    )
    assert of_name("scan0001.pdf", "{ma_ho_so}_{loai}_{stt}") is None


def test_an_unknown_placeholder_is_a_fault_of_the_configuration() -> None:
    with pytest.raises(ConfigError, match="hoso"):
        of_name("a.pdf", "{hoso}")
