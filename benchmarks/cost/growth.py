"""`python -m benchmarks.cost.growth --pages FOLDER`: memory and temporary files over page count.

One document of few pages and one of many, bound from the same real pages in turn (let few be all
of them: the costliest page makes the peak), each through a `sohoa run` of one worker. Memory must
not grow with the count, nor temporary files by the page.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import threading
import warnings
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Final

import pikepdf

from benchmarks.cost.meter import measure
from benchmarks.cost.rivals import CONFIG, ONE_CORE

_LOOK_S: Final = 0.1
_MIB: Final = 2**20


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cost.growth", description=__doc__)
    parser.add_argument("--pages", type=Path, required=True, help="folder of PDFs")
    parser.add_argument("--few", type=int, default=64)
    parser.add_argument("--many", type=int, default=128)
    options = parser.parse_args(arguments)
    rows = {count: _apart(options.pages, count) for count in (options.few, options.many)}
    few, many = rows[options.few], rows[options.many]
    rows_by_name = {f"{count} pages": row for count, row in rows.items()}
    grown = round(many["peak_mb"] / few["peak_mb"], 2)
    print(json.dumps({**rows_by_name, "memory, many over few": grown}, indent=1))
    return 0


def _apart(folder: Path, count: int) -> dict[str, float]:
    """Run one in a fresh process: the peak of children is kept per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (folder, count))


def _measured(folder: Path, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        for part in ("in", "tmp"):
            (site / part).mkdir()
        _bind(folder, count, site / "in" / "bound.pdf")
        (site / "sohoa.toml").write_text(CONFIG)
        looker = _Looker([site / "tmp", *(site / "sohoa-data" / part for part in ("work", "tmp"))])
        looker.start()
        command = [Path(sys.executable).with_name("sohoa"), "run", "in"]
        cost = measure(command, cwd=site, env=ONE_CORE | {"TMPDIR": str(site / "tmp")})
        looker.stop()
    return {
        "exit": cost.exit_code,
        "cpu_s_per_page": round(cost.cpu_s / count, 2),
        "peak_mb": round(cost.peak_mb),
        "temporary_mib_at_most": round(looker.most / _MIB, 1),
        "temporary_mib_per_page": round(looker.most / _MIB / count, 2),
    }


def _bind(folder: Path, count: int, target: Path) -> None:
    with pikepdf.new() as bound:
        sources = [pikepdf.open(path) for path in sorted(folder.glob("*.pdf"))]
        pages = [page for source in sources for page in source.pages]
        with warnings.catch_warnings(category=pikepdf.PageCopyWarning, action="ignore"):
            bound.pages.extend(islice(cycle(pages), count))  # form fields are of no matter here
        bound.save(target)
        for source in sources:
            source.close()


class _Looker(threading.Thread):
    """Remembers the most bytes that lay in some folders."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self._folders = folders
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_LOOK_S):
            self.most = max(self.most, sum(_size(folder) for folder in self._folders))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.lstat().st_size
        except FileNotFoundError:
            continue  # gone between listing and looking
    return total


if __name__ == "__main__":
    raise SystemExit(main())
