"""The clerk's page in a real Chromium: by keys alone, for every eye, and leaving nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.api_keys import Scope
from pipelines.settings import Settings
from storage.catalog import Catalog
from storage.reuse_rate import figures
from tests.desk.browsing import CHROMIUM, chromium
from tests.desk.browsing import desk_page as _page
from tests.desk.browsing import until as _until
from tests.desk.window import CASE, PROCEDURE, Window, open_window
from tests.storage.papers import NAME, NUMBER

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs the system's chromium"),
]

CARD = f"{NUMBER}||{NAME}|05042003|Nam|Xã Mẫu|01012021"
READABLE = 4.5
"""WCAG 2.2, 1.4.3: contrast of text, level AA."""

Page = Any


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from chromium()


@pytest.fixture
def sure(settings: Settings, tmp_path: Path) -> Settings:
    """The same archive, its paper known to be in force without end."""
    own = replace(settings.storage, catalog=f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    with Catalog.open(settings.storage) as held, Catalog.open(own, create=True) as made:
        made.enter_all(
            replace(entry, validity_known=True, unverified="") for entry in held.recent()
        )
    return replace(settings, storage=own)


@pytest.fixture
def page(window: Window, browser: Any) -> Iterator[Page]:
    yield from _page(window, browser)


@pytest.fixture
def sure_page(sure: Settings, browser: Any) -> Iterator[tuple[Page, Window]]:
    with open_window(sure) as window:
        for opened in _page(window, browser):
            yield opened, window


def _scan(page: Page, text: str) -> None:
    """Type as a scanner does: at once, with Enter behind."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _ask(page: Page, *codes: str) -> None:
    for code in (*codes, CARD):
        _scan(page, code)
    page.wait_for_selector("#papers > li:focus")


def _status(page: Page) -> str:
    return str(page.text_content("#status"))


def _watch_printing(page: Page) -> None:
    # `void`: a script whose value is a function is called by Playwright.
    page.evaluate("void (window.print = () => { window.printed = true; })")


def _rate(window: Window, page: Page) -> dict[str, Any]:
    month = page.evaluate("new Date().toLocaleDateString('sv', {timeZone: 'Asia/Ho_Chi_Minh'})")[:7]
    return figures(window.counter.ledger, month, month)


# ── the work ─────────────────────────────────────────────────────────────────────────────────


def test_after_the_scan_one_key_records_the_re_use(sure_page: tuple[Page, Window]) -> None:
    page, window = sure_page
    _ask(page, CASE, PROCEDURE)
    assert "1 dùng lại được" in _status(page)
    assert page.text_content("#papers > li:focus .badge") == "Dùng lại được"
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert _rate(window, page)["transactions"] == {"numerator": 1, "denominator": 1, "value": 1.0}


