"""Fields of papers laid out by NĐ 30/2020: right and sure, or left to a person."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from digitizer.extract.stage import extract
from digitizer.model import Extracted, TextLine
from digitizer.settings import ExtractSettings
from tests.extract.builder import (
    PITCH,
    SUBJECT,
    Sheet,
    decision,
    head,
    letter,
    reading,
    signature,
    value,
)


def read(*sheets: Sheet) -> Extracted:
    return extract(reading(*sheets), settings=ExtractSettings())


def test_a_clean_decision_is_read_whole() -> None:
    extracted = read(decision())
    assert extracted.document_type == "QĐ"
    assert {field.name.value: (field.value, field.status.value) for field in extracted.fields} == {
        "so_ky_hieu": ("105/QĐ-UBND", "accepted"),
        "ngay_ban_hanh": ("2024-11-25", "accepted"),
        "co_quan_ban_hanh": ("ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "accepted"),
        "loai_van_ban": ("Quyết định", "accepted"),
        "trich_yeu": (" ".join(SUBJECT), "accepted"),
        "nguoi_ky": ("Nguyễn Văn Mẫu", "accepted"),
        "chuc_vu": ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH", "accepted"),
        "thoi_han": ("từ ngày ký", "accepted"),
    }


def test_every_field_found_says_where_it_stands() -> None:
    for field in read(decision()).fields:
        assert field.evidence is not None
        assert field.evidence.page == 1
        assert field.evidence.box.width > 0
        assert field.evidence.rule


def test_a_letter_is_known_by_its_subject_and_its_symbol() -> None:
    extracted = read(letter())
    assert extracted.document_type == "CV"
    assert value(extracted, "loai_van_ban") == ("Công văn", "accepted")
    assert value(extracted, "trich_yeu") == (
        "V/v góp ý dự thảo kế hoạch năm 2025",
        "accepted",
    )
    assert value(extracted, "so_ky_hieu") == ("318/UBND-TH", "accepted")
    assert value(extracted, "chuc_vu") == ("CHỦ TỊCH", "accepted")


def test_headers_glued_into_one_line_come_apart() -> None:
    sheet = decision()
    left, right = sheet.lines[0], sheet.lines[2]
    assert right.text.startswith("CỘNG HÒA")
    glued = TextLine((*left.words, *right.words), left.box.union(right.box))
    sheet.lines = [glued, sheet.lines[1], *sheet.lines[3:]]
    assert value(read(sheet), "co_quan_ban_hanh") == ("ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "accepted")


@pytest.mark.parametrize("seam", ["CỘNG", "ỘNG"])
def test_headers_that_touch_come_apart_also_within_a_word(seam: str) -> None:
    sheet = Sheet()
    sheet.put(f"ỦY BAN NHÂN DÂN TỈNH NGHỆ{seam} HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 160, center=827)
    at = decision(head(Sheet(), agency=())).lines
    sheet.lines += [line for line in at if not line.text.startswith("CỘNG HÒA")]
    found = value(read(sheet), "co_quan_ban_hanh")
    assert found[0] == "ỦY BAN NHÂN DÂN TỈNH NGHỆ"


# ── numbers and dates ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "number",
    ["Số: {1O5}/QĐ-UBND", "Số: {105/QĐ-UBND}", "Số: 105/QĐ-BGTVT", "Số: 105/TB-UBND",
     "Số: 5/QĐ-UBND", "Số: {Z00/QĐ-UBND}", "Số: 105/2019/QĐ-UBND", "Số: /QĐ-UBND"],
)  # fmt: skip
def test_a_number_in_any_doubt_waits_for_a_person(number: str) -> None:
    sheet = decision(head(Sheet(), number=number))
    assert value(read(sheet), "so_ky_hieu")[1] == "review"


@pytest.mark.parametrize("label", ["{S0:}", "{S:}", "{5ố:}"])
def test_a_label_hardly_read_does_not_keep_a_number_back(label: str) -> None:
    sheet = decision(head(Sheet(), number=f"{label} 105/QĐ-UBND"))
    assert value(read(sheet), "so_ky_hieu") == ("105/QĐ-UBND", "accepted")


def test_an_unread_number_shows_the_place_where_it_must_stand() -> None:
    extracted = read(decision(head(Sheet(), number="")))
    field = next(field for field in extracted.fields if field.name == "so_ky_hieu")
    assert (field.value, field.status.value) == ("", "review")
    assert field.evidence is not None
    box = field.evidence.box
    assert box.top <= 300 <= box.bottom
    assert box.left < 450 < box.right


@pytest.mark.parametrize(
    "date",
    ["Nghệ An, ngày {25} tháng 11 năm 2024", "Nghệ An, ngày 1ỹ tháng 0% năm 2024",
     "Nghệ An, ngày 5 tháng 11 năm 2024", "Nghệ An, ngày 25 tháng 2 năm 2024",
     "Nghệ An, ngày 31 tháng 02 năm 2024", "Nghệ An, ngày ... tháng ... năm 2024",
     "Nghệ An, ngày 25 tháng 11 năm 2014"],
)  # fmt: skip
def test_a_date_in_any_doubt_waits_for_a_person(date: str) -> None:
    """The last is earlier than a law the decision cites."""
    sheet = decision(head(Sheet(), date=date))
    assert value(read(sheet), "ngay_ban_hanh")[1] == "review"


def test_months_three_to_nine_have_no_zero() -> None:
    sheet = decision(head(Sheet(), date="Nghệ An, ngày 05 tháng 4 năm 2024"))
    assert value(read(sheet), "ngay_ban_hanh") == ("2024-04-05", "accepted")


def test_a_received_stamp_does_not_give_the_number() -> None:
    sheet = decision(head(Sheet(), number="Số: {fP}/QĐ-UBND"))
    sheet.put("ĐẾN", 800, left=240).put("Số: 1234", 850, left=240)
    assert value(read(sheet), "so_ky_hieu")[1] == "review"


# ── agency ───────────────────────────────────────────────────────────────────────────────────


def test_a_listed_agency_is_accepted_with_misread_accents() -> None:
    sheet = decision(head(Sheet(), agency=("{ŨY} BAN NHÂN {ĐÂN}", "{TỈNH} {NGHỆ} {AN}")))
    assert value(read(sheet), "co_quan_ban_hanh") == ("ỦY BAN NHÂN DÂN TỈNH NGHỆ AN", "accepted")


def test_an_unlisted_agency_misread_waits_for_a_person() -> None:
    sheet = decision(head(Sheet(), agency=("UBND TỈNH NGHỆ AN", "BAN {CHÍ} ĐẠO 99")))
    assert value(read(sheet), "co_quan_ban_hanh")[1] == "review"


def test_an_agency_over_an_agency_is_read_whole() -> None:
    agency = ("UBND THÀNH PHỐ ĐÀ NẴNG", "SỞ GIÁO DỤC VÀ ĐÀO TẠO")
    sheet = decision(head(Sheet(), agency=agency, number="Số: 15/QĐ-SGDĐT"))
    extracted = read(sheet)
    assert value(extracted, "co_quan_ban_hanh") == (" ".join(agency), "accepted")
    assert value(extracted, "so_ky_hieu") == ("15/QĐ-SGDĐT", "accepted")


# ── title and subject ────────────────────────────────────────────────────────────────────────


def test_a_title_and_a_number_that_contradict_each_other_are_not_accepted() -> None:
    sheet = decision(head(Sheet(), number="Số: 105/TB-UBND"))
    assert value(read(sheet), "loai_van_ban")[1] == "review"


def test_a_misread_title_is_proven_by_the_number() -> None:
    sheet = decision(title="{QUYẾL} ĐỊNH")
    assert value(read(sheet), "loai_van_ban") == ("Quyết định", "accepted")


def test_a_misread_title_without_a_number_waits_for_a_person() -> None:
    sheet = decision(head(Sheet(), number=""), title="{QUYẾL} ĐỊNH")
    assert value(read(sheet), "loai_van_ban")[1] == "review"


def test_a_subject_word_is_proven_by_its_second_printing() -> None:
    sheet = decision(
        subject=("Về việc công nhận kết {quá} thi đua năm 2024", SUBJECT[1]), body=SUBJECT
    )
    assert value(read(sheet), "trich_yeu") == (" ".join(SUBJECT), "accepted")


@pytest.mark.parametrize(("word", "status"), [("{quá}", "accepted"), ("{qUxa}", "review")])
def test_words_in_doubt_that_are_no_syllables_make_a_subject_wait(word: str, status: str) -> None:
    subject = (f"Về việc công nhận kết {word} thi đua năm 2024 của các đơn vị", "trên địa bàn tỉnh")
    sheet = decision(subject=subject, body=("Ban hành Quy chế kèm theo",))
    assert value(read(sheet), "trich_yeu")[1] == status


def test_a_doubtful_digit_in_a_subject_waits_for_a_person() -> None:
    sheet = decision(subject=("Về việc công nhận kết quả thi đua năm {2024}", SUBJECT[1]))
    assert value(read(sheet), "trich_yeu")[1] == "review"


@pytest.mark.parametrize("last", ["của các đơn vị trên địa bàn tỉnh", "của các đơn vị trực thuộc"])
def test_the_subject_ends_before_the_body(last: str) -> None:
    sheet = decision(subject=(SUBJECT[0], last), body=("Ban hành Quy chế kèm theo",))
    text, status = value(read(sheet), "trich_yeu")
    assert text == f"{SUBJECT[0]} {last}"
    assert status == ("review" if last.endswith("thuộc") else "accepted")


def test_a_subject_with_a_lost_line_is_not_accepted() -> None:
    sheet = decision(subject=(SUBJECT[0], "x", SUBJECT[1]))
    sheet.lines = [line for line in sheet.lines if line.text not in ("x", SUBJECT[1])]
    assert value(read(sheet), "trich_yeu")[1] == "review"


@pytest.mark.parametrize(
    ("word", "left", "status"),
    [("{năm}", 230, "review"), ("năm", 1200, "accepted"), ("năm", 230, "accepted")],
)  # fmt: skip
def test_a_stamp_beside_a_subjects_line_may_hide_more_of_it(
    word: str, left: int, status: str
) -> None:
    """But in the left margin of a line that is surely read, and in the middle without it."""
    stamp = ("{CV} {ĐẾN}", 420 + PITCH + 10)
    subject = (SUBJECT[0].replace("năm", word), SUBJECT[1])
    sheet = decision(subject=subject, body=("Ban hành Quy chế kèm theo",))
    sheet.put(*stamp, left=left)
    assert value(read(sheet), "trich_yeu") == (" ".join(SUBJECT), status)
    is_said_again = decision().put(*stamp, left=left)
    assert value(read(is_said_again), "trich_yeu") == (" ".join(SUBJECT), "accepted")


@pytest.mark.parametrize(("top", "status"), [(392 + 115, "accepted"), (392 + 46, "review")])
def test_a_received_stamp_under_a_letters_subject_is_not_of_it(top: int, status: str) -> None:
    """Clear of the subject it says nothing; across its next line it may hide one."""
    sheet = letter()
    sheet.put("CÔNG VĂN ĐẾN", top, center=380)
    assert value(read(sheet), "trich_yeu") == ("V/v góp ý dự thảo kế hoạch năm 2025", status)


@pytest.mark.parametrize(
    ("before", "status"),
    [("Số: 512", "accepted"), ("{5ố:} {55}", "accepted"), ("CÔNG {VAx} {,}", "accepted"),
     ("CÔNG {VAx} {,} {c,}", "accepted"), ("Quyết định", "review")],
)  # fmt: skip
def test_what_a_received_stamp_left_before_a_subjects_line_is_not_of_it(
    before: str, status: str
) -> None:
    """Of words that are read well nobody knows that they are none of the paper's."""
    sheet = decision(body=("Ban hành Quy chế kèm theo",))
    at = next(n for n, line in enumerate(sheet.lines) if line.text == SUBJECT[0])
    line = sheet.lines.pop(at)
    width = Sheet().put(before, 0, left=1).lines[0].box.width
    stamp = Sheet().put(before, line.box.top, left=line.box.left - width - 9).lines[0]
    words = (*stamp.words, *line.words)
    sheet.lines.insert(at, TextLine(words, stamp.box.union(line.box)))
    found = value(read(sheet), "trich_yeu")
    assert found[1] == status
    assert (found[0] == " ".join(SUBJECT)) is (status == "accepted")


