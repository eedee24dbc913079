"""What is built is what is meant, and works where only it is installed."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {"desk", "digitizer", "pipelines", "signing", "storage"}
pytestmark = pytest.mark.slow


def _pip(*arguments: str) -> None:
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    done = subprocess.run(
        [*pip, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}", str(ROOT))
    (made,) = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_owns_its_names_and_its_records(names: list[str]) -> None:
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == PACKAGES


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_file_of_a_room_is_in_the_wheel(names: list[str], package: str) -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert sorted(there - set(names)) == []


def test_no_test_sample_or_document_is_in_the_wheel(names: list[str]) -> None:
    strange = [name for name in names if name.split("/")[0] in ("tests", "samples", "docs")]
    assert strange == []


def test_the_license_travels_along(names: list[str]) -> None:
    assert any(name.endswith("/LICENSE") for name in names)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel; its dependencies are lent by this one."""
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    packages = Path(
        sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    )
    _pip(f"--python={folder / 'bin' / 'python'}", "install", "--no-deps", "--no-index", str(wheel))
    # After our own: a module of the wheel wins over the same of the checkout.
    lent = sysconfig.get_path("purelib")
    (packages / "zz-lent.pth").write_text(f"{lent}\n")
    return folder


def _run(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(installed / "bin" / arguments[0]), *arguments[1:]],
        cwd=installed,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_installed_command_tells_its_version(installed: Path) -> None:
    told = _run(installed, "sohoa", "--version")
    assert (told.returncode, told.stdout.split()[:1]) == (0, ["sohoa"]), told.stderr


def test_the_installed_command_has_the_commands_of_every_room(installed: Path) -> None:
    told = _run(installed, "sohoa", "serve", "--help")
    assert (told.returncode, "--port" in told.stdout) == (0, True), told.stderr


def test_the_installed_modules_are_those_of_the_wheel(installed: Path) -> None:
    program = "import desk, digitizer, pipelines, signing, storage as s; print(s.__file__)"
    told = _run(installed, "python", "-c", program)
    assert told.stdout.startswith(str(installed)), told.stderr


def test_what_the_rooms_read_beside_their_code_is_installed(installed: Path) -> None:
    program = (
        "from digitizer.legal_profile import load_profile; load_profile();"
        "from signing.typeface import FONT_FILE; assert FONT_FILE.is_file();"
        "from desk.static import page; assert b'<main>' in page().body"
    )
    told = _run(installed, "python", "-c", program)
    assert told.returncode == 0, told.stderr


def test_the_installed_command_reads_a_paper(installed: Path) -> None:
    from samples.truth import PAPERS, all_truths

    truth = next(truth for truth in all_truths() if truth.document_type == "TTr")
    told = _run(
        installed, "sohoa", "read", "--engine", "fast", "--workers", "-1", "--json",
        str(PAPERS / truth.path),
    )  # fmt: skip
    assert (told.returncode, '"status": "read"' in told.stdout) == (0, True), told.stderr
