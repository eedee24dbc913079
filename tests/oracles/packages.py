"""What others think of our packages: ocfl-py of the storage root, the E-ARK validator of a package.

Both pin releases that the application does not use (botocore, lxml), so they live in a virtual
environment of their own, `.venv/oracles`, made by `scripts/setup --test`.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

ORACLES: Final = Path(
    os.environ.get("SOHOA_ORACLES") or Path(__file__).resolve().parents[2] / ".venv" / "oracles"
)
_PATIENCE_S: Final = 120


@dataclass(frozen=True, slots=True)
class OcflRoot:
    """What ocfl-py found: objects, how many are valid, and every error and warning."""

    is_valid: bool
    objects: int
    good: int
    told: list[str]
    log: str


def ocfl_root(root: Path) -> OcflRoot:
    """Return what ocfl-py says of an OCFL storage root."""
    return OcflRoot(**_run("ocfl_root.py", root))


def eark_report(package: Path) -> dict[str, Any]:
    """Return what the E-ARK validator says of a folder that is one package (CSIP 2.1)."""
    return _run("eark.py", package)


def _run(program: str, what: Path) -> dict[str, Any]:
    found = subprocess.run(
        [_python(), str(Path(__file__).with_name(program)), str(what)],
        capture_output=True,
        text=True,
        check=True,
        timeout=_PATIENCE_S,
    )
    report: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
    return report


def _python() -> str:
    python = ORACLES / "bin" / "python"
    if not python.exists():
        pytest.skip("needs ocfl-py and eark-validator (scripts/setup --test)")
    return str(python)