@pytest.mark.parametrize(
    ("lines", "status"),
    [((0, 0), "accepted"), ((26, 26), "accepted"), ((26,), "review"), ((0, 26), "review"),
     ((40, 40), "review")],
)  # fmt: skip
def test_a_title_may_stand_off_the_middle_of_lines_that_agree(
    lines: tuple[int, ...], status: str
) -> None:
    """Pixels of 1654; one line alone off the middle has lost a word."""
    subject = SUBJECT[: len(lines)]
    sheet = decision(subject=subject, body=("Ban hành Quy chế kèm theo",))
    for text, shift in zip(subject, lines, strict=True):
        at = next(n for n, line in enumerate(sheet.lines) if line.text == text)
        line = sheet.lines.pop(at)
        sheet.put(text, line.box.top, left=line.box.left + shift)
    assert value(read(sheet), "trich_yeu")[1] == status


@pytest.mark.parametrize(
    ("first", "status"),
    [("{89Về} việc", "accepted"), ("{20găng} cường", "accepted"), ("{20găng} {cường}", "review"),
     ("{2018iao} cường", "review")],
)  # fmt: skip
def test_a_stamps_number_glued_to_a_subject_is_not_of_it(first: str, status: str) -> None:
    subject = f"{'Về việc' if 'việc' in first else 'Tăng cường'} quản lý thi đua năm 2024"
    sheet = decision(subject=(subject,), body=("Ban hành Quy chế kèm theo",))
    at = next(n for n, line in enumerate(sheet.lines) if line.text == subject)
    line = sheet.lines.pop(at)
    stamped = f"Số: {first} quản lý thi đua năm 2024"
    width = Sheet().put(stamped, 0, left=1).lines[0].box.width
    sheet.put(stamped, line.box.top, left=line.box.right - width)
    found = value(read(sheet), "trich_yeu")
    assert found[1] == status
    assert found[0] == subject or status == "review"


