"""`python -m benchmarks.hotfolder [--cases 200] [--seed 1] [--json]`.

Scanners that write in pieces, late, over old names, under times from nowhere; one look at the
folder after each step. A file must rest for two looks' time. Counted: files handed over whole
that were never claimed, and claims of bytes that never were a whole file.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from random import Random

from benchmarks.hotfolder.scanners import SCANNERS
from benchmarks.hotfolder.trial import FORMS, Result, watch


def main() -> int:
    """Print the figures; the exit code is 1 when a file was lost or half a file taken."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.hotfolder", description=__doc__)
    parser.add_argument("--cases", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rows: dict[str, list[Result]] = defaultdict(list)
    for number in range(asked.cases):
        scanner = SCANNERS[number % len(SCANNERS)]
        form = FORMS[number // len(SCANNERS) % len(FORMS)]
        claim = "move" if number // 32 % 2 else "copy"
        with tempfile.TemporaryDirectory(prefix="sohoa-hotfolder-") as folder:
            chance = Random(f"{asked.seed}/{number}")
            result = watch(scanner, form, Path(folder), claim=claim, chance=chance)
        rows[scanner.__name__.replace("_", " ")].append(result)
    figures = {name: _sum(results) for name, results in rows.items()}
    figures["all"] = _sum([result for results in rows.values() for result in results])
    if asked.json:
        print(json.dumps({"seed": asked.seed, "rows": figures}))
    else:
        print("| | cases | files | lost | half files |\n|---|---|---|---|---|")
        for name, row in figures.items():
            print(f"| {name} | {' | '.join(str(value) for value in row.values())} |")
    return 1 if figures["all"]["lost"] or figures["all"]["half"] else 0


def _sum(results: list[Result]) -> dict[str, int]:
    return {
        "cases": len(results),
        "files": sum(result.handed for result in results),
        "lost": sum(result.lost for result in results),
        "half": sum(result.half for result in results),
    }


if __name__ == "__main__":
    sys.exit(main())
