"""Who asks too much is slowed down, and who tries numbers out is noticed."""

from __future__ import annotations

import asyncio
import stat
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from desk.api_keys import ApiKey, KeyRing, Scope, add, all_keys, revoke
from desk.counter import Counter, Errand
from desk.door import on_disk
from desk.limits import AlarmKind, Budget, Watch
from desk.pending import Asker
from desk.problem import Problem
from digitizer.errors import ConfigError
from pipelines.settings import Settings
from storage.audit_log import events, verify
from storage.question import understand
from tests.desk.window import Window, issue, open_window
from tests.storage.papers import NUMBER

NOW = datetime(2026, 11, 22, tzinfo=UTC)


class Clock:
    """Seconds that go on when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_is_spent_and_refills_evenly() -> None:
    clock = Clock()
    budget = Budget(clock)
    assert [budget.spend("a", 3) for _ in range(3)] == [0, 0, 0]
    assert budget.spend("a", 3) == pytest.approx(20)
    assert budget.spend("b", 3) == 0
    clock.now = 20
    assert budget.spend("a", 3) == 0
    assert budget.spend("a", 3) > 0
    clock.now = 3600
    assert [budget.spend("a", 3) for _ in range(4)][:3] == [0, 0, 0]


def test_numbers_in_a_row_raise_one_alarm_a_window() -> None:
    clock = Clock()
    watch = Watch(clock)
    raised = [watch.asked("a", str(1203004567 + 7 * n)) for n in range(60)]
    kinds = [kind for kinds in raised for kind in kinds]
    assert kinds == [AlarmKind.ENUMERATION, AlarmKind.BROWSING]
    clock.now = Watch.WINDOW_S + 1
    again = [watch.asked("a", str(1203004567 + n)) for n in range(20)]
    assert AlarmKind.ENUMERATION in [kind for kinds in again for kind in kinds]


def test_ten_thousand_numbers_in_a_row_are_not_answered_and_are_noticed(settings: Settings) -> None:
    key = ApiKey("", "một", "Xã Mẫu", Scope.METADATA, 0, "", NOW, None, None)
    add(settings.desk.keys_file, key)
    (held,) = all_keys(settings.desk.keys_file)
    first, answered, refused = 40196000000, 0, 0
    with closing(Counter(settings, now=lambda: NOW, clock=Clock())) as counter:
        for number in range(first, first + 10_000):
            try:
                counter.ask(understand(f"{number:012}"), Errand("tiep-nhan"), Asker(held, ""))
                answered += 1
            except Problem as problem:
                assert problem.code == "budget_spent"
                refused += 1
        text = counter.metrics.text({})
    assert (answered, refused) == (settings.desk.per_key, 10_000 - settings.desk.per_key)
    assert 'sohoa_alarms_total{kind="enumeration"} 1' in text
    written = [event["kind"] for event in events(settings.desk.audit_log)]
    assert written.count("lookup") == answered, "each answer is in the log"
    assert written.count("refused") == refused and "alarm" in written


def test_an_asker_who_goes_away_does_not_stop_the_writing(settings: Settings) -> None:
    key = ApiKey("", "một", "Xã Mẫu", Scope.METADATA, 0, "", NOW, None, None)
    add(settings.desk.keys_file, key)
    asker = Asker(all_keys(settings.desk.keys_file)[0], "")

    async def goes_away(counter: Counter) -> None:
        _, written = counter.ask(understand(NUMBER), Errand(), asker)
        waiting = asyncio.ensure_future(on_disk(written))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    with closing(Counter(settings, now=lambda: NOW)) as counter:
        asyncio.run(goes_away(counter))
        assert counter.look(understand(NUMBER), Errand(), asker).papers
    assert [event["kind"] for event in events(settings.desk.audit_log)] == ["lookup", "lookup"]


def test_a_days_citizens_raise_none() -> None:
    watch = Watch(Clock())
    for n in range(200):
        assert watch.asked("a", str(1203004567 + n * 7919)) == ()
        watch.used("a")


def test_many_people_and_no_paper_used_is_browsing() -> None:
    watch = Watch(Clock())
    raised = [watch.asked("a", str(1203004567 + n * 7919)) for n in range(Watch.MOST_PEOPLE)]
    assert raised[-1] == (AlarmKind.BROWSING,)
    assert watch.asked("b", "1203004567") == ()


# ── keys ─────────────────────────────────────────────────────────────────────────────────────


def _key(**changes: object) -> ApiKey:
    key = ApiKey("", "Quầy 1", "Xã Mẫu", Scope.METADATA, 0, "", NOW, None, None)
    return replace(key, **changes)  # type: ignore[arg-type]


def test_a_key_is_known_by_its_secret_which_is_nowhere_kept(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    presented = add(file, _key())
    ring = KeyRing(file)
    held = ring.holder(presented, NOW)
    assert held is not None and held.allows(Scope.EXISTS) and not held.allows(Scope.DOCUMENT)
    assert presented.rpartition("_")[2] not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for wrong in ("", "x", presented[:-1], presented[:-1] + "!", presented + "A", "sohoa__"):
        assert ring.holder(wrong, NOW) is None
    flipped = presented[:-2] + ("A" if presented[-2] != "A" else "B") + presented[-1]
    assert ring.holder(flipped, NOW) is None


def test_a_key_ends_by_its_date_or_when_it_is_revoked(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    short = add(file, _key(expires_at=NOW + timedelta(days=1)))
    other = add(file, _key())
    ring = KeyRing(file)
    assert ring.holder(short, NOW) and ring.holder(other, NOW)
    assert ring.holder(short, NOW + timedelta(days=1)) is None
    assert revoke(file, other.split("_")[1], NOW)
    assert ring.holder(other, NOW) is None
    assert revoke(file, "00000000", NOW) is None


@pytest.mark.parametrize(("mode", "text"), [(0o640, '{"keys":[]}'), (0o600, "{")])
def test_a_key_file_open_to_others_or_damaged_is_refused(
    tmp_path: Path, mode: int, text: str
) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ConfigError, match="keys_file"):
        all_keys(file)


# ── over HTTP ────────────────────────────────────────────────────────────────────────────────


def _code(window: Window, presented: str) -> tuple[int, str]:
    headers = {"Authorization": f"Bearer {presented}"}
    response = httpx.get(f"{window.url}/v1/session", headers=headers)
    return response.status_code, response.json().get("code", "")


def test_a_key_that_is_none_gets_no_answer(window: Window) -> None:
    presented = issue(window.settings, Scope.EXISTS)
    expired = issue(window.settings, Scope.EXISTS, expires_at=NOW)
    assert _code(window, presented)[0] == 200
    revoke(window.settings.desk.keys_file, presented.split("_")[1], NOW)
    for wrong in (presented, expired, "x", "sohoa_00000000_" + "A" * 43):
        assert _code(window, wrong) == (401, "key_refused")
    without = httpx.get(f"{window.url}/v1/session")
    assert (without.status_code, without.json()["code"]) == (401, "no_key")
    assert without.headers["www-authenticate"] == "Bearer"


def test_numbers_in_a_row_over_http_get_a_budget_and_one_alarm(settings: Settings) -> None:
    few = replace(settings, desk=replace(settings.desk, per_key=30))
    with open_window(few) as window, window.client(Scope.EXISTS) as client:
        codes = [
            client.post("/v1/lookups", json={"text": f"0012030{n:05}"}).status_code
            for n in range(100)
        ]
        counted = client.get("/metrics").text
    told = window.events()
    assert codes.count(200) < 40 and codes.count(429) > 60
    assert 'sohoa_alarms_total{kind="enumeration"} 1' in counted
    kinds = [event["kind"] for event in told]
    assert (kinds.count("lookup"), kinds.count("refused")) == (codes.count(200), codes.count(429))
    assert kinds.count("alarm") == 1


def test_one_clerk_has_a_budget_of_his_own(settings: Settings) -> None:
    few = replace(settings, desk=replace(settings.desk, per_clerk=2))
    with open_window(few) as window:
        with window.client(clerk="lan.nt") as client:
            answers = [client.post("/v1/lookups", json={"text": NUMBER}) for _ in range(3)]
        with window.client(clerk="hoà.tt") as other:
            fourth = other.post("/v1/lookups", json={"text": NUMBER})
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert fourth.status_code == 200


def test_every_question_is_in_the_log_with_who_and_why(window: Window) -> None:
    window.ask(NUMBER)
    window.ask("476/QĐ-UBND", procedure="")
    first, second = window.events()
    assert (first["clerk"], first["purpose"], first["case"]) == (
        "lan.nt",
        "tiep-nhan",
        "H41.05-261122-0001",
    )
    assert first["asked"] == [window.counter.vault.asked_key(NUMBER)]
    assert (second["taken_for"], len(str(second["asked"]))) == ("number", 68)
    found = verify(window.settings.desk.audit_log, window.counter.vault.audit_key)
    assert (found.head.lines, found.faults) == (2, ())
