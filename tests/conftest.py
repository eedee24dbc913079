"""Fixtures shared by all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.oracles import verapdf as verapdf_oracle

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real material; skipped, with a reason, where it is not at hand."""
    if not SHARED.is_dir():
        pytest.skip("needs the real scans of ../shared/data, which are not part of the project")
    return SHARED


@pytest.fixture(scope="session")
def verapdf() -> Iterator[verapdf_oracle.VeraPdf]:
    """veraPDF, one JVM for the session; skipped, with a reason, where it can't run."""
    if lack := verapdf_oracle.missing():
        pytest.skip(lack)
    with verapdf_oracle.VeraPdf() as oracle:
        yield oracle
