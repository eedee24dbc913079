"""A file that turns out to be one document is decoded once; what was lent is never trusted."""

from collections.abc import Callable
from pathlib import Path

import pytest

from digitizer.model import Intake, Scanned
from digitizer.scan.stage import scan
from digitizer.settings import ScanSettings
from pipelines import config, intake, scanned_ahead
from pipelines.door import Door
from pipelines.journal import Journal
from pipelines.settings import Settings
from pipelines.stages import PrepareStages, prepare_stages
from pipelines.worker import journal_path
from samples.truth import PAPERS

SAMPLE = next(PAPERS.rglob("*.pdf"))


class NoEngine:
    """Stands where an engine is asked for and none may be used."""

    name = "none"

    def read(self, *_: object, **__: object) -> tuple[()]:
        raise AssertionError("nothing is read here")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return config.load(flags={"run.data": tmp_path / "data"}, environ={}).settings


@pytest.fixture
def stages(settings: Settings) -> PrepareStages:
    return prepare_stages(settings, NoEngine())


@pytest.fixture
def document(tmp_path: Path, settings: Settings) -> Intake:
    settings.run.data.mkdir()
    return through_the_door(tmp_path / "in", settings)


def through_the_door(inbox: Path, settings: Settings) -> Intake:
    """Return a document as the run hands it on, once the door has looked into its file."""
    inbox.mkdir()
    (inbox / "giay.pdf").write_bytes(SAMPLE.read_bytes())
    with Journal(journal_path(settings)) as journal:
        door = Door(settings, journal, may_open=lambda: True)
        (source,) = door.documents(intake.find(inbox, ()))
    return intake.take(source, settings.run.data / "work", now_ns=2**63, stable_s=0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stage"
    made.mkdir()
    return made


def lent(settings: Settings) -> list[Path]:
    return sorted((settings.run.data / "ahead").glob("*/*"))


def scanned_anew(document: Intake, tmp_path: Path) -> Scanned:
    other = tmp_path / "anew"
    other.mkdir()
    return scan(document, folder=other, settings=ScanSettings())


def without_paths(scanned: Scanned) -> list[tuple[object, ...]]:
    return [(page.number, page.image.sha256, page.dpi, page.capture) for page in scanned.pages]


def _never(*_: object, **__: object) -> Scanned:
    raise AssertionError("decoded twice")


def test_the_walk_takes_the_pages_the_door_made(
    settings: Settings,
    stages: PrepareStages,
    document: Intake,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = scanned_anew(document, tmp_path)
    monkeypatch.setattr("digitizer.scan.stage.scan", _never)
    scanned = stages.scan.run(folder, document)
    assert without_paths(scanned) == without_paths(expected)
    assert (scanned.document_id, scanned.origin) == (document.document_id, expected.origin)
    assert all(page.image.path.parent == folder for page in scanned.pages)
    assert lent(settings) == []


def _altered(paths: list[Path]) -> None:
    page = next(path for path in paths if path.suffix != ".json")
    page.write_bytes(page.read_bytes()[:-1] + b"x")


def _gone(paths: list[Path]) -> None:
    next(path for path in reversed(paths) if path.suffix != ".json").unlink()


def _other_version(paths: list[Path]) -> None:
    note = next(path for path in paths if path.suffix == ".json")
    note.write_text(note.read_text().replace('"version":', '"version":9'))


def _no_json(paths: list[Path]) -> None:
    next(path for path in paths if path.suffix == ".json").write_bytes(b"{")


@pytest.mark.parametrize("spoil", [_altered, _gone, _other_version, _no_json])
def test_what_is_not_as_it_was_lent_is_scanned_again(
    settings: Settings,
    stages: PrepareStages,
    document: Intake,
    folder: Path,
    tmp_path: Path,
    spoil: Callable[[list[Path]], None],
) -> None:
    spoil(lent(settings))
    scanned = stages.scan.run(folder, document)
    assert without_paths(scanned) == without_paths(scanned_anew(document, tmp_path))
    assert lent(settings) == []


def test_pages_made_by_other_settings_are_not_taken(
    settings: Settings, document: Intake, folder: Path
) -> None:
    otherwise = ScanSettings(render_dpi=settings.scan.render_dpi + 50)
    assert scanned_ahead.take(settings.run.data, document, folder, otherwise) is None
    assert list(folder.iterdir()) == []


def test_what_nobody_took_is_gone_with_the_next_run(settings: Settings, document: Intake) -> None:
    assert lent(settings)
    assert document.original.path.is_file()
    with Journal(journal_path(settings)) as journal:
        Door(settings, journal, may_open=lambda: True)
    assert lent(settings) == []


def test_pages_that_can_not_be_lent_are_scanned_again(
    tmp_path: Path, settings: Settings, stages: PrepareStages, folder: Path
) -> None:
    settings.run.data.mkdir()
    (settings.run.data / "ahead").write_text("no folder")
    document = through_the_door(tmp_path / "in", settings)
    scanned = stages.scan.run(folder, document)
    assert without_paths(scanned) == without_paths(scanned_anew(document, tmp_path))
