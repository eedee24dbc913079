"""One version of a document at rest: an OCFL object that is written once and never added to.

OCFL lets an object grow by versions, and rewrites its inventory for each. Nothing here is ever
rewritten, so each version of a document is an object of its own, with OCFL version `v1` only. Its
root is named after a digest of what goes in: who is cut short comes back to the same root with the
same bytes, and two that bring different bytes never meet. The declaration is written last; a root
without one is an attempt that did not finish.

Inside, the content is laid out as an E-ARK package. Source: OCFL 1.1, 3 (OCFL Object); E-ARK CSIP
2.1, 4 (folder structure); TT 05/2025/TT-BNV PL II; docs/adr/0029.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.metadata import version as release
from pathlib import Path
from typing import Final

from digitizer.errors import IntegrityError
from digitizer.model import ArchivedObject, DocumentId, Sha256, StoredFile
from storage.folder import spool_bytes
from storage.objects import OBJECTS, ObjectStore

METS: Final = "METS.xml"
DESCRIPTION: Final = "metadata/descriptive/EAD_doc.xml"
PRESERVATION: Final = "metadata/preservation/PREMIS.xml"
REPORT: Final = "metadata/preservation/verification.json"
METADATA: Final = "metadata/other/metadata.json"
SIGNED: Final = "representations/rep1/data/signed.pdf"
TEXT: Final = "representations/rep1/data/text.json"
ORIGINAL: Final = "representations/original/data/original."

DECLARATION: Final = "0=ocfl_object_1.1"
INVENTORY: Final = "inventory.json"
_SIDECAR: Final = "inventory.json.sha512"
CONTENT: Final = "v1/content/"
_DECLARED: Final = b"ocfl_object_1.1\n"
_SPEC: Final = "https://ocfl.io/1.1/spec/#inventory"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_ROOT: Final = re.compile(
    rf"{OBJECTS}(..)/(..)/(\1\2[0-9a-f]{{28}})/([1-9][0-9]{{0,4}})-([0-9a-f]{{16}})/"
)


@dataclass(frozen=True, slots=True)
class Root:
    """The root of one OCFL object: `documents/ab/cd/<document id>/<version>-<digest>/`."""

    document_id: DocumentId
    version: int
    token: str

    @classmethod
    def of(cls, document_id: DocumentId, version: int, files: Mapping[str, StoredFile]) -> Root:
        """Return the root for this content, named by a digest of all of it.

        The release counts, too: what another one began holds files that this one would write
        otherwise, and must not be closed by it.
        """
        told = [f"{path} {file.sha256}" for path, file in sorted(files.items())]
        named = "\n".join([_release(), *told])
        token = hashlib.sha256(named.encode()).hexdigest()[:16]
        return cls(document_id, version, token)

    @classmethod
    def at(cls, key: str) -> Root:
        """Return the root that an object's key lies in.

        Raises:
            IntegrityError: it lies in none.
        """
        match = _ROOT.match(key)
        if match is None:
            raise IntegrityError(f"{key} lies in no package")
        return cls(DocumentId(match[3]), int(match[4]), match[5])

    @property
    def prefix(self) -> str:
        return f"{document_prefix(self.document_id)}{self.version}-{self.token}/"

    @property
    def object_id(self) -> str:
        """The OCFL id, a URI that no other object of the archive has."""
        return f"sohoa:{self.document_id}:{self.version}-{self.token}"

    def key(self, path: str) -> str:
        """Return the key of a file of the content."""
        return f"{self.prefix}{CONTENT}{path}"

    def planned(self, path: str, file: StoredFile) -> ArchivedObject:
        """Return what the record says of a file that is yet to be put."""
        return ArchivedObject(self.key(path), file.sha256, file.size_bytes)


@cache
def _release() -> str:
    return release("sohoa")


def root_prefix(key: str) -> str:
    """Return the prefix of the root that a key lies in, "" where it lies in none."""
    match = _ROOT.match(key)
    return match[0] if match else ""


def document_prefix(document_id: DocumentId) -> str:
    """Return the folder of a document's versions: `documents/ab/cd/<id>/`.

    Raises:
        ValueError: not 32 lower-case hexadecimal digits.
    """
    if not _ID.fullmatch(document_id):
        raise ValueError("not a document id")
    return f"{OBJECTS}{document_id[:2]}/{document_id[2:4]}/{document_id}/"


def close(
    store: ObjectStore, root: Root, inventory: bytes, folder: Path, *, keep_until: date | None
) -> ArchivedObject:
    """Put what makes an OCFL object of the content that is there; return where the inventory is.

    Args:
        folder: existing scratch folder.
        keep_until: see `ObjectStore.put`.

    Raises:
        IntegrityError: what the store holds or the spool held is not what was written.
        StoreUnavailable, DiskFull: try again; what is there already is kept.
    """
    held: dict[str, ArchivedObject] = {}
    for name, data in around(inventory).items():
        file = spool_bytes(data, folder / name.replace("/", "-"))
        held[name] = store.put(root.prefix + name, file, keep_until=keep_until)
    return held[INVENTORY]


def inventory_of(
    root: Root, files: Mapping[str, StoredFile], *, made: datetime, software: str
) -> bytes:
    """Return the OCFL inventory: which bytes are where, by SHA-512, and by SHA-256 as well."""
    sha512 = _by_digest((path, _sha512(file.path)) for path, file in files.items())
    sha256 = _by_digest((path, file.sha256) for path, file in files.items())
    name, _, number = software.partition(" ")
    plain = {
        "id": root.object_id,
        "type": _SPEC,
        "digestAlgorithm": "sha512",
        "head": "v1",
        "manifest": {digest: [CONTENT + p for p in paths] for digest, paths in sha512.items()},
        "fixity": {
            "sha256": {digest: [CONTENT + p for p in paths] for digest, paths in sha256.items()}
        },
        "versions": {
            "v1": {
                "created": made.isoformat(),
                "message": f"version {root.version} of document {root.document_id}",
                "user": {"name": software, "address": f"pkg:pypi/{name}@{number}"},
                "state": sha512,
            }
        },
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def around(inventory: bytes) -> dict[str, bytes]:
    """Return the files that OCFL wants around the content, in the order in which they are put."""
    sidecar = f"{hashlib.sha512(inventory).hexdigest()} {INVENTORY}\n".encode()
    return {
        f"v1/{INVENTORY}": inventory,
        f"v1/{_SIDECAR}": sidecar,
        INVENTORY: inventory,
        _SIDECAR: sidecar,
        DECLARATION: _DECLARED,
    }


def expected(inventory: bytes) -> dict[str, Sha256]:
    """Return the SHA-256 of every file below the root, by path from there.

    Args:
        inventory: proven to be the committed one.

    Raises:
        IntegrityError: it is no inventory of ours.
    """
    try:
        named = json.loads(inventory)["fixity"]["sha256"].items()
        found = {str(path): Sha256(digest) for digest, paths in named for path in paths}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError("an inventory is not what this program wrote") from error
    rest = {name: hashlib.sha256(data).hexdigest() for name, data in around(inventory).items()}
    return {**found, **{name: Sha256(digest) for name, digest in rest.items()}}


def _by_digest(named: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for path, digest in sorted(named):
        grouped.setdefault(digest, []).append(path)
    return grouped


def _sha512(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha512").hexdigest()
    except OSError as error:
        raise IntegrityError(f"spooled {path.name}: {error.strerror}") from error


def unfinished(keys: Iterable[str]) -> frozenset[str]:
    """Return the prefixes of the roots among `keys` that have no declaration yet."""
    whole: dict[str, bool] = {}
    for key in keys:
        if prefix := root_prefix(key):
            whole[prefix] = whole.get(prefix, False) or key == prefix + DECLARATION
    return frozenset(prefix for prefix, is_whole in whole.items() if not is_whole)
