"""The review page in a real Chromium, by keys alone."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.api_keys import Scope
from digitizer.model import DocumentId
from pipelines.config import load
from pipelines.journal import Journal
from pipelines.settings import Settings
from pipelines.worker import journal_path
from storage.identity import IdentityVault
from tests.desk.test_page import _CONTRASTS as CONTRASTS
from tests.desk.test_page import READABLE
from tests.desk.window import Window, open_window
from tests.pipelines.doubtful import lay_out

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the system's chromium"),
]
FEW = 8
"""Keystrokes in which a document with three doubtful fields is to be confirmed."""

Page = Any


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    made = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    IdentityVault.open(made.storage.identity_key_file, create=True)
    return made


class Reviewer:
    """A person at the page, who counts the keys they press."""

    def __init__(self, page: Page, settings: Settings) -> None:
        self.page = page
        self.settings = settings
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def until(self, claim: str) -> None:
        """Wait until it holds; by asking again, as the page's own rules forbid eval."""
        for _ in range(400):
            if self.page.evaluate(claim):
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"{claim}; status: {self.status()}")

    def at(self, field: int) -> None:
        """Wait until the cursor stands in a field, counted from 0."""
        self.until(f"document.activeElement.id === 'field-{field}'")

    def status(self) -> str:
        return str(self.page.text_content("#status")) + str(self.page.text_content("#trouble"))

    def said(self, document_id: DocumentId) -> dict[str, str]:
        with Journal(journal_path(self.settings)) as journal:
            return {field: value for field, value, _ in journal.corrections(document_id)}


def _open(window: Window, browser: Any, clerk: str) -> Iterator[Reviewer]:
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1366, "height": 900})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{window.url}/review")
    page.keyboard.type(window.secrets[Scope.REVIEW])
    page.keyboard.press("Tab")
    page.keyboard.type(clerk)
    page.keyboard.press("Enter")
    person = Reviewer(page, window.settings)
    person.until("document.querySelector('#status').textContent !== ''")
    yield person
    context.close()
    assert [one for one in complaints if "Failed to load resource" not in one] == []


@pytest.fixture
def desk(site: Settings) -> Iterator[Window]:
    lay_out(site, "one")
    with open_window(site) as opened:
        yield opened


@pytest.fixture
def lan(desk: Window, browser: Any) -> Iterator[Reviewer]:
    for person in _open(desk, browser, "lan"):
        person.at(0)
        yield person


def _only(site: Settings) -> DocumentId:
    with Journal(journal_path(site)) as journal:
        (standing,) = journal.standings()
    return standing.intake.document_id


def test_three_fields_one_of_them_wrong_take_eight_keys(lan: Reviewer, site: Settings) -> None:
    lan.type("qdub")  # the symbol that can't be right is chosen already
    lan.until(
        "document.querySelector('.choices [aria-selected=true]')?.textContent.endsWith('QĐ-UBND')"
    )
    lan.press("Enter", "Enter")
    lan.at(1)
    lan.press("Enter")
    lan.at(2)
    lan.press("Enter")
    lan.until("document.querySelector('#status').textContent.includes('Đã ghi nhận')")
    assert lan.keys <= FEW
    assert lan.said(_only(site)) == {
        "so_ky_hieu": "209/QĐ-UBND",
        "ngay_ban_hanh": "2025-02-18",
        "nguoi_ky": "Nguyễn Văn Mẫu",
    }


def test_three_fields_that_are_right_take_three_keys(lan: Reviewer, site: Settings) -> None:
    for number in range(3):
        lan.at(number)
        lan.press("Enter")
    lan.until("document.querySelector('#status').textContent.includes('Đã ghi nhận')")
    assert (lan.keys, len(lan.said(_only(site)))) == (3, 3)


def test_uncertain_letters_are_marked_and_their_place_is_shown(lan: Reviewer) -> None:
    assert lan.page.text_content("#turns li:first-child mark") == "OĐ-UBND"
    lan.until("document.querySelector('#zone').naturalWidth > 0")
    lan.until("document.querySelector('#whole').naturalWidth > 0")
    assert "trang 1" in lan.page.text_content("#zone-title")


def test_the_place_of_the_field_before_is_never_shown_beside_the_next(lan: Reviewer) -> None:
    lan.until("document.querySelector('#zone').naturalWidth > 0")
    first = lan.page.get_attribute("#zone", "src")
    lan.press("Enter")
    lan.at(1)
    assert lan.page.get_attribute("#zone", "src") != first
    lan.until("document.querySelector('#zone').naturalWidth > 0")


def test_the_framed_place_is_brought_into_sight(lan: Reviewer) -> None:
    lan.press("Enter")
    lan.at(1)
    lan.press("Enter")
    lan.at(2)  # the signer stands at the foot of the page
    lan.until("document.querySelector('.whole').scrollTop > 100")


def test_a_date_is_typed_as_digits_behind_its_mask(lan: Reviewer) -> None:
    lan.press("Enter")
    lan.at(1)
    lan.press("Control+a")
    lan.type("05012022")
    assert lan.page.input_value("#field-1") == "05/01/2022"


