"""What is not the documents' trouble: keys, services, settings, locks, time, signals."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from samples.truth import Truth
from tests.endtoend.installed import Ended, Sohoa, copy_papers, of_type
from tests.oracles.loopback import free_ports
from tests.oracles.pki import Pki, running_pki

Make = Callable[..., Sohoa]
_NO_ANSWER_S = 60


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, truths: tuple[Truth, ...]) -> Path:
    chosen = of_type(truths, "TTr", "TB", "GIAY_TIEP_NHAN")
    return copy_papers(chosen, tmp_path_factory.mktemp("trouble") / "inbox")


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pki]:
    with running_pki(tmp_path_factory.mktemp("pki")) as running:
        yield running


def _archived(sohoa: Sohoa) -> list[Path]:
    return sorted(sohoa.data.glob("archive/documents/**/metadata.json"))


# ── nothing is begun ─────────────────────────────────────────────────────────────────────────


@pytest.fixture
def wrong_key(sohoa: Make, inbox: Path, pki: Pki, tmp_path: Path) -> tuple[Sohoa, Ended]:
    (tmp_path / "passphrase").write_text("sai-mat-khau\n")
    (tmp_path / "passphrase").chmod(0o600)
    agency = sohoa().with_(
        signing_key="pkcs12",
        signing_pkcs12_file=pki.pkcs12("signer"),
        signing_passphrase_file=tmp_path / "passphrase",
    )
    return agency, agency("run", inbox)


def test_a_wrong_passphrase_is_told_before_anything_is_signed(
    wrong_key: tuple[Sohoa, Ended],
) -> None:
    agency, ended = wrong_key
    assert (ended.code, _archived(agency)) == (23, [])
    assert "SH-2004" in ended.err
    assert "passphrase_file" in ended.err
    assert "sai-mat-khau" not in ended.err + ended.out


def test_a_store_that_is_not_there_is_told_within_a_minute(
    sohoa: Make, inbox: Path, tmp_path: Path
) -> None:
    for name in ("access", "secret"):
        (tmp_path / name).write_text("khong-dung-den\n")
    away = sohoa().with_(
        storage_store="s3",
        storage_endpoint=f"http://127.0.0.1:{free_ports(1)[0]}",
        storage_bucket="luu-tru",
        storage_access_key_file=tmp_path / "access",
        storage_secret_key_file=tmp_path / "secret",
    )
    began = time.monotonic()
    ended = away("run", inbox)
    assert (ended.code, "SH-2001" in ended.err) == (21, True)
    assert time.monotonic() - began < _NO_ANSWER_S


def test_an_unknown_key_in_the_configuration_is_refused_with_the_one_meant(
    sohoa: Make, inbox: Path, tmp_path: Path
) -> None:
    file = tmp_path / "sohoa.toml"
    file.write_text("[storage]\nendpont = 'http://127.0.0.1'\n")
    ended = sohoa()("--config", file, "run", inbox)
    assert (ended.code, "endpoint" in ended.err, "endpont" in ended.err) == (3, True, True)


def test_an_inbox_that_is_not_there_is_told_by_name(sohoa: Make, tmp_path: Path) -> None:
    ended = sohoa()("run", tmp_path / "khong-co")
    assert (ended.code, "khong-co" in ended.err) == (3, True)


def test_a_second_run_over_the_same_data_folder_is_refused(sohoa: Make, inbox: Path) -> None:
    busy = sohoa()
    busy.data.mkdir(parents=True)
    with busy.data.joinpath("lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = busy("run", inbox)
    assert (ended.code, "SH-0005" in ended.err) == (5, True)


def test_a_folder_that_can_not_be_written_to_is_told_by_name(sohoa: Make, inbox: Path) -> None:
    blocked = sohoa()
    blocked.data.parent.mkdir(exist_ok=True)
    blocked.data.write_text("a file where the folder should be")
    ended = blocked("run", inbox)
    assert (ended.code, str(blocked.data) in ended.err) == (24, True)


def test_english_is_spoken_when_asked_for(sohoa: Make, tmp_path: Path) -> None:
    ended = sohoa()("--lang", "en", "run", tmp_path / "khong-co")
    assert not any(char in ended.err for char in "ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệ")


# ── stopped in the middle ────────────────────────────────────────────────────────────────────


def _wait_until(fact: Callable[[], object], running: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not fact():
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _interrupted(sohoa: Sohoa, inbox: Path, number: signal.Signals) -> int:
    """Start a run, send the signal once a document is being worked on, return how it ended."""
    running = sohoa.start("run", inbox)
    _wait_until(lambda: list(sohoa.data.glob("work/*/.at")), running)
    running.send_signal(number)
    running.communicate(timeout=60)
    return running.returncode


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "code", "workers"),
    [(signal.SIGINT, 130, "2"), (signal.SIGTERM, 143, "2")],
)
def test_a_run_told_to_stop_does_and_the_next_goes_on(
    sohoa: Make, inbox: Path, number: signal.Signals, code: int, workers: str
) -> None:
    stopped = sohoa().with_(run_workers=workers)
    assert _interrupted(stopped, inbox, number) == code
    again = stopped("run", inbox, "--json")
    assert (again.code, len(_archived(stopped))) == (0, 3)


@pytest.mark.slow
def test_a_run_whose_window_closes_leaves_the_rest_for_the_next(sohoa: Make, inbox: Path) -> None:
    limited = sohoa()
    closing_s = 15.0
    running = _started_before_the_full_minute(limited, inbox, closing_s)
    began = time.monotonic()
    _wait_until(lambda: limited.data.joinpath("lock").exists(), running)
    # Held still from before the first document until the window is over.
    running.send_signal(signal.SIGSTOP)
    time.sleep(max(0.0, began + closing_s + 1 - time.monotonic()))
    running.send_signal(signal.SIGCONT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 102, err
    assert json.loads(out)["window_over"]
    again = limited("run", inbox, "--json")
    assert (again.code, len(_archived(limited))) == (0, 3)


def _started_before_the_full_minute(
    sohoa: Sohoa, inbox: Path, seconds: float
) -> subprocess.Popen[str]:
    """Start a run whose `--until`, which knows minutes only, is `seconds` from now.

    Its local time zone is put so that the minute is full just then.
    """
    shift_s = round(60 - seconds - datetime.now().second) % 60
    local = datetime.now(timezone(timedelta(seconds=shift_s)))
    until = (local + timedelta(seconds=seconds + 2)).strftime("%H:%M")
    # POSIX counts west of Greenwich as positive.
    zoned = Sohoa(sohoa.data, {**sohoa.variables, "TZ": f"TST-00:00:{shift_s:02}"})
    return zoned.start("run", inbox, "--until", until, "--json")


def test_a_time_that_no_clock_shows_is_refused_as_usage(sohoa: Make, inbox: Path) -> None:
    ended = sohoa()("run", inbox, "--until", "25:00")
    assert (ended.code, "--until" in ended.err) == (2, True)
