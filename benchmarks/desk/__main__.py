"""Serve a catalog of synthetic papers and ask it over HTTP from many connections at once.

    python -m benchmarks.desk --rows 200000 --clients 16 --requests 8000

Prints one JSON object: requests a second, p50/p99/max in milliseconds of hits and of misses (half
each, mixed), errors by status, and the AUC with which a hit can be told from a miss by its time
(0.5: not at all). Each request presents a key, is checked against the budgets, asks for a person's
papers of one procedure, and is on the disk in audit log and ledger before it is answered.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter as Count
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.lookup.__main__ import VAULT, entries, identity_of
from desk.api_keys import ApiKey, Scope, add
from desk.rules import Rule, RuleTable, save
from storage.catalog import Catalog
from storage.settings import StorageSettings

PROCEDURE = "1.004873"
RULES = tuple(
    Rule(PROCEDURE, "Thủ tục mẫu", kind, True, True, "") for kind in ("QĐ", "KHAI_SINH", "KET_HON")
)
MASTER = bytes(range(32))


def prepare(data: Path, rows: int) -> str:
    """Make a data folder with keys, rules and a catalog; return an API key."""
    (data / "keys").mkdir(parents=True, mode=0o700)
    identity = data / "keys" / "identity.key"
    identity.write_text(json.dumps({"key": MASTER.hex(), "key_id": VAULT.key_id}))
    identity.chmod(0o600)
    settings = StorageSettings(catalog=f"sqlite:///{data / 'catalog.sqlite'}")
    with Catalog.open(settings, create=True) as catalog:
        catalog.enter_all(entries(rows))
    save(RuleTable(RULES, "benchmark"), data / "rules.json")
    now = datetime.now(UTC)
    key = ApiKey("", "đo", "Xã Mẫu", Scope.METADATA, 100_000_000, "", now, None, None)
    return add(data / "keys" / "desk-keys.json", key)


def serving(data: Path, port: int) -> subprocess.Popen[str]:
    """Start the desk and return once it listens."""
    process = subprocess.Popen(
        [Path(sys.executable).with_name("sohoa"), "--data", data, "serve", "--port", str(port)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SOHOA_DESK_PER_CLERK": "100000000"},
    )
    assert process.stderr is not None
    while "http://" not in (line := process.stderr.readline()):
        if not line:
            raise SystemExit("the desk did not start")
    return process


def request(key: str, number: str) -> bytes:
    """Return one question as it goes over the wire."""
    body = json.dumps(
        {"text": number, "procedure": PROCEDURE, "case": "H41.05-261122-0001"}
    ).encode()
    head = (
        f"POST /v1/lookups HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {key}\r\n"
        f"X-Clerk: lan\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def client(
    port: int, key: str, numbers: list[tuple[str, bool]], taken: list[tuple[bool, float, int]]
) -> None:
    """Ask one question after another over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number, is_held in numbers:
        began = time.perf_counter()
        writer.write(request(key, number))
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        taken.append((is_held, (time.perf_counter() - began) * 1000, int(head[9:12])))
    writer.close()


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


async def measured(
    port: int, key: str, rows: int, clients: int, requests: int
) -> dict[str, object]:
    """Ask, warm-up first, and return the figures."""
    chooser = random.Random(1)
    people = rows // 3

    def numbers(count: int) -> list[tuple[str, bool]]:
        held = [chooser.random() < 0.5 for _ in range(count)]
        return [
            (identity_of(3 * (chooser.randrange(people) + (0 if one else people))), one)
            for one in held
        ]

    await asyncio.gather(*(client(port, key, numbers(50), []) for _ in range(clients)))
    taken: list[tuple[bool, float, int]] = []
    each = requests // clients
    began = time.perf_counter()
    await asyncio.gather(*(client(port, key, numbers(each), taken) for _ in range(clients)))
    seconds = time.perf_counter() - began
    hits = [ms for is_held, ms, _ in taken if is_held]
    misses = [ms for is_held, ms, _ in taken if not is_held]
    return {
        "requests_per_s": round(len(taken) / seconds, 1),
        "all": shares(hits + misses),
        "hits": shares(hits),
        "misses": shares(misses),
        "auc_hit_by_time": auc(hits, misses),
        "statuses": dict(Count(status for _, _, status in taken)),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.desk")
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--requests", type=int, default=8_000)
    parser.add_argument("--port", type=int, default=8398)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        key = prepare(data, arguments.rows)
        process = serving(data, arguments.port)
        try:
            found = asyncio.run(
                measured(arguments.port, key, arguments.rows, arguments.clients, arguments.requests)
            )
        finally:
            process.terminate()
            process.wait()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The desk's whole life: its start and the warm-up are in it.
    cpu_ms = (used.ru_utime + used.ru_stime) * 1000 / arguments.requests
    load = round(os.getloadavg()[0], 1)
    told = {"rows": arguments.rows, "clients": arguments.clients, **found}
    print(json.dumps({**told, "desk_cpu_ms_a_request": round(cpu_ms, 2), "load": load}))


if __name__ == "__main__":
    main()
