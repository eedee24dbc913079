"""The two ways of signing that are measured, each on copies of the same files."""

from __future__ import annotations

import multiprocessing
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cost.meter import Cost, measure
from signing.throwaway import KEY_NAME, PASSPHRASE_NAME

ROOT = Path(__file__).resolve().parents[2]
ONE_CORE = {"OMP_THREAD_LIMIT": "1", "PYTHONPATH": str(ROOT)}


@dataclass(frozen=True, slots=True)
class Row:
    """One way of signing: what all documents cost together."""

    name: str
    documents: int
    signed: int
    cost: Cost

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "documents": self.documents,
            "signed": self.signed,
            "exit_code": self.cost.exit_code,
            "cpu_s_per_document": round(self.cost.cpu_s / self.documents, 3),
            "wall_s_per_document": round(self.cost.wall_s / self.documents, 3),
            "peak_mb": round(self.cost.peak_mb),
        }


def sohoa(folder: Path, files: list[Path]) -> Row:
    """Seal `files`, which lie in `folder/ours`, in one process."""
    out = folder / "ours-signed"
    paths = (str(folder / "ours"), str(out), str(folder / "keys"))
    cost = _measured([sys.executable, "-m", "benchmarks.signing.bulk", *paths], folder)
    return Row("sohoa", len(files), len(list(out.glob("*/signed.pdf"))), cost)


def pyhanko(folder: Path, files: list[Path], program: str) -> Row:
    """Sign each of `files` by a command of its own."""
    out = folder / "theirs-signed"
    out.mkdir()
    field, keys = "1/330,760,560,820/Seal", folder / "keys"
    script = "; ".join(
        shlex.join(
            [
                program, "sign", "addsig", "--use-pades", "--field", field, "pkcs12",
                "--passfile", str(keys / PASSPHRASE_NAME),
                str(file), str(out / file.name), str(keys / KEY_NAME),
            ]
        )
        for file in files
    )  # fmt: skip
    cost = _measured(["bash", "-c", script], folder)
    return Row("pyhanko", len(files), len(list(out.glob("*.pdf"))), cost)


def _measured(command: list[str], folder: Path) -> Cost:
    """Measure in a fresh process, since peaks of children are kept per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_in_folder, (command, folder))


def _in_folder(command: list[str], folder: Path) -> Cost:
    return measure(command, cwd=folder, env=ONE_CORE)
