"""The system's Chromium, and the clerk's page opened in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from desk.api_keys import Scope
from tests.desk.window import Window

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

Page = Any


def chromium() -> Iterator[Any]:
    """Yield a browser; skips where it or playwright is not installed."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    if CHROMIUM is None:
        pytest.skip("needs the system's Chromium (apt-get install chromium)")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def desk_page(window: Window, browser: Any) -> Iterator[Page]:
    """Yield the page with the desk opened; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 1366, "height": 860})
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda one: (
            None if one.url.startswith((window.url, "blob:")) else complaints.append(one.url)
        ),
    )
    page.goto(window.url)
    page.keyboard.type(window.secrets[Scope.DOCUMENT])
    page.keyboard.press("Tab")
    page.keyboard.type("lan.nt")
    page.keyboard.press("Enter")
    page.wait_for_selector("#work:not([hidden])")
    yield page
    context.close()
    # A refusal is told to the clerk; that the browser's console has it, too, is no fault.
    assert [one for one in complaints if "Failed to load resource" not in one] == []


def until(page: Page, claim: str) -> None:
    """Wait until it holds. By asking again: the page's own rules forbid Playwright's way, eval."""
    for _ in range(400):
        if page.evaluate(claim):
            return
        page.wait_for_timeout(50)
    raise AssertionError(claim)
