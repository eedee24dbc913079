"""What a measurement of faults comes to: rows of figures, and sentences on what was broken."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.killing.invariants import Undisturbed

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Result:
    """Figures by name, in order; `broken` is empty when everything held."""

    rows: Mapping[str, object]
    broken: tuple[str, ...]

    def table(self) -> str:
        """Return a Markdown table, and what was broken below it."""
        lines = [
            "| | |",
            "|---|---|",
            *(f"| {name} | {value} |" for name, value in self.rows.items()),
        ]
        return "\n".join([*lines, "", *self.broken])


def undisturbed(inbox: Path, *bad: Path) -> Undisturbed:
    """Return what a run without faults makes of an inbox of sound papers and `bad` ones."""
    ids = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:32] for path in inbox.iterdir()
    }
    archived = {name: ids[name] for name in ids.keys() - {path.name for path in bad}}
    states = {name: "archived" if name in archived else "quarantined" for name in ids}
    return Undisturbed(states, frozenset(archived.values()), 0.0)
