"""`python -m benchmarks.night [--documents 20] [--pages 10] [--json]`: a night, and what it bears.

A slow scanner fills a hot folder that `sohoa intake watch` claims from; stacks have separator
sheets; one file in twenty is cut short. Then `sohoa nightly` archives into a real S3 server on
loopback. On the way one worker is killed, the server stops answering for a while, and everything
is killed at once (a power cut), after which the night is started again, as a timer would.
At the end the morning report must balance to the page, and nothing may be missing.

`--throughput` measures instead: one worker and two over the same papers, and the peak memory over
a fifth of them and all of them.

The whole of issue size is --documents 200 --pages 10; the default is a tenth of it.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.night import course, papers
from benchmarks.night.course import Site, Store, Watched

_BASE = {
    "SOHOA_REVIEW_DOUBTFUL": "archive",
    "SOHOA_INTAKE_STABLE_S": "1",
    "SOHOA_NIGHT_AUDIT_NIGHTS": "1",
    "SOHOA_NIGHT_LONGEST_WAIT_S": "60",
    "SOHOA_BACKUP_STORE": "folder",
    "SOHOA_RUN_WORKERS": "2",
}
_AWAY_S = 45.0


def main() -> int:
    """Print the figures; the exit code is 1 when anything was lost or does not balance."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.night", description=__doc__)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--pages", type=int, default=10)
    parser.add_argument("--engine", default="tesseract", choices=["fast", "tesseract", "verified"])
    parser.add_argument("--throughput", action="store_true")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sohoa-night-") as folder:
        measure = _throughput if asked.throughput else _night
        figures = measure(Path(folder), asked.documents, asked.pages, asked.engine)
    print(json.dumps(figures) if asked.json else _table(figures))
    return 0 if figures["ok"] else 1


# ── the night ────────────────────────────────────────────────────────────────────────────────


def _night(folder: Path, documents: int, pages: int, engine: str) -> dict[str, Any]:
    day = papers.make(folder / "scanner", documents, pages)
    _say(f"{day.files} files, {day.documents} documents, {day.pages} pages, {day.bad} bad")
    with course.store(folder / "s3") as store:
        base = {**_BASE, **store.site, "SOHOA_OCR_ENGINE": engine}
        site = Site(folder / "data", folder / "inbox", base)
        site.inbox.mkdir()
        claimed = _fill(site, folder / "scanner", day.files)
        nights = _spend(site, store, day.documents)
    report = course.last_json(nights[-1].out)
    return _figures(day, claimed, nights, report)


def _fill(site: Site, scanner: Path, files: int) -> int:
    """Let the scanner write while the hot folder is watched; return how many files were claimed."""
    writing = threading.Thread(target=course.scan_slowly, args=(scanner, site.inbox))
    writing.start()
    claimed = 0
    while claimed < files:
        was_writing = writing.is_alive()
        look = course.watch(
            site, "intake", "watch", site.inbox, "--every", 1, "--looks", 5, "--json"
        )
        claimed += len(look.out.splitlines())
        if not was_writing and not look.out:
            break
    writing.join()
    _say(f"hot folder: {claimed} files claimed")
    return claimed


def _spend(site: Site, store: Store, documents: int) -> list[Watched]:
    """Run the night, once to the power cut and again to its end."""
    done: set[str] = set()
    away_since = 0.0

    def harm(pid: int, _age_s: float) -> str:
        nonlocal away_since
        here = course.archived(site.data)
        if "worker" not in done and here >= documents // 10 and course.kill_a_worker(pid):
            done.add("worker")
            return "a worker killed"
        if "store" not in done and here >= documents // 4:
            done.add("store")
            store.away()
            away_since = time.monotonic()
            return "S3 away"
        if away_since and time.monotonic() - away_since > _AWAY_S:
            away_since = 0.0
            store.back()
            return "S3 back"
        if "cut" not in done and not away_since and here >= documents // 2:
            done.add("cut")
            course.kill_all(pid)
            return "everything killed"
        return ""

    nights = []
    while not nights or (nights[-1].ended or 0) < 0:
        until = time.strftime("%H:%M", time.localtime(time.time() + 6 * 3600))
        night = course.watch(
            site, "nightly", site.inbox, "--until", until, "--json", meanwhile=harm
        )
        nights.append(night)
        _say(f"night: exit {night.ended}, {night.seconds:.0f} s, {', '.join(night.killed)}")
        if night.ended == 1:
            raise SystemExit(night.err)
    return nights


