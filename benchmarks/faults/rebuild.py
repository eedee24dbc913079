"""The catalog dropped at ten thousand documents: is it the same again, made from the archive alone?

The documents' signed PDF is one that the program signed, so that the restore drill has something
to prove; everything else of each is its own.
"""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.faults import forked, papers
from benchmarks.faults.result import Result, Say
from pipelines import safekeeping
from pipelines.settings import Settings
from storage.archive import committed
from storage.catalog import Catalog
from storage.fixity import document_ids
from storage.objects import open_store
from storage.rebuild import rebuild
from storage.settings import BackupSettings
from tests.storage.papers import paper

DOCUMENTS: Final = 10_000
_DRILLED: Final = 200


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Fill an archive, drop its catalog, make it again; then restore from the second copy."""
    settings = _with_second_copy(forked.settings_for(folder / "data"), folder / "second")
    count = max(10, round(DOCUMENTS * scale))
    _fill(settings, folder, _signed(settings, folder / "inbox"), count, say)
    before = _dump(settings)
    for path in settings.run.data.glob("catalog.sqlite*"):
        path.unlink()
    began = time.monotonic()
    made = rebuild(open_store(settings.storage), settings.storage, now=datetime.now(UTC))
    rebuilt_s = time.monotonic() - began
    after = _dump(settings)
    safekeeping.back_up(settings, now=lambda: datetime.now(UTC))
    chosen = min(_DRILLED, count)
    drilled = safekeeping.practise(settings, chosen, now=datetime.now(UTC))
    differing = sum(1 for one, other in zip(before, after, strict=False) if one != other)
    differing += abs(len(before) - len(after))
    broken = (
        *([f"{differing} lines of the rebuilt catalog differ"] if differing else []),
        *([f"{made.documents} documents found"] if made.documents != count + 1 else []),
        *(f"drill: {document_id}: {why}" for document_id, why in drilled.failed),
    )
    rows = {
        "documents": made.documents,
        "lines of the catalog that differ after it was dropped and rebuilt": differing,
        "the rebuild took, s": f"{rebuilt_s:.0f}",
        "restored from the second copy in a drill": len(drilled.documents),
        "of these whole, validly signed, page 1 opens": len(drilled.documents)
        - len(drilled.failed),
    }
    return Result(rows, broken)


def _with_second_copy(settings: Settings, second: Path) -> Settings:
    return replace(settings, backup=BackupSettings(store="folder", folder=second))


def _signed(settings: Settings, inbox: Path) -> bytes:
    """Have one paper archived; return its signed PDF."""
    papers.write(inbox, 1, first=1)
    forked.load(settings)
    code = forked.ended(forked.run(settings, inbox))
    assert code == 0, f"a run without faults ended with {code}"
    store = open_store(settings.storage)
    record = committed(store, next(document_ids(store)))
    assert record is not None, "it was archived a moment ago"
    return store.read(record.objects.signed.key)


def _fill(settings: Settings, folder: Path, signed: bytes, count: int, say: Say) -> None:
    scratch = folder / "scratch"
    scratch.mkdir()
    store = open_store(settings.storage)
    with Catalog.open(settings.storage) as catalog:
        for number in range(count):
            _, record = paper(scratch, f"{number}").resigned(signed).archived(store)
            catalog.enter(record)
            for path in scratch.iterdir():
                path.unlink()
            if number % 1000 == 0:
                say(f"{number} of {count} archived")


def _dump(settings: Settings) -> list[bytes]:
    with Catalog.open(settings.storage) as catalog:
        return list(catalog.dump())
