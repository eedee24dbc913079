"""Fill a catalog with synthetic papers and time the questions a counter asks.

    python -m benchmarks.lookup --rows 200000

Prints one JSON object: rows, load speed, size, the machine's load, and p50/p99/max in milliseconds
by question, each asked warm, in one process, half of the keys held and half not. Beside the time
that went by stands the processor's (`cpu_…`): other work on the machine changes it less.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from digitizer.model import DocumentId, Sha256, SignatureLevel
from storage.catalog import Catalog
from storage.entry import Entry
from storage.identity import IdentityVault
from storage.lookup import ByFile, ByHolder, ByName, ByNumber, Question, Terms, look_up
from storage.record import CopyKind
from storage.reference import agency_key, number_key
from storage.settings import StorageSettings

NOW = datetime(2026, 6, 1, tzinfo=UTC)
BORN = date(1990, 1, 1)
VAULT = IdentityVault(bytes(range(32)))
AGENCIES = [f"ỦY BAN NHÂN DÂN XÃ MẪU {number}" for number in range(300)]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def number_of(row: int) -> str:
    """Return the number: every agency counts to 200 each year, so many papers share one."""
    return f"{row // len(AGENCIES) % 200 + 1}/QĐ-UBND"


def year_of(row: int) -> int:
    return 2010 + row // (len(AGENCIES) * 200) % 16


def identity_of(row: int) -> str:
    return f"{row // 3:012d}"


def name_of(row: int) -> str:
    return f"Nguyễn Mẫu {row // 3}"


def entries(rows: int) -> Iterator[Entry]:
    for row in range(rows):
        issued = date(year_of(row), 1 + row % 12, 1 + row % 28)
        agency = AGENCIES[row % len(AGENCIES)]
        yield Entry(
            document_id=DocumentId(digest(f"id {row}")[:32]),
            document_type="QĐ",
            number=number_of(row),
            number_key=number_key(number_of(row)),
            issued_on=issued,
            year=issued.year,
            agency=agency,
            agency_key=agency_key(agency),
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
        )


def questions(rows: int) -> dict[str, Callable[[int], Question]]:
    return {
        "number_year_agency": lambda row: ByNumber(
            number_of(row) if row < rows else f"{row}/TB-UBND",
            AGENCIES[row % len(AGENCIES)],
            year_of(row),
        ),
        "number_only": lambda row: ByNumber(number_of(row) if row < rows else f"{row}/TB-UBND"),
        "holder": lambda row: ByHolder(identity_of(row)),
        "name_birth_date": lambda row: ByName(name_of(row), BORN),
        "file_sha256": lambda row: ByFile(Sha256(digest(f"signed {row}"))),
    }


def timed(
    catalog: Catalog, make: Callable[[int], Question], rows: int, count: int
) -> tuple[list[float], list[float]]:
    """Return the sorted milliseconds of `count` look-ups: those gone by, and the processor's."""
    chooser = random.Random(1)
    terms = Terms(NOW)
    taken, busy = [], []
    for _ in range(count):
        question = make(chooser.randrange(2 * rows))
        started, began = time.perf_counter(), time.thread_time()
        look_up(question, catalog, VAULT, terms)
        taken.append((time.perf_counter() - started) * 1000)
        busy.append((time.thread_time() - began) * 1000)
    return sorted(taken), sorted(busy)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lookup")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--count", type=int, default=2_000, help="look-ups per question")
    parser.add_argument("--catalog", default="", help="SQLAlchemy URL of an EMPTY database")
    parser.add_argument("--password-file", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "catalog.sqlite"
        settings = StorageSettings(
            catalog=arguments.catalog or f"sqlite:///{file}",
            catalog_password_file=arguments.password_file,
        )
        with Catalog.open(settings, create=True) as catalog:
            started = time.perf_counter()
            catalog.enter_all(entries(arguments.rows))
            seconds = time.perf_counter() - started
            result: dict[str, object] = {
                "rows": arguments.rows,
                "load_rows_per_s": round(arguments.rows / seconds),
                "size_mb": round(file.stat().st_size / 1e6) if file.exists() else None,
            }
            for name, make in questions(arguments.rows).items():
                timed(catalog, make, arguments.rows, arguments.count // 10)
                taken, busy = timed(catalog, make, arguments.rows, arguments.count)
                result[name] = {
                    "p50_ms": round(taken[len(taken) // 2], 3),
                    "p99_ms": round(taken[len(taken) * 99 // 100], 3),
                    "max_ms": round(taken[-1], 3),
                    "cpu_p50_ms": round(busy[len(busy) // 2], 3),
                    "cpu_p99_ms": round(busy[len(busy) * 99 // 100], 3),
                }
    result["load"] = round(os.getloadavg()[0], 1)
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