def _figures(day: papers.Day, claimed: int, nights: list[Watched], report: Any) -> dict[str, Any]:
    balance = report["balance"]
    archived = balance["archived"]
    whole = archived["documents"] == day.documents and archived["pages"] == day.pages
    is_quarantined = balance["quarantined"]["documents"] == day.bad
    seconds = sum(night.seconds for night in nights)
    return {
        "ok": whole and is_quarantined and balance["holds"],
        "documents": day.documents,
        "pages": day.pages,
        "bad files": day.bad,
        "files scanned": day.files,
        "files claimed by the hot folder": claimed,
        "happened": [what for night in nights for what in night.killed],
        "times the night was started": len(nights),
        "documents archived": archived["documents"],
        "pages archived": archived["pages"],
        "quarantined": balance["quarantined"]["documents"],
        "waiting": balance["waiting"]["documents"],
        "balances to the page": balance["holds"],
        "subject": report["subject"],
        "chores": {one["chore"]: [one["ok"], one["count"]] for one in report["chores"]},
        "wall s": round(seconds),
        "pages per hour": round(3600 * day.pages / seconds),
        "peak memory MB": round(max(night.peak_mb for night in nights)),
    }


# ── throughput ───────────────────────────────────────────────────────────────────────────────


def _throughput(folder: Path, documents: int, pages: int, engine: str) -> dict[str, Any]:
    """Measure one worker and two, and one worker kept to one core.

    The process that lets papers in and seals them works beside the workers. Where a second core is
    free it runs there while one worker has the first, so one worker is faster than half of two;
    what one core does against two says how the work spreads. On a machine that others use at the
    same time the ratio of wall clocks says little. The last ratio is what the machine would give
    alone: workers at work on average, by CPU time a page.
    """
    day = papers.make(folder / "all", documents, pages)
    fewer = papers.make(folder / "few", max(4, documents // 5), pages)
    base = {**_BASE, "SOHOA_INTAKE_STABLE_S": "0", "SOHOA_OCR_ENGINE": engine}
    rows: dict[str, Any] = {"ok": True, "pages": day.pages, "pages of the fifth": fewer.pages}
    for name, inbox, workers, cores in (
        ("few", "few", 2, None),
        ("one core", "all", 1, 1),
        ("one", "all", 1, None),
        ("two", "all", 2, None),
    ):
        site = Site(folder / f"data-{name.replace(' ', '-')}", folder / inbox, base)
        with course.confined(cores):
            seen = course.watch(site, "run", site.inbox, "--workers", workers, "--json")
        rows[f"{name}: wall s"] = round(seen.seconds, 1)
        rows[f"{name}: CPU s"] = round(seen.cpu_s, 1)
        rows[f"{name}: workers at work"] = round(course.steady(seen.busy), 2)
        rows[f"{name}: peak memory MB"] = round(seen.peak_mb)
        _say(f"{name}: {seen.seconds:.0f} s, {seen.peak_mb:.0f} MB, exit {seen.ended}")
    rows["load of the machine, others included"] = round(os.getloadavg()[1], 1)
    rows["two cores against one, wall clock"] = round(
        rows["one core: wall s"] / rows["two: wall s"], 2
    )
    rows["two against one, wall clock"] = round(rows["one: wall s"] / rows["two: wall s"], 2)
    rate = {n: rows[f"{n}: workers at work"] / rows[f"{n}: CPU s"] for n in ("one", "two")}
    rows["two against one, by workers at work and CPU"] = round(rate["two"] / rate["one"], 2)
    rows["memory, all against a fifth"] = round(
        rows["two: peak memory MB"] / rows["few: peak memory MB"], 2
    )
    return rows


def _table(figures: dict[str, Any]) -> str:
    rows = [f"| {name} | {value} |" for name, value in figures.items()]
    return "\n".join(["| | |", "|---|---|", *rows])


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
