"""`digitizer` works with the network cable out."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from samples.truth import PAPERS, Truth
from tests.endtoend.installed import CHEAP, Sohoa, of_type

# A name space of its own has not even a loopback that is up.
_NO_NETWORK = ("unshare", "--net", "--map-root-user")


@pytest.fixture
def no_network() -> tuple[str, ...]:
    if shutil.which("unshare") is None:
        pytest.skip("needs `unshare` (apt install util-linux)")
    tried = subprocess.run([*_NO_NETWORK, "true"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip("this kernel or container does not let a user leave the network")
    return _NO_NETWORK


@pytest.mark.parametrize("engine", ["tesseract", "verified"])
def test_a_paper_is_read_without_any_network(
    no_network: tuple[str, ...], tmp_path: Path, truths: tuple[Truth, ...], engine: str
) -> None:
    (truth,) = of_type(truths, "GIAY_TIEP_NHAN")
    sohoa = Sohoa(tmp_path / "data", CHEAP).with_(ocr_engine=engine)
    line = sohoa.line("read", PAPERS / truth.path, "--json")
    done = subprocess.run(
        [*no_network, *line],
        capture_output=True,
        text=True,
        env=sohoa.environment,
        cwd=tmp_path,
        timeout=240,
        check=False,
    )
    assert (done.returncode, '"status": "read"' in done.stdout) == (0, True), done.stderr
