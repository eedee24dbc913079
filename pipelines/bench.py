"""The workbench: does one step of the walk, or recalls that it was done.

A step's key is its stage, version, settings and the content of its inputs. Raising a stage's
version, or changing a setting of it, re-does that stage and what follows, and nothing else.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Concatenate, Final, Generic, ParamSpec, TypeVar

from digitizer import codec
from digitizer.model import DocumentId, FieldRef, Sha256, StageRun, StoredFile
from pipelines import durable
from pipelines.journal import Journal, Step

log = logging.getLogger(__name__)
_PLACES: Final = frozenset({"path"})
"""Not part of a key, so that a moved folder changes nothing."""
P = ParamSpec("P")
Out = TypeVar("Out")


@dataclass(frozen=True, slots=True)
class Stage(Generic[P, Out]):
    """A step of the walk with everything it needs but its input.

    Its type names the nouns it takes, so that archiving what was never signed, or sealing what was
    never read, does not pass the type checker.

    Attributes:
        run: called with the stage's own empty folder and the inputs.
        settings: what its outcome depends on beside the inputs.
    """

    name: str
    version: int
    output: type[Out]
    settings: object
    run: Callable[Concatenate[Path, P], Out]

    @property
    def settings_digest(self) -> Sha256:
        return codec.digest(self.settings)

    def key(self, inputs: tuple[object, ...]) -> str:
        """Return the journal key for this stage over these inputs."""
        parts = (self.name, self.version, self.settings_digest, inputs)
        return codec.digest(parts, without=_PLACES)


class Bench:
    """One document's place to work: its folder, its journal rows, its breadcrumb.

    Args:
        folder: `work/<document id>`; each stage gets a folder of its own below it.
        on_step: told the name of a stage before it runs (not when it is recalled).
    """

    def __init__(
        self,
        document_id: DocumentId,
        folder: Path,
        journal: Journal,
        on_step: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.document_id = document_id
        self.folder = folder
        self.journal = journal
        self._on_step = on_step
        self._runs: list[StageRun] = []

    def step(self, stage: Stage[P, Out], *inputs: P.args, **named: P.kwargs) -> Out:
        """Return what `stage` makes of `inputs`: recalled if it can be believed, else done now.

        Raises whatever the stage raises; then nothing is recorded.
        """
        if named:
            raise TypeError("a stage takes its inputs in order, so that they make its key")
        self._runs.append(StageRun(stage.name, stage.version, stage.settings_digest))
        key = stage.key(inputs)
        recalled = self._recall(stage, key)
        return self._perform(stage, key, *inputs, **named) if recalled is None else recalled

    @property
    def runs(self) -> tuple[StageRun, ...]:
        """The stages this bench did or recalled, in order, for the provenance."""
        return tuple(self._runs)

    def corrections(self) -> tuple[tuple[FieldRef, str, str], ...]:
        """Return what people said of this document: (field, value, operator)."""
        return self.journal.corrections(self.document_id)

    def _recall(self, stage: Stage[P, Out], key: str) -> Out | None:
        step = self.journal.recall(key)
        if step is None:
            return None
        try:
            data = step.output.read_bytes()
            if hashlib.sha256(data).hexdigest() != step.sha256:
                raise ValueError("digest")  # noqa: TRY301
            value = codec.decode(stage.output, data)
            believed = all(StoredFile.of(file.path) == file for file in _files(value))
        except (OSError, ValueError):
            believed = False
        if not believed:
            log.warning("not as recorded, done again", extra={"stage": stage.name})
            return None
        return value

    def _perform(self, stage: Stage[P, Out], key: str, *inputs: P.args, **named: P.kwargs) -> Out:
        self._on_step(stage.name)
        folder = durable.emptied(self.folder / stage.name)
        value = stage.run(folder, *inputs, **named)
        output = self.folder / f"{stage.name}.json"
        sha256 = _written(output, value)
        self.journal.record(
            Step(
                key,
                self.document_id,
                stage.name,
                stage.version,
                stage.settings_digest,
                output,
                sha256,
            )
        )
        return value


def _written(path: Path, value: object) -> Sha256:
    """Write a stage's output as canonical JSON and return its digest."""
    total = hashlib.sha256()
    with durable.replacing(path) as stream:
        for piece in codec.pieces(value):
            data = piece.encode()
            total.update(data)
            stream.write(data)
    return Sha256(total.hexdigest())


def _files(value: object) -> Iterator[StoredFile]:
    if isinstance(value, StoredFile):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _files(item)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _files(getattr(value, field.name))
