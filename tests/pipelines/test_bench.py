"""A step is done once, believed only if its files are as recorded, and redone when it must be."""

import dataclasses
from pathlib import Path

import pytest

from digitizer.errors import DamagedFile
from digitizer.model import DocumentId, PdfA, StoredFile
from pipelines.bench import Bench, Stage
from pipelines.journal import Journal

ID = DocumentId("0" * 32)


class Maker:
    """A stage that counts its calls and writes a file, as real ones do."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, folder: Path, text: str) -> PdfA:
        self.calls += 1
        path = folder / "out.bin"
        path.write_text(text)
        return PdfA(ID, StoredFile.of(path), 1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(ID, tmp_path / "work", Journal(tmp_path / "journal.sqlite"))


def _stage(maker: Maker, version: int = 1, settings: object = ()) -> Stage[[str], PdfA]:
    return Stage("make", version, PdfA, settings, maker)


def test_a_step_that_was_done_is_recalled(bench: Bench) -> None:
    maker = Maker()
    first = bench.step(_stage(maker), "a")
    assert bench.step(_stage(maker), "a") == first
    assert maker.calls == 1


@pytest.mark.parametrize("change", [{"version": 2}, {"settings": ("x",)}])
def test_another_version_or_setting_does_it_again(bench: Bench, change: dict[str, object]) -> None:
    maker = Maker()
    bench.step(_stage(maker), "a")
    bench.step(dataclasses.replace(_stage(maker), **change), "a")
    assert maker.calls == 2


def test_another_input_does_it_again(bench: Bench) -> None:
    maker = Maker()
    bench.step(_stage(maker), "a")
    bench.step(_stage(maker), "b")
    assert maker.calls == 2


def test_a_changed_file_is_not_believed(bench: Bench) -> None:
    maker = Maker()
    made = bench.step(_stage(maker), "a")
    made.pdf.path.write_text("tampered")
    again = bench.step(_stage(maker), "a")
    assert maker.calls == 2
    assert again.pdf.path.read_text() == "a"


def test_a_missing_output_is_not_believed(bench: Bench) -> None:
    maker = Maker()
    bench.step(_stage(maker), "a")
    (bench.folder / "make.json").unlink()
    bench.step(_stage(maker), "a")
    assert maker.calls == 2


def test_a_step_that_fails_is_not_recorded(bench: Bench) -> None:
    def fails(folder: Path, _: str) -> PdfA:
        (folder / "half").touch()
        raise DamagedFile

    with pytest.raises(DamagedFile):
        bench.step(Stage("make", 1, PdfA, (), fails), "a")
    maker = Maker()
    bench.step(_stage(maker), "a")
    assert maker.calls == 1
    assert not (bench.folder / "make" / "half").exists()


def test_a_moved_work_folder_changes_no_key(tmp_path: Path) -> None:
    maker = Maker()
    paths = []
    for name in ("one", "two"):
        path = tmp_path / name
        path.write_text("same")
        paths.append(StoredFile.of(path))
    stage = _stage(maker)
    assert stage.key((paths[0],)) == stage.key((paths[1],))
