"""Serve a catalog of synthetic papers and ask it over HTTP from many connections at once.

    python -m benchmarks.desk --rows 200000 --clients 16 --requests 8000

Prints one JSON object: requests a second, p50/p99/max in milliseconds of hits and of misses (half
each, mixed), errors by status, the AUC with which a hit can be told from a miss by its time
(0.5: not at all), and the processor's milliseconds a request, of the desk (all its processes) and
of the asking; `yardstick_ms` is there to compare them by (`benchmarks.lookup.yardstick`). Each
request presents a key, is checked against the budgets, asks for a person's papers of one procedure,
and is on the disk in audit log and ledger before it is answered.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter as Count
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.desk.asking import Answered, ask_all, request
from benchmarks.lookup.catalogs import sqlite_catalog
from benchmarks.lookup.papers import MASTER, VAULT, identity_of
from benchmarks.lookup.yardstick import yardstick_ms
from desk.api_keys import ApiKey, Scope, add
from desk.rules import Rule, RuleTable, save

PROCEDURE = "1.004873"
RULES = tuple(
    Rule(PROCEDURE, "Thủ tục mẫu", kind, True, True, "") for kind in ("QĐ", "KHAI_SINH", "KET_HON")
)
_WARM_UP = 50
_ENOUGH = 100_000_000


def prepare(data: Path) -> str:
    """Make a data folder with keys and rules; return an API key."""
    (data / "keys").mkdir(parents=True, mode=0o700)
    identity = data / "keys" / "identity.key"
    identity.write_text(json.dumps({"key": MASTER.hex(), "key_id": VAULT.key_id}))
    identity.chmod(0o600)
    save(RuleTable(RULES, "benchmark"), data / "rules.json")
    now = datetime.now(UTC)
    key = ApiKey("", "đo", "Xã Mẫu", Scope.METADATA, _ENOUGH, "", now, None, None)
    return add(data / "keys" / "desk-keys.json", key)


def serving(data: Path, catalog: str, port: int) -> subprocess.Popen[str]:
    """Start the desk and return once it listens."""
    settings = {"SOHOA_DESK_PER_CLERK": str(_ENOUGH), "SOHOA_STORAGE_CATALOG": catalog}
    process = subprocess.Popen(
        [Path(sys.executable).with_name("sohoa"), "--data", data, "serve", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings},
    )
    assert process.stderr is not None
    while "http://" not in (line := process.stderr.readline()):
        if not line:
            raise SystemExit("the desk did not start")
    return process


def used_s(process: int) -> float:
    """Return the processor time of a process and of its children so far, in seconds."""
    stat = Path(f"/proc/{process}/stat").read_text()
    ticks = stat.rpartition(")")[2].split()[11:13]
    own = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return own + sum(used_s(int(child)) for task in tasks for child in task.read_text().split())


def shares(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    at = {"p50": 0.50, "p99": 0.99}
    found = {name: ordered[int(len(ordered) * share)] for name, share in at.items()}
    return {name: round(value, 2) for name, value in {**found, "max": ordered[-1]}.items()}


def auc(hits: list[float], misses: list[float]) -> float:
    """Return how often a random hit took longer than a random miss; ties count half."""
    ranked = sorted([(value, 1) for value in hits] + [(value, 0) for value in misses])
    total = sum(rank for rank, (_, is_hit) in enumerate(ranked, 1) if is_hit)
    return round((total - len(hits) * (len(hits) + 1) / 2) / (len(hits) * len(misses)), 4)


def questions(
    key: str, rows: int, clients: int, each: int, seed: int
) -> list[list[tuple[bytes, bool]]]:
    """Return each client's requests, and of each whether the person's papers are held."""
    chooser = random.Random(seed)
    people = rows // 3

    def one() -> tuple[bytes, bool]:
        is_held = chooser.random() < 0.5
        person = chooser.randrange(people) + (0 if is_held else people + 1)
        return request(key, identity_of(3 * person), PROCEDURE), is_held

    return [[one() for _ in range(each)] for _ in range(clients)]


def measured(
    process: int, port: int, key: str, rows: int, clients: int, requests: int
) -> dict[str, object]:
    """Ask, warm-up first, and return the figures."""
    ask_all(port, questions(key, rows, clients, _WARM_UP, 0))
    queues = questions(key, rows, clients, requests // clients, 1)
    desk_s, asking_s, began = used_s(process), time.process_time(), time.perf_counter()
    taken = ask_all(port, queues)
    seconds = time.perf_counter() - began
    asking_ms = (time.process_time() - asking_s) * 1000 / len(taken)
    desk_ms = (used_s(process) - desk_s) * 1000 / len(taken)
    return {"requests_per_s": round(len(taken) / seconds, 1), **_figures(taken)} | {
        "desk_cpu_ms_a_request": round(desk_ms, 3),
        "asking_cpu_ms_a_request": round(asking_ms, 3),
    }


def _figures(taken: list[Answered]) -> dict[str, object]:
    hits = [one.ms for one in taken if one.is_held]
    misses = [one.ms for one in taken if not one.is_held]
    return {
        "all": shares(hits + misses),
        "hits": shares(hits),
        "misses": shares(misses),
        "auc_hit_by_time": auc(hits, misses),
        "statuses": dict(Count(one.status for one in taken)),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=8_000)
    parser.add_argument("--port", type=int, default=8398)
    parser.add_argument("--cache", type=Path, help="keep the catalog there for the next time")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        catalog = sqlite_catalog(arguments.cache or Path(folder), arguments.rows)
        key = prepare(data)
        process = serving(data, f"sqlite:///{catalog}", arguments.port)
        try:
            asked = (arguments.rows, arguments.clients, arguments.requests)
            found = measured(process.pid, arguments.port, key, *asked)
        finally:
            process.terminate()
            process.wait()
    told = {"rows": arguments.rows, "clients": arguments.clients, **found}
    load = round(os.getloadavg()[0], 1)
    print(json.dumps({**told, "load": load, "yardstick_ms": yardstick_ms()}))


if __name__ == "__main__":
    main()
