"""Fixtures shared by all tests."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The real material; skipped, with a reason, where it is not at hand."""
    if not SHARED.is_dir():
        pytest.skip("needs the real scans of ../shared/data, which are not part of the project")
    return SHARED
