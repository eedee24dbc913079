"""One stack of paper through the real door: caught, let in, or let in wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.separators.mishaps import MISHAPS, Mishap
from benchmarks.separators.pile import Leaf, pile, stack
from digitizer.codec import digest
from pipelines import config, intake
from pipelines.door import Door
from pipelines.journal import Journal
from pipelines.worker import journal_path


@dataclass(frozen=True, slots=True)
class Case:
    """One pile, and what happens to it on its way through the scanner (None: nothing)."""

    number: int
    lengths: tuple[int, ...]
    is_closed: bool
    is_duplex: bool
    mishap: Mishap | None

    @property
    def kind(self) -> str:
        return self.mishap.__name__ if self.mishap else "clean"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the door did: how many documents it let in, and what it said of those it did not."""

    case: Case
    let_in: tuple[int, ...]
    said: str

    @property
    def is_held(self) -> bool:
        return not self.let_in and bool(self.said)

    @property
    def is_right(self) -> bool:
        """Claim that a mishap was held as a whole, or a clean stack let in document by document."""
        if self.case.mishap:
            return self.is_held
        return self.let_in == self.case.lengths and not self.said


def cases(count: int, *, seed: int, with_mishap: bool, only_closed: bool = False) -> Iterator[Case]:
    """Yield piles of 2 to 4 documents, half or all of them closed sets, a third in duplex."""
    chance = Random(f"{seed}/{with_mishap}")
    for number in range(count):
        is_duplex = number % 3 == 2
        step = 2 if is_duplex else 1
        # A document of one page has no second that could go through under it.
        first = 2 * step
        lengths = (first, *(step * chance.randint(1, 3) for _ in range(chance.randint(1, 3))))
        mishap = MISHAPS[number % len(MISHAPS)] if with_mishap else None
        yield Case(number, lengths, only_closed or number % 2 == 0, is_duplex, mishap)


def judge(case: Case, folder: Path, *, seed: int, dpi: int) -> Verdict:
    """Scan the pile into an inbox of its own, and open the door to it."""
    chance = Random(digest((seed, case.number, case.kind)))
    leaves: list[Leaf] = pile(
        case.lengths,
        dpi=dpi,
        chance=chance,
        is_closed=case.is_closed,
        is_duplex=case.is_duplex,
    )
    if case.mishap:
        leaves = case.mishap(leaves, 2 if case.is_duplex else 1, chance)
    inbox, data = folder / "inbox", folder / "data"
    inbox.mkdir(parents=True)
    (inbox / "tap.pdf").write_bytes(stack(leaves, dpi))
    settings = config.load(flags={"run.data": data}, environ={}).settings
    with Journal(journal_path(settings)) as journal:
        door = Door(settings, journal, may_open=lambda: True)
        out = tuple(door.documents(intake.find(inbox, settings.intake.ignore)))
    return Verdict(
        case,
        tuple(one.pages or 0 for one in out if one.trouble is None),
        "; ".join(one.trouble.detail for one in out if one.trouble is not None),
    )
