"""`sohoa read FILE --json` gives exactly the object that ARCHITECTURE and docs/cli.md promise."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from digitizer.model import FieldName
from samples.truth import PAPERS, Truth, all_truths
from tests.endtoend.installed import CHEAP, Ended, Sohoa, in_state, of_type

TRUTHS = all_truths()
SCAN, BORN_DIGITAL, SYMBOL = of_type(TRUTHS, "TB", "TTr", "GIAY_TIEP_NHAN")
BLANK = next(truth for truth in TRUTHS if any(page.is_blank for page in truth.pages))
SECRET, BROKEN = in_state(TRUTHS, "secret"), in_state(TRUTHS, "quarantined")
READ = (SCAN, BORN_DIGITAL, SYMBOL, BLANK)
GIVEN = (*READ, SECRET, BROKEN)

NUMBER = (int, float)
PAGE = {
    "number": int,
    "width": int,
    "height": int,
    "dpi": NUMBER,
    "rotation_deg": int,
    "skew_deg": NUMBER,
    "is_blank": bool,
    "text": str,
    "words": list,
}
WORD = {"text": str, "box": list, "confidence": NUMBER, "accepted": bool, "kind": str}
FIELD = {
    "value": (str, type(None)),
    "confidence": NUMBER,
    "status": str,
    "page": (int, type(None)),
    "box": (list, type(None)),
}
BARCODE = {"format": str, "text": str, "page": int, "box": list}


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    sohoa = Sohoa(tmp_path_factory.mktemp("read") / "data", CHEAP)
    ended = sohoa("read", *(PAPERS / truth.path for truth in GIVEN), "--json")
    assert not sohoa.data.exists(), "reading must keep nothing"
    return ended


@pytest.fixture(scope="module")
def read(ended: Ended) -> dict[str, Any]:
    return {line["source"]: line for line in ended.lines}


def _of(read: dict[str, Any], truth: Truth) -> dict[str, Any]:
    return dict(read[str(PAPERS / truth.path)])


def _pages(read: dict[str, Any]) -> list[dict[str, Any]]:
    return [page for truth in READ for page in _of(read, truth)["pages"]]


def _shape(value: dict[str, Any], form: dict[str, Any]) -> list[str]:
    """Return what of `value` is not as `form` says, keys in the promised order."""
    wrong = [] if list(value) == list(form) else [f"keys {list(value)}"]
    for key, kind in form.items():
        is_bool = isinstance(value.get(key), bool)
        if not isinstance(value.get(key), kind) or (is_bool and kind is not bool):
            wrong.append(f"{key} = {value.get(key)!r}")
    return wrong


def _is_inside(box: list[int], page: dict[str, Any]) -> bool:
    left, top, right, bottom = box
    width, height = int(page["width"]), int(page["height"])
    return 0 <= left < right <= width and 0 <= top < bottom <= height


def test_there_is_one_line_for_each_file(read: dict[str, Any]) -> None:
    assert sorted(read) == sorted(str(PAPERS / truth.path) for truth in GIVEN)


def test_some_files_that_can_not_be_read_make_it_100(ended: Ended) -> None:
    assert ended.code == 100


def test_an_object_has_the_promised_keys_in_order(read: dict[str, Any]) -> None:
    keys = ["source", "status", "reason", "document_type", "pages", "barcodes", "fields"]
    assert {tuple(line) for line in read.values()} == {tuple(keys)}


@pytest.mark.parametrize(
    ("truth", "status"),
    [(t, "read") for t in READ] + [(SECRET, "secret"), (BROKEN, "refused")],
    ids=lambda value: value if isinstance(value, str) else Path(value.path).name,
)
def test_the_status_says_what_became_of_it(read: dict[str, Any], truth: Truth, status: str) -> None:
    assert _of(read, truth)["status"] == status


@pytest.mark.parametrize("truth", READ, ids=lambda truth: str(truth.document_type))
def test_the_type_is_the_abbreviation(read: dict[str, Any], truth: Truth) -> None:
    assert _of(read, truth)["document_type"] == truth.document_type


@pytest.mark.parametrize("truth", [SECRET, BROKEN], ids=["secret", "refused"])
def test_what_was_not_read_has_nothing_in_it_but_the_reason(
    read: dict[str, Any], truth: Truth
) -> None:
    line = _of(read, truth)
    emptied = (line["document_type"], line["pages"], line["barcodes"], line["fields"])
    assert emptied == (None, [], [], {})


@pytest.mark.parametrize("truth", [SECRET, BROKEN], ids=["secret", "refused"])
def test_a_reason_has_code_and_cure(read: dict[str, Any], truth: Truth) -> None:
    assert re.match(rf"{truth.error} .+\. .+", _of(read, truth)["reason"])


def test_pages_have_the_promised_form(read: dict[str, Any]) -> None:
    assert [wrong for page in _pages(read) if (wrong := _shape(page, PAGE))] == []


def test_words_have_the_promised_form(read: dict[str, Any]) -> None:
    words = [word for page in _pages(read) for word in page["words"]]
    assert len(words) > 300
    assert [wrong for word in words if (wrong := _shape(word, WORD))] == []


def test_fields_have_the_promised_form(read: dict[str, Any]) -> None:
    fields = [field for truth in READ for field in _of(read, truth)["fields"].values()]
    assert [wrong for field in fields if (wrong := _shape(field, FIELD))] == []


def test_all_fields_are_told_of_also_the_absent(read: dict[str, Any]) -> None:
    assert list(_of(read, SCAN)["fields"]) == [name.value for name in FieldName]


def test_a_field_is_accepted_doubted_or_absent(read: dict[str, Any]) -> None:
    statuses = {f["status"] for truth in READ for f in _of(read, truth)["fields"].values()}
    assert statuses <= {"accepted", "review", "absent"}


def test_an_absent_field_has_no_value(read: dict[str, Any]) -> None:
    fields = [field for truth in READ for field in _of(read, truth)["fields"].values()]
    assert all((field["status"] == "absent") == (field["value"] is None) for field in fields)


def test_a_date_is_an_iso_date(read: dict[str, Any]) -> None:
    assert (
        _of(read, BORN_DIGITAL)["fields"]["ngay_ban_hanh"]["value"]
        == (BORN_DIGITAL.fields[FieldName.NGAY_BAN_HANH])
    )


def test_boxes_of_words_lie_on_their_page(read: dict[str, Any]) -> None:
    outside = [
        word["text"]
        for page in _pages(read)
        for word in page["words"]
        if not _is_inside(word["box"], page)
    ]
    assert outside == []


def test_boxes_of_fields_lie_on_their_page(read: dict[str, Any]) -> None:
    outside = []
    for truth in READ:
        line = _of(read, truth)
        pages = {page["number"]: page for page in line["pages"]}
        for name, field in line["fields"].items():
            if field["box"] and not _is_inside(field["box"], pages[field["page"]]):
                outside.append((truth.path, name))
    assert outside == []


def test_confidences_are_shares(read: dict[str, Any]) -> None:
    words = [word["confidence"] for page in _pages(read) for word in page["words"]]
    assert all(0 <= confidence <= 1 for confidence in words)


def test_the_text_of_a_page_is_made_of_its_words(read: dict[str, Any]) -> None:
    differing = [
        page["number"]
        for page in _pages(read)
        if page["text"].split() != [part for w in page["words"] for part in w["text"].split()]
    ]
    assert differing == []


@pytest.mark.parametrize("truth", READ, ids=lambda truth: str(truth.document_type))
def test_pages_are_turned_upright_by_the_angle_told(read: dict[str, Any], truth: Truth) -> None:
    told = [page["rotation_deg"] for page in _of(read, truth)["pages"]]
    blank = [page.is_blank for page in truth.pages]
    true = [page.rotation_deg for page in truth.pages]
    assert [t for t, b in zip(told, blank, strict=True) if not b] == [
        t for t, b in zip(true, blank, strict=True) if not b
    ]


def test_a_blank_back_is_told_as_blank(read: dict[str, Any]) -> None:
    told = [page["is_blank"] for page in _of(read, BLANK)["pages"]]
    assert told == [page.is_blank for page in BLANK.pages]


def test_pages_have_the_size_and_resolution_of_the_paper(read: dict[str, Any]) -> None:
    told = [(p["width"], p["height"], p["dpi"]) for p in _of(read, SCAN)["pages"]]
    assert told == [(page.width, page.height, page.dpi) for page in SCAN.pages]


def test_a_symbol_on_the_page_is_told(read: dict[str, Any]) -> None:
    line = _of(read, SYMBOL)
    assert [wrong for code in line["barcodes"] if (wrong := _shape(code, BARCODE))] == []
    assert tuple(code["text"] for code in line["barcodes"]) == SYMBOL.barcodes


def test_the_text_of_a_born_digital_page_is_its_own(read: dict[str, Any]) -> None:
    found = " ".join(_of(read, BORN_DIGITAL)["pages"][0]["text"].split())
    missing = [word.text for word in BORN_DIGITAL.pages[0].words if word.text not in found.split()]
    assert missing == []
