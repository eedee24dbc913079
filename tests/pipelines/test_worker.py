"""What a worker does when the trouble is not the document's."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from digitizer.errors import DiskFull
from pipelines import config, durable, intake
from pipelines.worker import Task, prepare
from samples.truth import PAPERS, all_truths


def _task(tmp_path: Path) -> Task:
    settings = config.load(
        flags={"run.data": tmp_path / "data", "ocr.engine": "tesseract"}, environ={}
    ).settings
    truth = next(truth for truth in all_truths() if truth.document_type == "TTr")
    path = PAPERS / truth.path
    (source,) = (one for one in intake.find(path.parent, ()) if one.path == path)
    work = durable.made(durable.made(settings.run.data) / "work")
    return Task(intake.take(source, work, now_ns=source.mtime_ns, stable_s=0), settings)


def test_a_full_disk_is_not_the_documents_trouble(tmp_path: Path) -> None:
    """It would be quarantined after two attempts, for as long as the disk is full."""
    task = _task(tmp_path)
    (task.folder / ".at").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        prepare(task)


_CRASH = """
import os, signal
from digitizer.scan import limits
{hold}
os.kill(os.getpid(), signal.SIGABRT)
"""


def _cores(folder: Path, hold: str) -> list[str]:
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY:
        pytest.skip("core files are forbidden here altogether")
    line = ["prlimit", "--core=unlimited", sys.executable, "-c", _CRASH.format(hold=hold)]
    subprocess.run(line, cwd=folder, env={"PYTHONPATH": str(PAPERS.parents[1])}, check=False)
    return [path.name for path in folder.iterdir()]


def test_a_crash_leaves_no_core_file(tmp_path: Path) -> None:
    pattern = Path("/proc/sys/kernel/core_pattern").read_text().strip()
    if pattern != "core":
        pytest.skip("cores are not written to the folder at hand")
    (tmp_path / "held").mkdir()
    (tmp_path / "free").mkdir()
    assert _cores(tmp_path / "free", "") != []
    assert _cores(tmp_path / "held", "limits.leave_no_core()") == []
