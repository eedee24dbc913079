"""The night itself, and what happens to it: a slow scanner, a crash, a store that goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.killing import processes
from tests.oracles import seaweed

COMMAND = Path(sys.executable).with_name("sohoa")
_CHUNK = 65_536
_EVERY_S = 1.0


@dataclass
class Watched:
    """A command at work: how long it took and the most memory it and all below it held.

    `busy` counts, each second, the documents that a worker had in hand.
    """

    ended: int | None = None
    out: str = ""
    err: str = ""
    seconds: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    busy: list[int] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """A data folder, its settings as variables, and its inbox."""

    data: Path
    inbox: Path
    variables: Mapping[str, str]

    def line(self, *arguments: object) -> list[str]:
        return [str(COMMAND), "--data", str(self.data), *(str(one) for one in arguments)]

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
        return {**own, "OMP_THREAD_LIMIT": "1", **self.variables}


def watch(
    site: Site, *arguments: object, meanwhile: Callable[[int, float], str] = lambda _p, _s: ""
) -> Watched:
    """Run a command to its end; `meanwhile` is called each second with its pid and its age.

    Args:
        meanwhile: returns what it did to the command, "" for nothing.
    """
    seen = Watched()
    began = time.monotonic()
    before = os.times()
    with subprocess.Popen(
        site.line(*arguments),
        env=site.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        talk = threading.Thread(target=_listen, args=(running, seen))
        talk.start()
        while running.poll() is None:
            seen.peak_mb = max(seen.peak_mb, _memory_mb(running.pid))
            seen.busy.append(sum(1 for _ in site.data.glob("work/*/.at")))
            if done := meanwhile(running.pid, time.monotonic() - began):
                seen.killed.append(done)
            time.sleep(_EVERY_S)
        talk.join()
        seen.ended = running.returncode
    after = os.times()
    seen.seconds = time.monotonic() - began
    seen.cpu_s = after.children_user + after.children_system
    seen.cpu_s -= before.children_user + before.children_system
    return seen


@contextmanager
def confined(cores: int | None) -> Iterator[None]:
    """Keep what is started meanwhile to this many of the machine's cores; None leaves it free."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:cores])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def steady(busy: list[int]) -> float:
    """Return how many workers were at work on average, from the first document to the last."""
    at_work = [place for place, count in enumerate(busy) if count]
    span = busy[at_work[0] : at_work[-1] + 1] if at_work else [0]
    return sum(span) / len(span)


def _listen(running: subprocess.Popen[str], seen: Watched) -> None:
    seen.out, seen.err = running.communicate()


def _memory_mb(pid: int) -> float:
    """Return what a process and all below it hold; shared pages are counted once."""
    family = [pid, *(process.pid for process in processes.below(pid))]
    return sum(_proportional_kb(one) for one in family) / 1024


def _proportional_kb(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


# ── what happens ─────────────────────────────────────────────────────────────────────────────


def scan_slowly(source: Path, inbox: Path) -> None:
    """Put files into the inbox as a scanner over a slow line does: in pieces, under their names."""
    for path in sorted(source.rglob("*.pdf")):
        target = inbox / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        data = path.read_bytes()
        with target.open("wb") as stream:
            for start in range(0, len(data), _CHUNK):
                stream.write(data[start : start + _CHUNK])
                stream.flush()
                time.sleep(0.02)


def archived(data: Path) -> int:
    """Return how many documents the night has brought to the archive so far."""
    import sqlite3

    try:
        with sqlite3.connect(f"file:{data / 'journal.sqlite'}?mode=ro", uri=True) as journal:
            found = journal.execute("SELECT count(*) FROM documents WHERE state = 'archived'")
            return int(found.fetchone()[0])
    except sqlite3.Error:
        return 0


def kill_all(pid: int) -> None:
    """End a command and everything below it, as a power cut does."""
    family = processes.below(pid)
    own = processes.of(pid)
    for process in (own, *family):
        if process is not None:
            process.kill()


def kill_a_worker(pid: int) -> bool:
    """End one process that prepares documents."""
    for process in processes.below(pid):
        if "spawn_main" in process.command:
            process.kill()
            return True
    return False


@dataclass
class Store:
    """A real S3 server that can be made to stop answering."""

    site: Mapping[str, str]
    server: subprocess.Popen[bytes]

    def away(self) -> None:
        self.server.send_signal(signal.SIGSTOP)

    def back(self) -> None:
        self.server.send_signal(signal.SIGCONT)


@contextmanager
def store(folder: Path) -> Iterator[Store]:
    """Run one, with a bucket and the application's key pair in files."""
    with seaweed.running(folder) as (running, server):
        settings = running.settings(running.bucket(), prefix="")
        yield Store(
            {
                "SOHOA_STORAGE_STORE": "s3",
                "SOHOA_STORAGE_ENDPOINT": settings.endpoint,
                "SOHOA_STORAGE_BUCKET": settings.bucket,
                "SOHOA_STORAGE_ACCESS_KEY_FILE": str(settings.access_key_file),
                "SOHOA_STORAGE_SECRET_KEY_FILE": str(settings.secret_key_file),
                "SOHOA_STORAGE_CONNECT_TIMEOUT_S": "2",
            },
            server,
        )
        server.send_signal(signal.SIGCONT)


def last_json(text: str) -> Any:
    """Return the JSON object on the last line of what a command printed."""
    lines = [line for line in text.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else None