@pytest.mark.parametrize(
    ("opening", "status"),
    [("{Phê} duyệt", "accepted"), ("{Phe} duyệt", "accepted"), ("Phê {duyêt}", "accepted"),
     ("{Phê} {duyệt}", "review"), ("{Phá} duyệt", "review")],
)  # fmt: skip
def test_of_a_fixed_opening_one_word_surely_read_is_enough(opening: str, status: str) -> None:
    sheet = decision(subject=(f"{opening} đề án 2024",), body=("Ban hành kèm theo đề án",))
    found = value(read(sheet), "trich_yeu")
    assert found[1] == status
    assert status == "review" or found[0] == "Phê duyệt đề án 2024"


@pytest.mark.parametrize("last", ["quy chế làm việc", "kết quả làm việc"])
def test_a_subject_may_end_in_work(last: str) -> None:
    sheet = decision(subject=("Về việc công nhận kết quả năm 2024 và", last))
    assert value(read(sheet), "trich_yeu")[1] == "accepted"


def test_a_subject_ends_before_who_decides_however_short() -> None:
    sheet = decision(subject=("Về việc công nhận kết quả thi đua năm 2024",))
    at = next(n for n, line in enumerate(sheet.lines) if line.text.startswith("CHỦ TỊCH ỦY"))
    top = sheet.lines.pop(at).box.top
    sheet.put("GIÁM ĐỐC", top, center=860)
    assert value(read(sheet), "trich_yeu")[1] == "accepted"


