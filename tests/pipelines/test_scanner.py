"""Scanning straight into the inbox, by SANE's own test device."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from digitizer.errors import ConfigError, MissingDependency, ScannerUnavailable
from pipelines.scanner import ScanOrder, devices, scan_stack

NOW = datetime(2026, 1, 18, 2, 30, tzinfo=UTC)
ORDER = ScanOrder(device="test", dpi=75, mode="gray")


def _has_test_device() -> bool:
    if shutil.which("scanimage") is None:
        return False
    asked = subprocess.run(["scanimage", "-d", "test", "-A"], capture_output=True, check=False)
    return asked.returncode == 0


needs_sane = pytest.mark.skipif(
    not _has_test_device(), reason="needs scanimage and SANE's test device (Debian: sane-utils)"
)


def _scan(order: ScanOrder, inbox: Path) -> tuple[Path, int, list[int]]:
    seen: list[int] = []
    target, pages = scan_stack(order, inbox, now=NOW, quality=80, on_page=seen.append)
    return target, pages, seen


@needs_sane
@pytest.mark.parametrize("mode", ["gray", "color"])
def test_the_whole_feeder_becomes_one_file(tmp_path: Path, mode: str) -> None:
    order = ScanOrder(device="test", dpi=75, mode=mode, options=("depth=8",))
    target, pages, seen = _scan(order, tmp_path / "in")
    assert pages == 10 and seen == list(range(1, 11))
    assert [path.name for path in (tmp_path / "in").iterdir()] == [target.name]
    with pikepdf.open(target) as pdf:
        image = pdf.pages[0].Resources.XObject.Im0
        assert len(pdf.pages) == 10
        assert image.ColorSpace == ("/DeviceGray" if mode == "gray" else "/DeviceRGB")
        assert float(pdf.pages[0].mediabox[2]) == pytest.approx(
            int(image.Width) / 75 * 72, abs=0.01
        )


@needs_sane
def test_black_and_white_is_kept_without_loss(tmp_path: Path) -> None:
    order = ScanOrder(device="test", dpi=75, mode="gray", count=1, options=("depth=1",))
    target, pages, _ = _scan(order, tmp_path)
    with pikepdf.open(target) as pdf:
        assert pages == 1 and pdf.pages[0].Resources.XObject.Im0.Filter == "/CCITTFaxDecode"


@needs_sane
@pytest.mark.parametrize("status", ["SANE_STATUS_JAMMED", "SANE_STATUS_COVER_OPEN"])
def test_after_a_jam_nothing_is_in_the_inbox(tmp_path: Path, status: str) -> None:
    order = ScanOrder(device="test", dpi=75, options=(f"read-return-value={status}",))
    with pytest.raises(ScannerUnavailable):
        _scan(order, tmp_path)
    assert list(tmp_path.iterdir()) == []


@needs_sane
def test_a_scanner_that_can_not_do_it_says_what_it_can(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Automatic Document Feeder"):
        _scan(ScanOrder(device="test", duplex=True), tmp_path)
    with pytest.raises(ScannerUnavailable):
        _scan(ScanOrder(device="nobody"), tmp_path)


@needs_sane
def test_the_scanners_there_are_can_be_listed() -> None:
    assert isinstance(devices(), tuple)


def test_without_scanimage_the_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingDependency, match="sane-utils"):
        devices()
