"""The S3 server killed thirty times while runs archive: is everything there that it said it has?

The server is a real one on loopback. It is ended by SIGKILL at random moments and started again
over the same data; the run, which stops when the store stays away, is started again as well.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from benchmarks.faults import forked, papers
from benchmarks.faults.result import Result, Say, undisturbed
from benchmarks.killing import invariants
from pipelines import worker
from pipelines.journal import Journal
from pipelines.outcome import State
from pipelines.settings import Settings
from storage.archive import committed
from storage.objects import open_store
from tests.oracles.seaweed import Seaweed, running

KILLS: Final = 30
_LATEST_S: Final = 15.0
_DOWN_S: Final = 2.0
_LOOK_S: Final = 0.02
_START_S: Final = 60.0
_AT_HAND: Final = 6


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Archive paper after paper, kill the server meanwhile; in the end look at everything."""
    kills, chance = max(2, round(KILLS * scale)), random.Random(4)
    inbox = folder / "inbox"
    with running(folder / "server") as (server, first):
        process = first
        bucket = server.bucket(versioned=True)
        settings = _settings(folder, server, bucket)
        forked.load(settings)
        ends: Counter[int] = Counter()
        done = written = 0
        while done < kills:
            written += len(papers.write(inbox, _AT_HAND, first=written))
            pid = forked.run(settings, inbox)
            killed, process = _kill_meanwhile(pid, process, server, chance)
            done += killed
            ends[forked.ended(pid)] += 1
            say(f"killed {done} of {kills}, {written} papers")
        acknowledged = _acknowledged(settings)
        code = forked.ended(forked.run(settings, inbox))
        missing = [
            one for one in acknowledged if committed(open_store(settings.storage), one) is None
        ]
        told = forked.last_report(settings)
        found = invariants.check_site(settings, told, undisturbed(inbox)).broken
        process.kill()
        process.wait()
    broken = (*(f"{one} is missing" for one in missing), *found, *([f"exit {code}"] * (code != 0)))
    rows = {
        "server killed": done,
        "runs that came through / stopped meanwhile": f"{ends[0]} / {ends.total() - ends[0]}",
        "exit codes of those that stopped": ", ".join(str(c) for c in sorted(ends) if c) or "–",
        "papers": written,
        "archived before the last run": len(acknowledged),
        "of these missing": len(missing),
        "lost, doubled, changed, dangling in the end": len(broken),
    }
    return Result(rows, broken)


def _settings(folder: Path, server: Seaweed, bucket: str) -> Settings:
    stored = server.settings(bucket, prefix="")
    return forked.settings_for(
        folder / "data",
        storage__store="s3",
        storage__endpoint=stored.endpoint,
        storage__bucket=stored.bucket,
        storage__access_key_file=stored.access_key_file,
        storage__secret_key_file=stored.secret_key_file,
        storage__connect_timeout_s=stored.connect_timeout_s,
        run__store_attempts=1,
    )


def _kill_meanwhile(
    pid: int, process: subprocess.Popen[bytes], server: Seaweed, chance: random.Random
) -> tuple[int, subprocess.Popen[bytes]]:
    """Kill the server at a moment of a run's course and start it again; 0 if the run was over."""
    moment = time.monotonic() + chance.uniform(0, _LATEST_S)
    while time.monotonic() < moment:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return 0, process
        time.sleep(_LOOK_S)
    process.kill()
    process.wait()
    time.sleep(chance.uniform(0, _DOWN_S))
    with (server.folder / "log").open("ab") as log:
        again = subprocess.Popen(process.args, cwd=server.folder, stdout=log, stderr=log)
    _await(server)
    return 1, again


def _await(server: Seaweed) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        try:
            server.admin().put_object(Bucket="ready", Key="probe", Body=b"x")
        except (BotoCoreError, ClientError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _acknowledged(settings: Settings) -> tuple[str, ...]:
    with Journal(worker.journal_path(settings)) as journal:
        return tuple(one.intake.document_id for one in journal.standings(State.ARCHIVED))