def test_the_subject_of_a_cited_paper_is_not_taken() -> None:
    extracted = read(letter(subject=("Trích yếu: thi đua",)))
    assert value(extracted, "trich_yeu") == ("", "absent")


# ── signer ───────────────────────────────────────────────────────────────────────────────────


def test_a_signature_on_the_next_page_is_found() -> None:
    second = Sheet(number=2)
    second.put("thực hiện Quyết định này./.", 200, left=220)
    signature(second, 400)
    extracted = read(decision(sign=False), second)
    assert value(extracted, "nguoi_ky") == ("Nguyễn Văn Mẫu", "accepted")
    field = next(field for field in extracted.fields if field.name == "nguoi_ky")
    assert field.evidence is not None
    assert field.evidence.page == 2


def test_an_attached_draft_does_not_give_the_signer() -> None:
    draft = decision(head(Sheet(number=2), number="Số: /NQ-HĐND"), title="NGHỊ QUYẾT", sign=False)
    signature(draft, 1900, ("CHỦ TỊCH",), "Lê Thị Ví Dụ")
    extracted = read(decision(), draft)
    assert value(extracted, "nguoi_ky")[0] == "Nguyễn Văn Mẫu"
    assert value(extracted, "chuc_vu")[0] == "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"
    assert extracted.document_type == "QĐ"


