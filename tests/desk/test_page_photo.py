"""A photo or file of a paper, handed to the clerk's page in a real Chromium."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.desk.browsing import CHROMIUM, Page, chromium, desk_page, until
from tests.desk.window import CASE, Window, archive_file

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the system's chromium"),
]
BROKEN = b"\xff\xd8\xff\xe0 no picture"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from chromium()


@pytest.fixture
def page(window: Window, browser: Any) -> Iterator[Page]:
    yield from desk_page(window, browser)


@pytest.fixture
def held(window: Window) -> bytes:
    """Return a file that is in the archive."""
    return archive_file(window.settings, "signed.pdf").read_bytes()


def _pick(page: Page, data: bytes) -> None:
    """Answer the picker that the key has opened: the window is the browser's own business."""
    page.evaluate("document.querySelector('#file').click = () => { window.opened = true; }")
    page.keyboard.press("F4")
    assert page.evaluate("window.opened")
    paper = {"name": "giay.pdf", "mimeType": "application/pdf", "buffer": data}
    page.set_input_files("#file", paper)


def _hand_over(page: Page, data: bytes, kind: str) -> None:
    """Drop or paste a file, as the browser tells a page of it."""
    page.evaluate(
        """([data, kind]) => {
        const carried = new DataTransfer();
        const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
        carried.items.add(new File([bytes], "giay.pdf"));
        const more = { bubbles: true, cancelable: true };
        document.body.dispatchEvent(kind === "paste"
          ? new ClipboardEvent("paste", { clipboardData: carried, ...more })
          : new DragEvent(kind, { dataTransfer: carried, ...more }));
        }""",
        [base64.b64encode(data).decode(), kind],
    )


def _answered(page: Page) -> str:
    page.wait_for_selector("#papers > li:focus")
    return str(page.text_content("#status"))


def test_a_file_is_picked_by_one_key_and_used_by_another(page: Page, held: bytes) -> None:
    page.keyboard.type(CASE)
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#case').textContent === '{CASE}'")
    _pick(page, held)
    assert "Đúng từng byte" in _answered(page)
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")


def test_a_case_that_is_scanned_after_the_file_opens_its_paper(page: Page, held: bytes) -> None:
    _pick(page, held)
    _answered(page)
    page.keyboard.type(CASE)
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#case').textContent === '{CASE}'")
    page.wait_for_selector("#papers > li:focus")
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_file_can_be_dropped_or_pasted(page: Page, held: bytes, way: str) -> None:
    _hand_over(page, held, way)
    assert "Đúng từng byte" in _answered(page)


def test_a_file_that_can_not_be_read_is_never_just_not_held(page: Page) -> None:
    _pick(page, BROKEN)
    told = _answered(page)
    assert "Không đọc được tệp" in told and "mới chỉ so từng byte" in told


def test_nothing_is_taken_before_the_desk_is_opened(page: Page, held: bytes) -> None:
    page.click("#leave")
    page.wait_for_selector("#signin:not([hidden])")
    _hand_over(page, held, "drop")
    assert page.text_content("#status") == "" and page.text_content("#trouble") == ""


def test_what_was_compared_is_told_in_words_in_both_languages(page: Page) -> None:
    lines = """(language) => import('/static/photo.js').then(async ({ matchLines, takenFor }) => {
        const { current, turn } = await import('/static/words.js');
        if (current() !== language) turn();
        const match = (verdict) => ({ verdict, number: '61/TB-UBND', issued_on: '2026-03-02',
          agency: '<b>UBND</b>', likeness: 0.914, agrees: ['number'], differs: ['date'],
          only_asked: ['17'], only_held: ['19'] });
        const compared = (verdict) => ({ same_paper: { read: true, matches: [match(verdict)] } });
        return ['same', 'perhaps', 'conflict'].map((verdict) => takenFor(compared(verdict)) + ' | '
          + matchLines(compared(verdict))[0].textContent); })"""
    same, perhaps, conflict = page.evaluate(lines, "vi")
    assert "cùng một giấy" in same and "có thể là giấy đang lưu" in perhaps
    assert "TRÙNG SỐ" in conflict and "Trùng số, khác nội dung" in conflict
    assert "chữ số giống 91%" in same and "<b>UBND</b>" in same
    assert "chỉ có trong tệp: 17" in same and "khác: ngày ban hành" in same
    english = page.evaluate(lines, "en")
    assert "the same paper" in english[0] and "only in the archived copy: 19" in english[0]


def test_the_file_and_its_answer_are_gone_with_f2(page: Page, held: bytes) -> None:
    _pick(page, held)
    _answered(page)
    page.keyboard.press("F2")
    page.wait_for_selector("#ask:focus")
    page.keyboard.type(CASE)
    page.keyboard.press("Enter")
    until(page, f"document.querySelector('#case').textContent === '{CASE}'")
    assert page.evaluate("document.querySelectorAll('#papers > li, #matches > li').length") == 0
