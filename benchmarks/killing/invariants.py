"""What must be true of a data folder once a run has come through, whatever happened before."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.config import load
from pipelines.settings import Settings
from signing.trust import Trust
from signing.verify import verify
from storage.archive import ROOT, SIDECAR, committed
from storage.catalog import Catalog
from storage.objects import MARKER_KEY, open_store, retrieve
from storage.rebuild import rebuild
from storage.record import Record

# What docs/adr/0011 allows an attempt that never committed to leave behind.
_LEFTOVER = re.compile(rf"{ROOT}../../[0-9a-f]{{32}}/(signed|text)(-[0-9a-f]{{16}})?\.(pdf|json)")


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """What an undisturbed run made of the same inbox: state by source, and the archived ids."""

    states: Mapping[str, str]
    archived: frozenset[str]
    seconds: float


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. `broken` are sentences, none when all holds.

    `leftovers` counts objects of unfinished attempts, `parts` hidden files of killed writes.
    """

    broken: tuple[str, ...]
    leftovers: int
    parts: int
    documents: int


def states_of(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the state of each source in a run's report; a source told twice is told so."""
    told = Counter(one["source"] for one in report["documents"])
    return {
        one["source"]: one["state"] if told[one["source"]] == 1 else "told twice"
        for one in report["documents"]
    }


def check(data: Path, report: Mapping[str, Any], undisturbed: Undisturbed) -> Checked:
    """Look at everything a completed run left. Rebuilds the catalog on the way."""
    settings = load(flags={"run.data": data}, environ={}).settings
    store = open_store(settings.storage)
    keys = tuple(store.keys())
    records = _records(settings, keys)
    meant = {held.key for record in records for held in _objects(record)}
    sidecars = {key for key in keys if key.endswith(f"/{SIDECAR}")}
    loose = set(keys) - meant - sidecars - {MARKER_KEY}
    broken = (
        *_accounts(report, undisturbed),
        *_archive(records, undisturbed),
        *(f"{key} is missing" for key in sorted(meant - set(keys))),
        *(f"{key} has no sidecar" for key in sorted(loose) if not _LEFTOVER.fullmatch(key)),
        *_signatures(settings, records),
        *_catalog(settings, len(records)),
        *_work(data, records),
    )
    parts = sum(1 for path in data.rglob(".*.part") if path.is_file())
    return Checked(broken, len(loose), parts, len(records))


def _records(settings: Settings, keys: tuple[str, ...]) -> tuple[Record, ...]:
    store = open_store(settings.storage)
    ids = [key.split("/")[-2] for key in keys if key.endswith(f"/{SIDECAR}")]
    found = (committed(store, document_id) for document_id in ids)  # type: ignore[arg-type]  # listed just now
    return tuple(record for record in found if record is not None)


def _objects(record: Record) -> tuple[Any, ...]:
    return (record.objects.original, record.objects.signed, record.objects.text)


def _accounts(report: Mapping[str, Any], undisturbed: Undisturbed) -> Iterator[str]:
    if not report["balance"]["holds"]:
        yield "the balance does not hold"
    states = states_of(report)
    for source in sorted(states.keys() | undisturbed.states.keys()):
        now, then = states.get(source, "lost"), undisturbed.states.get(source, "not there")
        if now != then:
            yield f"{source} is {now}, undisturbed it is {then}"


def _archive(records: tuple[Record, ...], undisturbed: Undisturbed) -> Iterator[str]:
    held = Counter(str(record.document_id) for record in records)
    for document_id in sorted(undisturbed.archived - held.keys()):
        yield f"{document_id} is not archived"
    for document_id in sorted(held.keys() - undisturbed.archived):
        yield f"{document_id} should not be archived"
    for document_id in sorted(name for name, count in held.items() if count > 1):
        yield f"{document_id} is archived twice"


def _signatures(settings: Settings, records: tuple[Record, ...]) -> Iterator[str]:
    """Fetch every object back, as a reader would, and judge the signed one."""
    store = open_store(settings.storage)
    trust = Trust.open(settings.signing, settings.keys_folder)
    scratch = settings.run.data / ".checked"
    for record in records:
        for held in _objects(record):
            scratch.unlink(missing_ok=True)
            retrieve(store, held, scratch)
            if held is record.objects.signed:
                verdict = verify(scratch, trust=trust, now=datetime.now(UTC))
                if not verdict.is_valid:
                    yield f"{held.key}: {verdict.status}"
    scratch.unlink(missing_ok=True)


def _catalog(settings: Settings, documents: int) -> Iterator[str]:
    before = _dump(settings)
    if len(before) != documents:
        yield f"the catalog has {len(before)} lines for {documents} documents"
    rebuild(open_store(settings.storage), settings.storage, now=datetime.now(UTC))
    if _dump(settings) != before:
        yield "a rebuilt catalog differs"


def _dump(settings: Settings) -> list[bytes]:
    with Catalog.open(settings.storage) as catalog:
        return list(catalog.dump())


def _work(data: Path, records: tuple[Record, ...]) -> Iterator[str]:
    for record in records:
        if (data / "work" / record.document_id).exists():
            yield f"work/{record.document_id} was not cleared"