def test_an_attached_draft_gives_no_signer_even_where_the_paper_has_none() -> None:
    draft = decision(head(Sheet(number=2), number="Số: /NQ-HĐND"), title="NGHỊ QUYẾT")
    extracted = read(decision(sign=False), draft)
    assert value(extracted, "nguoi_ky") == ("", "absent")


def test_a_name_off_the_center_of_its_post_may_have_lost_a_word() -> None:
    sheet = signature(decision(sign=False), 1700, name="")
    sheet.put("Văn Mẫu", 2020, left=1250)
    assert value(read(sheet), "nguoi_ky") == ("Văn Mẫu", "review")


@pytest.mark.parametrize(
    "posts",
    [
        ("KT. CHỦ TỊCH",),
        ("TỊCH",),
        ("CHỦ",),
        ("KT. BỘ", "THỨ TRƯỞNG"),
        ("ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ("CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
        ("KT. GIÁM ĐỐC", "PHÓ CHỦ TỊCH"),
        ("PHÓ CHỦ TỊCH",),
        ("{DU} {TRƯỞNG}",),
        ("{T.} CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ("KT. CHỦ TỊCH", "{HO} {CHỦ} {TICN}"),
        ("{TM.} {UY} {BAN}", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"),
        ("TL. HIỆU TRƯỞNG", "{RUONGPHÒNG} {ĐÀO} {TẠO}"),
        ("TL. HIỆU TRƯỞNG", "{TRUONC} PHÒNG {ĐÀO} TẠO"),
        ("KT. GIÁM ĐỐC", "{BDO} GIÁM ĐỐC {SỞ}"),
        ("{BDO} GIÁM ĐỐC",),
    ],
)
def test_a_post_with_a_line_missing_or_misread_waits_for_a_person(posts: tuple[str, ...]) -> None:
    sheet = signature(decision(sign=False), 1700, posts)
    assert value(read(sheet), "chuc_vu")[1] == "review"


@pytest.mark.parametrize(
    ("posts", "text"),
    [
        (("CHỦ TỊCH",), "CHỦ TỊCH"),
        (("KT.CHỦ TỊCH", "{PHÓ} {CHỦ} {TỊCH.} {7}"), "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"),
        (("TM. {ŨY} BAN NHÂN DÂN", "CHỦ TỊCH"), "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH"),
        (
            ("TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"),
            "TL. CHỦ TỊCH KT. CHÁNH VĂN PHÒNG PHÓ CHÁNH VĂN PHÒNG",
        ),
        (("KT. GIÁM ĐỐC", "{BDO} GIÁM {ĐỐC}"), "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC"),
        (("KT. BỘ TRƯỞNG", "{IHỨ} TRƯỞNG"), "KT. BỘ TRƯỞNG THỨ TRƯỞNG"),
        (
            ("TL. HIỆU TRƯỞNG", "{TRUONC} {PHÒNG} ĐÀO TẠO"),
            "TL. HIỆU TRƯỞNG TRƯỞNG PHÒNG ĐÀO TẠO",
        ),
    ],
)
def test_a_post_made_of_listed_words_is_accepted(posts: tuple[str, ...], text: str) -> None:
    sheet = signature(decision(sign=False), 1700, posts)
    assert value(read(sheet), "chuc_vu") == (text, "accepted")


def test_letters_of_the_seal_over_the_signature_do_no_harm() -> None:
    sheet = signature(decision(sign=False), 1700)
    sheet.put("{WMUP}", 1900, center=1220)
    assert value(read(sheet), "chuc_vu") == ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH", "accepted")


def test_a_title_before_a_name_is_left_out() -> None:
    sheet = signature(decision(sign=False), 1700, name="TS. Nguyễn Văn Mẫu")
    assert value(read(sheet), "nguoi_ky") == ("Nguyễn Văn Mẫu", "accepted")


@pytest.mark.parametrize("name", ["{Lở} Văn Mẫu", "Nguyễn {Vân} Mẫu", ""])
def test_a_name_in_doubt_waits_for_a_person(name: str) -> None:
    sheet = signature(decision(sign=False), 1700, name=name)
    assert value(read(sheet), "nguoi_ky")[1] == "review"


def _with(sheet: Sheet, text: str, confidence: float) -> Sheet:
    """Return the sheet with the word `text` not accepted, and read that surely."""
    for index, line in enumerate(sheet.lines):
        words = tuple(
            replace(word, accepted=False, confidence=confidence) if word.text == text else word
            for word in line.words
        )
        sheet.lines[index] = replace(line, words=words)
    return sheet


@pytest.mark.parametrize(
    ("text", "confidence", "status"),
    [
        ("Vỹ", 0.999, "accepted"),  # read alike twice, rare in running text
        ("Vỹ", 0.88, "review"),
        ("Nguyễn", 0.48, "accepted"),  # one reader sure, no other surname has these letters
        ("Nguyễn", 0.21, "review"),
    ],
)
def test_a_name_is_believed_for_what_speaks_for_it(
    text: str, confidence: float, status: str
) -> None:
    sheet = signature(decision(sign=False), 1700, name="Nguyễn Vỹ Mẫu")
    assert value(read(_with(sheet, text, confidence)), "nguoi_ky") == ("Nguyễn Vỹ Mẫu", status)


def test_a_letter_both_readers_mistake_alike_leaves_a_name_to_a_person() -> None:
    sheet = signature(decision(sign=False), 1700, name="Mạc Cấm Mẫu")
    assert value(read(sheet), "nguoi_ky") == ("Mạc Cấm Mẫu", "review")


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("Mạc Văn Tuấn", "accepted"),
        ("Mạc Tấn Mẫu", "accepted"),
        ("Mạc Văn Tất", "accepted"),
        ("Mạc Nhất Mẫu", "accepted"),
        ("Mạc Văn Thấm", "review"),
    ],
)
def test_a_letter_that_no_other_name_could_have_there_does_no_harm(name: str, status: str) -> None:
    sheet = signature(decision(sign=False), 1700, name=name)
    assert value(read(sheet), "nguoi_ky") == (name, status)


def test_a_surname_that_others_resemble_is_not_believed() -> None:
    sheet = signature(decision(sign=False), 1700, name="Lô Văn Mẫu")
    assert value(read(_with(sheet, "Lô", 0.48)), "nguoi_ky")[1] == "review"


@pytest.mark.parametrize(
    ("read_as", "meant", "status"),
    [
        ("Trân Văn Mẫu", "Trần Văn Mẫu", "accepted"),  # nobody is called Trân, many are Trần
        ("Ngryến Văn Mẫu", "Nguyễn Văn Mẫu", "accepted"),
        ("Tổng Văn Mẫu", "Tống Văn Mẫu", "accepted"),  # Tòng is two accents away
        ("Ủng Văn Mẫu", "Ung Văn Mẫu", "accepted"),  # and so is Ứng
        ("Lở Văn Mẫu", "Lở Văn Mẫu", "review"),  # Lò, Lô or Lỗ
        ("Nguyên Văn Mẫu", "Nguyên Văn Mẫu", "review"),  # a few are
        ("Vì Văn Mẫu", "Vì Văn Mẫu", "review"),
        ("Trân Mẫu", "Trân Mẫu", "review"),  # a given name whose surname was lost
        ("Vũn Văn Mẫu", "Vũn Văn Mẫu", "review"),  # too short to be near one alone
    ],
)
def test_a_signers_misread_surname_is_mended_where_one_alone_can_stand(
    read_as: str, meant: str, status: str
) -> None:
    sheet = signature(decision(sign=False), 1700, name=read_as)
    first = read_as.split(maxsplit=1)[0]
    assert value(read(_with(sheet, first, 0.4)), "nguoi_ky") == (meant, status)


def test_a_stroke_beside_a_post_does_no_harm() -> None:
    sheet = signature(decision(sign=False), 1700, ("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH {y}"))
    assert value(read(sheet), "chuc_vu") == ("KT. CHỦ TỊCH PHÓ CHỦ TỊCH", "accepted")


def test_a_dash_within_a_post_is_kept() -> None:
    posts = ("TL. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC - HÀNH CHÍNH")
    sheet = signature(decision(sign=False), 1700, posts)
    assert value(read(sheet), "chuc_vu") == (" ".join(posts), "accepted")


def test_one_line_of_a_post_beside_its_name_may_have_lost_its_mark() -> None:
    """`CHỦ TỊCH` is what a seal left of `KT. CHỦ TỊCH`; the line below it was lost as well."""
    sheet = signature(decision(sign=False), 1700, ())
    sheet.put("CHỦ TỊCH", 1700, center=1260)
    assert value(read(sheet), "chuc_vu") == ("CHỦ TỊCH", "review")


# ── term ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("clause", "text"),
    [
        ("Quyết định này có hiệu lực thi hành kể từ 01/03/2025.", "từ 2025-03-01"),
        ("Quyết định này có hiệu lực từ ngày 01 tháng 3 năm 2025.", "từ 2025-03-01"),
        ("Quyết định này có hiệu lực thi hành kể từ ngày ký, ban hành.", "từ ngày ký"),
    ],
)
def test_a_clause_about_this_paper_gives_its_term(clause: str, text: str) -> None:
    sheet = decision(sign=False)
    sheet.lines.pop()
    sheet.paragraph(clause, 1500)
    assert value(read(sheet), "thoi_han") == (text, "accepted")


