"""A few letters stand for a value."""

import pytest

from digitizer.model import FieldName
from pipelines.completion import complete


@pytest.mark.parametrize(
    ("name", "typed", "first"),
    [
        (FieldName.SO_KY_HIEU, "209/qdub", "209/QĐ-UBND"),
        (FieldName.SO_KY_HIEU, "12/tbub", "12/TB-UBND"),
        (FieldName.LOAI_VAN_BAN, "qd", "Quyết định"),
        (FieldName.LOAI_VAN_BAN, "thong b", "Thông báo"),
        (FieldName.CO_QUAN_BAN_HANH, "sxd", "SỞ XÂY DỰNG"),
        (FieldName.CHUC_VU, "chu tich", "CHỦ TỊCH"),
    ],
)
def test_initials_and_beginnings_give_the_value(name: FieldName, typed: str, first: str) -> None:
    assert complete(name, typed)[0] == first


def test_what_people_have_keyed_comes_first() -> None:
    learned = ["UBND phường Sơn Xuân Dương"]
    assert complete(FieldName.CO_QUAN_BAN_HANH, "upsxd", learned)[0] == learned[0]


def test_a_symbol_learned_from_a_number_is_offered_for_another() -> None:
    assert "7/GP-SXDMH" in complete(FieldName.SO_KY_HIEU, "7/gpsxd", ["12/GP-SXDMH"])


@pytest.mark.parametrize("typed", ["", " ", "209", "xyzw"])
def test_nothing_is_offered_for_nothing(typed: str) -> None:
    assert complete(FieldName.SO_KY_HIEU, typed) == ()
