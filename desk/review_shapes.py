"""What the review page sends and is sent."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from digitizer.errors import Lang
from digitizer.model import Field as ReadField
from digitizer.model import FieldName, FieldStatus, Recognized, parse_field_ref
from digitizer.vocabulary import name_of
from pipelines import reviewing
from pipelines.review_ledger import Figures
from pipelines.review_marks import shown, uncertain
from pipelines.review_queue import Assignment, Turn

_LONGEST = 2000
_MOST_FIELDS = 200
_MOST_LEFT = 5000

DocumentText = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class NextIn(BaseModel):
    """Which document is wanted: the one named, or the next but for those left for later."""

    model_config = ConfigDict(extra="forbid")

    document_id: DocumentText | None = None
    skip: list[DocumentText] = Field(default=[], max_length=_MOST_LEFT)


class KeyedIn(BaseModel):
    """A person's word on each field that was asked."""

    model_config = ConfigDict(extra="forbid")

    reading: str = Field(pattern=r"^[0-9a-f]{64}$", description="`reading` of the document")
    values: dict[str, str] = Field(max_length=_MOST_FIELDS)
    seconds: float = Field(default=0, ge=0, le=86_400, description="spent with the document")


class RescanIn(BaseModel):
    """Why a document has to be scanned again."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(max_length=40)
    page: int | None = Field(default=None, ge=1, le=10_000)


class CompletionIn(BaseModel):
    """The beginning of a value. Posted, so that no value gets into a log."""

    model_config = ConfigDict(extra="forbid")

    field: str = Field(max_length=40)
    text: str = Field(max_length=_LONGEST)


def document(found: Assignment, recognized: Recognized, lang: Lang) -> dict[str, Any]:
    """Return one document as the page shows it: what is asked, and what is sure beside it."""
    case = found.case
    asked = {turn.field for turn in found.turns}
    return {
        "id": case.document_id,
        "source": case.standing.intake.source,
        "reading": found.reading,
        "pages": len(recognized.pages),
        "turns": [_turn(found, turn, recognized, lang) for turn in found.turns],
        "sure": [
            {"label": _label(field.ref, lang), "value": shown(field.name, field.value)}
            for field in case.extracted.fields
            if field.status is FieldStatus.ACCEPTED and field.ref not in asked
        ],
    }


def _turn(found: Assignment, turn: Turn, recognized: Recognized, lang: Lang) -> dict[str, Any]:
    """The value that was read is shown to the first person alone, and only if it was printed."""
    name, _ = parse_field_ref(turn.field)
    field = found.case.extracted.field(*parse_field_ref(turn.field))
    is_written = reviewing.is_written(field)
    is_shown = turn.round == 1 and not is_written
    return {
        "field": turn.field,
        "label": _label(turn.field, lang),
        "kind": _kind(name),
        "round": turn.round,
        "value": shown(name, field.value) if is_shown else "",
        "uncertain": uncertain(field, recognized) if is_shown else [],
        "is_written": is_written,
        "candidates": [shown(name, value) for value in turn.candidates],
        "page": field.evidence.page if field.evidence else None,
        "down": _down(field, recognized),
    }


def _down(place: ReadField, recognized: Recognized) -> float:
    """Return how far down its page a field stands, 0 the top, 1 the bottom."""
    if place.evidence is None:
        return 0.0
    heights = (p.geometry.height for p in recognized.pages if p.number == place.evidence.page)
    return round(place.evidence.box.top / next(heights, place.evidence.box.bottom), 3)


def figures(today: Figures, month: Figures) -> dict[str, Any]:
    """Return a person's own figures."""
    return {"today": _figures(today), "month": _figures(month)}


def _figures(one: Figures) -> dict[str, Any]:
    hours = one.seconds / 3600
    return {
        "documents": one.documents,
        "fields": one.fields,
        "changed": one.changed,
        "documents_per_hour": round(one.documents / hours, 1) if hours else None,
        "compared": one.compared,
        "right": one.right,
        "accuracy": round(one.right / one.compared, 4) if one.compared else None,
    }


def _label(ref: str, lang: Lang) -> str:
    return name_of(ref, in_english=lang == "en")


def _kind(name: FieldName) -> str:
    """Return what the page helps to type: a date behind its mask, digits, a listed value, text."""
    if name in (FieldName.NGAY_BAN_HANH, FieldName.NGAY_SINH):
        return "date"
    if name is FieldName.SO_DINH_DANH:
        return "digits"
    listed = (FieldName.LOAI_VAN_BAN, FieldName.CO_QUAN_BAN_HANH, FieldName.CHUC_VU)
    return "listed" if name in (*listed, FieldName.SO_KY_HIEU, FieldName.NGUOI_KY) else "text"
