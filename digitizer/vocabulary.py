"""The clerk's words, spelled once with their diacritics and their decree."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from digitizer.model import FieldName, FieldRef, parse_field_ref


class Term(NamedTuple):
    """A field's name as clerks say it, in English, and where the law defines it."""

    vi: str
    en: str
    basis: str


FIELD_TERMS = MappingProxyType(
    {
        FieldName.SO_KY_HIEU: Term("Số, ký hiệu", "number and code", "NĐ 30/2020 PL I.II.3"),
        FieldName.NGAY_BAN_HANH: Term("Ngày ban hành", "date of issue", "NĐ 30/2020 PL I.II.4"),
        FieldName.CO_QUAN_BAN_HANH: Term(
            "Cơ quan ban hành", "issuing agency", "NĐ 30/2020 PL I.II.2"
        ),
        FieldName.LOAI_VAN_BAN: Term("Loại văn bản", "document type", "NĐ 30/2020 Đ7"),
        FieldName.TRICH_YEU: Term("Trích yếu", "subject", "NĐ 30/2020 PL I.II.5"),
        FieldName.NGUOI_KY: Term("Người ký", "signer", "NĐ 30/2020 PL I.II.7"),
        FieldName.CHUC_VU: Term("Chức vụ", "position of the signer", "NĐ 30/2020 PL I.II.7"),
        FieldName.CHU_HO_SO: Term("Chủ hồ sơ", "holder", "TT 01/2023 Đ9"),
        FieldName.SO_DINH_DANH: Term("Số định danh", "identity number", "NĐ 137/2015 Đ13"),
        FieldName.NGAY_SINH: Term("Ngày sinh", "date of birth", "Luật Hộ tịch 2014 Đ14"),
        FieldName.MA_HO_SO: Term("Mã hồ sơ", "case code", "TT 01/2018 Đ19"),
        FieldName.MA_TTHC: Term("Mã TTHC", "procedure code", "CSDLQG về TTHC"),
        FieldName.THOI_HAN: Term("Thời hạn hiệu lực", "term of validity", "TT 01/2023 Đ9"),
    }
)


def name_of(ref: FieldRef, *, in_english: bool = False) -> str:
    """Return a field as clerks say it, and whose it is: `Ngày sinh (người thứ 2)`.

    Raises:
        ValueError: a reference to no field.
    """
    name, holder = parse_field_ref(ref)
    word = FIELD_TERMS[name].en if in_english else FIELD_TERMS[name].vi
    if holder == 1:
        return word
    return f"{word} (holder {holder})" if in_english else f"{word} (người thứ {holder})"
