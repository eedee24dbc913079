"""The walls of the house stand."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("digitizer", "signing", "storage", "pipelines", "desk")
STAGES = {"scan", "clean", "ocr", "assemble", "extract", "operate", "sign", "archive"}
HEAVY = ("cv2", "tesserocr", "onnxruntime", "pyhanko", "boto3")
DRAWERS = {"utils.py", "helpers.py", "common.py", "base.py", "manager.py", "misc.py"}


def test_every_import_contract_is_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _loaded_by(statement: str) -> set[str]:
    """Return the modules that a fresh Python has loaded after `statement`."""
    program = f"import sys; {statement}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "module", ["storage.lookup", "pipelines.cli.lookup", "pipelines.cli.main", "pipelines.walk"]
)
def test_looking_up_loads_no_engine_and_no_signing_library(module: str) -> None:
    assert sorted(_loaded_by(f"import {module}") & set(HEAVY)) == []


def _stage_names(path: Path) -> set[str]:
    """Return the stages that a module calls on something named `stages`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in STAGES
        and ast.unparse(node.value).rpartition(".")[2] == "stages"
    }


def test_only_the_walk_knows_the_order_of_the_stages() -> None:
    knowing = {
        path.relative_to(ROOT).as_posix(): names
        for path in (ROOT / "pipelines").rglob("*.py")
        if len(names := _stage_names(path)) > 0
    }
    assert knowing == {"pipelines/walk.py": STAGES}


def test_the_walk_can_be_read_on_one_page() -> None:
    assert len((ROOT / "pipelines" / "walk.py").read_text().splitlines()) <= 80


def test_there_are_no_drawers() -> None:
    found = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path.name in DRAWERS]
    assert found == []
