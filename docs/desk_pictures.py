"""Takes the pictures of docs/desk.md from a running desk, in the system's Chromium.

    sohoa serve --trial --port 8321 &
    python -m docs.desk_pictures --url http://127.0.0.1:8321 --key-file KEY --card 038196456789
    python -m docs.desk_pictures --url http://127.0.0.1:8321 --key-file KEY --photo PAPER.jpg

The archive must hold synthetic papers only (`python -m samples`).
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
CASE = "H41.05-261122-0001"
_READING_MS = 300_000


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(300)
    page.screenshot(path=IMAGES / f"desk-{name}.png")


def _scan(page: Page, text: str) -> None:
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _enter(page: Page, url: str, key: str) -> None:
    page.goto(url)
    page.keyboard.type(key)
    page.keyboard.press("Tab")
    _scan(page, "lan.nt")
    page.wait_for_selector("#work:not([hidden])")


def _answer(page: Page, procedure: str, card: str) -> None:
    for code in (CASE, procedure, card):
        _scan(page, code)
    page.wait_for_selector("#papers > li:focus")


def take(browser: Any, arguments: argparse.Namespace) -> None:
    """Go the clerk's way and take a picture of each step."""
    key = arguments.key_file.read_text().strip()
    page: Page = browser.new_page(viewport={"width": 1366, "height": 860})
    _enter(page, arguments.url, key)
    _answer(page, arguments.procedure, arguments.card)
    _shoot(page, "answer")
    page.keyboard.press("p")
    page.wait_for_selector("#preview img")
    page.keyboard.press("Enter")
    page.wait_for_selector(".done")
    _shoot(page, "reused")
    page.keyboard.press("F2")
    _answer(page, arguments.procedure, arguments.card)
    page.keyboard.press("a")
    _shoot(page, "again")
    page.keyboard.press("Escape")
    page.evaluate("window.print = () => {}")
    page.keyboard.press("r")
    page.wait_for_selector("#receipt > table", state="attached")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 900, "height": 520})
    _shoot(page, "receipt")
    half: Page = browser.new_page(viewport={"width": 683, "height": 760})
    _enter(half, arguments.url, key)
    half.click("#lang")
    half.focus("#ask")
    _answer(half, arguments.procedure, arguments.card)
    _shoot(half, "english-200")


def take_photo(browser: Any, arguments: argparse.Namespace) -> None:
    """Hand over a photo of a paper that is held, and take a picture of the answer."""
    page: Page = browser.new_page(viewport={"width": 1366, "height": 860})
    _enter(page, arguments.url, arguments.key_file.read_text().strip())
    _scan(page, CASE)
    page.set_input_files("#file", arguments.photo)
    page.wait_for_selector("#matches > li", timeout=_READING_MS)
    page.keyboard.press("p")
    page.wait_for_selector("#preview img", timeout=_READING_MS)
    _shoot(page, "photo")
    page.click("#lang")
    page.set_input_files("#file", arguments.photo)
    page.wait_for_selector("#status:has-text('File read')", timeout=_READING_MS)
    _shoot(page, "photo-english")


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(prog="python -m docs.desk_pictures")
    parser.add_argument("--url", required=True)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--card", default="", help="what the scanner types")
    parser.add_argument("--photo", type=Path, help="of a paper that is held")
    parser.add_argument("--procedure", default="1.004873")
    arguments = parser.parse_args()
    with sync_playwright() as running:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        if arguments.card:
            take(browser, arguments)
        if arguments.photo:
            take_photo(browser, arguments)
        browser.close()


if __name__ == "__main__":
    main()
