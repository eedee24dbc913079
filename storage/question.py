"""One box for everything a clerk can type, scan or paste; says what it took it for.

Stands in this room, not in the desk, because the command line asks by the same words and may not
import the desk. Pure, and never raises because of what the text holds: what is not understood is
`Kind.UNKNOWN` with the reason.

Source: REQ-3.16, REQ-3.17 (codes), REQ-4.1, REQ-4.2 (numbers of persons); the citizen's card prints
`number|former number|name|ddMMyyyy|sex|address|ddMMyyyy`, newer cards add relatives: of those only
the number is read, and nothing else is kept.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from digitizer.errors import Lang
from digitizer.extract.codes import is_case_code, is_procedure_code
from digitizer.extract.identity import agrees, is_tax_number, parse_person_number
from digitizer.legal_profile import load_profile
from digitizer.model import Sha256
from digitizer.vietnamese import nfc
from storage.citation import cited, first_date
from storage.identity import mask_name, mask_number
from storage.lookup import ByCase, ByFile, ByHolder, ByName, ByNumber, Question

LONGEST = 2000
"""Characters; the longest card of the new kind has some 600."""

_PERSON = re.compile(r"[0-9]{12}")
_FORMER = re.compile(r"[0-9]{9}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_GROUPED = re.compile(r"[\s.\-]+")
_SPLIT = re.compile(r"[\s|;,]+")
_CARD_FIELDS = 7
_NATIONAL = 8
"""Characters of a procedure code that mean the same in all provinces (REQ-3.17)."""


class Kind(StrEnum):
    """What the text was taken for; `Asked.sentence` has the words."""

    PERSON = "person"
    CARD = "card"
    FORMER = "former"
    ORGANIZATION = "organization"
    NUMBER = "number"
    NAME = "name"
    FILE = "file"
    CASE = "case"
    PROCEDURE = "procedure"
    UNKNOWN = "unknown"


class Note(StrEnum):
    """What the clerk should know about how it was taken."""

    SHORT_CARD = "short_card"
    NEWER_CARD = "newer_card"
    CARD_DISAGREES = "card_disagrees"
    UNKNOWN_PROVINCE = "unknown_province"
    FORMER_NUMBER = "former_number"
    NEEDS_BIRTH_DATE = "needs_birth_date"
    NEEDS_NAME = "needs_name"
    WRONG_LENGTH = "wrong_length"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_UNDERSTOOD = "not_understood"


_KINDS: dict[Kind, tuple[str, str]] = {
    Kind.PERSON: ("Số định danh cá nhân {shown}", "Identity number {shown}"),
    Kind.CARD: ("Mã QR thẻ căn cước, số {shown}", "QR of an identity card, number {shown}"),
    Kind.FORMER: ("Số CMND cũ {shown}", "Former 9-digit number {shown}"),
    Kind.ORGANIZATION: ("Mã số thuế / doanh nghiệp {shown}", "Tax or business number {shown}"),
    Kind.NUMBER: ("Số, ký hiệu {shown}", "Document number {shown}"),
    Kind.NAME: ("Họ tên và ngày sinh {shown}", "Name and birth date {shown}"),
    Kind.FILE: ("Mã băm của tệp {shown}", "Digest of a file {shown}"),
    Kind.CASE: ("Mã hồ sơ {shown}", "Case code {shown}"),
    Kind.PROCEDURE: ("Mã thủ tục hành chính {shown}", "Procedure code {shown}"),
    Kind.UNKNOWN: ("Chưa hiểu", "Not understood"),
}
_NOTES: dict[Note, tuple[str, str]] = {
    Note.SHORT_CARD: (
        "mã QR chỉ có 6 trường (thẻ thường có 7): chỉ dùng số định danh",
        "the QR has 6 fields where cards have 7: only the number was used",
    ),
    Note.NEWER_CARD: (
        "mã QR dạng khác thẻ 7 trường: chỉ dùng số định danh, phần còn lại bỏ đi",
        "not the QR of 7 fields: only the number was used, the rest was dropped",
    ),
    Note.CARD_DISAGREES: (
        "ngày sinh hoặc giới tính trên mã QR không khớp số định danh: xem lại thẻ",
        "birth date or sex in the QR contradict the number: look at the card",
    ),
    Note.UNKNOWN_PROVINCE: (
        "ba số đầu không phải mã tỉnh đã biết: kiểm tra lại các chữ số",
        "the first three digits are no known province: check the digits",
    ),
    Note.FORMER_NUMBER: (
        "CMND 9 số đã hết giá trị; chỉ tìm được giấy tờ ghi số này",
        "9-digit numbers are no longer valid; only papers that print it are found",
    ),
    Note.NEEDS_BIRTH_DATE: (
        "họ tên phải kèm ngày sinh đủ ngày, tháng, năm",
        "a name needs the full birth date beside it",
    ),
    Note.NEEDS_NAME: ("ngày sinh phải kèm họ tên", "a birth date needs the name beside it"),
    Note.WRONG_LENGTH: (
        "số định danh có 12 chữ số, CMND có 9, mã số thuế có 10 và đúng số kiểm tra",
        "identity numbers have 12 digits, former ones 9, tax numbers 10 with their check digit",
    ),
    Note.EMPTY: ("chưa nhập gì", "nothing was entered"),
    Note.TOO_LONG: (
        f"dài quá {LONGEST} ký tự: quét lại, từng mã một",
        f"longer than {LONGEST} characters: scan again, one code at a time",
    ),
    Note.NOT_UNDERSTOOD: (
        "nhập số định danh, số/ký hiệu, mã hồ sơ, mã thủ tục, hoặc họ tên kèm ngày sinh",
        "enter an identity number, a document number, a case or procedure code, or a name with"
        " its birth date",
    ),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked.

    Attributes:
        questions: for `storage.lookup`, several where a card prints the former number, too; none
            for a code that only sets the procedure, and for what is unknown.
        shown: what may be shown of it: persons masked.
        case_code, procedure: of a slip that carries them, "" otherwise; the procedure's code
            without the publishing agency.
    """

    kind: Kind
    questions: tuple[Question, ...] = field(default=(), repr=False)
    shown: str = ""
    case_code: str = ""
    procedure: str = ""
    notes: tuple[Note, ...] = ()

    def sentence(self, lang: Lang = "vi") -> str:
        """Return what it was taken for, and what to mind, in one line."""
        column = 0 if lang == "vi" else 1
        parts = [_KINDS[self.kind][column].format(shown=self.shown)]
        return "; ".join([*parts, *(_NOTES[note][column] for note in self.notes)])


