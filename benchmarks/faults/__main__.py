"""`python -m benchmarks.faults NAME [--scale 0.1] [--json]`: what goes wrong, and what comes of it.

Each NAME is one measurement; its module says what is done. The exit code is 1 when anything was
broken. At scale 1 the numbers are those of docs/faults.md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path

from benchmarks.faults import disk, shim
from benchmarks.faults.result import Result

NAMES = (
    "kills",
    "points",
    "disk",
    "proxy",
    "server",
    "hostile",
    "clock",
    "canaries",
    "edits",
    "rebuild",
    "sandbox",
)
_BEHIND_THE_SHIM = frozenset({"kills", "points", "clock"})


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, help="where to work; made anew if not given")
    parser.add_argument(
        "--material", type=Path, help="hostile: a folder of files made to break readers"
    )
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    if asked.name in _BEHIND_THE_SHIM:
        shim.begin_again_behind(Path(tempfile.mkdtemp(prefix="sohoa-shim-")), __spec__.parent)
    if asked.name == "disk":
        disk.enter_namespace(__spec__.parent)
    began = time.monotonic()
    try:
        with tempfile.TemporaryDirectory(prefix="sohoa-faults-") as scratch:
            folder = asked.folder or Path(scratch)
            measure = import_module(f"benchmarks.faults.{asked.name}").measure
            more = {"material": asked.material} if asked.name == "hostile" else {}
            result: Result = measure(folder, asked.scale, _say, **more)
    finally:
        shim.remove()
    rows = {**result.rows, "minutes": f"{(time.monotonic() - began) / 60:.1f}"}
    told = Result(rows, result.broken)
    print(json.dumps({"rows": rows, "broken": told.broken}) if asked.json else told.table())
    return 1 if told.broken else 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
