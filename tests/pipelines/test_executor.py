"""Workers may be killed at any moment; no other document pays for it."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from benchmarks.killing import processes
from digitizer.errors import DamagedFile, WorkerDied
from digitizer.model import DocumentId, Intake, MediaType, StoredFile
from pipelines.config import load
from pipelines.executor import LocalProcesses
from pipelines.journal import Journal
from pipelines.settings import Settings
from pipelines.worker import Task, journal_path

COUNT = 6


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    """Documents that are quick to do: their files can't be decoded."""
    settings = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    return [_task(settings, number) for number in range(COUNT)]


def _task(settings: Settings, number: int) -> Task:
    data = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes([number] * 100) + b"\xff\xd9"
    document_id = DocumentId(hashlib.sha256(data).hexdigest()[:32])
    folder = settings.run.data / "work" / document_id
    folder.mkdir(parents=True)
    (folder / "original.jpg").write_bytes(data)
    stored = StoredFile.of(folder / "original.jpg")
    intake = Intake(document_id, f"{number}.jpg", stored, MediaType.JPEG)
    with Journal(journal_path(settings)) as journal:
        journal.take(intake)
    return Task(intake, settings)


def _kill_workers(count: int, stop: threading.Event, killed: list[int]) -> None:
    """Kill the first `count` worker processes as soon as they are seen."""
    while len(killed) < count and not stop.is_set():
        for child in processes.below(os.getpid()):
            if "spawn_main" in child.command and child.pid not in killed and len(killed) < count:
                child.kill()
                killed.append(child.pid)
        time.sleep(0.005)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_workers_killed_before_they_begin_cost_nobody_anything(
    tasks: list[Task], count: int
) -> None:
    stop, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=_kill_workers, args=(count, stop, killed))
    killer.start()
    try:
        ended = {
            task.intake.source: outcome for task, outcome in LocalProcesses(2).prepare(iter(tasks))
        }
    finally:
        stop.set()
        killer.join()
    assert len(killed) == count
    assert sorted(ended) == [f"{number}.jpg" for number in range(COUNT)]
    others = [one for one in ended.values() if not isinstance(one, WorkerDied)]
    assert all(isinstance(one, DamagedFile) for one in others)
    assert len(others) >= COUNT - count, "each killed worker costs its own document at most"


def test_a_machine_on_which_no_worker_lives_gives_every_document_back(tasks: list[Task]) -> None:
    stop, killed = threading.Event(), list[int]()
    killer = threading.Thread(target=_kill_workers, args=(10_000, stop, killed))
    killer.start()
    try:
        ended = list(LocalProcesses(2).prepare(iter(tasks)))
    finally:
        stop.set()
        killer.join()
    assert len(ended) == COUNT
    assert all(isinstance(outcome, WorkerDied) for _, outcome in ended)