def test_a_day_that_does_not_exist_is_not_let_through(lan: Reviewer) -> None:
    lan.press("Enter")
    lan.at(1)
    lan.press("Control+a")
    lan.type("31022025")
    lan.press("Enter")
    lan.at(1)
    assert "Ngày không đúng" in lan.page.text_content("#turns li:nth-child(2) .refused")


def test_what_is_typed_in_pieces_arrives_composed(lan: Reviewer, site: Settings) -> None:
    lan.press("Enter")
    lan.press("Enter")
    lan.at(2)
    lan.page.evaluate(
        "(text) => { const box = document.querySelector('#field-2'); box.value = text;"
        " box.dispatchEvent(new Event('input', {bubbles: true})); }",
        unicodedata.normalize("NFD", "Nguyễn Văn Mẫu"),
    )
    lan.press("Enter")
    lan.until("document.querySelector('#status').textContent.includes('Đã ghi nhận')")
    assert lan.said(_only(site))["nguoi_ky"] == "Nguyễn Văn Mẫu"


def test_escape_goes_back_to_the_field_before(lan: Reviewer) -> None:
    lan.press("Enter")
    lan.at(1)
    lan.press("Escape")
    lan.at(0)


def test_an_emptied_field_is_asked_about_once(lan: Reviewer) -> None:
    lan.press("Control+a", "Delete", "Enter")
    lan.at(0)
    assert "Để trống" in lan.page.text_content("#turns li:first-child .why")
    lan.press("Enter")
    lan.at(1)


def test_f4_and_a_digit_ask_for_a_re_scan(lan: Reviewer, site: Settings) -> None:
    lan.press("F4", "2")
    lan.until("document.querySelector('#status').textContent.includes('quét lại')")
    with Journal(journal_path(site)) as journal:
        (standing,) = journal.standings()
    assert (standing.code, standing.detail) == ("SH-1024", "blurred")


def test_a_document_can_be_left_for_later_and_taken_up_again(lan: Reviewer, site: Settings) -> None:
    lay_out(site, "two")
    first = lan.page.text_content("#source")
    lan.press("Control+ArrowDown")
    lan.until(f"!['', {first!r}].includes(document.querySelector('#source').textContent)")
    lan.press("Control+ArrowUp")
    lan.until(f"document.querySelector('#source').textContent === {first!r}")


def test_what_was_just_confirmed_can_be_taken_back(lan: Reviewer, site: Settings) -> None:
    for number in range(3):
        lan.at(number)
        lan.press("Enter")
    lan.until("document.querySelector('#status').textContent.includes('Không còn')")
    lan.press("Control+ArrowUp")
    lan.at(0)
    assert lan.said(_only(site)) == {}


def test_the_figures_of_the_person_are_shown(lan: Reviewer) -> None:
    lan.press("Enter")
    lan.at(1)
    lan.press("Enter")
    lan.at(2)
    lan.press("Enter")
    lan.until("document.querySelector('#figures').textContent.includes('1 tài liệu · 3 trường')")


def test_a_page_nobody_uses_hides_the_paper(site: Settings, browser: Any) -> None:
    lay_out(site, "one")
    hasty = replace(site, desk=replace(site.desk, idle_s=1))
    with open_window(hasty) as window:
        for person in _open(window, browser, "lan"):
            person.until("document.querySelector('#case').hidden")
            assert "Nguyễn" not in person.page.evaluate("document.body.innerText")


def test_all_text_can_be_read(lan: Reviewer) -> None:
    lan.type("qdub")
    lan.until("document.querySelector('.choices [aria-selected=true]') !== null")
    poor = [(ratio, text) for ratio, text in lan.page.evaluate(CONTRASTS) if ratio < READABLE]
    assert poor == []


def test_everything_has_a_name(lan: Reviewer) -> None:
    nameless = lan.page.evaluate(
        """[...document.querySelectorAll('button, input, section, dialog, ul[role], img')]
        .filter((one) => one.offsetParent !== null)
        .filter((one) => !(one.textContent.trim() || one.labels?.length || one.alt ||
            one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')))
        .filter((one) => !one.closest('.brand')).map((one) => one.outerHTML)"""
    )
    assert nameless == []


@pytest.mark.parametrize("width", [1366, 683, 400])
def test_at_twice_the_size_nothing_leaves_the_screen(lan: Reviewer, width: int) -> None:
    lan.page.set_viewport_size({"width": width, "height": 430})
    lan.until("document.querySelector('#zone').naturalWidth > 0")
    assert lan.page.evaluate("document.documentElement.scrollWidth") <= width


def test_both_languages_have_the_same_words(lan: Reviewer) -> None:
    words = lan.page.evaluate(
        "import('/static/review-words.js').then(({ REVIEW }) =>"
        " [Object.keys(REVIEW.vi), Object.keys(REVIEW.en)])"
    )
    assert words[0] == words[1]