def test_a_clause_about_another_paper_gives_none() -> None:
    sheet = decision(sign=False)
    sheet.lines.pop()
    sheet.paragraph("Nghị định số 10/2024/NĐ-CP có hiệu lực kể từ ngày ký.", 1500)
    assert value(read(sheet), "thoi_han") == ("", "absent")


def test_a_word_of_the_clause_in_doubt_does_no_harm_but_a_digit_does() -> None:
    for clause, status in (
        ("Quyết định này có hiệu lực {kể} từ ngày 01 tháng 3 năm 2025.", "accepted"),
        ("Quyết định này có hiệu lực kể từ ngày {01} tháng 3 năm 2025.", "review"),
    ):
        sheet = decision(sign=False)
        sheet.lines.pop()
        sheet.paragraph(clause, 1500)
        assert value(read(sheet), "thoi_han") == ("từ 2025-03-01", status)


def test_two_clauses_that_differ_wait_for_a_person() -> None:
    sheet = decision(sign=False)
    sheet.paragraph("Quyết định này có hiệu lực từ ngày 01/03/2025.", 1500)
    assert value(read(sheet), "thoi_han")[1] == "review"


# ── nothing is invented ──────────────────────────────────────────────────────────────────────


def test_an_empty_document_has_no_fields() -> None:
    extracted = read(Sheet())
    assert (extracted.document_type, extracted.fields) == ("", ())
    assert read().fields == ()


