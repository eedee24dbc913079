"""The extraction stage: from a reading to the fields a clerk would recognize."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from digitizer.extract.citizen import read_citizen_fields
from digitizer.extract.codes import read_codes
from digitizer.extract.decree import read_decree_fields
from digitizer.extract.kind import classify
from digitizer.extract.months import read_months
from digitizer.extract.paper import open_paper
from digitizer.extract.relations import read_relations
from digitizer.extract.roles import read_roles
from digitizer.extract.term import read_term
from digitizer.legal_profile import load_profile
from digitizer.model import Extracted, Field, FieldName, FieldRef, FieldStatus, Recognized
from digitizer.settings import ExtractSettings
from digitizer.vietnamese import fold

VERSION: Final = 10

log = logging.getLogger(__name__)


def extract(recognized: Recognized, *, settings: ExtractSettings) -> Extracted:
    """Return the fields of a document, each accepted, for review, or left out as absent.

    A value is accepted only when its words were read alike twice and no check speaks against it,
    or when a closed list or a second printing proves it. Where a slot was found but not read
    (handwriting, stamps) the field stands for review, empty or as read, with the place to look
    at. Never raises on what a page says; an empty reading gives no fields.
    """
    profile = load_profile()
    paper = open_paper(recognized, profile, settings)
    if paper is None:
        return Extracted(
            recognized.document_id, "", profile.version, (), read_roles(recognized, None)
        )
    kind = classify(paper)
    row = profile.type_of(kind.code) if kind.code else None
    found: list[Field] = [kind.field]
    decree = read_decree_fields(paper, kind.code)
    if row is not None and not row.is_administrative:
        found += read_citizen_fields(paper, row)
        # Under a citizen's paper's title stands its issuer or its holder, never a subject.
        decree = (field for field in decree if field.name is not FieldName.TRICH_YEU)
    found += decree
    found += read_codes(paper)
    found += read_term(paper)
    fields = _best(found)
    if row is not None:
        fields = _best((*fields, *read_months(paper, row, fields)))
    log.info("extracted", extra={"fields": len(fields), "type": kind.code})
    relations = read_relations(paper) if row is not None and row.is_administrative else ()
    roles = read_roles(recognized, paper)
    return Extracted(recognized.document_id, kind.code, profile.version, fields, roles, relations)


def _best(found: Iterable[Field]) -> tuple[Field, ...]:
    """Keep of each field the surest reading, in the clerk's order.

    Two places that both seem sure and differ are left to a person.
    """
    best: dict[FieldRef, Field] = {}
    for field in found:
        if field.status is FieldStatus.ABSENT:
            continue
        known = best.get(field.ref)
        if known is None:
            best[field.ref] = field
        elif _clash(known, field):
            best[field.ref] = replace(known, status=FieldStatus.REVIEW)
        elif _confidence(field) > _confidence(known):
            best[field.ref] = field
    order = list(FieldName)
    return tuple(sorted(best.values(), key=lambda field: (field.holder, order.index(field.name))))


def _clash(left: Field, right: Field) -> bool:
    both = left.status is FieldStatus.ACCEPTED and right.status is FieldStatus.ACCEPTED
    return both and fold(left.value) != fold(right.value)


def _confidence(field: Field) -> float:
    return field.evidence.confidence if field.evidence else 0.0
