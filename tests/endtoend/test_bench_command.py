"""`sohoa bench` as a site calls it: figures with promised keys, and no word of a paper."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from samples.truth import PAPERS, all_truths
from tests.endtoend.installed import Ended, Sohoa

NAME = "ubnd-xa-thi-diem/hop-01/0004.jpg"
TRUTH = next(truth for truth in all_truths() if truth.path == NAME)
KEYS = ["schema", "folder", "documents", "pages", "refused", "engines", "agreement"]
ENGINE = ["engine", "name", "start_cpu_s", "peak_mb", "cpu_s_per_page", "wall_s_per_page"]
ENGINE += ["stages", "words", "accepted", "coverage", "truth"]


@pytest.fixture(scope="module")
def sohoa(tmp_path_factory: pytest.TempPathFactory) -> Sohoa:
    return Sohoa(tmp_path_factory.mktemp("bench") / "data")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("papers")
    shutil.copy(PAPERS / NAME, folder / "notice.jpg")
    (folder / "notice.jpg.txt").write_text(TRUTH.pages[0].text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def ended(sohoa: Sohoa, papers: Path) -> Ended:
    return sohoa("bench", papers, "--engine", "tesseract", "--engine", "fast", "--json")


def test_the_figures_have_the_promised_form(ended: Ended) -> None:
    plain: dict[str, Any] = ended.json
    assert (ended.code, list(plain), plain["schema"]) == (0, KEYS, "sohoa.bench/1")
    assert [list(one) for one in plain["engines"]] == [ENGINE, ENGINE]
    assert [one["engine"] for one in plain["engines"]] == ["tesseract", "fast"]
    for one in plain["engines"]:
        parts = sum(stage["cpu_s_per_page"] for stage in one["stages"].values())
        assert one["cpu_s_per_page"] == pytest.approx(parts, abs=0.01)
        assert 0.5 < one["coverage"] <= 1.0


def test_errors_are_told_where_a_truth_was_typed(ended: Ended) -> None:
    truths = [one["truth"] for one in ended.json["engines"]]
    assert all(truth["documents"] == 1 and truth["missing"] < 0.1 for truth in truths)
    assert all(truth["letters"] > 900 for truth in truths)


def test_engines_agree_on_most_of_a_clean_page(ended: Ended) -> None:
    (pair,) = ended.json["agreement"]
    assert pair["engines"] == ["tesseract", "fast"]
    assert 0.9 < pair["share"] <= 1.0


def test_no_word_of_the_paper_is_among_the_figures_and_nothing_is_kept(
    ended: Ended, sohoa: Sohoa
) -> None:
    told = ended.out + ended.err
    words = {word.text for word in TRUTH.pages[0].words if len(word.text) > 4}
    assert [word for word in words if word in told] == []
    assert not sohoa.data.exists()


def test_people_get_the_same_in_their_language(sohoa: Sohoa, papers: Path) -> None:
    english = sohoa.with_(run_lang="en")
    for command, title in ((sohoa, "Đã đo trên 1 tệp"), (english, "Measured on 1 files")):
        ended = command("bench", papers, "--engine", "tesseract")
        assert (ended.code, title in ended.out, "CER" in ended.out) == (0, True, True), ended.err


def test_a_folder_without_files_is_a_wrong_setting(sohoa: Sohoa, tmp_path: Path) -> None:
    assert sohoa("bench", tmp_path).code == 3