def test_half_a_page_never_raises_and_accepts_only_what_it_shows() -> None:
    whole = read(decision())
    lines = decision().lines
    for count in range(len(lines)):
        sheet = Sheet(lines=lines[:count])
        for field in read(sheet).fields:
            if field.status == "accepted" and field.name != "trich_yeu":
                assert field.value == value(whole, field.name)[0]


@pytest.mark.parametrize("make", [decision, lambda: decision(subject=(*SUBJECT, "giai đoạn hai"))])
def test_one_lost_line_never_makes_a_wrong_value_sure(make: Callable[[], Sheet]) -> None:
    whole = read(make())
    for index in range(len(make().lines)):
        sheet = make()
        lost = sheet.lines.pop(index).text
        for field in read(sheet).fields:
            if field.status == "accepted":
                assert field.value == value(whole, field.name)[0], lost


def test_half_an_agency_is_never_sure() -> None:
    for agency in (
        ("ỦY BAN NHÂN DÂN",),
        ("TỈNH NGHỆ AN",),
        ("SỞ NỘI VỤ",),
        ("ỦY BAN NHÂN DÂN", "TỈNH NGHỆ"),
        ("ỦY BAN NHÂN DÂN", "NGHỆ AN"),
        ("BỘ CÔNG", "UBND XÃ MẪU"),
    ):
        sheet = decision(head(Sheet(), agency=agency))
        assert value(read(sheet), "co_quan_ban_hanh")[1] == "review"


