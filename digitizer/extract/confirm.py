"""From what the machine read and what a person says, to what the archive will say."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from digitizer.extract.codes import is_case_code, is_procedure_code
from digitizer.extract.dates import parse_date
from digitizer.extract.identity import agrees, parse_person_number
from digitizer.extract.numbers import parse_code
from digitizer.extract.validity import find_validity, is_term
from digitizer.legal_profile import DocumentType, Profile, load_profile
from digitizer.model import Extracted, Field, FieldName, FieldStatus, Metadata
from digitizer.vietnamese import squeeze

SCORE: Final = "score"
"""`confirmed_by` when no person took part."""
_DATES: Final = frozenset({FieldName.NGAY_BAN_HANH, FieldName.NGAY_SINH})
_KEYS: Final = frozenset(
    {
        FieldName.LOAI_VAN_BAN,
        FieldName.SO_KY_HIEU,
        FieldName.NGAY_BAN_HANH,
        FieldName.CO_QUAN_BAN_HANH,
        FieldName.CHU_HO_SO,
        FieldName.SO_DINH_DANH,
        FieldName.NGAY_SINH,
    }
)
"""A paper is found by these."""
_LIMITS: Final = {
    FieldName.TRICH_YEU: 500,
    FieldName.CO_QUAN_BAN_HANH: 200,
    FieldName.CHUC_VU: 100,
    FieldName.NGUOI_KY: 50,
}
"""Longest values NĐ 30/2020 PL VI allows."""


class BadCorrection(ValueError):
    """A value typed by a person that can't be what the field holds.

    `field` names it; `vi` and `en` say why, without repeating the value, which may be personal.
    """

    def __init__(self, field: FieldName, vi: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.vi = vi
        self.en = en


def confirm(
    extracted: Extracted,
    *,
    corrections: Mapping[FieldName, str],
    confirmed_by: str,
    accept_unverified: bool,
) -> Metadata | tuple[FieldName, ...]:
    """Return the metadata, or the fields that still need a person.

    Args:
        extracted: what the machine read.
        corrections: what a person typed or confirmed, by field; "" says that the paper has none.
            A value equal to the one read confirms it.
        confirmed_by: the operator's account, or "score" when there was none.
        accept_unverified: archive doubtful fields as they are and list them in `unverified`.

    Raises:
        BadCorrection: a correction that is no date, number, type … where one must stand.
    """
    profile = load_profile()
    typed = {name: normalize(name, value, profile) for name, value in corrections.items()}
    fields = tuple(_merge(extracted.field(name), typed.get(name)) for name in FieldName)
    kind = _kind(extracted, typed, profile)
    _check_number(kind, typed)
    _check_person(fields, typed, profile)
    doubtful = _doubtful(fields, kind, typed)
    needed = _needed(kind)
    if needed.intersection(doubtful) and not accept_unverified:
        return doubtful
    kept = tuple(field for field in fields if field.status is not FieldStatus.ABSENT)
    sure = {field.name: field.value for field in kept if field.name not in doubtful}
    return Metadata(
        document_id=extracted.document_id,
        document_type=kind.code if kind else "",
        profile=extracted.profile,
        fields=kept,
        validity=find_validity(kind, sure),
        confirmed_by=confirmed_by,
        unverified=tuple(name for name in doubtful if name in needed),
    )


def doubtful_fields(extracted: Extracted) -> tuple[FieldName, ...]:
    """Return the fields that need a person before the document may be archived as sure."""
    kind = load_profile().type_of(extracted.document_type) if extracted.document_type else None
    return _doubtful(tuple(extracted.field(name) for name in FieldName), kind, {})


def _merge(field: Field, typed: str | None) -> Field:
    if typed is None:
        return field
    if not typed:
        return Field(field.name, "", FieldStatus.ABSENT, None)
    evidence = field.evidence if typed == field.value else None
    return Field(field.name, typed, FieldStatus.ACCEPTED, evidence)


def _kind(
    extracted: Extracted, typed: Mapping[FieldName, str], profile: Profile
) -> DocumentType | None:
    if name := typed.get(FieldName.LOAI_VAN_BAN):
        return profile.type_of(name)
    return profile.type_of(extracted.document_type) if extracted.document_type else None


def _needed(kind: DocumentType | None) -> frozenset[FieldName]:
    """Return the fields a doubt about which holds a document back: required, or a key to it.

    Any other doubtful value is archived as read and marked `review`; nothing is found by it.
    """
    return _KEYS.union(kind.required if kind else ())


def _doubtful(
    fields: tuple[Field, ...], kind: DocumentType | None, typed: Mapping[FieldName, str]
) -> tuple[FieldName, ...]:
    required = set(kind.required) if kind else {FieldName.LOAI_VAN_BAN}
    return tuple(
        field.name
        for field in fields
        if field.status is FieldStatus.REVIEW
        or (field.status is FieldStatus.ABSENT and field.name in required - typed.keys())
    )


def _check_number(kind: DocumentType | None, typed: Mapping[FieldName, str]) -> None:
    """Refuse a garbled number confirmed as read: an agency's number begins with its digits."""
    number = typed.get(FieldName.SO_KY_HIEU, "")
    if number and kind is not None and kind.is_administrative and not number[0].isdigit():
        _, vi, en = _PATTERNED[FieldName.SO_KY_HIEU]
        raise BadCorrection(FieldName.SO_KY_HIEU, vi, en)


