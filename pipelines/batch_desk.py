"""What stands in a batch now, drawing its sample, and closing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from digitizer.errors import NotHeld
from digitizer.model import DocumentId
from pipelines.acceptance import draw, is_accepted, sample_size
from pipelines.batches import Batch, BatchBook, BatchState, Draw, Found, Sampled
from pipelines.intake_book import Held, IntakeBook
from pipelines.journal import Journal, Standing
from pipelines.outcome import State
from pipelines.paper_sizes import PaperCount, in_a4, total
from pipelines.settings import Settings
from pipelines.worker import journal_path


@dataclass(frozen=True, slots=True)
class Contents:
    """A batch with all that is known of it.

    Attributes:
        standings: its documents, in the order they were taken in.
        held: stacks of it that wait at the door.
        paper: pages by size, of the documents that were read.
        sample: this round's draw and its documents, None before it is drawn.
    """

    batch: Batch
    standings: tuple[Standing, ...]
    held: tuple[Held, ...]
    paper: tuple[PaperCount, ...]
    sample: tuple[Draw, tuple[Sampled, ...]] | None

    def count(self, *states: State) -> tuple[int, int]:
        """Return documents and pages in these states."""
        chosen = [one for one in self.standings if one.state in states]
        return len(chosen), sum(one.pages or 0 for one in chosen)

    @property
    def archived(self) -> tuple[DocumentId, ...]:
        return tuple(
            one.intake.document_id for one in self.standings if one.state is State.ARCHIVED
        )

    @property
    def unfinished(self) -> int:
        """Documents that wait, were not finished, or stand in a stack at the door."""
        return sum(not one.is_final for one in self.standings) + len(self.held)

    @property
    def unlooked(self) -> tuple[Sampled, ...]:
        """Documents of the sample that nobody has looked at."""
        return tuple(one for one in self.sample[1] if one.verdict is None) if self.sample else ()

    @property
    def faulty(self) -> int:
        """Faulty documents in the sample."""
        rows = self.sample[1] if self.sample else ()
        return sum(one.verdict is Found.FAULTY for one in rows)

    @property
    def a4_pages(self) -> float:
        return in_a4(self.paper)


def contents(settings: Settings, name: str) -> Contents:
    """Return a batch and what is in it. Raises NotHeld when there is none of that name."""
    book = BatchBook(settings.run.data)
    batch = book.batch(name)
    if batch is None:
        raise NotHeld(name)
    path = journal_path(settings)
    standings: tuple[Standing, ...] = ()
    if path.is_file():
        with Journal(path) as journal:
            standings = tuple(s for s in journal.standings() if batch.holds(s.intake.source))
    ids = frozenset(one.intake.document_id for one in standings)
    held = tuple(one for one in IntakeBook(settings.run.data).held() if batch.holds(one.name))
    return Contents(batch, standings, held, total(book.paper(ids)), book.drawn(batch))


def draw_sample(settings: Settings, found: Contents, *, seed: int, now: datetime) -> Contents:
    """Draw this round's sample from the archived documents, and return the batch with it."""
    lot = found.archived
    size = settings.batch.sample or sample_size(len(lot))
    chosen = tuple(DocumentId(one) for one in draw(lot, size, seed))
    drawn = Draw(seed, len(lot), settings.batch.accept_at_most, now.isoformat(timespec="seconds"))
    BatchBook(settings.run.data).draw(found.batch, drawn, chosen)
    return contents(settings, found.batch.name)


def look(settings: Settings, found: Contents, prefix: str, looked: Sampled) -> Sampled:
    """Keep what was found in the one sampled document whose id begins with `prefix`.

    Raises:
        NotHeld: the sample has none such, or several.
    """
    rows = found.sample[1] if found.sample else ()
    chosen = [one for one in rows if prefix and one.document_id.startswith(prefix.lower())]
    if len(chosen) != 1:
        raise NotHeld(prefix)
    kept = Sampled(
        chosen[0].document_id, looked.verdict, looked.reason, looked.operator, looked.looked_at
    )
    BatchBook(settings.run.data).look(found.batch, kept)
    return kept


def close(settings: Settings, found: Contents, *, now: datetime) -> Contents:
    """Accept or reject a batch by its sample, which must have been looked at to the end."""
    assert found.sample is not None and not found.unlooked, "the command line asks for both"
    limit = found.sample[0].accept_at_most
    state = BatchState.ACCEPTED if is_accepted(found.faulty, limit) else BatchState.REJECTED
    BatchBook(settings.run.data).settle(found.batch.name, state, now)
    return contents(settings, found.batch.name)


def reopen(settings: Settings, name: str) -> Contents:
    """Open a batch for another round; what was found in earlier rounds is kept."""
    found = contents(settings, name)
    BatchBook(settings.run.data).settle(name, BatchState.OPEN, None)
    return contents(settings, found.batch.name)
