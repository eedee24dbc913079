"""The counter over HTTP: real server, real signatures, real database."""

from __future__ import annotations

import base64
import hashlib
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image, ImageChops

from desk.api_keys import Scope
from desk.receipt import is_genuine
from pipelines.settings import Settings
from storage.catalog import Catalog
from storage.reuse_rate import figures
from tests.desk.window import PROCEDURE, Window, archive_file, open_window
from tests.pipelines.desk import Desk
from tests.storage.papers import NAME, NUMBER

STRANGER = "001203009999"

_AS_JSON = {"Content-Type": "application/json"}


def _problem(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


def _document(answer: dict[str, Any]) -> str:
    return str(answer["required"][0]["documents"][0]["id"])


# ── look-ups ─────────────────────────────────────────────────────────────────────────────────


def test_a_look_up_tells_a_state_for_each_paper_of_the_procedure(window: Window) -> None:
    answer = window.ask(NUMBER)
    assert [(one["document_type"], one["state"]) for one in answer["required"]] == [
        ("QĐ", "DIGITISED_UNVERIFIED"),
        ("KHAI_SINH", "NOT_FOUND"),
    ]
    (document,) = answer["required"][0]["documents"]
    assert document["number"] == "476/QĐ-UBND"
    assert answer["taken_for"]["kind"] == "person"
    assert answer["opens_content"] is True


def test_nobody_is_named_in_an_answer_in_the_log_or_in_the_ledger(window: Window) -> None:
    answer = window.ask(f"{NUMBER}||{NAME}|05042003|Nam|Xã Mẫu|01012021")
    files = [window.settings.desk.audit_log, Path(window.counter.ledger.place[10:])]
    said = str(answer) + "".join(file.read_bytes().decode("latin-1") for file in files)
    assert "001******567" in str(answer)
    assert NUMBER not in said and NAME not in said and "Xã Mẫu" not in said


def test_a_paper_on_its_way_is_in_progress(office: Desk, tmp_path: Path) -> None:
    busy = Desk(tmp_path / "busy", office.signing)
    busy.lay_out("two")
    Catalog.open(busy.settings.storage, create=True).close()
    with open_window(busy.settings) as window:
        states = [one["state"] for one in window.ask(NUMBER)["required"]]
        other = [one["state"] for one in window.ask(STRANGER)["required"]]
    assert states == ["IN_PROGRESS", "NOT_FOUND"]
    assert other == ["NOT_FOUND", "NOT_FOUND"]


def test_a_hit_and_a_miss_look_alike_to_who_may_only_ask_for_existence(window: Window) -> None:
    hit, miss = (window.ask(number, Scope.EXISTS) for number in (NUMBER, STRANGER))
    assert hit["required"][0].keys() == miss["required"][0].keys()
    assert hit["required"][0]["documents"] == []
    assert hit["opens_content"] is False


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": "Nguyễn Văn An"}, "not_understood"),
        ({"text": "476/QĐ-UBND", "kind": "person"}, "not_understood"),
        ({"text": PROCEDURE}, "not_understood"),
        ({"text": NUMBER, "purpose": "tò mò"}, "invalid"),
        ({"text": NUMBER, "case": "' OR 1=1"}, "invalid"),
        ({"text": NUMBER, "procedure": "<script>"}, "invalid"),
        ({"text": NUMBER, "more": 1}, "invalid"),
        ({"text": "9" * 5000}, "invalid"),
        ({"text": None}, "invalid"),
        ({}, "invalid"),
    ],
)
def test_what_is_wrong_with_a_question_is_said_and_not_repeated(
    window: Window, body: dict[str, Any], code: str
) -> None:
    with window.client() as client:
        response = client.post("/v1/lookups", json=body)
    assert _problem(response) == (422, code)
    assert NUMBER not in response.text and "script" not in response.text


def test_problems_are_told_in_the_language_asked_for(window: Window) -> None:
    with window.client() as client:
        vi = client.post("/v1/lookups", json={"text": "?"}).json()
        en = client.post("/v1/lookups", json={"text": "?"}, headers={"Accept-Language": "en-GB"})
    assert vi["title"] == "Chưa hiểu nội dung hỏi"
    assert en.json()["title"] == "What was asked is not understood"


