"""The type checker itself keeps the states apart: what is unsigned can't be archived."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
from digitizer.model import *
from pipelines.bench import Bench
from pipelines.stages import PrepareStages, SealStages

def walk(bench: Bench, stages: SealStages, reading: PrepareStages, intake: Intake,
         scanned: Scanned, recognized: Recognized, pdf_a: PdfA, operated: OperatorSigned,
         signed: SignedPdf, metadata: Metadata) -> None:
    bench.step(stages.archive, intake, recognized, signed, metadata, None, ())
    bench.step(stages.sign, pdf_a)
    bench.step(stages.sign, operated)
    {statement}
"""
WRONG = {
    "archiving an unsigned PDF/A": (
        "bench.step(stages.archive, intake, recognized, pdf_a, metadata, None, ())"
    ),
    "archiving what only the officer signed": (
        "bench.step(stages.archive, intake, recognized, operated, metadata, None, ())"
    ),
    "sealing what was signed already": "bench.step(stages.sign, signed)",
    "sealing what was never assembled": "bench.step(stages.sign, recognized)",
    "archiving without metadata": (
        "bench.step(stages.archive, intake, recognized, signed, None, None, ())"
    ),
    "reading what was never cleaned": "bench.step(reading.ocr, scanned, scanned)",
}


@pytest.mark.slow
def test_no_wrong_step_passes_the_type_checker(tmp_path: Path) -> None:
    files = {name: tmp_path / f"wrong_{number}.py" for number, name in enumerate(WRONG)}
    for name, file in files.items():
        file.write_text(PROGRAM.format(statement=WRONG[name]))
    right = tmp_path / "right.py"
    right.write_text(PROGRAM.format(statement="pass"))
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run(
        [*command, "--follow-imports=silent", *map(str, [right, *files.values()])],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    told = {line.partition(":")[0].rpartition("/")[2] for line in done.stdout.splitlines()}
    assert "right.py" not in told, done.stdout
    assert [name for name, file in files.items() if file.name not in told] == [], done.stdout
