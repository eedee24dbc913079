"""Fill a catalog with synthetic papers and time the questions a counter asks.

    python -m benchmarks.lookup --rows 2000000 --cache FOLDER

Prints one JSON object: rows, how long filling took, size, the machine's load, and p50/p99/max in
milliseconds by question, each asked warm, in one process, half of the keys held and half not.
Beside the time that went by stands the processor's (`cpu_…`): other work on the machine changes it
less, and `yardstick_ms` tells how much (`benchmarks.lookup.yardstick`). With `--catalog` the papers
are copied to an empty PostgreSQL database, and asked for there.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.lookup.catalogs import copy_to_postgresql, sqlite_catalog
from benchmarks.lookup.papers import (
    BORN,
    NOW,
    VAULT,
    agency_of,
    case_of,
    digest,
    identity_of,
    name_of,
    number_of,
    year_of,
)
from benchmarks.lookup.yardstick import yardstick_ms
from digitizer.model import Sha256
from storage.catalog import Catalog
from storage.lookup import ByCase, ByFile, ByHolder, ByName, ByNumber, Question, Terms, look_up
from storage.settings import StorageSettings


def questions(rows: int) -> dict[str, Callable[[int], Question]]:
    """Return what is asked about a paper; from `rows` on, about one that is not there."""

    def number(row: int) -> str:
        return number_of(row) if row < rows else f"{row}/TB-UBND"

    return {
        "file_sha256": lambda row: ByFile(Sha256(digest(f"signed {row}"))),
        "case_code": lambda row: ByCase(case_of(row)),
        "holder": lambda row: ByHolder(identity_of(row)),
        "number_year_agency": lambda row: ByNumber(number(row), agency_of(row), year_of(row)),
        "name_birth_date": lambda row: ByName(name_of(row), BORN),
        "number_only": lambda row: ByNumber(number(row)),
    }


def timed(
    catalog: Catalog, make: Callable[[int], Question], rows: int, count: int, seed: int = 1
) -> tuple[list[float], list[float]]:
    """Return the sorted milliseconds of `count` look-ups: those gone by, and the processor's."""
    chooser = random.Random(seed)
    terms = Terms(NOW)
    taken, busy = [], []
    for _ in range(count):
        question = make(chooser.randrange(2 * rows))
        started, began = time.perf_counter(), time.thread_time()
        look_up(question, catalog, VAULT, terms)
        taken.append((time.perf_counter() - started) * 1000)
        busy.append((time.thread_time() - began) * 1000)
    return sorted(taken), sorted(busy)


def percentiles(taken: list[float], busy: list[float]) -> dict[str, float]:
    """Return p50 and p99 of both, and the longest that went by, of sorted milliseconds."""
    found = {}
    for name, values in (("", taken), ("cpu_", busy)):
        for percent in (50, 99):
            found[f"{name}p{percent}_ms"] = round(values[len(values) * percent // 100], 3)
    return {**found, "max_ms": round(taken[-1], 3)}


def opened(arguments: argparse.Namespace, folder: Path) -> tuple[Path, StorageSettings]:
    """Fill what is to be asked; return the file of the papers and where they are asked for."""
    file = sqlite_catalog(arguments.cache or folder, arguments.rows)
    if not arguments.catalog:
        return file, StorageSettings(catalog=f"sqlite:///{file}")
    settings = StorageSettings(
        catalog=arguments.catalog, catalog_password_file=arguments.password_file
    )
    copy_to_postgresql(file, settings)
    return file, settings


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lookup")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--count", type=int, default=2_000, help="look-ups per question")
    parser.add_argument("--cache", type=Path, help="keep the catalog there for the next time")
    parser.add_argument("--catalog", default="", help="SQLAlchemy URL of an EMPTY database")
    parser.add_argument("--password-file", type=Path, default=None)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        file, settings = opened(arguments, Path(folder))
        result: dict[str, object] = {
            "database": "postgresql" if arguments.catalog else "sqlite",
            "rows": arguments.rows,
            "filled_s": round(time.perf_counter() - started, 1),
            "sqlite_mb": round(file.stat().st_size / 1e6),
        }
        with Catalog.open(settings) as catalog:
            for name, make in questions(arguments.rows).items():
                timed(catalog, make, arguments.rows, arguments.count // 2)
                result[name] = percentiles(
                    *timed(catalog, make, arguments.rows, arguments.count, seed=2)
                )
    result |= {"load": round(os.getloadavg()[0], 1), "yardstick_ms": yardstick_ms()}
    json.dump(result, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
