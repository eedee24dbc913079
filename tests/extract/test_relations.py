"""What a paper does to others is read from its own clauses, and only sure where it is plain."""

from datetime import date

import pytest

from digitizer.extract.citations import Wording
from digitizer.extract.clauses import find_acts, find_subject_acts
from digitizer.extract.paper import open_paper
from digitizer.extract.paragraphs import find_paragraphs
from digitizer.extract.relations import read_relations
from digitizer.legal_profile import load_profile
from digitizer.model import FieldStatus, Relation, RelationKind
from digitizer.settings import ExtractSettings
from tests.extract.builder import Sheet, decision, head, letter, reading, signature

TARGET = "Quyết định số 12/QĐ-UBND ngày 05 tháng 01 năm 2022"
WHOLE = (
    ("Quyết định này có hiệu lực kể từ ngày ký và thay thế", "replaces"),
    ("Quyết định này thay thế", "replaces"),
    ("Quyết định này có hiệu lực thi hành từ ngày 01/3/2025; đồng thời bãi bỏ", "repeals"),
    ("Bãi bỏ toàn bộ", "repeals"),
    ("Quyết định này có hiệu lực kể từ ngày ký. Thay thế", "replaces"),
    ("Huỷ bỏ", "repeals"),
    ("Sửa đổi, bổ sung một số điều của", "amends"),
    ("Bãi bỏ khoản 2 Điều 3", "amends"),
    ("Thay thế Danh mục thủ tục hành chính ban hành kèm theo", "amends"),
    ("Thay thế, bãi bỏ một số cụm từ tại", "amends"),
)
NOTHING = (
    "Thủ tục hành chính đã bị bãi bỏ theo",
    "Giao Sở Nội vụ tham mưu sửa đổi, bổ sung hoặc thay thế",
    "Các thủ tục được sửa đổi, bổ sung, thay thế tại",
    "Thực hiện theo",
    "Quyết định này không thay thế",
)


def acts(*lines: str) -> list[tuple[str, str, bool]]:
    """Parse lines as printed; return kind, number and whether the wording is plain."""
    words = [word for line in lines for word in line.split()]
    wording = Wording.of(words)
    starts = [sum(len(line) + 1 for line in lines[:index]) for index in range(len(lines))]
    return [
        (act.kind.value, wording.raw[slice(*act.citation.number)], act.is_plain)
        for act in find_acts(wording, list(find_paragraphs(wording.folded, starts)))
    ]


def read(*sheets: Sheet) -> tuple[Relation, ...]:
    paper = open_paper(reading(*sheets), load_profile(), ExtractSettings())
    assert paper is not None
    return read_relations(paper)


@pytest.mark.parametrize(("lead", "kind"), WHOLE)
def test_a_clause_of_the_papers_own_is_read(lead: str, kind: str) -> None:
    assert acts(f"Điều 2. {lead} {TARGET} của Ủy ban nhân dân tỉnh.") == [
        (kind, "12/QĐ-UBND", True)
    ]


@pytest.mark.parametrize("lead", NOTHING)
def test_running_text_about_other_papers_says_nothing(lead: str) -> None:
    assert acts(f"Điều 2. {lead} {TARGET}.") == []


def test_a_title_quoted_is_not_an_object() -> None:
    assert acts(
        f"Điều 2. Bãi bỏ {TARGET} của UBND tỉnh về việc sửa đổi, bổ sung Quyết định số 07/QĐ-UBND."
    ) == [("repeals", "12/QĐ-UBND", True)]


def test_a_list_after_a_colon_is_read_entry_by_entry() -> None:
    assert acts(
        "Điều 2. Bãi bỏ các văn bản sau:",
        f"1. {TARGET} về việc ban hành Quy chế làm việc;",
        "2. Quyết định số 13/QĐ-UBND sửa đổi Quyết định số 12/QĐ-UBND;",
        "3. Khoản 2 Điều 1 Quyết định số 14/QĐ-UBND.",
        "Điều 3. Giao Sở Nội vụ thực hiện Quyết định số 15/QĐ-UBND.",
    ) == [
        ("repeals", "12/QĐ-UBND", True),
        ("repeals", "13/QĐ-UBND", True),
        ("amends", "14/QĐ-UBND", True),
    ]


def test_papers_side_by_side_are_all_objects_and_after_a_title_in_doubt() -> None:
    assert acts("Điều 2. Bãi bỏ các Quyết định số 12/QĐ-UBND và số 13/QĐ-UBND.") == [
        ("repeals", "12/QĐ-UBND", True),
        ("repeals", "13/QĐ-UBND", True),
    ]
    assert acts(
        f"Điều 2. Bãi bỏ {TARGET} ban hành Quy định về họp và Quyết định số 13/QĐ-UBND."
    ) == [("repeals", "12/QĐ-UBND", True), ("repeals", "13/QĐ-UBND", False)]


def test_a_second_paper_of_a_part_is_a_part_too() -> None:
    assert acts(
        "Điều 2. Bãi bỏ Danh mục tại Quyết định số 12/QĐ-UBND ngày 05/01/2022, Quyết định số"
        " 13/QĐ-UBND ngày 06/01/2022 của UBND tỉnh."
    ) == [("amends", "12/QĐ-UBND", True), ("amends", "13/QĐ-UBND", True)]


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        (f"{TARGET} hết hiệu lực kể từ ngày Quyết định này có hiệu lực.", True),
        (f"Kể từ ngày Quyết định này có hiệu lực thì {TARGET} hết hiệu lực.", True),
        (f"Các Quyết định sau hết hiệu lực kể từ ngày Quyết định này có hiệu lực: {TARGET}.", True),
        (f"{TARGET} hết hiệu lực kể từ ngày 01/01/2030.", False),
    ],
)
def test_a_paper_that_ceases_to_hold_is_repealed(text: str, is_plain: bool) -> None:
    assert acts(f"Điều 2. {text}") == [("repeals", "12/QĐ-UBND", is_plain)]


