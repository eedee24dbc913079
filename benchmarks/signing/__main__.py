"""`python -m benchmarks.signing --scans FOLDER`: what a visible B-B signature costs in bulk.

Both sign copies of the same PDF/As, as the program makes them of the scans, with the same key file:

    sohoa      one process that opens the key once (`benchmarks.signing.bulk`)
    pyhanko    pyHanko's own command line, one process a document, as a script would use it:
               `pyhanko sign addsig --use-pades --field 1/…/Seal pkcs12 …`, with its default stamp

CPU seconds are user and system of the processes and all their children, start included. pyHanko's
command is looked for on the PATH, or where --pyhanko says (PyPI: pyhanko-cli).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.signing.papers import copies, unsigned
from benchmarks.signing.rivals import Row, pyhanko, sohoa
from signing.throwaway import ensure_throwaway

BAR_CPU_S, BAR_RATIO = 0.35, 4.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print a table, keep JSON where asked. Exit code 1 when the bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.signing", description=__doc__)
    parser.add_argument("--scans", type=Path, required=True, help="folder of scanned papers")
    parser.add_argument("--documents", type=int, default=40)
    parser.add_argument("--rivals-documents", type=int, default=10)
    parser.add_argument("--pyhanko", default="pyhanko")
    parser.add_argument("--json", type=Path, help="file to keep the figures in")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "papers").mkdir()
        scans = sorted(file for file in options.scans.rglob("*.pdf"))
        papers = unsigned(scans, folder / "papers")
        ensure_throwaway(folder / "keys", now=datetime.now(UTC))
        theirs = folder / "theirs"
        rows = [
            sohoa(folder, copies(papers, options.documents, folder / "ours")),
            pyhanko(folder, copies(papers, options.rivals_documents, theirs), options.pyhanko),
        ]
        sizes = [file.stat().st_size for file in papers]
    print(_table(rows, sizes))
    if options.json:
        options.json.write_text(json.dumps([row.as_json() for row in rows], indent=1) + "\n")
    return 0 if _holds(rows) else 1


def _ratio(rows: list[Row]) -> float:
    ours, theirs = (row.cost.cpu_s / row.documents for row in rows)
    return theirs / ours


def _holds(rows: list[Row]) -> bool:
    ours = rows[0].cost.cpu_s / rows[0].documents
    complete = all(row.signed == row.documents for row in rows)
    return complete and ours <= BAR_CPU_S and _ratio(rows) >= BAR_RATIO


def _table(rows: list[Row], sizes: list[int]) -> str:
    lines = [
        f"{len(sizes)} different PDF/As, {sum(sizes) // len(sizes) // 1024} KiB on average",
        f"{'':<9} {'documents':>9} {'signed':>6} {'CPU s each':>10} {'wall s each':>11}"
        f" {'peak MB':>8}",
    ]
    for row in rows:
        plain = row.as_json()
        lines.append(
            f"{row.name:<9} {row.documents:>9} {row.signed:>6} {plain['cpu_s_per_document']:>10}"
            f" {plain['wall_s_per_document']:>11} {plain['peak_mb']:>8}"
        )
    lines.append(f"ratio {_ratio(rows):.1f} (bar {BAR_RATIO}), at most {BAR_CPU_S} CPU s each")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())