def understand(text: str) -> Asked:
    """Return what a text asks. Never raises.

    >>> understand("476 / QD - UBND UBND tỉnh Nghệ An 2025").questions
    (ByNumber(number='476/QD-UBND', agency='UBND tỉnh Nghệ An', year=2025),)
    """
    if len(text) > LONGEST:
        return Asked(Kind.UNKNOWN, notes=(Note.TOO_LONG,))
    text = nfc(_plain(text)).strip()
    if not text:
        return Asked(Kind.UNKNOWN, notes=(Note.EMPTY,))
    for take in (_file, _codes, _card, _number_of_person, _citation, _name):
        if asked := take(text):
            return asked
    return Asked(Kind.UNKNOWN, notes=(Note.NOT_UNDERSTOOD,))


def _plain(text: str) -> str:
    """Return text with full-width forms made usual, and what can't be seen made a space."""
    usual = unicodedata.normalize("NFKC", text)
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in usual)


def _file(text: str) -> Asked | None:
    if not _SHA256.fullmatch(text):
        return None
    return Asked(Kind.FILE, (ByFile(Sha256(text.lower())),), f"{text[:12].lower()}…")


def _codes(text: str) -> Asked | None:
    parts = [part.upper() for part in _SPLIT.split(text)]
    case = next((part for part in parts if is_case_code(part)), "")
    procedure = next((part for part in parts if is_procedure_code(part)), "")[:_NATIONAL]
    if case:
        return Asked(Kind.CASE, (ByCase(case),), case, case, procedure)
    return Asked(Kind.PROCEDURE, (), procedure, "", procedure) if procedure else None


def _card(text: str) -> Asked | None:
    parts = [part.strip() for part in text.split("|")]
    if len(parts) < 2 or not _PERSON.fullmatch(parts[0]):
        return None
    number = parts[0]
    notes = list(_doubts(number))
    questions: list[Question] = [ByHolder(number)]
    if len(parts) == _CARD_FIELDS:
        if _FORMER.fullmatch(parts[1]):
            questions.append(ByHolder(parts[1]))
        notes += _contradicted(number, parts[3], parts[4])
    else:
        notes.append(Note.SHORT_CARD if len(parts) == _CARD_FIELDS - 1 else Note.NEWER_CARD)
    return Asked(Kind.CARD, tuple(questions), mask_number(number), notes=tuple(notes))


def _doubts(number: str) -> tuple[Note, ...]:
    known = parse_person_number(number, load_profile())
    return () if known else (Note.UNKNOWN_PROVINCE,)


def _contradicted(number: str, birth: str, sex: str) -> tuple[Note, ...]:
    parsed = parse_person_number(number, load_profile())
    born, _ = first_date(birth)
    if parsed is None or agrees(parsed, born, sex if sex in ("Nam", "Nữ") else ""):
        return ()
    return (Note.CARD_DISAGREES,)


def _number_of_person(text: str) -> Asked | None:
    digits = _GROUPED.sub("", text)
    if not digits.isascii() or not digits.isdecimal():
        return None
    if _PERSON.fullmatch(digits):
        return Asked(Kind.PERSON, (ByHolder(digits),), mask_number(digits), notes=_doubts(digits))
    if _FORMER.fullmatch(digits):
        note = (Note.FORMER_NUMBER,)
        return Asked(Kind.FORMER, (ByHolder(digits),), mask_number(digits), notes=note)
    dashed = f"{digits[:10]}-{digits[10:]}" if len(digits) == 13 else digits
    if is_tax_number(dashed):
        return Asked(Kind.ORGANIZATION, (ByHolder(digits),), mask_number(digits))
    if first_date(text)[0]:
        return None
    return Asked(Kind.UNKNOWN, notes=(Note.WRONG_LENGTH,))


def _citation(text: str) -> Asked | None:
    found = cited(text)
    if found is None:
        return None
    shown = " · ".join(str(part) for part in (found.number, found.agency, found.year) if part)
    question = ByNumber(found.number, found.agency, found.year)
    return Asked(Kind.NUMBER, (question,), shown)


def _name(text: str) -> Asked | None:
    born, name = first_date(text)
    is_name = bool(name) and all(c.isalpha() or c in " '.-" for c in name)
    if born is None:
        is_whole = is_name and len(name.split()) > 1
        return Asked(Kind.UNKNOWN, notes=(Note.NEEDS_BIRTH_DATE,)) if is_whole else None
    if not name:
        return Asked(Kind.UNKNOWN, notes=(Note.NEEDS_NAME,))
    if not is_name or not any(c.isalpha() for c in name):
        return None
    return Asked(Kind.NAME, (ByName(name, born),), f"{mask_name(name)}, {born.year}")
