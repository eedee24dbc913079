"""Where pages and their truth come from, and that no page is read twice for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.reading import run as running
from benchmarks.reading.born_digital import born_pages
from benchmarks.reading.made import samples
from benchmarks.reading.readings import read_page
from benchmarks.reading.report import as_json, table
from benchmarks.reading.run import Plan, Run
from benchmarks.reading.semi_real import make_scan, scan_file, semi_real_pages
from benchmarks.reading.trial import Trial, staged
from benchmarks.reading.truth import TruthLine
from digitizer.errors import UnreadableScan
from digitizer.model import Box, MediaType, TextLine, Word
from digitizer.ocr.engine import Gray
from pipelines.meter import peak_mb


class Counting:
    """An engine that reads the same word on every page, and counts the pages."""

    def __init__(self, name: str = "counting 1") -> None:
        self.name = name
        self.pages = 0

    def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
        self.pages += 1
        box = Box(10, 10, 50, 30)
        return (TextLine((Word("chữ", box, 0.9, True),), box),)


@pytest.fixture
def trial(tmp_path: Path) -> Iterator[Trial]:
    page = np.full((1200, 850), 255, np.uint8)
    for row in range(100, 1100, 40):
        cv2.putText(page, "Uy ban nhan dan xa Thi Diem", (60, row), 0, 1.0, (0,), 2)
    path = tmp_path / "page.png"
    cv2.imwrite(str(path), page)
    with staged(path, MediaType.PNG) as stages:
        lines = (TruthLine(("chữ",), is_marked=False),)
        yield Trial("page", "semi-real", "office", "held-out", lines, *stages)


def test_a_page_that_was_read_is_not_read_again(trial: Trial, tmp_path: Path) -> None:
    engine = Counting()
    first = read_page(trial, engine, tmp_path / "kept")
    assert read_page(trial, engine, tmp_path / "kept") == first
    assert (engine.pages, [line.text for line in first.lines]) == (1, ["chữ"])


def test_another_version_of_an_engine_reads_for_itself(trial: Trial, tmp_path: Path) -> None:
    read_page(trial, Counting(), tmp_path)
    newer = Counting("counting 2")
    read_page(trial, newer, tmp_path)
    assert newer.pages == 1


def test_a_page_that_is_refused_is_lost_not_left_out(trial: Trial, tmp_path: Path) -> None:
    class Blind(Counting):
        def read(self, gray: Gray, *, dpi: float, timeout_s: float) -> tuple[TextLine, ...]:
            return ()

    reading = read_page(trial, Blind(), tmp_path)
    assert (reading.refused, reading.lines) == (UnreadableScan.code, ())


def test_the_making_of_a_page_is_not_charged_to_the_reading(trial: Trial, tmp_path: Path) -> None:
    held = np.ones(50_000_000)
    before = peak_mb()
    del held
    assert read_page(trial, Counting(), tmp_path).peak_mb < before - 200


def test_errors_of_pages_kept_aside_are_never_printed(
    trial: Trial, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = Plan((), tmp_path, tmp_path, "all", show_errors=True)
    wrong = (TruthLine(("khác hẳn",), is_marked=False),)
    for chosen in ("dev", "held-out"):
        one = Trial("page", "semi-real", "office", chosen, wrong, trial.scanned, trial.cleaned)  # type: ignore[arg-type]  # of a closed set
        running.judge(one, Counting(), plan)
        printed = capsys.readouterr().out
        assert bool(printed) is (chosen == "dev")


def test_totals_are_sums_of_pages_not_means_of_rates(trial: Trial, tmp_path: Path) -> None:
    plan = Plan((), tmp_path, tmp_path, "all", show_errors=False)
    right = running.judge(trial, Counting(), plan)
    longer = (TruthLine(("một dòng dài hơn nhiều không ai đọc được",), is_marked=False),)
    lost = Trial("lost", "semi-real", "bad", "held-out", longer, trial.scanned, trial.cleaned)
    pages = (right, running.judge(lost, Counting("blind"), plan))
    whole = Run("fast", "counting", 0.0, pages)
    plain = as_json([whole], datetime(2026, 1, 2, tzinfo=UTC))
    total = next(one for one in plain["engines"][0]["totals"] if one["pages"] == 2)
    letters = sum(page.score.letters for page in pages)
    assert total["cer"] == pytest.approx(
        sum(page.score.letter_errors for page in pages) / letters, abs=1e-5
    )
    assert plain["measured_at"] == "2026-01-02T00:00:00Z"
    names = [one["pages_of"] for one in plain["engines"][0]["totals"]]
    assert names == ["semi-real held-out, office", "semi-real held-out, bad", "semi-real held-out"]
    assert all(name in table([whole]) for name in names)


def test_a_sample_s_head_is_read_left_block_first(tmp_path: Path) -> None:
    first = next(samples(tmp_path))
    assert [line.texts[0] for line in first.truth[:3]] == [
        "ỦY BAN NHÂN DÂN",
        "XÃ THÍ ĐIỂM",
        "Số: 128/QĐ-UBND",
    ]
    assert first.grade == "office"


def test_a_decision_s_words_are_in_reading_order(shared: Path) -> None:
    pages = {page.name: page for page in born_pages(shared)}
    for name in ("184.p1", "00.00.H57_441_QD.p1", "311_QD_UBND_1802.p1"):
        texts = [line.texts[0] for line in pages[name].lines]
        state = texts.index("Độc lập - Tự do - Hạnh phúc")
        number = next(at for at, text in enumerate(texts) if text.startswith("Số:"))
        assert number < state - 1 < texts.index("QUYẾT ĐỊNH")
    table_page = [line.texts[0] for line in pages["00.00.H57_441_QD.p3"].lines]
    at = table_page.index("Tuyển sinh trung")
    assert table_page[at : at + 4] == [
        "Tuyển sinh trung",
        "học phổ thông",
        "(3.000181)",
        "Theo kế",
    ]


def test_every_decision_is_in_every_grade_and_whole_papers_are_kept_aside(shared: Path) -> None:
    pages = list(semi_real_pages(shared))
    assert len(pages) <= 60
    papers = {one.page.pdf for one in pages}
    aside = {one.page.pdf for one in pages if one.page.is_held_out}
    assert len(aside) == len(papers) // 3
    assert len({one.name for one in pages}) == len({one.seed for one in pages}) == len(pages)


def test_a_semi_real_page_is_made_once_and_always_the_same(shared: Path, tmp_path: Path) -> None:
    one = min(semi_real_pages(shared), key=lambda page: len(page.page.lines))
    path = scan_file(one, tmp_path)
    data, suffix = make_scan(one)
    assert (path.read_bytes(), path.suffix) == (data, suffix)
    path.write_bytes(b"kept")
    assert scan_file(one, tmp_path).read_bytes() == b"kept"
