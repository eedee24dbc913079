"""The law as data: document types, signing authorities, provinces, each row dated.

A rule that a decree may change tomorrow stands in `data/*.toml`, not in code. A row says on what
text it stands (`basis`), since when and until when, and whether that text was read (`confirmed`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Final

from digitizer.model import FieldName
from digitizer.vietnamese import fold

_FILES: Final = ("administrative", "citizens", "provinces", "signing", "agencies")


class ValidityRule(StrEnum):
    """How long a paper of a type holds (REQ-8.2)."""

    NONE = "none"
    """Neither the law for the type nor a usual clause says."""
    PRINTED_DATE = "printed_date"
    """Until the day printed on the paper."""
    ISSUE_DATE = "issue_date"
    """A number of months from the day of issue."""
    UNTIL_SUPERSEDED = "until_superseded"
    """From the day it says, until another replaces it."""


class Access(StrEnum):
    """Who may look at the image (Luật 91/2025, NĐ 356/2025)."""

    BASIC = "basic"
    SENSITIVE = "sensitive"


@dataclass(frozen=True, slots=True)
class Legal:
    """On what a row stands. `valid_to` is None while it is in force."""

    basis: str
    valid_from: date
    valid_to: date | None
    confirmed: bool

    def is_in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type of paper.

    `titles` are printed in capitals, and only open the printed title when `is_open_ended`
    (`TỜ KHAI …`); `suffixes` are the parts of a number that give the type
    away; `tt05` is typeName of TT 05/2025; `months` counts with the rule issue_date only.
    `holders` is how many holders such a paper always names; `issuers` are the words with which
    the names of its issuers begin, none where anyone may issue it. `others` are the rows of
    the same type that were in force before this one, or will be after.
    """

    code: str
    name: str
    titles: tuple[str, ...]
    suffixes: tuple[str, ...]
    required: tuple[FieldName, ...]
    validity: ValidityRule
    months: int
    access: Access
    tt05: str
    is_administrative: bool
    is_open_ended: bool
    holders: int
    issuers: tuple[str, ...]
    legal: Legal
    others: tuple[DocumentType, ...] = ()

    @property
    def rows(self) -> tuple[DocumentType, ...]:
        """All rows of the type, this one first."""
        return (self, *self.others)

    def on(self, day: date | None) -> DocumentType:
        """Return the row by which a paper of this type issued on `day` is judged.

        The oldest row for a paper older than all; this one for an unknown day.
        """
        if day is None:
            return self
        in_force = (row for row in self.rows if row.legal.is_in_force(day))
        oldest = min(self.rows, key=lambda row: row.legal.valid_from)
        return next(in_force, oldest if day < oldest.legal.valid_from else self)

    def is_issued_by(self, agency: str) -> bool:
        """Claim that an agency of this name issues, or once issued, such papers."""
        name = fold(agency)
        issuers = [issuer for row in self.rows for issuer in row.issuers]
        return not issuers or any(name.startswith(fold(issuer)) for issuer in issuers)


@dataclass(frozen=True, slots=True)
class Province:
    """A province as it stood before 1 July 2025, and what it belongs to now."""

    code: str
    name: str
    agency: str
    agency_confirmed: bool
    present_code: str
    present_name: str
    legal: Legal


@dataclass(frozen=True, slots=True)
class Authority:
    """In whose place a signer signs: TM., Q., KT., TL., TUQ."""

    mark: str
    meaning: str
    legal: Legal


@dataclass(frozen=True, slots=True)
class Profile:
    """All of it, as of `version`.

    `rare_surnames` prove no name, because others are misread as them more often. `agency_kinds`
    are what institutions are called before their own names, in capitals.
    """

    version: str
    types: tuple[DocumentType, ...]
    provinces: tuple[Province, ...]
    authorities: tuple[Authority, ...]
    positions: tuple[str, ...]
    surnames: frozenset[str]
    rare_surnames: frozenset[str]
    agencies: tuple[str, ...]
    agency_kinds: tuple[str, ...]

    def type_of(self, name_or_code: str) -> DocumentType | None:
        """Return the type with this code or name (case and accents do not matter), or None."""
        for kind in self.types:
            if kind.code == name_or_code:
                return kind
        key = fold(name_or_code)
        return next((kind for kind in self.types if fold(kind.name) == key), None)

    def province(self, code: str) -> Province | None:
        """Return the province whose three digits open a số định danh, or None."""
        return next((row for row in self.provinces if row.code == code), None)


@cache
def load_profile() -> Profile:
    """Return the profile shipped with this version of the program; read once."""
    files = {name: read_data(name) for name in _FILES}
    signing = files["signing"]
    return Profile(
        version=max(str(file["version"]) for file in files.values()),
        types=tuple(_type(files[name], row) for name in _FILES[:2] for row in files[name]["type"]),
        provinces=tuple(
            _province(files["provinces"], row) for row in files["provinces"]["province"]
        ),
        authorities=tuple(
            Authority(row["mark"], row["meaning"], _legal(signing, row))
            for row in signing["authority"]
        ),
        positions=tuple(signing["positions"]["names"]),
        surnames=frozenset(signing["surnames"]["names"]),
        rare_surnames=frozenset(signing["surnames"]["rare"]),
        agencies=_agencies(files["agencies"], files["provinces"]),
        agency_kinds=tuple(files["agencies"]["kinds"]),
    )


def _agencies(file: Mapping[str, Any], provinces: Mapping[str, Any]) -> tuple[str, ...]:
    """Return all agency names that have one spelling, in capitals."""
    levels = [
        f"{level} {row['name'].upper()}"
        for row in provinces["province"]
        for level in ("TỈNH", "THÀNH PHỐ")
    ]
    councils = [f"{body} {level}" for body in file["bodies"] for level in levels]
    return (*file["central"], *file["departments"], *councils)


def read_data(name: str) -> Mapping[str, Any]:
    """Return a data file of the profile, parsed."""
    text = resources.files(__package__).joinpath("data", f"{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _type(file: Mapping[str, Any], row: Mapping[str, Any]) -> DocumentType:
    row = {**file, **row}
    others = row.pop("other", ())
    return DocumentType(
        code=row["code"],
        name=row["name"],
        titles=tuple(row["titles"]),
        suffixes=tuple(row["suffixes"]),
        required=tuple(FieldName(name) for name in row["required"]),
        validity=ValidityRule(row["validity"]),
        months=row.get("months", 0),
        access=Access(row["access"]),
        tt05=row["tt05"],
        is_administrative=row["tt05"] != "32",
        is_open_ended=row.get("open_ended", False),
        holders=row.get("holders", 1),
        issuers=tuple(row.get("issuers", ())),
        legal=_legal(file, row),
        others=tuple(_type(file, {**row, "valid_to": None, **other}) for other in others),
    )


def _province(file: Mapping[str, Any], row: Mapping[str, Any]) -> Province:
    return Province(
        code=row["code"],
        name=row["name"],
        agency=row["agency"],
        agency_confirmed=row["agency_confirmed"],
        present_code=row["present_code"],
        present_name=row["present_name"],
        legal=_legal(file, row),
    )


def _legal(file: Mapping[str, Any], row: Mapping[str, Any]) -> Legal:
    row = {**file, **row}
    return Legal(row["basis"], row["valid_from"], row.get("valid_to"), row["confirmed"])
