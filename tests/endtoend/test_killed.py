"""`kill -9` at any moment: nothing lost, nothing doubled, no process left behind."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.killing import processes
from benchmarks.killing.invariants import Undisturbed, check
from benchmarks.killing.killer import Course, Figures, torment
from samples.truth import Truth
from tests.endtoend.installed import CHEAP, Sohoa, copy_papers, in_state, of_type

pytestmark = pytest.mark.slow
_PATIENCE_S = 120
_ORPHANS_S = 15


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Path:
    chosen = [*of_type(truths, "TTr", "TB", "GIAY_TIEP_NHAN"), in_state(truths, "quarantined")]
    return copy_papers(chosen, tmp_path_factory.mktemp("killed") / "inbox")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory, inbox: Path) -> Figures:
    folder = tmp_path_factory.mktemp("torment")
    return torment(Course(inbox, folder, kills=4, seed=11, engine="tesseract"))


def test_four_kills_were_survived(figures: Figures) -> None:
    assert sum(figures.kills.values()) == 4
    assert figures.completed >= 1


def test_after_kills_every_document_is_where_it_would_be_without(figures: Figures) -> None:
    assert figures.broken == []


def test_no_process_outlives_a_killed_run(figures: Figures) -> None:
    assert figures.orphans == 0


@pytest.fixture
def running(sohoa: Callable[..., Sohoa]) -> Sohoa:
    return sohoa({**CHEAP, "SOHOA_RUN_WORKERS": "2", "SOHOA_REVIEW_DOUBTFUL": "archive"})


def _until(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _workers(pid: int) -> list[processes.Process]:
    """Return the processes that prepare documents; not Python's own trackers."""
    return [one for one in processes.below(pid) if "spawn_main" in one.command]


def test_workers_and_decoders_go_when_only_the_main_process_is_killed(
    running: Sohoa, inbox: Path
) -> None:
    run = running.start("run", inbox)
    _until(lambda: len(list(running.data.glob("work/*/.at"))) == 2)
    family = processes.below(run.pid)
    assert any("zygote" in one.command for one in family)
    run.kill()
    run.communicate()
    left = processes.survivors(family, within_s=_ORPHANS_S)
    assert [one.command for one in left] == []


def test_a_worker_that_is_killed_costs_its_document_one_attempt_and_nobody_anything(
    running: Sohoa, inbox: Path
) -> None:
    run = running.start("run", inbox, "--json")
    _until(lambda: list(running.data.glob("work/*/.at")))
    _workers(run.pid)[0].kill()
    _out, err = run.communicate(timeout=_PATIENCE_S)
    assert run.returncode == 100, err
    with sqlite3.connect(running.data / "journal.sqlite") as journal:
        attempts = journal.execute("SELECT sum(attempts) FROM documents").fetchone()
        states = journal.execute("SELECT state, count(*) FROM documents GROUP BY 1").fetchall()
    journal.close()
    assert (attempts, sorted(states)) == ((1,), [("archived", 3), ("quarantined", 1)])


def test_what_a_killed_run_had_begun_goes_on_without_its_file(
    running: Sohoa, inbox: Path, tmp_path: Path
) -> None:
    """Our copy is all there is of it once somebody has cleared the inbox."""
    (source, *_) = sorted(inbox.rglob("*.pdf"))
    own = tmp_path / "own"
    own.mkdir()
    shutil.copy2(source, own / "0001.pdf")
    run = running.start("run", own)
    _until(lambda: list(running.data.glob("work/*/.at")))
    run.kill()
    run.communicate()
    (own / "0001.pdf").unlink()
    again = running("run", own, "--json")
    assert (again.code, [one["state"] for one in again.json["documents"]]) == (0, ["archived"])


def test_a_decoder_that_is_killed_is_replaced(running: Sohoa, inbox: Path) -> None:
    alone = running.with_(run_workers=1)
    run = alone.start("run", inbox, "--json")
    # The first document is decoded, so the decoder is up; three more are to come.
    _until(lambda: list(alone.data.glob("work/*/scan.json")))
    decoders = [one for one in processes.below(run.pid) if "digitizer.scan.zygote" in one.command]
    assert decoders
    for decoder in decoders:
        decoder.kill()
    _out, err = run.communicate(timeout=_PATIENCE_S)
    assert run.returncode == 100, err
    assert len(list(alone.data.glob("archive/records/*/*/*/1.json"))) == 3


def test_pictures_of_pages_that_a_killed_run_left_are_swept_by_the_next_command(
    running: Sohoa, inbox: Path, tmp_path: Path
) -> None:
    """Tesseract is handed a page as a file; the system's place for such files is nobody's."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    alone = Sohoa(running.data, {**running.variables, "TMPDIR": str(elsewhere)})
    run = alone.start("run", inbox)
    _until(lambda: list(alone.data.glob("tmp/*/tess_*")))
    family = processes.below(run.pid)
    run.kill()
    run.communicate()
    processes.survivors(family, within_s=_ORPHANS_S)
    assert list(alone.data.glob("tmp/*/tess_*"))
    assert list(elsewhere.iterdir()) == []
    alone("status")
    assert list(alone.data.glob("tmp/*/*")) == []


def test_a_document_lost_from_the_archive_is_noticed(small_archive: Sohoa) -> None:
    """The check itself can fail: without this, no figure above would mean anything."""
    report = small_archive("run", small_archive.data.parent / "inbox", "--json").json
    states = {one["source"]: one["state"] for one in report["documents"]}
    ids = frozenset(one["document_id"] for one in report["documents"])
    whole = check(small_archive.data, report, Undisturbed(states, ids, 1))
    assert whole.broken == ()
    lost = next(small_archive.data.glob("archive/records/*/*/*/1.json"))
    lost.unlink()
    broken = check(small_archive.data, report, Undisturbed(states, ids, 1)).broken
    assert f"{lost.parent.name} is not archived" in broken
    assert any(lost.parent.name in line and "not_in_archive" in line for line in broken)


@pytest.fixture
def small_archive(sohoa: Callable[..., Sohoa], truths: tuple[Truth, ...]) -> Sohoa:
    made = sohoa()
    copy_papers(of_type(truths, "TTr"), made.data.parent / "inbox")
    return made
