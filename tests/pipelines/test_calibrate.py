"""Thresholds from confirmed values: never lower than the figures prove, never of too few."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitizer.errors import ConfigError, NotWaiting, TooFewConfirmed
from digitizer.extract.confidence import decide
from digitizer.model import (
    Box,
    DocumentId,
    Evidence,
    Extracted,
    Field,
    FieldName,
    FieldStatus,
    Intake,
    MediaType,
    Sha256,
    StoredFile,
)
from digitizer.settings import ExtractSettings, Threshold
from pipelines import config, reviewing
from pipelines.calibrate import Verdict, advise, least_values, wilson
from pipelines.cli import calibrate as cli
from pipelines.cli.context import Site
from pipelines.journal import Journal
from pipelines.reviewing import Case
from pipelines.settings import Settings
from pipelines.worker import journal_path

NUMBER = FieldName.SO_KY_HIEU


def verdicts(*groups: tuple[float, int, int]) -> list[Verdict]:
    """Return (confidence, how many right, how many wrong) as verdicts."""
    return [
        Verdict(NUMBER, "slot3.number", confidence, is_right)
        for confidence, right, wrong in groups
        for is_right in (True,) * right + (False,) * wrong
    ]


def test_the_lowest_threshold_that_holds_is_taken() -> None:
    (advice,) = advise(verdicts((0.98, 500, 0), (0.9, 500, 0), (0.5, 20, 30)), 0.99)
    assert (advice.accept, advice.kept, advice.right) == (0.9, 1000, 1000)
    assert advice.review_share == pytest.approx(50 / 1050)
    assert advice.low >= 0.99


def test_a_field_that_never_reaches_the_target_gets_no_threshold() -> None:
    (advice,) = advise(verdicts((0.98, 950, 50)), 0.99)
    assert advice.is_enough
    assert advice.accept is None
    assert advice.low < 0.95 < advice.high


def test_values_of_one_confidence_are_never_parted() -> None:
    (advice,) = advise(verdicts((0.98, 400, 0), (0.9, 400, 40)), 0.99)
    assert advice.accept == 0.98


@pytest.mark.parametrize(("target", "needed"), [(0.99, 381), (0.999, 3838), (0.95, 73)])
def test_fewer_values_than_could_prove_it_are_not_enough(target: float, needed: int) -> None:
    assert least_values(target) == needed
    (few,) = advise(verdicts((0.98, needed - 1, 0)), target)
    (enough,) = advise(verdicts((0.98, needed, 0)), target)
    assert (few.is_enough, few.accept) == (False, None)
    assert (enough.is_enough, enough.accept) == (True, 0.98)


@given(st.lists(st.tuples(st.sampled_from([0.5, 0.8, 0.96]), st.booleans()), min_size=1))
def test_what_is_advised_always_holds_on_the_verdicts(drawn: list[tuple[float, bool]]) -> None:
    given_ = [Verdict(NUMBER, "rule", confidence, is_right) for confidence, is_right in drawn]
    (advice,) = advise(given_, 0.6)
    if advice.accept is not None:
        kept = [one.is_right for one in given_ if one.confidence >= advice.accept]
        assert wilson(sum(kept), len(kept))[0] >= 0.6
        assert advice.kept == len(kept)


def site(folder: Path) -> Site:
    return Site(None, {"run.data": folder})


def fill(folder: Path, confirmed: list[Verdict]) -> None:
    with Journal(journal_path(site(folder).settings)) as journal:
        for number, verdict in enumerate(confirmed):
            journal.judge(DocumentId(f"{number:032}"), verdict.field, verdict)


def run(folder: Path, *arguments: str) -> None:
    cli.command.main([*arguments], standalone_mode=False, obj=site(folder))


def test_too_little_is_refused_with_the_number_it_takes(tmp_path: Path) -> None:
    with pytest.raises(TooFewConfirmed) as nothing:
        run(tmp_path)
    fill(tmp_path, verdicts((0.98, 5, 0)))
    with pytest.raises(TooFewConfirmed) as few:
        run(tmp_path, "--target", "0.999")
    assert nothing.value.detail.startswith("0 < 381")
    assert few.value.detail.startswith("5 < 3838")


def test_the_lines_printed_can_be_pasted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path, verdicts((0.985, 400, 0)))
    run(tmp_path)
    printed = capsys.readouterr().out
    pasted = tmp_path / "sohoa.toml"
    pasted.write_text(printed[printed.index("[extract.thresholds]") :], "utf-8")
    settings = config.load(pasted, environ={}).settings
    assert settings.extract.thresholds == (Threshold(NUMBER, 0.985),)


def test_the_json_holds_figures_and_no_value(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(tmp_path, verdicts((0.985, 400, 0), (0.8, 0, 40)))
    run(tmp_path, "--json")
    plain = json.loads(capsys.readouterr().out)
    (field,) = plain["fields"]
    assert (field["accept"], field["kept"], field["values"]) == (0.985, 400, 440)
    assert field["interval"][0] >= 0.99


@pytest.mark.parametrize("text", ["so_ky_hieu=2", "ten=0.9", "so_ky_hieu=x"])
def test_a_threshold_out_of_range_or_of_no_field_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        config.load(environ={"SOHOA_EXTRACT_THRESHOLDS": text})


def test_a_field_s_own_threshold_counts_before_the_general_one() -> None:
    settings = ExtractSettings(accept=0.95, thresholds=(Threshold(NUMBER, 0.99),))
    evidence = Evidence(1, Box(0, 0, 1, 1), "slot3.number", 0.96)
    assert decide(NUMBER, "12/QĐ-UBND", evidence, settings).status is FieldStatus.REVIEW
    agency = decide(FieldName.CO_QUAN_BAN_HANH, "UBND", evidence, settings)
    assert agency.status is FieldStatus.ACCEPTED


def doubtful(name: FieldName, value: str, confidence: float) -> Field:
    evidence = Evidence(1, Box(0, 0, 9, 9), "rule", confidence)
    return Field(name, value, FieldStatus.REVIEW, evidence)


def case(settings: Settings, document: DocumentId) -> Case:
    stored = StoredFile(Path("a.pdf"), Sha256("0" * 64), 1)
    with Journal(journal_path(settings)) as journal:
        journal.take(Intake(document, "a.pdf", stored, MediaType.PDF))
        standing = journal.standing(document)
    assert standing is not None
    read = Extracted(
        document,
        "CV",
        "1",
        (
            doubtful(FieldName.SO_KY_HIEU, "12/UBND-TH", 0.7),
            doubtful(FieldName.NGAY_BAN_HANH, "2024-01-05", 0.6),
            doubtful(FieldName.CO_QUAN_BAN_HANH, "", 0.0),
        ),
    )
    return Case(standing, read, tuple(field.ref for field in read.fields))


def test_a_person_s_word_is_kept_as_right_or_wrong_and_never_as_a_value(tmp_path: Path) -> None:
    settings = site(tmp_path).settings
    document = DocumentId("a" * 32)
    given_ = {
        "so_ky_hieu": "12/UBND-TH",
        "ngay_ban_hanh": "06/01/2024",
        "co_quan_ban_hanh": "UBND tỉnh Nghệ An",
        "loai_van_ban": "Công văn",
        "trich_yeu": "V/v góp ý",
        "nguoi_ky": "Nguyễn Văn Mẫu",
        "chuc_vu": "CHỦ TỊCH",
    }
    reviewing.answer(settings, case(settings, document), given_, "van-thu")
    with Journal(journal_path(settings)) as journal:
        kept = {one.field: (one.confidence, one.is_right) for one in journal.verdicts()}
    assert kept == {NUMBER: (0.7, True), FieldName.NGAY_BAN_HANH: (0.6, False)}
    with closing(sqlite3.connect(journal_path(settings))) as raw:
        rows = raw.execute("SELECT * FROM judged").fetchall()
    assert len(rows) == 2
    assert not any("UBND" in str(cell) or "2024" in str(cell) for row in rows for cell in row)


def test_what_was_written_by_hand_is_not_nodded_through(tmp_path: Path) -> None:
    settings = site(tmp_path).settings
    one = case(settings, DocumentId("b" * 32))
    number, *others = one.extracted.fields
    assert number.evidence is not None
    by_hand = replace(number, evidence=replace(number.evidence, rule="slot3.handwritten"))
    one = replace(one, extracted=replace(one.extracted, fields=(by_hand, *others)))
    given_ = {
        "co_quan_ban_hanh": "UBND tỉnh Nghệ An",
        "loai_van_ban": "Công văn",
        "trich_yeu": "V/v góp ý",
        "nguoi_ky": "Nguyễn Văn Mẫu",
        "chuc_vu": "CHỦ TỊCH",
    }
    assert "so_ky_hieu" in reviewing.check(one, given_, "van-thu")
    with pytest.raises(NotWaiting):
        reviewing.answer(settings, one, given_, "van-thu")
    typed = {**given_, "ngay_ban_hanh": "05/01/2024", "so_ky_hieu": "12/UBND-TH"}
    reviewing.answer(settings, one, typed, "van-thu")
    with Journal(journal_path(settings)) as journal:
        assert len(journal.corrections(one.document_id)) == len(typed)


def test_a_later_word_on_the_same_field_replaces_the_earlier_one(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.sqlite") as journal:
        for is_right in (True, False):
            journal.judge(DocumentId("a"), NUMBER, Verdict(NUMBER, "rule", 0.7, is_right))
        assert [one.is_right for one in journal.verdicts()] == [False]
