"""No holder in logs, reports, file names or keys; of a secret paper nothing at all."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest

from digitizer.model import FieldName
from samples.truth import Truth, all_truths
from tests.endtoend.conftest import SamplesRun
from tests.endtoend.installed import ARCHIVE_ALL, Sohoa, copy_papers, files_under, in_state, of_type

pytestmark = pytest.mark.slow
TRUTHS = all_truths()
SECRET = in_state(TRUTHS, "secret")
SECRET_ID = SECRET.sha256[:32]


def _personal() -> list[str]:
    """Return holders and identity numbers of the collection, as printed and in NFD."""
    wanted = (FieldName.CHU_HO_SO, FieldName.SO_DINH_DANH)
    values = {truth.fields[name] for truth in TRUTHS for name in wanted if name in truth.fields}
    assert len(values) > 4
    return sorted({form(v) for v in values for form in (str, str.upper, _decomposed)})


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def _found_in(text: str) -> list[str]:
    return [canary for canary in _personal() if canary in text]


def _reports(run: SamplesRun, name: str) -> list[str]:
    texts = [path.read_text() for path in sorted(run.data.glob(f"reports/*/{name}"))]
    assert texts
    return texts


# ── holders ──────────────────────────────────────────────────────────────────────────────────


def test_no_holder_is_named_in_a_report_page(samples_run: SamplesRun) -> None:
    assert [
        _found_in(text) for text in _reports(samples_run, "report.html") if _found_in(text)
    ] == []


def test_no_holder_is_named_in_a_report_for_machines(samples_run: SamplesRun) -> None:
    assert [
        _found_in(text) for text in _reports(samples_run, "report.json") if _found_in(text)
    ] == []


def test_no_holder_is_named_in_the_most_talkative_log(samples_run: SamplesRun) -> None:
    assert len(samples_run.first.err) > 1000
    assert _found_in(samples_run.first.err + samples_run.last.err) == []


def test_no_holder_is_named_on_standard_output(samples_run: SamplesRun) -> None:
    assert _found_in(samples_run.first.out + samples_run.last.out) == []


def test_no_file_name_or_object_key_names_a_holder(samples_run: SamplesRun) -> None:
    names = "\n".join(
        name for data in (samples_run.after_first, samples_run.data) for name in files_under(data)
    )
    assert _found_in(names) == []


def test_no_sidecar_holds_a_holder_in_plain_text(samples_run: SamplesRun) -> None:
    written = [
        path
        for kind in ("**/metadata.json", "**/*.xml", "**/inventory.json", "records/**/*.json")
        for path in samples_run.data.glob(f"archive/{kind}")
    ]
    assert written
    assert {path: found for path in written if (found := _found_in(path.read_text()))} == {}


def test_the_catalog_holds_no_holder_in_plain_text(samples_run: SamplesRun) -> None:
    data = samples_run.data.joinpath("catalog.sqlite").read_bytes()
    assert [canary for canary in _personal() if canary.encode() in data] == []


def test_others_may_read_nothing_even_in_a_data_folder_that_is_open_to_all(
    tmp_path: Path,
) -> None:
    sohoa = Sohoa(tmp_path / "data", ARCHIVE_ALL)
    sohoa.data.mkdir(mode=0o755)
    (born_digital,) = of_type(TRUTHS, "TTr")
    assert sohoa("run", copy_papers([born_digital], tmp_path / "inbox")).code == 0
    readable = [name for name, path in files_under(sohoa.data).items() if _is_open(path)]
    assert readable == []


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & 0o007)


# ── state secrets ────────────────────────────────────────────────────────────────────────────


def test_no_file_holds_text_of_a_secret_paper(samples_run: SamplesRun) -> None:
    # Lines that stand on no other sample: letterheads and mottoes are everywhere.
    elsewhere = "\n".join(page.text for t in TRUTHS if t is not SECRET for page in t.pages)
    lines = [line for line in SECRET.pages[0].text.splitlines() if len(line) > 15]
    own = [line for line in lines if line not in elsewhere]
    assert len(own) > 3
    assert _holding(samples_run.after_first, [line.encode() for line in own]) == []


def test_no_file_holds_a_piece_of_the_image_of_a_secret_paper(samples_run: SamplesRun) -> None:
    image = samples_run.inbox.joinpath(SECRET.path).read_bytes()
    pieces = [image[len(image) * part // 8 :][:64] for part in range(2, 8)]
    assert _holding(samples_run.after_first, pieces) == []


def test_of_a_secret_paper_only_the_reason_is_kept(samples_run: SamplesRun) -> None:
    named = [name for name in files_under(samples_run.after_first) if SECRET_ID in name]
    assert named == [f"quarantine/{SECRET_ID}/reason.json"]


def test_the_report_shows_no_picture_of_a_secret_paper(samples_run: SamplesRun) -> None:
    page = _reports(samples_run, "report.html")[0]
    section = next(part for part in page.split("<section") if SECRET.path in part)
    assert "<img" not in section


def test_the_secret_paper_itself_stays_where_it_was(samples_run: SamplesRun) -> None:
    assert samples_run.inbox.joinpath(SECRET.path).stat().st_size == SECRET.size_bytes


def _holding(folder: Path, needles: list[bytes]) -> list[str]:
    return [
        name
        for name, path in files_under(folder).items()
        if any(needle in path.read_bytes() for needle in needles)
    ]


# ── the report ───────────────────────────────────────────────────────────────────────────────


def test_the_report_page_asks_nothing_of_the_network(samples_run: SamplesRun) -> None:
    page = _reports(samples_run, "report.html")[0]
    links = re.findall(r"""(?:(?:src|href)\s*=|url\(|@import)\s*["']?([^"')\s>]{1,40})""", page)
    assert [link for link in links if not link.startswith("data:")] == []


def test_the_report_page_shows_every_document(samples_run: SamplesRun) -> None:
    page = _reports(samples_run, "report.html")[0]
    shown = re.findall(r"<h2>(.*?)</h2>", page)
    assert sorted(shown) == sorted(truth.path for truth in TRUTHS)


def test_the_report_of_a_run_is_what_it_printed(samples_run: SamplesRun) -> None:
    assert json.loads(_reports(samples_run, "report.json")[0]) == samples_run.first.json


def test_the_report_of_a_run_has_the_promised_form(samples_run: SamplesRun) -> None:
    report = samples_run.first.json
    keys = {key: type(value).__name__ for key, value in report.items()}
    assert report["schema"] == "sohoa.run/1"
    assert keys == {
        "schema": "str",
        "started_at": "str",
        "ended_at": "str",
        "inbox": "str",
        "balance": "dict",
        "stopped": "NoneType",
        "window_over": "bool",
        "quota_over": "bool",
        "outlook": "dict",
        "documents": "list",
    }


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: str(truth.path))
def test_each_line_of_a_report_has_the_promised_form(samples_run: SamplesRun, truth: Truth) -> None:
    outcome = samples_run.outcome(truth.path)
    assert set(outcome) == {
        "source",
        "document_id",
        "state",
        "pages",
        "code",
        "detail",
        "page",
        "is_new",
        "explanation",
    }