def test_an_address_with_a_slash_too_many_is_none(window: Window) -> None:
    with window.client() as client:
        answer = client.post("/v1/lookups/", json={"text": NUMBER})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_route")


def test_a_key_for_the_review_alone_may_not_ask(window: Window) -> None:
    with window.client(Scope.REVIEW) as client:
        answer = client.post("/v1/lookups", json={"text": NUMBER})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


def test_what_is_no_json_is_refused(window: Window) -> None:
    with window.client() as client:
        bad = [
            client.post("/v1/lookups", content=b'{"text": "1"', headers=_AS_JSON),
            client.post("/v1/lookups", content=b'{"text": "1"}'),
            client.post("/v1/lookups", data={"text": NUMBER}),
        ]
    assert [(one.status_code, one.json()["code"]) for one in bad] == [(422, "invalid")] * 3


def test_a_file_is_looked_up_by_its_bytes(window: Window) -> None:
    data = archive_file(window.settings, "signed.pdf").read_bytes()
    with window.client() as client:
        held = client.post("/v1/lookups/file", files={"file": ("a.pdf", data)}).json()
        other = client.post("/v1/lookups/file", files={"file": ("a.pdf", data[:-1])}).json()
    assert held["required"][0]["documents"][0]["sha256"] == hashlib.sha256(data).hexdigest()
    assert other["required"][0]["state"] == "NOT_FOUND"


def test_a_file_that_is_too_large_is_refused(settings: Settings) -> None:
    small = replace(settings, desk=replace(settings.desk, largest_upload_mb=1))
    with open_window(small) as window, window.client() as client:
        response = client.post("/v1/lookups/file", files={"file": ("a", b"x" * (1 << 20) + b"x")})
    assert _problem(response) == (413, "too_large")


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_without_end_is_not_read_to_its_end(settings: Settings, is_chunked: bool) -> None:
    small = replace(settings, desk=replace(settings.desk, largest_upload_mb=1))
    body = b'{"text": "' + b" " * (3 << 20) + b'"}'
    sent = iter([body[: 1 << 20], body[1 << 20 :]]) if is_chunked else body
    with open_window(small) as window, window.client() as client:
        headers = {"Content-Type": "application/json"}
        response = client.post("/v1/lookups", content=sent, headers=headers)
    assert _problem(response) == (413, "too_large")


def test_without_a_catalog_nothing_is_said_to_be_missing(
    settings: Settings, tmp_path: Path
) -> None:
    gone = replace(settings.storage, catalog=f"sqlite:///{tmp_path / 'none.sqlite'}")
    with open_window(replace(settings, storage=gone)) as window:
        answer = window.ask(NUMBER)
        ready = httpx.get(f"{window.url}/readyz")
    assert {one["state"] for one in answer["required"]} == {"UNAVAILABLE"}
    assert (ready.status_code, ready.json()["catalog"]) == (503, "SH-2007")


def test_a_digest_alone_tells_whether_it_is_held(window: Window) -> None:
    digest = hashlib.sha256(archive_file(window.settings, "signed.pdf").read_bytes()).hexdigest()
    with window.client(Scope.EXISTS) as client:
        held = client.get(f"/v1/verify/{digest.upper()}").json()
        other = client.get(f"/v1/verify/{'0' * 64}").json()
        wrong = client.get("/v1/verify/xyz")
    assert (held["held"], held["is"], held["level"]) == (True, "signed", "B-T")
    assert (other["held"], other["state"]) == (False, "NOT_FOUND")
    assert _problem(wrong) == (422, "invalid")


# ── content ──────────────────────────────────────────────────────────────────────────────────


def test_page_one_is_shown_with_who_looks_at_it(window: Window) -> None:
    answer = window.ask(NUMBER)
    url = f"/v1/documents/{_document(answer)}/pages/1"
    with window.client() as client:
        shown = client.get(url, params={"lookup_id": answer["lookup_id"]})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store"), shown.text
    picture = Image.open(io.BytesIO(shown.content))
    assert picture.width == 1000 and picture.height > 1300
    red, green, _ = picture.split()
    reddish = sum(ImageChops.subtract(red, green).histogram()[20:])
    assert reddish > 1000, "the mark is on it"
    assert window.events()[-1]["kind"] == "page"