def test_an_unlisted_agency_that_reads_whole_is_accepted() -> None:
    sheet = decision(head(Sheet(), agency=("ỦY BAN NHÂN DÂN", "XÃ VÍ DỤ"), number="Số: 15/QĐ-UBND"))
    assert value(read(sheet), "co_quan_ban_hanh") == ("ỦY BAN NHÂN DÂN XÃ VÍ DỤ", "accepted")


def test_a_province_no_list_knows_is_proven_by_the_place_of_issue() -> None:
    agency = ("ỦY BAN NHÂN DÂN", "TỈNH VÍ DỤ")
    here = decision(head(Sheet(), agency=agency, date="Ví Dụ, ngày 25 tháng 11 năm 2024"))
    assert value(read(here), "co_quan_ban_hanh") == ("ỦY BAN NHÂN DÂN TỈNH VÍ DỤ", "accepted")
    elsewhere = decision(head(Sheet(), agency=agency, date="Ví, ngày 25 tháng 11 năm 2024"))
    assert value(read(elsewhere), "co_quan_ban_hanh")[1] == "review"


def test_a_number_in_a_wide_blank_is_never_sure() -> None:
    sheet = decision(head(Sheet(), number=""))
    sheet.put("Số:", 290, left=330).put("7/QĐ-UBND", 290, left=450)
    line, rest = sheet.lines[-2:]
    sheet.lines[-2:] = [TextLine((*line.words, *rest.words), line.box.union(rest.box))]
    assert value(read(sheet), "so_ky_hieu") == ("7/QĐ-UBND", "review")


def test_a_page_in_another_language_gives_nothing_sure() -> None:
    sheet = Sheet()
    sheet.put("CERTIFICATE OF ORIGIN", 300, center=827)
    top = sheet.paragraph("This is to certify that the goods described below were made here.", 400)
    sheet.put("Director General", top, center=1220).put("John Example", top + 200, center=1220)
    extracted = read(sheet)
    assert extracted.document_type == ""
    assert not any(field.status == "accepted" for field in extracted.fields)


def test_a_table_of_300_names_names_no_signer_and_no_holder() -> None:
    sheet = Sheet()
    for row in range(300):
        top = 100 + 7 * row
        sheet.put(str(row), top, left=200).put("Nguyễn Văn Mẫu", top, left=400)
        sheet.put("12/03/1985", top, left=900).put("040085001234", top, left=1200)
    extracted = read(sheet)
    assert not any(field.status == "accepted" for field in extracted.fields)


def test_words_out_of_any_order_do_not_raise() -> None:
    sheet = decision()
    sheet.lines = [
        TextLine(
            tuple(replace(word, text="…" if index % 3 else word.text) for word in line.words),
            line.box,
        )
        for index, line in enumerate(reversed(sheet.lines))
    ]
    read(sheet)


def test_the_stamp_for_incoming_mail_beside_the_next_line_hides_nothing_of_a_subject() -> None:
    sheet = decision(body=("Ban hành Quy chế kèm theo",))
    top = 420 + 3 * PITCH
    sheet.put("CÔNG VĂN ĐẾN", top, left=230).put("Số: 5935", top + 50, left=230)
    assert value(read(sheet), "trich_yeu") == (" ".join(SUBJECT), "accepted")
    scraps = decision(body=("Ban hành Quy chế kèm theo",)).put("CÔNG VIỆC", top, left=230)
    assert value(read(scraps), "trich_yeu")[1] == "review"