def test_a_doubtful_paper_is_compared_before_it_is_used(window: Window, page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:not(:empty)")
    assert "đối chiếu" in page.text_content("#trouble")
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")
    assert page.evaluate("document.querySelector('#preview img').naturalWidth") == 1000
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    assert _rate(window, page)["papers"]["numerator"] == 1


def test_asking_again_needs_a_reason_and_two_keys(window: Window, page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    page.keyboard.press("a")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("1")
    page.wait_for_selector(".done")
    assert _rate(window, page)["asked_again"] == [{"reason": "unreadable", "count": 1}]
    assert page.evaluate("document.activeElement.matches('#papers > li')")


def test_case_and_procedure_may_be_scanned_after_the_card(page: Page) -> None:
    _ask(page)
    _until(page, "document.querySelectorAll('#papers > li').length === 1")
    _scan(page, PROCEDURE)
    _until(page, "document.querySelectorAll('#papers > li').length === 2")
    page.wait_for_selector("#papers > li:focus")
    _scan(page, CASE)
    _until(page, f"document.querySelector('#case').textContent === '{CASE}'")


def test_content_without_a_case_is_refused_with_the_cure(page: Page) -> None:
    _ask(page, PROCEDURE)
    page.keyboard.press("p")
    page.wait_for_selector("#trouble:not(:empty)")
    assert "quét phiếu hẹn" in page.text_content("#trouble")


def test_a_verified_copy_is_saved_by_one_key(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    with page.expect_download() as saved:
        page.keyboard.press("d")
    assert Path(saved.value.path()).read_bytes().startswith(b"%PDF-")


def test_the_receipt_is_printed_with_state_and_digest(page: Page) -> None:
    _watch_printing(page)
    _ask(page, CASE, PROCEDURE)
    page.keyboard.press("r")
    _until(page, "window.printed")
    page.emulate_media(media="print")
    shown = page.inner_text("body")
    assert "PHIẾU TRA CỨU" in shown and CASE in shown and "lan.nt" in shown
    assert "Đối chiếu rồi dùng" in shown and NUMBER not in shown
    assert "Quét thẻ" not in shown


@pytest.mark.parametrize(
    ("keys", "path"), [("r", "**/receipt"), ("d", "**/copies"), ("a1", "**/outcomes")]
)
def test_what_comes_after_the_screen_was_cleared_is_dropped(
    page: Page, keys: str, path: str
) -> None:
    _watch_printing(page)
    saved: list[Any] = []
    page.on("download", lambda one: saved.append(one))  # noqa: PLW0108 - Playwright marks it
    _ask(page, CASE, PROCEDURE)
    held: list[Any] = []
    page.route(path, lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
    with page.expect_request(path):
        for key in keys:
            page.keyboard.press(key)
    page.keyboard.press("F2")
    with page.expect_response(path):
        held[0].continue_()
    page.wait_for_timeout(300)
    assert not page.evaluate("window.printed")
    assert (_status(page), page.text_content("#receipt"), saved) == ("", "", [])


def test_what_is_not_understood_says_what_to_enter(page: Page) -> None:
    _scan(page, "<img src=x onerror=alert(1)> & Nguyễn")
    page.wait_for_selector("#trouble:not(:empty)")
    assert "nhập số định danh" in page.text_content("#trouble")
    assert page.evaluate("document.querySelectorAll('main img').length") == 0


# ── privacy ──────────────────────────────────────────────────────────────────────────────────


def _left(page: Page) -> str:
    """Return all that a passer-by could find on the page, in its fields or its storage."""
    return str(
        page.evaluate(
            "document.body.innerText + [...document.querySelectorAll('input')].map((i) => i.value)"
            " + location.href + JSON.stringify({...localStorage}) + document.cookie"
        )
    )


def test_f2_clears_the_screen(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")
    page.keyboard.press("F2")
    page.wait_for_selector("#ask:focus")
    assert page.evaluate("document.querySelectorAll('main img').length") == 0
    assert CASE not in _left(page) and "567" not in _left(page)


def test_the_screen_clears_itself_when_no_one_uses_it(settings: Settings, browser: Any) -> None:
    hasty = replace(settings, desk=replace(settings.desk, idle_s=2))
    with open_window(hasty) as window:
        for page in _page(window, browser):
            _ask(page, CASE, PROCEDURE)
            page.wait_for_selector("#answers", state="hidden", timeout=20_000)
            assert "tự xóa" in _status(page)
            assert CASE not in _left(page) and "567" not in _left(page)


def test_the_key_is_gone_when_the_desk_is_left(window: Window, page: Page) -> None:
    page.click("#leave")
    page.wait_for_selector("#signin:not([hidden])")
    assert window.secrets[Scope.DOCUMENT] not in page.evaluate(
        "JSON.stringify({...sessionStorage})"
    )


def test_a_desk_that_does_not_answer_never_says_not_found(window: Window, page: Page) -> None:
    page.route("**/v1/**", lambda route: route.abort())
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#trouble:not(:empty)")
    assert "chưa thể kết luận" in page.text_content("#trouble")


# ── for every eye and hand ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("width", [1366, 683, 400])
def test_at_twice_the_size_nothing_leaves_the_screen(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 430})
    _ask(page, CASE, PROCEDURE)
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_everything_has_a_name_and_its_landmark(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    for landmark in ("header", "nav[aria-label]", "main", "footer"):
        assert page.locator(f"body > {landmark}, body > * {landmark}").count() >= 1, landmark
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, input, select, li[tabindex], section, dialog')]
        .filter((one) => one.offsetParent !== null)
        .filter((one) => !(one.textContent.trim() || one.labels?.length ||
            one.getAttribute('aria-label') || one.getAttribute('aria-labelledby')))
        .map((one) => one.outerHTML)"""
    )
    doubled = page.evaluate(
        """[...document.querySelectorAll('[id]')].map((one) => one.id)
        .filter((id, place, all) => all.indexOf(id) !== place)"""
    )
    dangling = page.evaluate(
        """[...document.querySelectorAll('[aria-labelledby], [aria-describedby], label[for]')]
        .flatMap((one) => ['aria-labelledby', 'aria-describedby', 'for']
            .map((name) => one.getAttribute(name)))
        .filter((id) => id && !document.getElementById(id))"""
    )
    assert (nameless, doubled, dangling) == ([], [], [])
    assert page.locator("[role=status][aria-live=polite]").count() == 1


def test_a_screen_reader_hears_paper_and_state(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    tree = page.locator("#papers").aria_snapshot()
    assert "Quyết định" in tree and "Chưa số hóa" in tree


_CONTRASTS = """
() => {
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const numbers = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = (one) => {
    for (; one; one = one.parentElement) {
      const color = numbers(getComputedStyle(one).backgroundColor);
      if (color.length < 4 || color[3] > 0.99) return color;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !one.checkVisibility()) continue;
    const [a, b] = [light(numbers(getComputedStyle(one).color)), light(ground(one))];
    found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), one.textContent.slice(0, 40)]);
  }
  return found;
}
"""


def test_all_text_can_be_read_in_every_state(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    states = page.evaluate(
        """async () => {
        const { paperLine } = await import('/static/view.js');
        const { WORDS } = await import('/static/words.js');
        const states = Object.keys(WORDS.vi).filter((key) => /^[A-Z_]+$/.test(key));
        document.querySelector('#papers').append(...states.map((state, n) => paperLine(
          { state, document_type_name: state, sentence: state, documents: [], is_required: true },
          n + 10, { use: () => {} }, '')));
        return states; }"""
    )
    assert len(states) == 11
    poor = [(ratio, text) for ratio, text in page.evaluate(_CONTRASTS) if ratio < READABLE]
    assert poor == []
    drawings = page.evaluate(
        "[...document.querySelectorAll('.badge path')].slice(-11).map((p) => p.getAttribute('d'))"
    )
    assert len(set(drawings)) == len(states), "each state has an icon of its own"


def test_every_state_of_the_archive_has_its_word(page: Page) -> None:
    from storage.answer import State
    from storage.reuse import AskedAgain

    words = page.evaluate(
        "import('/static/words.js').then(({ WORDS }) => "
        "[Object.keys(WORDS.vi), Object.keys(WORDS.en)])"
    )
    assert words[0] == words[1]
    wanted = {state.value for state in State} | {reason.value for reason in AskedAgain}
    assert wanted <= set(words[0])


def test_the_language_can_be_switched_and_stays(page: Page) -> None:
    _ask(page, CASE, PROCEDURE)
    page.click("#lang")
    _until(page, "document.querySelector('#status').textContent.includes('papers')")
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.text_content("#papers > li:first-child .badge") == "Compare, then use"
    page.reload()
    page.wait_for_selector("#work:not([hidden])")
    assert page.text_content("label[for=ask]").startswith("Scan a card")
