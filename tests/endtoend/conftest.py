"""Runs that many tests look at, made once a session, also when tests run in several processes."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from samples.truth import Truth, all_truths
from tests.endtoend.installed import ARCHIVE_ALL, Ended, Sohoa, copy_papers, of_type, stamps
from tests.oracles.seaweed import seaweed

__all__ = ["seaweed"]


@dataclass(frozen=True, slots=True)
class SamplesRun:
    """The whole collection: run, run again, catalog rebuilt, then all doubts archived.

    Attributes:
        data: the data folder after all of that.
        after_first: a copy of it after the first run.
        first, second, rebuilt, last: how each command ended.
        archive: files of the archive, with times, after the first and after the second run.
        dumps: the catalog before and after it was rebuilt.
    """

    inbox: Path
    data: Path
    after_first: Path
    first: Ended
    second: Ended
    rebuilt: Ended
    last: Ended
    archive: tuple[dict[str, Any], dict[str, Any]]
    dumps: tuple[str, str]

    def outcome(self, path: str) -> dict[str, Any]:
        """Return what the first run made of the sample at `path`."""
        found = [one for one in self.first.json["documents"] if one["source"] == path]
        assert len(found) == 1, path
        return dict(found[0])


@dataclass(frozen=True, slots=True)
class SmallRun:
    """Three papers, all archived."""

    inbox: Path
    sohoa: Sohoa
    ended: Ended
    truths: tuple[Truth, ...]

    def signed(self) -> tuple[Path, ...]:
        return tuple(sorted(self.sohoa.data.glob("archive/documents/**/signed.pdf")))


@pytest.fixture(scope="session")
def truths() -> tuple[Truth, ...]:
    return all_truths()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this test session see."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "shared-runs"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def samples_run(shared_folder: Path, truths: tuple[Truth, ...]) -> SamplesRun:
    folder = shared_folder / "samples"
    with _once(folder) as must_make:
        if must_make:
            _run_samples(folder, truths)
    told = json.loads((folder / "told.json").read_text())
    ends = {name: Ended(*told[name]) for name in ("first", "second", "rebuilt", "last")}
    return SamplesRun(
        folder / "inbox",
        folder / "data",
        folder / "after-first",
        archive=tuple(told["archive"]),
        dumps=tuple(told["dumps"]),
        **ends,
    )


@pytest.fixture(scope="session")
def small_run(shared_folder: Path, truths: tuple[Truth, ...]) -> SmallRun:
    folder = shared_folder / "small"
    sohoa = Sohoa(folder / "data", ARCHIVE_ALL)
    chosen = of_type(truths, "TB", "TTr", "GIAY_TIEP_NHAN")
    inbox = folder / "inbox"
    with _once(folder) as must_make:
        if must_make:
            ended = sohoa("run", copy_papers(chosen, inbox), "--json")
            (folder / "told.json").write_text(json.dumps([ended.code, ended.out, ended.err]))
    return SmallRun(inbox, sohoa, Ended(*json.loads((folder / "told.json").read_text())), chosen)


@pytest.fixture
def sohoa(tmp_path: Path) -> Callable[..., Sohoa]:
    """Make a command over an empty data folder of this test's own."""

    def make(variables: dict[str, str] | None = None, name: str = "data") -> Sohoa:
        return Sohoa(tmp_path / name, ARCHIVE_ALL if variables is None else variables)

    return make


def _run_samples(folder: Path, truths: tuple[Truth, ...]) -> None:
    inbox, data = copy_papers(truths, folder / "inbox"), folder / "data"
    sohoa = Sohoa(data)
    ends = {"first": sohoa("-vv", "run", inbox, "--json", timeout_s=500)}
    shutil.copytree(data, folder / "after-first")
    archive = [stamps(data / "archive")]
    ends["second"] = sohoa("run", inbox, "--json")
    archive.append(stamps(data / "archive"))
    dumps = [sohoa("catalog", "dump").out]
    ends["rebuilt"] = sohoa("catalog", "rebuild")
    dumps.append(sohoa("catalog", "dump").out)
    ends["last"] = sohoa.with_(review_doubtful="archive")("-vv", "run", inbox, "--json")
    told: dict[str, object] = {name: [end.code, end.out, end.err] for name, end in ends.items()}
    (folder / "told.json").write_text(json.dumps({**told, "archive": archive, "dumps": dumps}))


@contextmanager
def _once(folder: Path) -> Iterator[bool]:
    """Let one process make `folder`, and the others wait until it has."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder.mkdir(exist_ok=True)
        yield not (folder / "told.json").exists()
