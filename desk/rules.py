"""Which papers a procedure asks for, and which of them may be taken from the archive instead.

A site imports the table from its own sheet (`desk.rule_sheet`); it is kept as one JSON file, and
the desk re-reads it when it changes.

Source: Luật GDĐT 2023 and NĐ 118/2025 (a held paper is not asked for again); REQ-3.17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from digitizer import codec
from digitizer.errors import ConfigError
from pipelines import durable

NATIONAL = 8
"""Characters of a mã TTHC that are the same in every province: `1.004873`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One paper that one procedure asks for.

    Attributes:
        procedure: `1.004873`, without the publishing agency.
        document_type: code of the legal profile, e.g. `KHAI_SINH`.
        is_required: else the citizen may bring it.
        may_reuse: the digitized paper is as good as the paper for this procedure.
        basis: the text that says so, "" where the sheet names none.
    """

    procedure: str
    procedure_name: str
    document_type: str
    is_required: bool
    may_reuse: bool
    basis: str


@dataclass(frozen=True)
class RuleTable:
    """All rules of a site, in the order of its sheet. `source` is the sheet's file name."""

    rules: tuple[Rule, ...] = ()
    source: str = ""

    @cached_property
    def by_procedure(self) -> Mapping[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules:
            found[rule.procedure] = (*found.get(rule.procedure, ()), rule)
        return found

    def of(self, procedure: str) -> tuple[Rule, ...]:
        """Return the papers of a procedure, () where the table does not know it."""
        return self.by_procedure.get(procedure[:NATIONAL], ())


def save(table: RuleTable, file: Path) -> None:
    """Put the table in place of the one before, durably. Raises DiskFull."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    durable.write(file, codec.encode(table))


def load(file: Path) -> RuleTable:
    """Return the site's table, an empty one where none was imported.

    Raises:
        ConfigError: the file is damaged or can't be read.
    """
    try:
        return codec.decode(RuleTable, file.read_bytes())
    except FileNotFoundError:
        return RuleTable()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"[desk] rules {file}: can't be read; run sohoa rules import again"
        ) from error