def _check_person(
    fields: tuple[Field, ...], typed: Mapping[FieldName, str], profile: Profile
) -> None:
    """Refuse a typed identity number that contradicts the birth date confirmed with it."""
    if not typed.get(FieldName.SO_DINH_DANH):
        return
    sure = {field.name: field.value for field in fields if field.status is FieldStatus.ACCEPTED}
    number = parse_person_number(sure[FieldName.SO_DINH_DANH], profile)
    birth = parse_date(sure.get(FieldName.NGAY_SINH, ""))
    if number is not None and not agrees(number, birth):
        raise BadCorrection(
            FieldName.SO_DINH_DANH,
            "năm sinh trong số định danh khác với ngày sinh",
            "the birth year in the number differs from the date of birth",
        )


def normalize(name: FieldName, value: str, profile: Profile | None = None) -> str:
    """Return a typed value in its normal form; "" stays "".

    Raises:
        BadCorrection: the value can't be what the field holds.
    """
    profile = profile or load_profile()
    text = squeeze(value)
    if not text:
        return ""
    if name in _DATES:
        return _date(name, text)
    if name is FieldName.LOAI_VAN_BAN:
        return _type(name, text, profile)
    if name in _PATTERNED:
        check, vi, en = _PATTERNED[name]
        return _checked(name, check(text, profile), vi, en)
    limit = _LIMITS.get(name, 500)
    if len(text) > limit:
        raise BadCorrection(name, f"dài hơn {limit} ký tự", f"longer than {limit} characters")
    return text


def _date(name: FieldName, text: str) -> str:
    day: date | None = parse_date(text)
    if day is None:
        raise BadCorrection(
            name, "không phải ngày (ví dụ 05/01/2022)", "not a date (for example 05/01/2022)"
        )
    return day.isoformat()


def _type(name: FieldName, text: str, profile: Profile) -> str:
    kind = profile.type_of(text)
    if kind is None:
        raise BadCorrection(name, "không có trong danh mục loại văn bản", "not a known type")
    return kind.name


def _checked(name: FieldName, value: str | None, vi: str, en: str) -> str:
    if value is None:
        raise BadCorrection(name, vi, en)
    return value


def _code(text: str, _: Profile) -> str | None:
    code = parse_code(text)
    if code is not None:
        return str(code)
    return text if re.fullmatch(r"[\w./ -]{1,40}", text) and re.search(r"\d", text) else None


def _person(text: str, profile: Profile) -> str | None:
    number = parse_person_number(text, profile)
    return number.digits if number else None


def _case(text: str, _: Profile) -> str | None:
    return text.upper() if is_case_code(text.upper()) else None


def _procedure(text: str, _: Profile) -> str | None:
    return text.upper() if is_procedure_code(text.upper()) else None


def _term(text: str, _: Profile) -> str | None:
    text = re.sub(
        r"\d{1,2}/\d{1,2}/\d{4}",
        lambda match: day.isoformat() if (day := parse_date(match[0])) else match[0],
        text.lower(),
    )
    return text if is_term(text) else None


_PATTERNED: Final[Mapping[FieldName, tuple[Callable[[str, Profile], str | None], str, str]]] = {
    FieldName.SO_KY_HIEU: (_code, "không phải số, ký hiệu", "not a number and code"),
    FieldName.SO_DINH_DANH: (
        _person,
        "không phải số định danh 12 chữ số của một tỉnh",
        "not an identity number of twelve digits with a known province",
    ),
    FieldName.MA_HO_SO: (_case, "không phải mã hồ sơ", "not a case code"),
    FieldName.MA_TTHC: (_procedure, "không phải mã thủ tục hành chính", "not a procedure code"),
    FieldName.THOI_HAN: (
        _term,
        "ghi dạng: từ 01/03/2025, đến 31/12/2030, từ ngày ký hoặc không thời hạn",
        "write: từ 01/03/2025, đến 31/12/2030, từ ngày ký or không thời hạn",
    ),
}
