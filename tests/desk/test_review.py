"""The review queue over HTTP: its own scope, a person's name, and nothing said too much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from desk.api_keys import Scope
from digitizer.model import FieldName
from pipelines.config import load
from pipelines.settings import Settings
from storage.identity import IdentityVault
from tests.desk.window import Window, open_window
from tests.pipelines.doubtful import SIGNER, lay_out

RIGHT = {"so_ky_hieu": "209/QĐ-UBND", "ngay_ban_hanh": "18/02/2025", "nguoi_ky": SIGNER}


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    """A site without an archive, its reviewers' numbers keyed twice."""
    made = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    IdentityVault.open(made.storage.identity_key_file, create=True)
    return replace(made, review=replace(made.review, double=("so_ky_hieu",)))


@pytest.fixture
def desk(site: Settings) -> Iterator[Window]:
    with open_window(site) as opened:
        yield opened


def _get(desk: Window, path: str, clerk: str = "lan", scope: Scope = Scope.REVIEW) -> Any:
    with desk.client(scope, clerk) as client:
        return client.get(f"/v1/review/{path}")


def _post(desk: Window, path: str, clerk: str = "lan", **body: Any) -> Any:
    with desk.client(Scope.REVIEW, clerk) as client:
        return client.post(f"/v1/review/{path}", json=body)


def _next(desk: Window, clerk: str = "lan", **body: Any) -> Any:
    return _post(desk, "next", clerk, **body).json()


def _key(desk: Window, clerk: str, **values: str) -> Any:
    document = _next(desk, clerk)["document"]
    asked = {one["field"]: {**RIGHT, **values}[one["field"]] for one in document["turns"]}
    return _post(desk, document["id"], clerk, reading=document["reading"], values=asked, seconds=9)


@pytest.mark.parametrize("scope", [Scope.EXISTS, Scope.METADATA, Scope.DOCUMENT])
def test_a_key_of_the_counter_does_not_open_the_review_desk(desk: Window, scope: Scope) -> None:
    assert _get(desk, "me", scope=scope).status_code == 403


def test_a_key_of_the_review_desk_does_not_look_up(desk: Window) -> None:
    with desk.client(Scope.REVIEW) as client:
        assert client.post("/v1/lookups", json={"text": "1/QĐ-UBND"}).status_code == 403


def test_nobody_reviews_without_a_name(desk: Window) -> None:
    refused = _post(desk, "next", clerk="")
    assert (refused.status_code, refused.json()["code"]) == (403, "clerk_needed")


@pytest.mark.parametrize("kind", ["zone", "page"])
def test_nobody_looks_at_a_paper_without_a_name(desk: Window, site: Settings, kind: str) -> None:
    one = lay_out(site, "one")
    assert _get(desk, f"{one}/fields/nguoi_ky/{kind}", clerk="").status_code == 403


def test_the_next_document_asks_for_what_is_in_doubt_alone(desk: Window, site: Settings) -> None:
    one = lay_out(site, "one")
    found = _next(desk)
    assert (found["waiting"], found["document"]["id"]) == (1, one)
    assert {turn["field"] for turn in found["document"]["turns"]} == set(RIGHT)
    assert {"label": "Loại văn bản", "value": "Quyết định"} in found["document"]["sure"]


def test_a_document_that_another_has_open_is_not_given_out(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    assert _next(desk, "lan")["document"]
    assert _next(desk, "minh")["document"] is None


def test_the_second_person_is_not_told_the_first_ones_value(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    assert _key(desk, "lan").json() == {"settled": False}
    (turn,) = _next(desk, "minh")["document"]["turns"]
    assert (turn["round"], turn["value"], turn["candidates"], turn["uncertain"]) == (2, "", [], [])
    assert _key(desk, "minh").json() == {"settled": True}


def test_the_third_person_is_told_both(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    _key(desk, "lan", so_ky_hieu="208/QĐ-UBND")
    _key(desk, "minh")
    (turn,) = _next(desk, "hoa")["document"]["turns"]
    assert turn["candidates"] == ["208/QĐ-UBND", "209/QĐ-UBND"]


def test_a_value_that_can_not_be_is_told_with_its_field(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    refused = _key(desk, "lan", ngay_ban_hanh="31/02/2025")
    assert (refused.status_code, refused.json()["field"]) == (422, "ngay_ban_hanh")
    assert "31/02/2025" not in refused.text


def test_an_answer_to_another_reading_is_refused(desk: Window, site: Settings) -> None:
    one = lay_out(site, "one")
    refused = _post(desk, one, reading="0" * 64, values=RIGHT)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_waiting")


def test_a_document_can_be_asked_for_by_its_id(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    two = lay_out(site, "two")
    assert _next(desk, document_id=two)["document"]["id"] == two
    assert _next(desk, "minh", document_id=two)["code"] == "not_waiting"


def test_what_was_left_for_later_is_passed_over(desk: Window, site: Settings) -> None:
    one, two = lay_out(site, "one"), lay_out(site, "two")
    assert _next(desk, skip=[one])["document"]["id"] == two


def test_each_field_has_its_picture_and_its_page(desk: Window, site: Settings) -> None:
    one = lay_out(site, "one")
    zone, page = (_get(desk, f"{one}/fields/nguoi_ky/{kind}") for kind in ("zone", "page"))
    assert zone.content[:4] == page.content[:4] == b"\x89PNG"
    assert zone.content != page.content


def test_a_person_is_told_their_own_figures(desk: Window, site: Settings) -> None:
    lay_out(site, "one")
    _key(desk, "lan", so_ky_hieu="208/QĐ-UBND")
    _key(desk, "minh")
    _key(desk, "hoa")
    today = _get(desk, "me", "lan").json()["today"]
    assert (today["documents"], today["fields"], today["accuracy"]) == (1, 3, 0.0)
    assert today["documents_per_hour"] == 400
    assert _get(desk, "me", "minh").json()["today"]["accuracy"] == 1.0


def test_completions_come_for_titles_and_never_for_persons(desk: Window) -> None:
    number = _post(desk, "completions", field="so_ky_hieu", text="209/qdub").json()
    person = _post(desk, "completions", field=FieldName.CHU_HO_SO.value, text="tr").json()
    assert (number["values"][0], person["values"]) == ("209/QĐ-UBND", [])


def test_a_re_scan_is_asked_with_a_reason_we_know(desk: Window, site: Settings) -> None:
    one = lay_out(site, "one")
    assert _post(desk, f"{one}/rescan", reason="bored").status_code == 422
    assert _post(desk, f"{one}/rescan", reason="blurred", page=1).status_code == 200
    assert _next(desk) == {"waiting": 0, "document": None}


def test_the_audit_log_says_who_opened_and_who_keyed_never_what(
    desk: Window, site: Settings
) -> None:
    one = lay_out(site, "one")
    _key(desk, "lan")
    told = [(event["kind"], event["clerk"], event["documents"]) for event in desk.events()]
    assert told == [("review_opened", "lan", [one]), ("reviewed", "lan", [one])]
    text = site.desk.audit_log.read_text("utf-8")
    assert SIGNER not in text and "QĐ-UBND" not in text
