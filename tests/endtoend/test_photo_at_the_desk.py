"""A paper on the counter is photographed: is it one of those that a run has archived?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.api_keys import Scope
from pipelines.config import load
from samples.degrade import Wear
from samples.making import make
from samples.paper import Capture, Sample
from samples.papers import COLLECTION
from samples.truth import PAPERS
from tests.desk.browsing import CHROMIUM, chromium, desk_page
from tests.desk.window import CASE, Window, open_window
from tests.endtoend.conftest import SmallRun
from tests.endtoend.installed import ARCHIVE_ALL

PHOTO = Capture("jpeg", 220, Wear("color", skew_deg=1.6, blur_px=0.8, noise=2.0, yellow=0.2))

_READING_MS = 300_000


@pytest.fixture
def window(small_run: SmallRun, tmp_path: Path) -> Iterator[Window]:
    """A desk over the archive of a run that signed with a test key."""
    settings = load(flags={"run.data": small_run.sohoa.data}, environ=ARCHIVE_ALL).settings
    desk = replace(
        settings.desk,
        keys_file=tmp_path / "keys.json",
        receipt_key=tmp_path / "receipt.key",
        rules=tmp_path / "rules.json",
        audit_log=tmp_path / "audit.jsonl",
        reuse=f"sqlite:///{tmp_path / 'reuse.sqlite'}",
        trial=True,
    )
    with open_window(replace(settings, desk=desk)) as opened:
        yield opened


def sample(document_type: str) -> Sample:
    return next(one for one in COLLECTION if one.document_type == document_type)


def ask(window: Window, data: bytes, scope: Scope = Scope.DOCUMENT) -> Any:
    with window.client(scope) as client:
        response = client.post(
            "/v1/lookups/file", files={"file": ("a.jpg", data)}, params={"case": CASE}
        )
    assert response.status_code == 200, response.text
    return response.json()


def test_a_photo_of_a_held_paper_finds_it_with_its_evidence(window: Window) -> None:
    photo, _ = make(replace(sample("TB"), capture=PHOTO), seed=7)
    answer = ask(window, photo)
    assert answer["same_paper"]["read"]
    (match,) = answer["same_paper"]["matches"]
    assert (match["verdict"], match["number"]) == ("same", "61/TB-UBND")
    (paper,) = answer["required"]
    assert paper["reason"] == "validity_unknown"  # a doubt about the paper, none about which it is
    assert [one["id"] for one in paper["documents"]] == [match["document_id"]]


def test_a_paper_that_is_not_held_is_not_found_whatever_it_looks_like(window: Window) -> None:
    answer = ask(window, (PAPERS / sample("CV").path).read_bytes())
    assert answer["same_paper"] == {"read": True, "code": "", "sentence": "", "matches": []}
    assert [paper["state"] for paper in answer["required"]] == ["NOT_FOUND"]


def test_a_file_that_can_not_be_read_says_so(window: Window) -> None:
    answer = ask(window, b"\xff\xd8\xff\xe0 no picture")
    assert not answer["same_paper"]["read"]
    assert answer["same_paper"]["code"].startswith("SH-")
    assert answer["same_paper"]["sentence"]


def test_a_secret_paper_is_stopped_and_nothing_of_it_is_kept(window: Window) -> None:
    secret = next(one for one in COLLECTION if one.state == "secret")
    answer = ask(window, (PAPERS / secret.path).read_bytes())
    assert answer["same_paper"]["code"] == "SH-1009"
    assert answer["same_paper"]["matches"] == []


@pytest.mark.skipif(CHROMIUM is None, reason="needs the system's chromium")
def test_the_clerks_page_says_what_a_photo_was_taken_for(window: Window) -> None:
    photo, _ = make(replace(sample("TB"), capture=PHOTO), seed=7)
    paper = {"name": "anh.jpg", "mimeType": "image/jpeg", "buffer": photo}
    with contextmanager(chromium)() as browser, contextmanager(desk_page)(window, browser) as page:
        page.set_input_files("#file", paper)
        page.wait_for_selector("#matches > li.same", timeout=_READING_MS)
        assert "cùng một giấy" in page.text_content("#status")
        assert "61/TB-UBND" in page.text_content("#matches")
        assert page.evaluate("document.activeElement.matches('#papers > li')")


def test_who_may_only_ask_whether_it_exists_sees_no_evidence(window: Window) -> None:
    photo, _ = make(replace(sample("TB"), capture=PHOTO), seed=7)
    answer = ask(window, photo, Scope.EXISTS)
    assert answer["same_paper"]["matches"] == []
    assert [paper["documents"] for paper in answer["required"]] == [[]]
