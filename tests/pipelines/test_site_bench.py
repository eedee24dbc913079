"""Measuring a site's own pages: which files, what they cost, where engines disagree."""

import dataclasses
import shutil
from pathlib import Path

import pytest

from digitizer.errors import ConfigError, DocumentError
from digitizer.model import Box, Geometry, RecognizedPage, TextLine, Word
from pipelines.config import load
from pipelines.intake import Source
from pipelines.meter import Cost
from pipelines.settings import Settings
from pipelines.site_bench import EngineFigures, Measured, agreement, find_files, measure
from samples.truth import PAPERS

NOTICE = PAPERS / "ubnd-xa-thi-diem/hop-01/0004.jpg"
SECRET = PAPERS / "ubnd-xa-thi-diem/hop-02/0001.jpg"
STAGES = ["scan", "adopt", "clean", "ocr", "assemble", "extract"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(flags={"run.data": tmp_path / "data"}, environ={}).settings


def page(*words: tuple[str, int]) -> RecognizedPage:
    """Return a page of words, each with its left edge, all on one line."""
    read = tuple(Word(text, Box(left, 0, left + 40, 20), 0.9, True) for text, left in words)
    line = TextLine(read, Box(0, 0, 900, 20))
    return RecognizedPage(1, Geometry(900, 900, 100.0, 0, 0.0), False, (line,))


def figures(*pages: RecognizedPage) -> EngineFigures:
    measured = Measured("engine 1", pages, {"ocr": Cost(1.0, 2.0)}, Cost(), 100.0)
    return EngineFigures("fast", ((Source(Path("a.jpg"), "a.jpg", 1, 1), measured),))


def test_files_come_in_the_same_shuffled_order_each_time(
    tmp_path: Path, settings: Settings
) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.pdf").touch()
    names = [source.name for source in find_files(tmp_path, settings)]
    assert names != sorted(names)
    assert names == [source.name for source in find_files(tmp_path, settings)]


def test_truth_files_are_not_measured(tmp_path: Path, settings: Settings) -> None:
    for name in ("0001.pdf", "0001.pdf.txt"):
        (tmp_path / name).touch()
    assert [source.name for source in find_files(tmp_path, settings)] == ["0001.pdf"]


def test_one_file_may_be_named(settings: Settings) -> None:
    assert [source.path for source in find_files(NOTICE, settings)] == [NOTICE]


@pytest.mark.parametrize("name", ["", "missing"])
def test_a_place_without_files_is_refused(name: str, tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ConfigError):
        find_files(tmp_path / name, settings)


def test_words_alike_in_another_place_are_no_agreement() -> None:
    one = figures(page(("Số", 0), ("12", 100), ("ngày", 200)))
    assert agreement(one, figures(page(("Số", 10), ("12", 110), ("ngày", 210)))) == (1.0, 6)
    share, _ = agreement(one, figures(page(("Số", 10), ("12", 400), ("ngay", 210))))
    assert share == pytest.approx(1 / 3)


def test_a_word_answers_for_one_word_only() -> None:
    share, words = agreement(figures(page(("12", 0), ("12", 10))), figures(page(("12", 5))))
    assert (share, words) == (pytest.approx(2 / 3), 3)


def test_stages_are_summed_over_files() -> None:
    one = figures(page(("a", 0)))
    both = dataclasses.replace(one, outcomes=one.outcomes * 2)
    assert both.stages == {"ocr": Cost(2.0, 4.0)}


def test_a_truth_that_is_no_text_names_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xff\xfe\x00")
    measured = figures(page(("a", 0))).read[0][1]
    one = EngineFigures("fast", ((Source(tmp_path / "a.jpg", "a.jpg", 1, 1), measured),))
    with pytest.raises(ConfigError, match=r"a\.jpg"):
        one.errors()


@pytest.mark.slow
def test_a_refused_paper_costs_itself_and_the_rest_is_measured(
    tmp_path: Path, settings: Settings
) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    shutil.copy(NOTICE, folder / "notice.jpg")
    shutil.copy(SECRET, folder / "secret.jpg")
    (one,) = measure(find_files(folder, settings), ["tesseract"], settings, page_limit=9)
    outcomes = {source.name: outcome for source, outcome in one.outcomes}
    refused, read = outcomes["secret.jpg"], outcomes["notice.jpg"]
    assert isinstance(refused, DocumentError) and refused.code == "SH-1009"
    assert isinstance(read, Measured)
    assert list(read.stages) == STAGES
    assert read.stages["ocr"].cpu_s > max(read.stages[name].cpu_s for name in STAGES[4:])
    assert read.peak_mb > 50
    assert not settings.run.data.exists()


@pytest.mark.slow
def test_no_further_file_is_begun_once_enough_pages_were_read(
    tmp_path: Path, settings: Settings
) -> None:
    for number in range(3):
        shutil.copy(NOTICE, tmp_path / f"{number}.jpg")
    (one,) = measure(find_files(tmp_path, settings), ["tesseract"], settings, page_limit=2)
    assert len(one.outcomes) == 2
