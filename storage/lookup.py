"""Do we already hold this paper, and may it be used again instead of asking the citizen for it?

Loads nothing heavy: no image code, no PDF signing, no S3. What a signature was worth is taken
from the record; proving it anew is the signing room's work, when a copy is handed out.

Source: TT 01/2023/TT-VPCP Đ24; NĐ 107/2021 (no paper is asked for twice); REQ-3.11, REQ-3.12.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from digitizer.errors import ConfigError, Unavailable
from digitizer.model import Sha256
from storage.answer import Answer, Found, Reason, State, absence, best, judge
from storage.catalog import Catalog
from storage.entry import Entry
from storage.identity import IdentityVault
from storage.reference import case_key, number_key
from storage.settings import StorageSettings
from storage.snapshot import Snapshot, Standing
from storage.succession import agency_keys, district_bodies


@dataclass(frozen=True, slots=True)
class ByNumber:
    """Number and notation as typed, with agency and year where they are known."""

    number: str
    agency: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class ByHolder:
    """All papers of a person or organization, or those of one type. The number is not shown."""

    identity_number: str = field(repr=False)
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class ByName:
    """All papers of a person without a number: name and birth date together, never one alone."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    document_type: str = ""


@dataclass(frozen=True, slots=True)
class ByFile:
    """The SHA-256 of a file: an original that came in, part of one, or a signed PDF."""

    sha256: Sha256


@dataclass(frozen=True, slots=True)
class ByCase:
    """The papers that bear a case code (mã hồ sơ), of the old form or the present one."""

    code: str


Question = ByNumber | ByHolder | ByName | ByFile | ByCase


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an answer is given.

    Attributes:
        now: aware; "in force today" is asked of this moment's day in Việt Nam.
        allow_throwaway: count a signature made with a test key as good. For demonstrations.
        stale_after: age of the catalog from which on it can't prove that a paper is not held;
            None never.
    """

    now: datetime
    allow_throwaway: bool = False
    stale_after: timedelta | None = None


def look_up(
    question: Question, catalog: Catalog, vault: IdentityVault | None, terms: Terms
) -> Answer:
    """Return the one answer to a question. An unusable catalog is an answer, too.

    Args:
        vault: needed for `ByHolder` and `ByName` only.

    Raises:
        ConfigError: such a question without a vault.
    """
    try:
        is_personal = isinstance(question, ByHolder | ByName)
        vaults = _needed(vault).generations if is_personal else ()
        with catalog.snapshot() as seen:
            standing = seen.standing([one.key_id for one in vaults])
            entries = _matches(question, seen, vault)
            affecting = seen.affecting(entries)
    except Unavailable as error:
        return Answer(State.UNAVAILABLE, Reason.NO_CATALOG, (), None, str(error))
    unseen = _unseen(standing, terms, is_personal=is_personal)
    found = tuple(
        judge(
            entry,
            terms.now,
            allow_throwaway=terms.allow_throwaway,
            affecting=affecting.get(entry.document_id, ()),
        )
        for entry in entries
    )
    if not found:
        return absence(unseen, standing.as_of)
    if len(found) > 1 and isinstance(question, ByNumber):
        return Answer(State.AMBIGUOUS, Reason.SEVERAL, found, standing.as_of, unseen=unseen)
    first = best(found)
    return Answer(first.state, first.reason, _first(first, found), standing.as_of, unseen=unseen)


def look_up_all(
    questions: Sequence[Question], settings: StorageSettings, terms: Terms
) -> tuple[Answer, ...]:
    """Open the catalog, answer each question in order, and close it.

    Raises:
        ConfigError: the settings are wrong, or the identity key that a question needs is gone.
    """
    needs_vault = any(isinstance(question, ByHolder | ByName) for question in questions)
    vault = IdentityVault.open(settings.identity_key_file, create=False) if needs_vault else None
    try:
        catalog = Catalog.open(settings)
    except Unavailable as error:
        return (Answer(State.UNAVAILABLE, Reason.NO_CATALOG, (), None, str(error)),) * len(
            questions
        )
    with catalog:
        return tuple(look_up(question, catalog, vault, terms) for question in questions)


def terms_of(settings: StorageSettings, now: datetime, *, allow_throwaway: bool = False) -> Terms:
    """Return the terms that the settings ask for."""
    hours = settings.catalog_stale_after_h
    return Terms(now, allow_throwaway, timedelta(hours=hours) if hours > 0 else None)


def exit_code(answers: Sequence[Answer]) -> int:
    """Return the exit code for all that was asked at once (docs/exit-codes.md, 40–44).

    Raises:
        ValueError: nothing was asked.
    """
    if not answers:
        raise ValueError("no answers")
    codes = [answer.exit_code for answer in answers]
    for grave in (44, 42):
        if grave in codes:
            return grave
    if 0 in codes and set(codes) != {0}:
        return 41
    return max(codes)


def _matches(question: Question, seen: Snapshot, vault: IdentityVault | None) -> tuple[Entry, ...]:
    match question:
        case ByNumber(number, agency, year):
            key = number_key(number)
            found = [
                one
                for asked in agency_keys(agency)
                for one in seen.find_by_number(key, year, asked)
            ]
            found += [
                one
                for body in district_bodies(agency)
                for one in seen.find_by_number(key, year, body.key)
                if body.issued(one.agency_key)
            ]
            return _dated(_once(found), year)
        case ByFile(sha256):
            return seen.find_by_sha256(Sha256(sha256.lower()))
        case ByCase(code):
            return seen.find_by_case(case_key(code))
        case ByHolder(number, kind):
            found = [
                one
                for era in _needed(vault).generations
                for one in seen.find_by_holder(era.holder_key(number))
            ]
            return _of_type(_once(found), kind)
        case ByName(name, birth_date, kind):
            found = [
                one
                for era in _needed(vault).generations
                for one in seen.find_by_name(era.name_key(name, birth_date))
            ]
            return _of_type(_once(found), kind)


def _once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return entries in their order, each document once."""
    return tuple({entry.document_id: entry for entry in entries}.values())


def _dated(entries: tuple[Entry, ...], year: int | None) -> tuple[Entry, ...]:
    """Prefer papers of the very year asked for to those whose year is not known."""
    exact = tuple(entry for entry in entries if entry.year == year)
    return exact or entries


def _of_type(entries: tuple[Entry, ...], document_type: str) -> tuple[Entry, ...]:
    return tuple(e for e in entries if not document_type or e.document_type == document_type)


def _needed(vault: IdentityVault | None) -> IdentityVault:
    if vault is None:
        raise ConfigError("[storage] identity_key_file is needed to look a person up")
    return vault


def _first(first: Found, found: tuple[Found, ...]) -> tuple[Found, ...]:
    return (first, *(other for other in found if other is not first))


def _unseen(standing: Standing, terms: Terms, *, is_personal: bool) -> Reason:
    """Return what is to be said of a paper that was not found: "not held" only if it is proven."""
    as_of = standing.as_of
    if terms.stale_after is not None and (as_of is None or terms.now - as_of > terms.stale_after):
        return Reason.STALE
    if is_personal and not standing.knows_key:
        return Reason.OTHER_KEY
    return Reason.NOT_HELD