def test_a_copy_is_the_archived_pdf_proven_now(window: Window) -> None:
    answer = window.ask(NUMBER)
    with window.client() as client:
        copy = client.post(
            f"/v1/documents/{_document(answer)}/copies", json={"lookup_id": answer["lookup_id"]}
        )
    assert copy.status_code == 200, copy.text
    digest = answer["required"][0]["documents"][0]["sha256"]
    assert hashlib.sha256(copy.content).hexdigest() == digest == copy.headers["x-sohoa-sha256"]
    assert (window.events()[-1]["kind"], window.events()[-1]["handed_out"]) == ("copy", True)


def test_a_copy_whose_bytes_have_changed_is_never_handed_out(window: Window) -> None:
    answer = window.ask(NUMBER)
    file = archive_file(window.settings, "signed.pdf")
    data, mode = file.read_bytes(), file.stat().st_mode
    file.chmod(0o640)
    file.write_bytes(data[:-2] + b"x\n")
    try:
        with window.client() as client:
            copy = client.post(
                f"/v1/documents/{_document(answer)}/copies",
                json={"lookup_id": answer["lookup_id"]},
            )
    finally:
        file.write_bytes(data)
        file.chmod(mode)
    assert _problem(copy) == (500, "damaged")


def test_a_copy_whose_signer_is_not_trusted_is_not_handed_out(settings: Settings) -> None:
    strangers = replace(settings, signing=replace(settings.signing, trust_folder=None))
    with open_window(strangers) as window:
        answer = window.ask(NUMBER)
        with window.client() as client:
            copy = client.post(
                f"/v1/documents/{_document(answer)}/copies",
                json={"lookup_id": answer["lookup_id"]},
            )
        told = window.events()[-1]
    assert _problem(copy) == (409, "signature_problem")
    assert copy.json()["reasons"] and (told["kind"], told["handed_out"]) == ("copy", False)


@pytest.mark.parametrize(
    ("scope", "clerk", "body", "code"),
    [
        (Scope.METADATA, "lan.nt", {}, (403, "not_permitted")),
        (Scope.DOCUMENT, "lan.nt", {"case": ""}, (403, "case_needed")),
        (Scope.DOCUMENT, "lan.nt", {"purpose": ""}, (403, "case_needed")),
        (Scope.DOCUMENT, "hoa.tt", {}, (403, "case_needed")),
    ],
)
def test_content_needs_the_right_a_case_a_purpose_and_the_same_clerk(
    window: Window, scope: Scope, clerk: str, body: dict[str, str], code: tuple[int, str]
) -> None:
    answer = window.ask(NUMBER, **body)
    with window.client(scope, clerk) as client:
        for response in (
            client.get(
                f"/v1/documents/{_document(answer)}/pages/1?lookup_id={answer['lookup_id']}"
            ),
            client.post(
                f"/v1/documents/{_document(answer)}/copies",
                json={"lookup_id": answer["lookup_id"]},
            ),
        ):
            assert _problem(response) == code


def test_only_what_a_look_up_returned_can_be_opened(window: Window) -> None:
    found, nothing = window.ask(NUMBER), window.ask(STRANGER)
    url = f"/v1/documents/{_document(found)}/pages/1"
    with window.client() as client:
        other = client.get(url, params={"lookup_id": nothing["lookup_id"]})
        none = client.get(url, params={"lookup_id": "x"})
    assert (_problem(other), _problem(none)) == ((404, "not_in_answer"), (404, "lookup_unknown"))


def test_a_look_up_of_another_key_opens_nothing(window: Window) -> None:
    answer = window.ask(NUMBER, Scope.METADATA)
    with window.client(Scope.DOCUMENT) as client:
        response = client.get(f"/v1/lookups/{answer['lookup_id']}/receipt")
    assert _problem(response) == (404, "lookup_unknown")


# ── what came of it ──────────────────────────────────────────────────────────────────────────


def _settle(
    window: Window, answer: dict[str, Any], key: str = "first-key", **body: Any
) -> httpx.Response:
    whole = {"document_type": "QĐ", "document_id": _document(answer), "outcome": "reused", **body}
    with window.client() as client:
        return client.post(
            f"/v1/lookups/{answer['lookup_id']}/outcomes",
            json=whole,
            headers={"Idempotency-Key": key},
        )


