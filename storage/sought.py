"""A paper that is looked for among those held, by the keys of its marks and by its words.

Made of what the machine read, or of what the archive says of a paper it has just taken in. Numbers
and names are hashed at once, under every key the site has had, as in the catalog; only the words of
the pages stand as they are.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from digitizer.errors import IntegrityError
from digitizer.model import DocumentId, Extracted, FieldName, FieldStatus, Recognized
from storage.archive import committed
from storage.entry import Entry
from storage.identity import HolderKey, IdentityVault, normal_number
from storage.objects import ObjectStore, retrieve
from storage.reference import agency_key, names_agency, number_key

_PERSONAL = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
_NUMBERED = re.compile(r"\d+[A-Za-z]?/[\w/&.-]*\w")


class Mark(StrEnum):
    """By what papers are told apart."""

    NUMBER = "number"
    DATE = "date"
    AGENCY = "agency"
    HOLDER = "holder"


@dataclass(frozen=True, slots=True)
class Sought:
    """One paper.

    Attributes:
        pages: the text of each page.
        number_key, agency_key, issued_on, holder_keys, name_keys: its own marks, as in `Entry`.
        said_numbers, said_holders: of every number that stands in the text: they find, no more.
        doubtful: marks that were not read for sure; they may agree, but never speak against.
    """

    pages: tuple[str, ...] = field(repr=False)
    number_key: str = ""
    agency_key: str = ""
    issued_on: date | None = None
    holder_keys: frozenset[HolderKey] = frozenset()
    name_keys: frozenset[HolderKey] = frozenset()
    said_numbers: frozenset[str] = frozenset()
    said_holders: frozenset[HolderKey] = frozenset()
    doubtful: frozenset[Mark] = frozenset()


def as_read(recognized: Recognized, extracted: Extracted, vault: IdentityVault) -> Sought:
    """Return a paper that was just read."""
    pages = tuple(page.text for page in recognized.pages)
    holders = range(1, extracted.holders + 1)
    return Sought(
        pages,
        number_key(extracted.field(FieldName.SO_KY_HIEU).value),
        agency_key(extracted.field(FieldName.CO_QUAN_BAN_HANH).value),
        _date(extracted.field(FieldName.NGAY_BAN_HANH).value),
        _hashed((extracted.field(FieldName.SO_DINH_DANH, one).value for one in holders), vault),
        frozenset(
            era.name_key(name, born)
            for era in vault.generations
            for one in holders
            if (name := extracted.field(FieldName.CHU_HO_SO, one).value)
            and (born := _date(extracted.field(FieldName.NGAY_SINH, one).value))
        ),
        *_said(pages, vault),
        doubtful=frozenset(
            mark
            for mark, name in _FIELDS.items()
            if extracted.field(name).status is not FieldStatus.ACCEPTED
        ),
    )


def as_archived(entry: Entry, pages: tuple[str, ...], vault: IdentityVault) -> Sought:
    """Return a paper that is in the archive; what was not verified is not among its marks."""
    return Sought(
        pages,
        entry.number_key,
        entry.agency_key,
        entry.issued_on,
        frozenset(HolderKey(key) for key in entry.holder_keys.split()),
        frozenset(HolderKey(key) for key in entry.name_keys.split()),
        *_said(pages, vault),
    )


def archived_pages(store: ObjectStore, document_id: DocumentId) -> tuple[str, ...]:
    """Return the page texts that were archived with a document.

    Raises:
        IntegrityError: it is not there, or not as it was archived.
        StoreUnavailable, DiskFull: try again.
    """
    record = committed(store, document_id)
    if record is None:
        raise IntegrityError(f"{document_id}: in the catalog, not in the archive")
    with tempfile.TemporaryDirectory(prefix="sohoa-same-") as folder:
        text = retrieve(store, record.objects.text, Path(folder) / "text.json")
        plain = json.loads(text.path.read_bytes())
    return tuple(str(page["text"]) for page in plain["pages"])


def marks(sought: Sought, entry: Entry) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Return which marks agree and which, known for sure, differ; those absent do neither."""
    says: dict[Mark, bool | None] = {
        Mark.NUMBER: _equal(sought.number_key, entry.number_key),
        Mark.DATE: _equal(sought.issued_on, entry.issued_on),
        Mark.AGENCY: names_agency(sought.agency_key, entry.agency_key)
        if sought.agency_key and entry.agency_key
        else None,
        Mark.HOLDER: _same_holder(sought, entry),
    }
    agrees = tuple(mark for mark, is_equal in says.items() if is_equal)
    differs = tuple(mark for mark, is_equal in says.items() if is_equal is False)
    return agrees, tuple(mark for mark in differs if mark not in sought.doubtful)


_FIELDS = {
    Mark.NUMBER: FieldName.SO_KY_HIEU,
    Mark.DATE: FieldName.NGAY_BAN_HANH,
    Mark.AGENCY: FieldName.CO_QUAN_BAN_HANH,
    Mark.HOLDER: FieldName.SO_DINH_DANH,
}


def _said(
    pages: tuple[str, ...], vault: IdentityVault
) -> tuple[frozenset[str], frozenset[HolderKey]]:
    text = "\n".join(pages)
    numbers = frozenset(number_key(one) for one in _NUMBERED.findall(text))
    return numbers - {""}, _hashed(_PERSONAL.findall(text), vault)


def _hashed(numbers: Iterable[str], vault: IdentityVault) -> frozenset[HolderKey]:
    known = [one for one in numbers if normal_number(one)]
    return frozenset(era.holder_key(one) for era in vault.generations for one in known)


def _equal(asked: object, held: object) -> bool | None:
    return asked == held if asked and held else None


def _same_holder(sought: Sought, entry: Entry) -> bool | None:
    held = set(entry.holder_keys.split())
    if sought.holder_keys & held or sought.name_keys & set(entry.name_keys.split()):
        return True
    return False if sought.holder_keys and held else None


def _date(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None
