"""Another system is told what is ready: at least once, signed, and with no person in it."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.courier import telling
from digitizer.errors import ConfigError
from digitizer.model import FieldName
from pipelines import checkup, webhook
from pipelines.config import load
from pipelines.settings import Settings, WebhookSettings
from pipelines.webhook import Delivered, announce, deliver, outbox
from storage.outbox import FIRST_WAIT, LONGEST_WAIT, Fate
from tests.oracles.loopback import free_ports
from tests.oracles.receiver import Receiver, receiving
from tests.storage.papers import BIRTH, NAME, NUMBER, record

SECRET = b"0123456789abcdef0123456789abcdef"
CASE = "H41.05-261122-0001"


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving(SECRET) as running:
        yield running


@pytest.fixture
def settings(receiver: Receiver, tmp_path: Path) -> Settings:
    return site(tmp_path, receiver.url)


def site(folder: Path, url: str, *, attempts: int = 12) -> Settings:
    secret = folder / "webhook.secret"
    secret.write_bytes(SECRET + b"\n")
    secret.chmod(0o600)
    made = load(flags={"run.data": folder / "data"}, environ={}).settings
    return replace(made, webhook=WebhookSettings(url, secret, attempts=attempts, every_s=0.05))


def tell(settings: Settings, clock: Clock, document: str = "ab" * 16) -> None:
    announce(settings, record(document, fields={FieldName.MA_HO_SO: CASE}), clock())


def counts(settings: Settings) -> dict[Fate, int]:
    with outbox(settings) as held:
        return held.counts()


def test_what_is_ready_is_told_once_it_is_accepted(
    settings: Settings, clock: Clock, receiver: Receiver
) -> None:
    tell(settings, clock)
    assert deliver(settings, clock) == Delivered(accepted=1)
    ((event_id, body),) = receiver.accepted.items()
    told = json.loads(body)
    assert (told["schema"], told["event_id"]) == ("sohoa.document_ready/1", event_id)
    assert (told["document_id"], told["ma_ho_so"]) == ("ab" * 16, CASE)
    assert deliver(settings, clock) == Delivered()


def test_no_person_is_in_it(settings: Settings, clock: Clock, receiver: Receiver) -> None:
    tell(settings, clock)
    deliver(settings, clock)
    said = str(receiver.requests)
    assert not any(word in said for word in (NUMBER, NAME, BIRTH, NUMBER[:3] + "***", "Văn"))


def test_what_is_refused_is_sent_again_later_and_later(
    settings: Settings, clock: Clock, receiver: Receiver
) -> None:
    receiver.answers += [503, 302, 500]
    tell(settings, clock)
    for wait in (FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT):
        assert deliver(settings, clock) == Delivered(put_off=1)
        clock.now += wait - timedelta(seconds=1)
        assert deliver(settings, clock) == Delivered(), "not before its time"
        clock.now += timedelta(seconds=1)
    bodies = {body for _, body in receiver.requests}
    assert len(bodies) == 1, "the same event, to the byte"


def test_a_receiver_that_is_away_is_waited_for_at_most_so_long(
    clock: Clock, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    settings = site(tmp_path, f"http://127.0.0.1:{port}/")
    tell(settings, clock)
    for _ in range(11):
        assert deliver(settings, clock).put_off == 1
        clock.now += LONGEST_WAIT
    assert deliver(settings, clock) == Delivered(given_up=1)
    clock.now += LONGEST_WAIT
    assert deliver(settings, clock) == Delivered()


def test_what_was_given_up_is_seen_and_can_be_sent_again(
    clock: Clock, receiver: Receiver, tmp_path: Path
) -> None:
    settings = site(tmp_path, receiver.url, attempts=1)
    receiver.answers.append(500)
    tell(settings, clock)
    deliver(settings, clock)
    with outbox(settings) as held:
        (dead,) = held.dead()
        assert (dead.attempts, dead.error) == (1, "HTTP 500")
        finding = next(one for one in checkup.check_up(settings, "en") if one.name == "webhook")
        assert not finding.ok and "webhook retry" in finding.cure
        assert held.revive(clock()) == 1
    assert deliver(settings, clock) == Delivered(accepted=1)
    assert counts(settings)[Fate.DEAD] == 0


def test_the_same_fact_is_one_event_and_a_new_version_another(
    settings: Settings, clock: Clock
) -> None:
    tell(settings, clock)
    tell(settings, clock)
    assert counts(settings)[Fate.PENDING] == 1
    announce(settings, replace(record("ab" * 16), version=2), clock())
    assert counts(settings)[Fate.PENDING] == 2


def test_another_secret_is_not_believed(
    settings: Settings, clock: Clock, receiver: Receiver
) -> None:
    receiver.secret = b"x" * 32
    tell(settings, clock)
    assert deliver(settings, clock) == Delivered(put_off=1)
    assert receiver.accepted == {}


def test_it_can_be_opened_for_the_first_time_by_several_at_once(
    settings: Settings, clock: Clock
) -> None:
    names = [f"{number:032x}" for number in range(8)]
    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(lambda name: tell(settings, clock, name), names))
    assert counts(settings)[Fate.PENDING] == len(names)


def test_without_a_url_nothing_is_kept(settings: Settings, clock: Clock) -> None:
    quiet = replace(settings, webhook=WebhookSettings())
    tell(quiet, clock)
    assert not webhook.has_outbox(quiet)


@pytest.mark.parametrize("url", ["ftp://host/", "https://user:pass@host/", "host", "http://"])
def test_a_url_that_is_none_is_refused(settings: Settings, clock: Clock, url: str) -> None:
    with pytest.raises(ConfigError, match="url"):
        deliver(replace(settings, webhook=replace(settings.webhook, url=url)), clock)


def test_a_secret_that_others_can_read_or_guess_is_refused(
    settings: Settings, clock: Clock
) -> None:
    file = settings.webhook.secret_file
    assert file is not None
    file.chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        deliver(settings, clock)
    file.chmod(0o600)
    file.write_text("short")
    with pytest.raises(ConfigError, match="fewer"):
        deliver(settings, clock)


def test_an_open_desk_tells_by_itself(
    settings: Settings, clock: Clock, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    with telling(settings, clock):
        tell(settings, clock)
        deadline = clock.now + timedelta(seconds=20)
        while not receiver.accepted and datetime.now(UTC) < deadline:
            time.sleep(0.02)
    assert len(receiver.accepted) == 1
