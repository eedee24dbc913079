"""The rule table as an office keeps it: a CSV or XLSX sheet, read with every fault named by row.

Columns, in any order, by their Vietnamese or English names; accents, case and underscores do not
matter: mã TTHC · tên TTHC · loại giấy tờ · bắt buộc · dùng lại · căn cứ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from desk.rules import NATIONAL, Rule, RuleTable
from digitizer.extract.codes import is_procedure_code
from digitizer.legal_profile import Profile
from digitizer.vietnamese import fold
from pipelines.table import cell, places, read_rows

_COLUMNS = {
    "procedure": ("ma tthc", "ma thu tuc", "procedure"),
    "name": ("ten tthc", "ten thu tuc", "procedure name"),
    "type": ("loai giay to", "giay to", "document type"),
    "required": ("bat buoc", "required"),
    "reuse": ("dung lai", "tai su dung", "reusable"),
    "basis": ("can cu", "basis"),
}
_NEEDED = ("procedure", "type")
_YES = {"", "x", "co", "yes", "true", "1", "duoc"}
_NO = {"khong", "no", "false", "0"}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one cell; `code` has its sentence under `rules.fault.…`.

    `row` counts as the sheet does, the header is row 1; 0 means the sheet as a whole.
    """

    code: str
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read: the table if there are no faults, else all faults at once."""

    table: RuleTable
    faults: tuple[Fault, ...]


def read_sheet(file: Path, profile: Profile) -> Sheet:
    """Return the rules of a `.csv` or `.xlsx` file.

    Raises:
        ConfigError: the file can't be opened as what its name says, or is too large or too long.
    """
    return _sheet(read_rows(file), file.name, profile)


def _sheet(rows: list[list[str]], source: str, profile: Profile) -> Sheet:
    if not rows or not any(rows[0]):
        return Sheet(RuleTable(), (Fault("empty"),))
    found = places(rows[0], _COLUMNS)
    missing = [Fault("column", 1, _COLUMNS[name][0]) for name in _NEEDED if name not in found]
    if missing:
        return Sheet(RuleTable(), tuple(missing))
    rules: dict[tuple[str, str], tuple[int, Rule]] = {}
    faults: list[Fault] = []
    for number, row in enumerate(rows[1:], 2):
        cells = {name: cell(row, place) for name, place in found.items()}
        if any(cells.values()):
            faults += _enter(cells, number, rules, profile)
    if not rules and not faults:
        faults.append(Fault("empty"))
    return Sheet(RuleTable(tuple(rule for _, rule in rules.values()), source), tuple(faults))


def _enter(
    cells: dict[str, str],
    number: int,
    rules: dict[tuple[str, str], tuple[int, Rule]],
    profile: Profile,
) -> Iterator[Fault]:
    """Enter one row into `rules`, or yield what is wrong with it."""
    procedure, kind = cells["procedure"].upper(), profile.type_of(cells["type"])
    faults = [*_choices(cells, number)]
    if not is_procedure_code(procedure):
        faults.append(Fault("procedure", number, "mã TTHC", cells["procedure"]))
    if kind is None:
        faults.append(Fault("type", number, "loại giấy tờ", cells["type"]))
    if faults or kind is None:
        yield from faults
        return
    key = (procedure[:NATIONAL], kind.code)
    if key in rules:
        yield Fault("twice", number, "loại giấy tờ", str(rules[key][0]))
        return
    rules[key] = (
        number,
        Rule(
            *(key[0], cells.get("name", ""), key[1]),
            is_required=_is_yes(cells.get("required", "")),
            may_reuse=_is_yes(cells.get("reuse", "")),
            basis=cells.get("basis", ""),
        ),
    )


def _choices(cells: dict[str, str], number: int) -> Iterable[Fault]:
    for name, title in (("required", "bắt buộc"), ("reuse", "dùng lại")):
        if fold(cells.get(name, "")) not in _YES | _NO:
            yield Fault("choice", number, title, cells[name])


def _is_yes(text: str) -> bool:
    return fold(text) in _YES
