"""A thousand edits by someone with every right: is each found, and is the right place named?

Of an archive's objects and commits a byte is changed, an end cut off, a file emptied, deleted or
replaced by another; of the catalog a value is changed, a line deleted or added; of the audit log a
byte is changed, a line dropped, moved or told twice, or the end cut off. Every edit is undone
before the next. What looks for them is what `sohoa audit` and `sohoa desk-audit` look with.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from benchmarks.faults import citizens_papers, forked
from benchmarks.faults.result import Result, Say
from digitizer.model import DocumentId
from pipelines.settings import Settings
from signing.trust import Trust
from signing.verify import verify
from storage import audit_log
from storage.catalog import Catalog
from storage.commit import parse_key
from storage.fixity import Share, document_ids, examine, strays
from storage.objects import open_store
from storage.package import root_prefix

EDITS: Final = 1000
_PAPERS: Final = 5
_LINES: Final = 50
_KEY: Final = b"the key of a log of this measurement"
_TABLES: Final = ("documents", "holders")


@dataclass(frozen=True, slots=True)
class Edit:
    """What was done, and how it is undone. `place` is what a finding must name."""

    kind: str
    place: str
    document_id: DocumentId | None
    undo: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Site:
    """What is edited. `look` tells the places that the checks name, for one document."""

    settings: Settings
    log: Path
    head: audit_log.Head
    chance: random.Random

    def look(self, document_id: DocumentId | None) -> set[str]:
        if document_id is None:
            found = audit_log.verify(self.log, _KEY, expected=self.head).faults
            return {f"line {fault.place + step}" for fault in found for step in (-1, 0)}
        trust = Trust.open(self.settings.signing, self.settings.keys_folder)
        store = open_store(self.settings.storage)

        def prove(signed: Path) -> str:
            verdict = verify(signed, trust=trust, now=datetime.now(UTC))
            return "" if verdict.is_valid else str(verdict.status)

        with Catalog.open(self.settings.storage) as catalog:
            found_here = (
                *examine(store, catalog, document_id, prove),
                *strays(store, catalog, Share()),
            )
        return {place for f in found_here for place in (f.key, f"line of {f.document_id}")}


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Edit, look, undo; the first look, before any edit, must find nothing."""
    site = _made(folder)
    kinds = {"objects": _file_edit, "catalog": _row_edit, "log": _line_edit}
    count = max(9, round(EDITS * scale))
    done: Counter[str] = Counter()
    broken = [f"found before any edit: {place}" for place in _everywhere(site)]
    for number in range(count):
        what = list(kinds)[number % len(kinds)]
        edit = kinds[what](site)
        places = site.look(edit.document_id)
        done[f"{what}: {edit.kind}"] += 1
        if edit.place not in places:
            how = "not located" if places else "not found"
            broken.append(f"{what}: {edit.kind} at {edit.place}: {how}")
        edit.undo()
        if number % 100 == 0:
            say(f"{number} of {count}, {len(broken)} not found or not located")
    broken += (f"left after all was undone: {place}" for place in _everywhere(site))
    rows = {**dict(sorted(done.items())), "edits": count, "not found or not located": len(broken)}
    return Result(rows, tuple(broken))


def _made(folder: Path) -> Site:
    settings, inbox = forked.settings_for(folder / "data"), folder / "inbox"
    citizens_papers.write(inbox, _PAPERS)
    forked.load(settings)
    code = forked.ended(forked.run(settings, inbox))
    assert code == 0, f"a run without faults ended with {code}"
    log = folder / "log.jsonl"
    with audit_log.AuditLog(log, _KEY) as lines:
        lines.append_all([{"event": "asked", "number": number} for number in range(_LINES)])
    return Site(settings, log, audit_log.verify(log, _KEY).head, random.Random(9))


def _everywhere(site: Site) -> Iterator[str]:
    store = open_store(site.settings.storage)
    for document_id in (*document_ids(store), None):
        yield from sorted(site.look(document_id))


