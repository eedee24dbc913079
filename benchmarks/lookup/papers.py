"""Synthetic lines of a catalog: three papers a person, 300 agencies that count anew each year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache

from digitizer.model import DocumentId, RelationKind, Sha256, SignatureLevel
from storage.entry import Entry
from storage.identity import IdentityVault
from storage.link import Link, to_text
from storage.record import CopyKind
from storage.reference import agency_key, case_key, number_key

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BORN = date(1990, 1, 1)
MASTER = bytes(range(32))
VAULT = IdentityVault(MASTER)
AGENCIES = [f"ỦY BAN NHÂN DÂN XÃ MẪU {number}" for number in range(300)]
_REPLACES_EVERY = 20
"""One paper in so many replaces another."""


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def number_of(row: int) -> str:
    """Return the number: every agency counts to 200 each year, so many papers share one."""
    return f"{row // len(AGENCIES) % 200 + 1}/QĐ-UBND"


def agency_of(row: int) -> str:
    return AGENCIES[row % len(AGENCIES)]


def year_of(row: int) -> int:
    return 2010 + row // (len(AGENCIES) * 200) % 16


def identity_of(row: int) -> str:
    return f"{row // 3:012d}"


def name_of(row: int) -> str:
    return f"Nguyễn Mẫu {row // 3}"


def case_of(row: int) -> str:
    return f"H41.05-{row // 10_000:06d}-{row % 10_000:04d}"


def entries(rows: int) -> Iterator[Entry]:
    """Yield that many, sorted by their ids as an archive's are."""
    ids = sorted((digest(f"id {row}")[:32], row) for row in range(rows))
    return (_entry(document_id, row) for document_id, row in ids)


def _entry(document_id: str, row: int) -> Entry:
    issued = _issued(row)
    return Entry(
        document_id=DocumentId(document_id),
        document_type="QĐ",
        number=number_of(row),
        number_key=_number_key(number_of(row)),
        issued_on=issued,
        year=issued.year,
        agency=agency_of(row),
        agency_key=_agency_key(agency_of(row)),
        subject="Về việc cấp giấy phép xây dựng nhà ở riêng lẻ tại xã mẫu",
        holder_keys=VAULT.holder_key(identity_of(row)),
        name_keys=VAULT.name_key(name_of(row), BORN),
        identity_key_id=VAULT.key_id,
        number_masked="000******000",
        name_masked="N. M. 0",
        valid_from=issued,
        valid_to=None,
        validity_known=True,
        validity_basis="không thời hạn",
        unverified="",
        copy_kind=CopyKind.DIGITIZED,
        signer="CƠ QUAN MẪU",
        signed_at=NOW,
        level=SignatureLevel.B_LTA,
        is_throwaway=False,
        access_level="02",
        page_count=2,
        blank_pages=0,
        original_sha256=Sha256(digest(f"original {row}")),
        signed_sha256=Sha256(digest(f"signed {row}")),
        signed_key=f"documents/{row}/signed.pdf",
        stored_at=NOW + timedelta(seconds=row),
        links=_links(row),
        case_key=case_key(case_of(row)),
    )


def _links(row: int) -> str:
    if row % _REPLACES_EVERY:
        return ""
    other = row + 1
    number, agency = _number_key(number_of(other)), _agency_key(agency_of(other))
    return to_text((Link(RelationKind.REPLACES, number, _issued(other), agency),))


def _issued(row: int) -> date:
    return date(year_of(row), 1 + row % 12, 1 + row % 28)


@cache
def _number_key(number: str) -> str:
    return number_key(number)


@cache
def _agency_key(agency: str) -> str:
    return agency_key(agency)
