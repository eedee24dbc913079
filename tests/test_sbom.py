"""What is shipped is known: every locked package is in the bill of materials, with a license."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from docs.sbom import locked, sbom

ROOT = Path(__file__).resolve().parent.parent
COPYLEFT = re.compile(r"\b(A?GPL|GNU (Affero )?General)")


def test_every_locked_package_is_in_the_bill_with_its_hashes() -> None:
    text = (ROOT / "requirements.txt").read_text("utf-8")
    told = {(one["name"], one["version"]) for one in json.loads(sbom())["components"]}
    names = re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE)
    assert told == {(re.sub(r"[-_.]+", "-", name).lower(), version) for name, version in names}
    assert sum(len(one.hashes) for one in locked()) == text.count("--hash=sha256:")


def test_references_are_unique_and_lead_somewhere() -> None:
    bill = json.loads(sbom())
    refs = [one["bom-ref"] for one in bill["components"]]
    assert len(refs) == len(set(refs))
    known = {*refs, bill["metadata"]["component"]["bom-ref"]}
    for one in bill["dependencies"]:
        assert {one["ref"], *one["dependsOn"]} <= known


def test_no_package_forbids_shipping_it_with_an_apache_licensed_program() -> None:
    assert [one.name for one in locked() if COPYLEFT.search(one.license)] == []


def test_every_installed_package_states_a_license() -> None:
    assert [one.name for one in locked() if one.license == "not stated"] == []


def test_the_vulnerability_check_says_why_where_it_can_not_run(tmp_path: Path) -> None:
    told = subprocess.run(
        [str(ROOT / "scripts" / "vulnerabilities"), "--program", str(tmp_path / "none")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (told.returncode, "pip-audit" in told.stdout) == (0, True)


@pytest.mark.parametrize("code", [1, 7])
def test_a_vulnerability_fails_the_check(tmp_path: Path, code: int) -> None:
    program = tmp_path / "pip-audit"
    program.write_text(f"#!/bin/sh\necho 'Found 1 known vulnerability'\nexit {code}\n")
    program.chmod(0o755)
    told = subprocess.run(
        [str(ROOT / "scripts" / "vulnerabilities"), "--program", str(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
