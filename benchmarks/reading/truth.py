"""The pages typed by eye, and the one form in which truth and reading are compared."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.site_truth import comparable

__all__ = ["TruthLine", "TruthPage", "comparable", "load_truth"]


@dataclass(frozen=True, slots=True)
class TruthLine:
    """One printed line. `texts` are its allowed readings; a marked line holds no print to score."""

    texts: tuple[str, ...]
    is_marked: bool


@dataclass(frozen=True, slots=True)
class TruthPage:
    """A page to read: PDF, page from 1, quarter turns counter-clockwise to read it, its lines."""

    pdf: Path
    page: int
    name: str
    turns_ccw: int
    lines: tuple[TruthLine, ...]


def load_truth(shared: Path) -> tuple[TruthPage, ...]:
    """Read all pages of `scans/text_truth` under `shared`. Raises OSError without them."""
    scans = shared / "scans"
    index = json.loads((scans / "text_truth" / "index.json").read_text("utf-8"))
    return tuple(_page(scans, entry) for entry in index["pages"])


def _page(scans: Path, entry: dict[str, object]) -> TruthPage:
    rows = (scans / "text_truth" / str(entry["truth"])).read_text("utf-8").splitlines()
    alternatives = entry.get("alternatives") or {}
    assert isinstance(alternatives, dict)
    lines = [_line(row, str(alternatives.get(str(n), ""))) for n, row in enumerate(rows, 1) if row]
    return TruthPage(
        pdf=scans / str(entry["file"]),
        page=int(str(entry["page"])),
        name=str(entry["truth"]).removesuffix(".txt"),
        turns_ccw=int(str(entry.get("rotate_ccw", 0))) // 90,
        lines=tuple(lines),
    )


def _line(row: str, alternative: str) -> TruthLine:
    text = comparable(row.replace("⟦", "").replace("⟧", ""))
    texts = [text]
    if alternative:
        texts.append(_with_alternative(text, comparable(alternative)))
    return TruthLine(tuple(texts), is_marked="⟦" in row)


def _with_alternative(text: str, alternative: str) -> str:
    """An alternative is a whole line, or the one word that the paper seems to show instead."""
    if len(alternative) > len(text) / 2:
        return alternative
    pattern = re.escape(alternative).replace("d", "[dđ]").replace("D", "[DĐ]")
    return re.sub(pattern, alternative, text)
