"""Asking with the paper itself: its file, or a photo or scan of it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response, UploadFile

from desk import shapes
from desk.api_keys import Scope
from desk.counter import Counter, Errand
from desk.door import counter_of, language, needs
from desk.pending import Asker
from desk.photo import Compared
from desk.problem import Problem
from desk.required import is_sensitive
from desk.shapes import FileLookupOut
from digitizer import codec
from digitizer.errors import Lang
from digitizer.model import Sha256
from storage.question import Asked, Kind
from storage.same_paper import Match

_CHUNK = 1 << 20

router = APIRouter()


@router.post("/v1/lookups/file", response_model=FileLookupOut, tags=["look-up"])
def look_up_file(
    file: UploadFile,
    counter: Annotated[Counter, Depends(counter_of)],
    asker: Annotated[Asker, Depends(needs(Scope.EXISTS))],
    lang: Annotated[Lang, Depends(language)],
    purpose: shapes.Purpose = "tiep-nhan",
    case: shapes.CaseCode = "",
) -> Response:
    """Ask with the paper: the very file that is held, or a photo or another scan, which is read."""
    with tempfile.TemporaryDirectory(prefix="sohoa-asked-") as folder:
        path = Path(folder) / "paper"
        digest = _spooled(file, path, counter.settings.desk.largest_upload_mb)
        given, compared = counter.look_by_photo(path, digest, Errand(purpose, "", case), asker)
    asked = Asked(Kind.FILE, (), given.shown)
    plain = shapes.lookup(given, asked, lang) | {"same_paper": _told(compared, asker, lang)}
    return Response(json.dumps(plain, ensure_ascii=False), media_type="application/json")


def _told(compared: Compared | None, asker: Asker, lang: Lang) -> dict[str, Any] | None:
    if compared is None:
        return None
    refused = compared.refused
    shown = [
        _match(match)
        for match in compared.matches
        if asker.key.allows(Scope.DOCUMENT)
        or (asker.key.allows(Scope.METADATA) and not is_sensitive(match.entry))
    ]
    return {
        "read": refused is None,
        "code": refused.code if refused else "",
        "sentence": f"{refused.sentence(lang)}. {refused.cure(lang)}" if refused else "",
        "matches": shown,
    }


def _match(match: Match) -> dict[str, Any]:
    entry = match.entry
    return {
        "document_id": entry.document_id,
        "number": entry.number,
        "issued_on": codec.to_plain(entry.issued_on),
        "agency": entry.agency,
        "verdict": match.verdict.value,
        "likeness": match.likeness,
        "agrees": list(match.agrees),
        "differs": list(match.differs),
        "only_asked": list(match.only_asked),
        "only_held": list(match.only_held),
    }


def _spooled(file: UploadFile, target: Path, largest_mb: int) -> Sha256:
    digest, size = hashlib.sha256(), 0
    with target.open("wb") as stream:
        while chunk := file.file.read(_CHUNK):
            size += len(chunk)
            if size > largest_mb << 20:
                raise Problem("too_large", f"> {largest_mb} MB")
            digest.update(chunk)
            stream.write(chunk)
    return Sha256(digest.hexdigest())
