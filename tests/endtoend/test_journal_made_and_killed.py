"""A run killed while it makes its journal leaves one that the next run can use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pipelines.journal import Journal

ROOT = Path(__file__).resolve().parents[2]
# Ends without any clean-up as soon as SQLite has answered for the n-th time.
_KILLED_AFTER = """
import os, sys
from pathlib import Path
from pipelines.journal import Journal
left = int(sys.argv[2])
def watch(frame, event, function):
    global left
    if event == "c_return" and getattr(function, "__name__", "") in ("execute", "executescript"):
        left -= 1
        if left == 0:
            os._exit(9)
sys.setprofile(watch)
Journal(Path(sys.argv[1]))
"""


def test_a_journal_whose_making_was_cut_off_at_any_statement_is_made_whole(
    tmp_path: Path,
) -> None:
    for number in range(1, 50):
        path = tmp_path / str(number) / "journal.sqlite"
        made = subprocess.run(
            [sys.executable, "-c", _KILLED_AFTER, str(path), str(number)], cwd=ROOT, check=False
        )
        with Journal(path) as journal:
            assert list(journal.standings()) == []
        if made.returncode == 0:
            assert number > 3
            return
    raise AssertionError("the child never came through")