def test_an_outcome_is_counted_once_however_often_it_is_sent(window: Window) -> None:
    answer = window.ask(NUMBER)
    assert [_settle(window, answer).status_code for _ in range(3)] == [200, 200, 200]
    assert [event["kind"] for event in window.events()] == ["lookup", "outcome"]
    month = answer["at"][:7]
    assert figures(window.counter.ledger, month, month)["papers"]["numerator"] == 1


def test_a_second_word_on_the_same_paper_is_a_conflict(window: Window) -> None:
    answer = window.ask(NUMBER)
    _settle(window, answer)
    second = _settle(window, answer, "second-key", outcome="declined")
    changed = _settle(window, answer, "first-key", outcome="declined")
    assert (_problem(second), _problem(changed)) == (
        (409, "already_recorded"),
        (422, "other_request"),
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"outcome": "asked_again"}, (422, "invalid")),
        ({"outcome": "asked_again", "reason": "because"}, (422, "invalid")),
        ({"document_type": "KET_HON"}, (404, "not_in_answer")),
        ({"document_id": "0" * 32}, (404, "not_in_answer")),
    ],
)
def test_an_outcome_must_fit_the_answer(
    window: Window, body: dict[str, str], code: tuple[int, str]
) -> None:
    assert _problem(_settle(window, window.ask(NUMBER), **body)) == code


def test_a_receipt_proves_the_answer(window: Window) -> None:
    answer = window.ask(NUMBER)
    with window.client() as client:
        slip = client.get(f"/v1/lookups/{answer['lookup_id']}/receipt").json()
        public = client.get("/v1/session").json()["receipt_public_key"]
    assert is_genuine(slip, public)
    assert slip["papers"][0]["sha256"] == answer["required"][0]["documents"][0]["sha256"]
    forged = {**slip, "papers": [{**slip["papers"][0], "state": "REUSABLE"}]}
    assert not is_genuine(forged, public)
    assert not is_genuine(slip, base64.b64encode(bytes(32)).decode())


def test_an_answer_is_forgotten_after_a_while(settings: Settings) -> None:
    short = replace(settings, desk=replace(settings.desk, lookup_lives_s=0))
    with open_window(short) as window:
        answer = window.ask(NUMBER)
        assert _problem(_settle(window, answer)) == (404, "lookup_unknown")


# ── the desk itself ──────────────────────────────────────────────────────────────────────────


def test_health_needs_no_key_and_metrics_name_no_one(window: Window) -> None:
    window.ask(NUMBER)
    with httpx.Client(base_url=window.url) as anyone:
        alive, ready, counted = (anyone.get(path) for path in ("/healthz", "/readyz", "/metrics"))
    assert (alive.text, ready.json()["ready"]) == ("ok\n", True)
    assert 'sohoa_answers_total{state="NOT_FOUND"} 1' in counted.text
    assert "sohoa_catalog_age_seconds" in counted.text
    assert NUMBER not in counted.text and "lan.nt" not in counted.text


def test_every_response_forbids_foreign_scripts_and_keeping(window: Window) -> None:
    with httpx.Client(base_url=window.url) as anyone:
        for path in ("/", "/healthz", "/v1/session", "/nowhere"):
            headers = anyone.get(path).headers
            assert "default-src 'none'" in headers["content-security-policy"]
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-request-id"]


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/nowhere", (404, "no_route")),
        ("GET", "/v1/lookups", (405, "no_method")),
        ("GET", "/static/../api.py", (404, "no_route")),
        ("GET", "/static/api.py", (404, "no_route")),
    ],
)
def test_other_addresses_are_problems_too(
    window: Window, method: str, path: str, code: tuple[int, str]
) -> None:
    with window.client() as client:
        assert _problem(client.request(method, path)) == code


def test_the_procedures_of_the_table_are_listed(window: Window) -> None:
    with window.client() as client:
        listed = client.get("/v1/procedures").json()["procedures"]
    assert listed[0] == {"code": PROCEDURE, "name": "Xác nhận", "papers": 2}


def test_what_cannot_be_written_down_is_not_answered(window: Window) -> None:
    window.counter._audit._stream.close()  # the disk is gone
    with window.client() as client:
        response = client.post("/v1/lookups", json={"text": NUMBER})
    assert response.status_code in (500, 503)
    assert "DIGITISED" not in response.text