def _file_edit(site: Site) -> Edit:
    """Harm one file of the archive, chosen by chance."""
    archive = site.settings.storage.folder
    keys = [key for key in open_store(site.settings.storage).keys("") if _owner(key)]
    key, other = site.chance.sample(keys, 2)
    path, whole = archive / key, (archive / key).read_bytes()
    harms = {
        "a byte changed": lambda: _flipped(whole, site.chance),
        "the end cut off": lambda: whole[: site.chance.randrange(1, len(whole))],
        "emptied": lambda: b"",
        "replaced by another": (archive / other).read_bytes,
        "deleted": lambda: None,
    }
    kind = site.chance.choice(list(harms))
    harmed = harms[kind]()
    if harmed == whole:  # two objects with equal bytes
        kind, harmed = "a byte changed", _flipped(whole, site.chance)
    path.unlink()
    if harmed is not None:
        path.write_bytes(harmed)

    def undo() -> None:
        path.unlink(missing_ok=True)
        path.write_bytes(whole)

    return Edit(kind, key, _owner(key), undo)


def _owner(key: str) -> DocumentId | None:
    commit = parse_key(key)
    if commit:
        return commit[0]
    prefix = root_prefix(key)
    return DocumentId(prefix.split("/")[-3]) if prefix else None


def _flipped(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def _row_edit(site: Site) -> Edit:
    """Change, delete or add a row of the catalog."""
    file = site.settings.run.data / "catalog.sqlite"
    kept = file.with_suffix(".kept")
    with closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copyfile(file, kept)
        table = site.chance.choice(_TABLES)
        rows = db.execute(
            f"SELECT rowid, * FROM {table}" if table == "documents" else f"SELECT 0, * FROM {table}"
        ).fetchall()
        if not rows:
            table = "documents"
            rows = db.execute("SELECT rowid, * FROM documents").fetchall()
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        row = dict(zip(columns, site.chance.choice(rows)[1:], strict=True))
        kind = site.chance.choice(("a value changed", "a line deleted", "a line added"))
        document_id = _harm_row(db, table, row, kind, site.chance)
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def undo() -> None:
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.move(kept, file)

    return Edit(f"{kind} in {table}", f"line of {document_id}", DocumentId(document_id), undo)


def _harm_row(
    db: sqlite3.Connection, table: str, row: dict[str, object], kind: str, chance: random.Random
) -> str:
    """Harm one row; return the document that a finding must name."""
    which = " AND ".join(f"{name} IS ?" for name in row)
    document_id = str(row["document_id"])
    if kind == "a line deleted":
        db.execute(f"DELETE FROM {table} WHERE {which}", tuple(row.values()))
        return document_id
    if kind == "a value changed":
        name = chance.choice(
            [name for name in row if name not in ("document_id", "key")] or ["key"]
        )
        value = f"{row[name] or ''}9"
        changed = int(value) if isinstance(row[name], int) else value
        db.execute(f"UPDATE {table} SET {name} = ? WHERE {which}", (changed, *row.values()))
        return document_id
    name = "document_id" if table == "documents" else "key"
    added = row | {name: "f" * 32}
    marks = ", ".join("?" for _ in added)
    db.execute(f"INSERT INTO {table} ({', '.join(added)}) VALUES ({marks})", tuple(added.values()))
    return str(added["document_id"])


def _line_edit(site: Site) -> Edit:
    """Harm the audit log."""
    whole = site.log.read_bytes()
    lines = whole.splitlines(keepends=True)
    place = site.chance.randrange(1, len(lines) - 1)
    harms: dict[str, list[bytes]] = {
        "a byte changed": [
            *lines[:place],
            _flipped(lines[place][:-1], site.chance) + b"\n",
            *lines[place + 1 :],
        ],
        "a line dropped": [*lines[:place], *lines[place + 1 :]],
        "two lines swapped": [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]],
        "a line told twice": [*lines[: place + 1], *lines[place:]],
        "the end cut off": lines[:place],
    }
    kind = site.chance.choice(list(harms))
    site.log.write_bytes(b"".join(harms[kind]))
    # Lines are counted from 1; what is dropped shows at the line that follows.
    named = f"line {place}" if kind == "the end cut off" else f"line {place + 1}"
    return Edit(kind, named, None, lambda: _put_back(site.log, whole))


def _put_back(log: Path, whole: bytes) -> None:
    log.write_bytes(whole)
