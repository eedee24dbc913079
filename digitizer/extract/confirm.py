"""From what the machine read and what a person says, to what the archive will say."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import Final

from digitizer.extract.codes import is_case_code, is_procedure_code
from digitizer.extract.dates import parse_date
from digitizer.extract.identity import agrees, is_tax_number, parse_person_number
from digitizer.extract.numbers import parse_code
from digitizer.extract.validity import find_validity, is_term
from digitizer.legal_profile import DocumentType, Profile, load_profile
from digitizer.model import (
    Extracted,
    Field,
    FieldName,
    FieldRef,
    FieldStatus,
    Metadata,
    Validity,
    field_ref,
    parse_field_ref,
)
from digitizer.vietnamese import squeeze

SCORE: Final = "score"
"""`confirmed_by` when no person took part."""
HOLDER_FIELDS: Final = (FieldName.CHU_HO_SO, FieldName.SO_DINH_DANH, FieldName.NGAY_SINH)
"""The fields that each holder of a paper has of its own."""
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

    `field` refers to it; `vi` and `en` say why, without repeating the value, which may be personal.
    """

    def __init__(self, field: FieldRef, vi: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field = field
        self.vi = vi
        self.en = en


def confirm(
    extracted: Extracted,
    *,
    corrections: Mapping[FieldRef, str],
    confirmed_by: str,
    accept_unverified: bool,
) -> Metadata | tuple[FieldRef, ...]:
    """Return the metadata, or the fields that still need a person.

    Args:
        extracted: what the machine read.
        corrections: what a person typed or confirmed, by field and holder; "" says that the
            paper has none. A value equal to the one read confirms it.
        confirmed_by: the operator's account, or "score" when there was none.
        accept_unverified: archive doubtful fields as they are and list them in `unverified`.

    Raises:
        BadCorrection: a correction that is no date, number, type … where one must stand.
    """
    profile = load_profile()
    typed = {ref: normalize(ref, value, profile) for ref, value in corrections.items()}
    kind = _kind(extracted, typed, profile)
    places = _places(extracted, typed, kind)
    fields = tuple(_merge(field, typed.get(field.ref)) for field in places)
    kind = kind.on(_issue_date(fields)) if kind else None
    _check_number(kind, typed)
    _check_persons(fields, typed, profile)
    doubtful = _doubtful(fields, kind, typed)
    needed = _needed(kind)
    held_back = tuple(ref for ref in doubtful if parse_field_ref(ref)[0] in needed)
    if held_back and not accept_unverified:
        return doubtful
    kept = tuple(field for field in fields if field.status is not FieldStatus.ABSENT)
    sure = {field.name: field.value for field in reversed(kept) if field.ref not in doubtful}
    return Metadata(
        document_id=extracted.document_id,
        document_type=kind.code if kind else "",
        profile=extracted.profile,
        fields=kept,
        validity=_validity(kind, sure, doubtful),
        confirmed_by=confirmed_by,
        unverified=held_back,
        page_roles=extracted.page_roles,
        relations=tuple(
            relation for relation in extracted.relations if relation.status is FieldStatus.ACCEPTED
        ),
    )


def doubtful_fields(extracted: Extracted) -> tuple[FieldRef, ...]:
    """Return the fields that need a person before the document may be archived as sure."""
    kind = load_profile().type_of(extracted.document_type) if extracted.document_type else None
    places = _places(extracted, {}, kind)
    return _doubtful(places, kind.on(_issue_date(places)) if kind else None, {})


def _issue_date(fields: Iterable[Field]) -> date | None:
    """Return the day by which a paper's rules are chosen, None while it is in doubt."""
    for field in fields:
        if field.name is FieldName.NGAY_BAN_HANH and field.status is FieldStatus.ACCEPTED:
            return parse_date(field.value)
    return None


def _validity(
    kind: DocumentType | None, sure: Mapping[FieldName, str], doubtful: Collection[FieldRef]
) -> Validity:
    """Return how long a paper holds; unknown where it says something that nobody has read.

    A clause in doubt, or changes entered on a land certificate, may shorten what its type's
    rule gives.
    """
    if FieldName.THOI_HAN in doubtful:
        issued = parse_date(sure.get(FieldName.NGAY_BAN_HANH, ""))
        return Validity(issued, None, False, "")
    return find_validity(kind, sure)


def _places(
    extracted: Extracted, typed: Mapping[FieldRef, str], kind: DocumentType | None
) -> tuple[Field, ...]:
    """Return every field of the paper and of each holder, holders one after the other."""
    named = [parse_field_ref(ref)[1] for ref in typed]
    holders = max((extracted.holders, kind.holders if kind else 1, *named))
    places = [extracted.field(name) for name in FieldName]
    for holder in range(2, holders + 1):
        places += [extracted.field(name, holder) for name in HOLDER_FIELDS]
    return tuple(places)


def _merge(field: Field, typed: str | None) -> Field:
    if typed is None:
        return field
    if not typed:
        return Field(field.name, "", FieldStatus.ABSENT, None, field.holder)
    evidence = field.evidence if typed == field.value else None
    return Field(field.name, typed, FieldStatus.ACCEPTED, evidence, field.holder)


def _kind(
    extracted: Extracted, typed: Mapping[FieldRef, str], profile: Profile
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
    fields: tuple[Field, ...], kind: DocumentType | None, typed: Mapping[FieldRef, str]
) -> tuple[FieldRef, ...]:
    required = _required(kind)
    return tuple(
        field.ref
        for field in fields
        if field.status is FieldStatus.REVIEW
        or (field.status is FieldStatus.ABSENT and field.ref in required - typed.keys())
    )


def _required(kind: DocumentType | None) -> frozenset[FieldRef]:
    """Return what must stand on a paper of this type: of each of its holders, the name."""
    if kind is None:
        return frozenset({FieldName.LOAI_VAN_BAN})
    others = range(2, kind.holders + 1)
    return frozenset((*kind.required, *(field_ref(FieldName.CHU_HO_SO, n) for n in others)))


def _check_number(kind: DocumentType | None, typed: Mapping[FieldRef, str]) -> None:
    """Refuse a garbled number confirmed as read: an agency's number begins with its digits."""
    number = typed.get(FieldName.SO_KY_HIEU, "")
    if number and kind is not None and kind.is_administrative and not number[0].isdigit():
        _, vi, en = _PATTERNED[FieldName.SO_KY_HIEU]
        raise BadCorrection(FieldName.SO_KY_HIEU, vi, en)


def _check_persons(
    fields: tuple[Field, ...], typed: Mapping[FieldRef, str], profile: Profile
) -> None:
    """Refuse a typed number that contradicts the birth date beside it, or is another's."""
    sure = {field.ref: field.value for field in fields if field.status is FieldStatus.ACCEPTED}
    for ref, value in typed.items():
        name, holder = parse_field_ref(ref)
        if name is not FieldName.SO_DINH_DANH or not value:
            continue
        others = (sure[r] for r in sure if r != ref and parse_field_ref(r)[0] is name)
        if value in others:
            raise BadCorrection(
                ref, "trùng số định danh của người khác", "the number of another holder"
            )
        number = parse_person_number(value, profile)
        birth = parse_date(sure.get(field_ref(FieldName.NGAY_SINH, holder), ""))
        if number is not None and not agrees(number, birth):
            raise BadCorrection(
                ref,
                "năm sinh trong số định danh khác với ngày sinh",
                "the birth year in the number differs from the date of birth",
            )


def normalize(ref: FieldRef, value: str, profile: Profile | None = None) -> str:
    """Return a typed value in its normal form; "" stays "".

    Raises:
        BadCorrection: the value can't be what the field holds.
        ValueError: the reference is to no field.
    """
    profile = profile or load_profile()
    text = squeeze(value)
    if not text:
        return ""
    name, _ = parse_field_ref(ref)
    if name in _DATES:
        return _date(ref, text)
    if name is FieldName.LOAI_VAN_BAN:
        return _type(ref, text, profile)
    if name in _PATTERNED:
        check, vi, en = _PATTERNED[name]
        return _checked(ref, check(text, profile), vi, en)
    limit = _LIMITS.get(name, 500)
    if len(text) > limit:
        raise BadCorrection(ref, f"dài hơn {limit} ký tự", f"longer than {limit} characters")
    return text


def _date(name: FieldRef, text: str) -> str:
    day: date | None = parse_date(text)
    if day is None:
        raise BadCorrection(
            name, "không phải ngày (ví dụ 05/01/2022)", "not a date (for example 05/01/2022)"
        )
    return day.isoformat()


def _type(name: FieldRef, text: str, profile: Profile) -> str:
    kind = profile.type_of(text)
    if kind is None:
        raise BadCorrection(name, "không có trong danh mục loại văn bản", "not a known type")
    return kind.name


def _checked(name: FieldRef, value: str | None, vi: str, en: str) -> str:
    if value is None:
        raise BadCorrection(name, vi, en)
    return value


def _code(text: str, _: Profile) -> str | None:
    code = parse_code(text)
    if code is not None:
        return str(code)
    return text if re.fullmatch(r"[\w./ -]{1,40}", text) and re.search(r"\d", text) else None


def _holder_number(text: str, profile: Profile) -> str | None:
    """Return a person's number, or the tax number by which an organization is found."""
    number = parse_person_number(text, profile)
    if number is not None:
        return number.digits
    return text if is_tax_number(text) else None


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
        _holder_number,
        "không phải số định danh 12 chữ số của một tỉnh, cũng không phải mã số thuế đúng",
        "neither an identity number of twelve digits with a known province nor a tax number",
    ),
    FieldName.MA_HO_SO: (_case, "không phải mã hồ sơ", "not a case code"),
    FieldName.MA_TTHC: (_procedure, "không phải mã thủ tục hành chính", "not a procedure code"),
    FieldName.THOI_HAN: (
        _term,
        "ghi dạng: từ 01/03/2025, đến 31/12/2030, từ ngày ký hoặc không thời hạn",
        "write: từ 01/03/2025, đến 31/12/2030, từ ngày ký or không thời hạn",
    ),
}
