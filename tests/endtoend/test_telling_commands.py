"""`sohoa same` and `sohoa webhook`, as installed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from samples.truth import Truth
from tests.endtoend.installed import ARCHIVE_ALL, Sohoa, copy_papers, of_type
from tests.oracles.receiver import receiving

SECRET = b"0123456789abcdef0123456789abcdef"


def test_a_run_tells_the_other_system_what_it_archived(
    sohoa: Callable[..., Sohoa], truths: tuple[Truth, ...], tmp_path: Path
) -> None:
    secret = tmp_path / "webhook.secret"
    secret.write_bytes(SECRET)
    secret.chmod(0o600)
    with receiving(SECRET) as receiver:
        site = sohoa(
            {
                **ARCHIVE_ALL,
                "SOHOA_WEBHOOK_URL": receiver.url,
                "SOHOA_WEBHOOK_SECRET_FILE": str(secret),
            }
        )
        run = site("run", copy_papers(of_type(truths, "TB"), tmp_path / "inbox"), "--json")
        assert "1" in site("status").out and receiver.accepted == {}
        told = site("webhook", "deliver", "--json")
        again = site("webhook", "deliver", "--json")
    assert run.code == 0, run.err
    assert (told.code, told.json["accepted"], again.json["accepted"]) == (0, 1, 0)
    (body,) = (json.loads(body) for body in receiver.accepted.values())
    assert body["document_id"] == run.json["documents"][0]["document_id"]
    assert site("webhook", "list", "--json").json["delivered"] == 1


def test_without_links_there_is_nothing_to_look_into(sohoa: Callable[..., Sohoa]) -> None:
    ended = sohoa()("same", "--json")
    assert (ended.code, ended.out) == (0, "")


def test_a_webhook_without_a_url_says_what_is_missing(sohoa: Callable[..., Sohoa]) -> None:
    ended = sohoa()("webhook", "deliver")
    assert ended.code == 3 and "[webhook] url" in ended.err
