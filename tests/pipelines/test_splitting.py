"""Where documents part, and every way in which sheets and pages can disagree."""

from collections.abc import Sequence

import pytest

from digitizer.separator import Separator, StackPage
from pipelines.splitting import Fault, missing, split

A4 = (210.0, 297.0)
CODE = "H41.05-260118-0042"
OTHER = "H41.05-260118-0043"


def sheet(number: int, pages: int, *, documents: int = 0, duplex: bool = False) -> Separator:
    return Separator("AAAAAA", number, documents, pages, 0, duplex, box="Hộp 12")


def stack(*marks: object) -> tuple[StackPage, ...]:
    """A separator, "" for a page, "blank", "spoiled", or a mã hồ sơ that stands on the page."""
    pages = []
    for number, mark in enumerate(marks, 1):
        is_sheet = isinstance(mark, Separator)
        code = mark if isinstance(mark, str) and mark.startswith("H") else ""
        pages.append(
            StackPage(
                number,
                mark if is_sheet else None,
                mark == "spoiled",
                code,
                mark == "blank",
                A4,
            )
        )
    return tuple(pages)


def faults(marks: Sequence[object], *, at_receipts: bool = False) -> list[Fault]:
    return [finding.fault for finding in split(stack(*marks), at_receipts=at_receipts).findings]


def test_each_sheet_begins_a_document_and_belongs_to_none() -> None:
    done = split(stack(sheet(1, 2), "", "", sheet(2, 1), ""), at_receipts=False)
    assert [piece.pages for piece in done.pieces] == [(2, 3), (5,)]
    assert done.findings == () and not done.is_whole


def test_a_stack_without_sheets_is_one_document() -> None:
    done = split(stack("", "blank", ""), at_receipts=False)
    assert done.is_whole and [piece.pages for piece in done.pieces] == [(1, 2, 3)]


@pytest.mark.parametrize(
    ("marks", "fault"),
    [
        ([sheet(1, 2), "", sheet(2, 1), ""], Fault.PAGES),
        ([sheet(1, 2), "", "", "", sheet(2, 1), ""], Fault.PAGES),
        ([sheet(1, 0), sheet(2, 0), ""], Fault.EMPTY),
        (["", sheet(1, 1), ""], Fault.LEADING),
        ([sheet(1, 2), "", "spoiled"], Fault.SPOILED),
        ([sheet(1, 2, duplex=True), "", ""], Fault.BACK),
        ([sheet(1, 0, duplex=True), "blank", ""], Fault.ODD),
        ([sheet(1, 1, documents=2), "", sheet(1, 1, documents=2), ""], Fault.TWICE),
    ],
)
def test_what_does_not_agree_is_found(marks: list[object], fault: Fault) -> None:
    assert faults(marks) == [fault]


def test_the_finding_names_sheet_place_and_counts() -> None:
    (found,) = split(stack("", sheet(3, 4, documents=12), ""), at_receipts=False).findings[1:]
    assert (found.sheet, found.page, found.declared, found.found) == ("3/12", 2, 4, 1)
    assert (found.box, found.set_id) == ("Hộp 12", "AAAAAA")


def test_the_empty_back_of_a_sheet_belongs_to_no_document() -> None:
    marks = (sheet(1, 2, duplex=True), "blank", "", "blank")
    done = split(stack(*marks), at_receipts=False)
    assert [piece.pages for piece in done.pieces] == [(3, 4)] and done.findings == ()


def test_loose_sheets_may_begin_anywhere_and_come_in_no_order() -> None:
    assert faults([sheet(9, 1), "", sheet(10, 1), ""]) == []
    assert faults([sheet(9, 1), "", sheet(2, 1), ""]) == []
    assert faults([sheet(2, 1), "", sheet(9, 1), "", sheet(3, 1), ""]) == []


def test_a_number_skipped_among_loose_sheets_in_order_is_found() -> None:
    marks = [sheet(4, 1), "", sheet(5, 1), "", sheet(8, 1), ""]
    (found,) = split(stack(*marks), at_receipts=False).findings
    assert (found.fault, found.sheet, found.page, found.found) == (Fault.SKIPPED, "8", 5, 2)


def test_a_receipt_begins_a_document_only_where_the_site_wants_it() -> None:
    marks = (CODE, "", OTHER, "")
    assert split(stack(*marks), at_receipts=False).is_whole
    parted = split(stack(*marks), at_receipts=True)
    assert [piece.pages for piece in parted.pieces] == [(1, 2), (3, 4)]


def test_a_second_paper_with_the_same_code_stays_with_its_receipt() -> None:
    assert split(stack(CODE, "", CODE), at_receipts=True).is_whole


def test_a_receipt_right_after_its_sheet_begins_no_second_document() -> None:
    done = split(stack(sheet(1, 2), CODE, ""), at_receipts=True)
    assert [piece.pages for piece in done.pieces] == [(2, 3)]


def test_sheets_missing_from_all_stacks_are_named() -> None:
    here = [sheet(1, 1, documents=4), sheet(2, 1, documents=4)]
    assert [f.sheet for f in missing(here, frozenset({("AAAAAA", 4)}))] == ["3/4"]
    assert missing([sheet(7, 1)], frozenset()) == ()
