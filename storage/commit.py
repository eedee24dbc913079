"""The commit: one small object that makes a version of a document, and names its package.

`records/ab/cd/<id>/<version>.json` holds the record, the same as `metadata.json` in the package,
and the inventory that the package was closed with. It is written last: what has no commit is no
document. All commits together are what a catalog is rebuilt from, in a fraction of the archive's
keys (docs/adr/0011, 0029).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from digitizer import codec
from digitizer.errors import IntegrityError
from digitizer.model import ArchivedObject, DocumentId, Sha256
from storage.objects import sha256_of
from storage.package import Root, document_prefix
from storage.record import Record, from_sidecar, to_sidecar

RECORDS: Final = "records/"
SHARDS: Final = tuple(f"{RECORDS}{shard:02x}/" for shard in range(256))
"""The 256 prefixes that hold all commits, so that the keys of a large archive are never all in
memory."""
_FORMAT: Final = "sohoa-commit/1"
_DIGEST: Final = "commit_sha256"
_KEY: Final = re.compile(rf"{RECORDS}(..)/(..)/(\1\2[0-9a-f]{{28}})/([1-9][0-9]{{0,4}})\.json")


@dataclass(frozen=True, slots=True)
class Commit:
    """What was committed: the record, and the inventory of the package that it stands in."""

    record: Record
    inventory: ArchivedObject

    @property
    def root(self) -> Root:
        return Root.at(self.inventory.key)


def commit_key(document_id: DocumentId, version: int = 1) -> str:
    """Return where a version of a document is committed. Raises ValueError: not an id."""
    return f"{folder_of(document_id)}{version}.json"


def folder_of(document_id: DocumentId) -> str:
    """Return the prefix of a document's commits. Raises ValueError: not an id."""
    return RECORDS + document_prefix(document_id).partition("/")[2]


def parse_key(key: str) -> tuple[DocumentId, int] | None:
    """Return document and version that a key commits, None when it is no commit's key."""
    match = _KEY.fullmatch(key)
    return (DocumentId(match[3]), int(match[4])) if match else None


def first_versions(keys: Iterable[str]) -> Iterator[DocumentId]:
    """Yield the documents whose first version is committed among `keys`."""
    for key in keys:
        found = parse_key(key)
        if found and found[1] == 1:
            yield found[0]


def to_bytes(commit: Commit) -> bytes:
    """Return the canonical JSON of a commit; it carries its own digest."""
    plain = {
        "format": _FORMAT,
        "inventory": codec.to_plain(commit.inventory),
        "record": json.loads(to_sidecar(commit.record)),
    }
    return codec.encode({**plain, _DIGEST: sha256_of(codec.encode(plain))})


def from_bytes(data: bytes) -> Commit:
    """Read a commit.

    Raises:
        IntegrityError: it has changed since it was written, or a newer version wrote it.
    """
    try:
        plain = json.loads(data)
        claimed, form = Sha256(plain.pop(_DIGEST)), plain["format"]
        record, inventory = codec.encode(plain["record"]), plain["inventory"]
        found = sha256_of(codec.encode(plain))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError("a commit is not what this program wrote") from error
    if found != claimed:
        raise IntegrityError(f"a commit changed: sha256 {claimed[:16]}… is now {found[:16]}…")
    if form != _FORMAT:
        raise IntegrityError(f"a commit of format {form}: update sohoa")
    try:
        held: ArchivedObject = codec.from_plain(ArchivedObject, inventory)
    except ValueError as error:
        raise IntegrityError("a commit names no inventory") from error
    commit = Commit(from_sidecar(record), held)
    if (commit.root.document_id, commit.root.version) != (
        commit.record.document_id,
        commit.record.version,
    ):
        raise IntegrityError(f"a commit names another document's package: {held.key}")
    return commit
