"""Takes the pictures of docs/review.md, and records one document being confirmed.

    sohoa practice tap-su
    sohoa --config tap-su/sohoa.toml desk key add "Bàn 1" --agency "UBND xã Thí Điểm" --scope review
    sohoa --config tap-su/sohoa.toml serve --port 8321 &
    python -m docs.review_pictures --url http://127.0.0.1:8321 --key-file KEY

Confirms documents as it goes: on synthetic papers only (`sohoa practice`).
"""

from __future__ import annotations

import argparse
import io
import shutil
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
_WIDTH = 900
_SHOWN_MS = 900
_COLORS = 64


class Recorder:
    """Keeps a picture of the page after each key."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[Image.Image] = []

    def see(self) -> None:
        self.page.wait_for_timeout(250)
        shot = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        small = shot.resize((_WIDTH, round(shot.height * _WIDTH / shot.width)))
        self.frames.append(small.quantize(_COLORS, dither=Image.Dither.NONE))

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.see()

    def save(self, path: Path) -> None:
        first, *rest = self.frames
        first.save(path, save_all=True, append_images=rest, duration=_SHOWN_MS, loop=0)


def _enter(page: Page, url: str, key: str, clerk: str) -> None:
    page.goto(f"{url}/review")
    page.keyboard.type(key)
    page.keyboard.press("Tab")
    page.keyboard.type(clerk)
    page.keyboard.press("Enter")
    page.wait_for_selector("#field-0:focus")


def _shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=IMAGES / f"review-{name}.png")


def take(browser: Any, arguments: argparse.Namespace) -> None:
    """Go a reviewer's way."""
    key = arguments.key_file.read_text().strip()
    page: Page = browser.new_page(viewport={"width": 1366, "height": 900})
    _enter(page, arguments.url, key, "lan.vt")
    _leave(page, arguments.skip)
    _shoot(page, "field")
    page.keyboard.press("Control+a")
    page.keyboard.type(arguments.typed)
    page.wait_for_selector(".choices:not([hidden])")
    _shoot(page, "completion")
    page.keyboard.press("Escape")
    page.reload()
    page.wait_for_selector("#field-0:focus")
    _leave(page, arguments.skip)
    _record(page, arguments.second)


def _leave(page: Page, count: int) -> None:
    for _ in range(count):
        page.keyboard.press("Control+ArrowDown")
        page.wait_for_timeout(1500)


def _record(page: Page, second: str) -> None:
    """Confirm one document, its second field corrected, and keep what is seen on the way."""
    recorder = Recorder(page)
    recorder.see()
    source = page.text_content("#source")
    recorder.press("Enter")
    if second:
        recorder.press("Control+a")
        page.keyboard.type(second)
        recorder.see()
    for _ in range(12):
        recorder.press("Enter")
        if page.text_content("#source") != source:
            break
    recorder.save(IMAGES / "review-run.gif")


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(prog="python -m docs.review_pictures")
    parser.add_argument("--url", required=True)
    parser.add_argument("--key-file", type=Path, required=True)
    parser.add_argument("--skip", type=int, default=0, help="documents to leave for later first")
    parser.add_argument("--typed", default="qd", help="shorthand for the first field in doubt")
    parser.add_argument("--second", default="", help="what is typed into the second field")
    arguments = parser.parse_args()
    with sync_playwright() as running:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        take(browser, arguments)
        browser.close()


if __name__ == "__main__":
    main()