def test_a_paper_that_holds_until_it_is_replaced_is_not_repealed() -> None:
    assert acts(f"Điều 2. Trường hợp {TARGET} chưa hết hiệu lực thì áp dụng.") == []


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Về việc bãi bỏ Quyết định số 12/QĐ-UBND ngày 05/01/2022", ["repeals"]),
        ("Sửa đổi, bổ sung Quyết định số 12/QĐ-UBND ngày 05/01/2022", ["amends"]),
        ("Về việc công bố thủ tục sửa đổi, thay thế tại Quyết định số 12/QĐ-UBND", []),
    ],
)
def test_a_subject_counts_when_it_begins_with_the_verb(subject: str, found: list[str]) -> None:
    assert [act.kind.value for act in find_subject_acts(Wording.of(subject.split()))] == found


def clause(text: str) -> tuple[Relation, ...]:
    return read(decision(body=(text,)))


def test_a_clause_read_alike_twice_is_accepted_with_all_that_it_names() -> None:
    (relation,) = clause(f"Thay thế {TARGET} của Chủ tịch Ủy ban nhân dân tỉnh Hà Tĩnh")
    assert relation.kind is RelationKind.REPLACES
    assert relation.number == "12/QĐ-UBND"
    assert relation.issued_on == date(2022, 1, 5)
    assert relation.agency == "Ủy ban nhân dân tỉnh Hà Tĩnh"
    assert relation.status is FieldStatus.ACCEPTED
    assert relation.evidence.page == 1
    assert relation.evidence.box.height > 0


def test_the_own_agency_needs_no_name() -> None:
    (relation,) = clause(f"Thay thế {TARGET} của Chủ tịch UBND tỉnh")
    assert relation.agency == ""


@pytest.mark.parametrize(
    "text",
    [
        "Bãi bỏ Quyết định số {12/QĐ-UBND} ngày 05 tháng 01 năm 2022",
        "Bãi bỏ Quyết định số 12/QĐ-UBND ngày {05} tháng 01 năm 2022",
        "Bãi bỏ Quyết định số 2/QĐ-UBND ngày 05 tháng 01 năm 2022",
        "Bãi bỏ Quyết định số 12/TB-UBND ngày 05 tháng 01 năm 2022",
        "Bãi bỏ Quyết định số 12/2021/QĐ-UBND ngày 05 tháng 01 năm 2022",
        "Bãi bỏ Quyết định số 12/QĐ-UBND ngày 05 tháng 01 năm 2026",
        "Bãi bỏ Quyết định số 12/QĐ-UBND ngày 31 tháng 02 năm 2022",
    ],
)
def test_what_was_read_in_doubt_or_contradicts_itself_is_left_to_a_person(text: str) -> None:
    (relation,) = clause(text)
    assert relation.status is FieldStatus.REVIEW


def test_a_line_that_may_be_missing_leaves_it_to_a_person() -> None:
    sheet = decision(sign=False)
    sheet.put("Điều 3. Quyết định này có hiệu lực kể từ ngày ký và thay thế", 1500, left=320)
    sheet.put(TARGET + " của UBND tỉnh.", 1500 + 3 * 46, left=220)
    sheet.put("Điều 4. Chánh Văn phòng chịu trách nhiệm thi hành.", 1500 + 4 * 46, left=320)
    (relation,) = read(signature(sheet, 1800))
    assert relation.status is FieldStatus.REVIEW


def test_grounds_and_annexes_do_nothing() -> None:
    sheet = decision(head(Sheet()), sign=False)
    sheet = signature(sheet, 1700)
    annex = Sheet(2).put("PHỤ LỤC", 200, center=860)
    annex.paragraph(f"1. Bãi bỏ {TARGET}.", 300)
    assert read(sheet, annex) == ()


def test_subject_and_article_give_one_relation() -> None:
    subject = ("Về việc bãi bỏ Quyết định số 12/QĐ-UBND", "ngày 05 tháng 01 năm 2022")
    relations = read(decision(subject=subject, body=(f"Bãi bỏ {TARGET} của UBND tỉnh",)))
    assert [(one.kind.value, one.number, one.status.value) for one in relations] == [
        ("repeals", "12/QĐ-UBND", "accepted")
    ]


def test_a_letter_replaces_by_saying_so_of_itself() -> None:
    sheet = letter()
    sheet.paragraph("Công văn này thay thế Công văn số 300/UBND-TH ngày 02/10/2024.", 760)
    (relation,) = read(sheet)
    assert (relation.kind.value, relation.number) == ("replaces", "300/UBND-TH")


def test_a_number_in_the_papers_grounds_is_no_relation() -> None:
    sheet = decision()
    sheet.put(
        "Căn cứ Nghị định số 63/2010/NĐ-CP sửa đổi Nghị định số 20/2008/NĐ-CP;", 700, left=220
    )
    assert read(sheet) == ()
