"""The visible marks of signatures as the law sets them: words, place, size, form of the time."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from digitizer.legal_profile.profile import Legal


class Place(StrEnum):
    """The corner of page 1, as a viewer shows it, that the law gives a mark."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"


@dataclass(frozen=True, slots=True)
class MarkTemplate:
    """One mark.

    Attributes:
        lines: with `{agency}`, `{person}` and `{time}` where these stand.
        size_pt: the size the law names; `least_size_pt` is how far it may shrink to find room.
        time_form: as `datetime.strftime` takes it, for a time in Vietnam's zone.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    place: Place
    size_pt: float
    least_size_pt: float
    time_form: str
    legal: Legal

    @property
    def names_person(self) -> bool:
        return any("{person}" in line for line in self.lines)


@dataclass(frozen=True, slots=True)
class MarkRoom:
    """Where marks may stand, in millimeters.

    Attributes:
        top_mm, side_mm: from the page's edges to a mark in its usual place.
        strip_mm: how far down the upper margin goes, which print keeps free.
        corner_mm: how far down the corner goes in which a mark may look for room.
        edge_mm: what a mark keeps from the edge at least.
    """

    top_mm: float
    side_mm: float
    strip_mm: float
    corner_mm: float
    edge_mm: float
    legal: Legal


def mark_templates() -> tuple[MarkTemplate, ...]:
    """Return all marks, past and present ones."""
    return _load()[0]


def mark_room() -> MarkRoom:
    """Return where marks may stand."""
    return _load()[1]


def mark_in_force(name: str, day: date) -> MarkTemplate | None:
    """Return the mark called `name` as it is on `day`, None when the law has none then."""
    for template in mark_templates():
        since, until = template.legal.valid_from, template.legal.valid_to
        if template.name == name and since <= day and (until is None or day <= until):
            return template
    return None


@cache
def _load() -> tuple[tuple[MarkTemplate, ...], MarkRoom]:
    text = resources.files(__package__).joinpath("data", "marks.toml").read_text("utf-8")
    file = tomllib.loads(text)
    return tuple(_template(file, row) for row in file["mark"]), _room(file, file["room"])


def _template(file: Mapping[str, Any], row: Mapping[str, Any]) -> MarkTemplate:
    return MarkTemplate(
        name=row["name"],
        title=row["title"],
        lines=tuple(row["lines"]),
        place=Place(row["place"]),
        size_pt=row["size_pt"],
        least_size_pt=row["least_size_pt"],
        time_form=row["time_form"],
        legal=_legal(file, row),
    )


def _room(file: Mapping[str, Any], row: Mapping[str, Any]) -> MarkRoom:
    return MarkRoom(
        top_mm=row["top_mm"],
        side_mm=row["side_mm"],
        strip_mm=row["strip_mm"],
        corner_mm=row["corner_mm"],
        edge_mm=row["edge_mm"],
        legal=_legal(file, row),
    )


def _legal(file: Mapping[str, Any], row: Mapping[str, Any]) -> Legal:
    row = {**file, **row}
    return Legal(row["basis"], row["valid_from"], row.get("valid_to"), row["confirmed"])
