"""Files made to break readers, and good ones cut off: what becomes of each, and of the program?

All files of a folder (`--material`), and 200 sample papers of every kind of file, cut off at
random, go into one inbox; the installed command runs over it with two worker processes. Meanwhile
every process of it is looked at ten times a second: memory, connections, how long it has been at
which document.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks.faults import papers
from benchmarks.faults.result import Result, Say
from benchmarks.killing import processes
from samples.truth import PAPERS, all_truths

TRUNCATIONS: Final = 200
MOST_RSS_MIB: Final = 2048
LONGEST_S: Final = 60.0
A_PAGE_S: Final = 4.0
"""A document of more than 15 pages may take longer, by what an honest page does here."""
_COMMAND: Final = Path(sys.executable).with_name("sohoa")
_LOOK_S: Final = 0.1
_DONE: Final = frozenset({"archived", "quarantined", "duplicate"})
_CUT: Final = "cut-"


@dataclass(slots=True)
class Watched:
    """What was seen of a run from outside. Seconds by document, the longest first looked for."""

    began: dict[str, float] = field(default_factory=dict)
    longest_s: dict[str, float] = field(default_factory=dict)
    peak_mib: int = 0
    connections: int = 0
    family: dict[processes.Process, None] = field(default_factory=dict)

    def look(self, pid: int, work: Path) -> None:
        now = time.monotonic()
        for process in (*processes.below(pid), *filter(None, [processes.of(pid)])):
            self.family[process] = None
            self.peak_mib = max(self.peak_mib, _peak_mib(process.pid))
            self.connections = max(self.connections, _connections(process.pid))
        at_work = {path.parent.name for path in work.glob("*/.at")}
        for document in at_work:
            began = self.began.setdefault(document, now)
            self.longest_s[document] = max(self.longest_s.get(document, 0.0), now - began)
        for document in self.began.keys() - at_work:
            del self.began[document]


def measure(folder: Path, scale: float, say: Say, material: Path | None = None) -> Result:
    """Run over everything and look at what is left."""
    inbox, data = folder / "inbox", folder / "data"
    given = _collect(inbox, material, scale)
    cut = _cut_off(inbox, max(4, round(TRUNCATIONS * scale)))
    before = {path: path.stat().st_mtime_ns for path in inbox.iterdir()}
    run = _start(folder, inbox, data)
    seen = Watched()
    while run.poll() is None:
        seen.look(run.pid, data / "work")
        time.sleep(_LOOK_S)
    left = processes.survivors(tuple(seen.family), within_s=10)
    say((folder / "stderr").read_text()[-2000:])
    report = json.loads((folder / "stdout").read_text() or '{"documents": [], "balance": {}}')
    pages = {one["document_id"]: one["pages"] or 1 for one in report["documents"]}
    broken = (
        *([f"the run ended with {run.returncode}"] if run.returncode not in (0, 100, 101) else []),
        *_unexplained(report, inbox),
        *_too_long(seen, pages),
        *([f"{seen.peak_mib} MiB in one process"] if seen.peak_mib > MOST_RSS_MIB else []),
        *(
            f"{path.name} was touched"
            for path, at in before.items()
            if path.stat().st_mtime_ns != at
        ),
    )
    rows = {
        "files of the material": given,
        "sample papers cut off at random": cut,
        **{f"came to rest: {how}": n for how, n in sorted(_states(report, cut=False).items())},
        **{f"cut off: {how}": n for how, n in sorted(_states(report, cut=True).items())},
        "exit code of the run": run.returncode,
        "processes left": len(left),
        "connections seen": seen.connections,
        "most memory of one process, MiB": seen.peak_mib,
        **_longest(seen, pages),
        "broken": len(broken),
    }
    return Result(rows, (*broken, *(one.command for one in left)))


def _collect(inbox: Path, material: Path | None, scale: float) -> int:
    """Put the material into the inbox, flat, each file under a name of its own."""
    inbox.mkdir()
    found = sorted(path for path in material.rglob("*") if path.is_file()) if material else []
    chosen = found[:: max(1, round(1 / scale))]
    for number, path in enumerate(chosen):
        target = inbox / f"{number:04d}-{path.name}"
        shutil.copyfile(path, target)
        papers.aged(target)
    return len(chosen)


def _cut_off(inbox: Path, count: int) -> int:
    chance = random.Random(5)
    whole = [PAPERS / truth.path for truth in all_truths() if truth.state == "archived"]
    by_kind = {
        kind: [p for p in whole if p.suffix == kind] for kind in (".jpg", ".png", ".tif", ".pdf")
    }
    for number in range(count):
        kind = list(by_kind)[number % len(by_kind)]
        data = chance.choice(by_kind[kind]).read_bytes()
        target = inbox / f"{_CUT}{number:03d}{kind}"
        target.write_bytes(data[: chance.randrange(1, len(data) * 99 // 100)])
        papers.aged(target)
    return count


def _start(folder: Path, inbox: Path, data: Path) -> subprocess.Popen[bytes]:
    settings = {
        "SOHOA_OCR_ENGINE": "fast",
        "SOHOA_REVIEW_DOUBTFUL": "archive",
        "SOHOA_RUN_WORKERS": "2",
        "OMP_THREAD_LIMIT": "1",
    }
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        return subprocess.Popen(
            [str(_COMMAND), "--data", str(data), "run", str(inbox), "--json"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env={**os.environ, **settings},
        )


def _unexplained(report: dict[str, Any], inbox: Path) -> list[str]:
    """Return what is wrong with where each file came to rest."""
    wrong = [] if report["balance"].get("holds") else ["the balance does not hold"]
    told = Counter(one["source"] for one in report["documents"])
    wrong += [
        f"{name} told {told[name]} times"
        for name in (path.name for path in inbox.iterdir())
        if told[name] != 1
    ]
    for one in report["documents"]:
        if one["state"] in ("quarantined", "waiting") and not (one["code"] and one["explanation"]):
            wrong.append(f"{one['source']} is {one['state']} without a reason")
        if one["state"] == "archived" and one["source"].startswith(_CUT):
            wrong.append(f"{one['source']}, cut off, was accepted")
    return wrong


def _too_long(seen: Watched, pages: Mapping[str, int]) -> Iterator[str]:
    for name, s in seen.longest_s.items():
        if s > max(LONGEST_S, A_PAGE_S * pages.get(name, 1)):
            yield f"{name} took {s:.0f} s"


def _longest(seen: Watched, pages: Mapping[str, int]) -> dict[str, object]:
    slow = {name: s for name, s in seen.longest_s.items() if s > LONGEST_S}
    told = (f"{s:.0f} s for {pages.get(n, 1)} pages" for n, s in sorted(slow.items()))
    quick = max((s for name, s in seen.longest_s.items() if name not in slow), default=0.0)
    return {
        f"longer than {LONGEST_S:.0f} s": "; ".join(told) or "none",
        "longest time at any other document, s": f"{quick:.0f}",
    }


def _states(report: dict[str, Any], *, cut: bool) -> Counter[str]:
    """Count where files came to rest, with the reason where they wait."""
    return Counter(
        one["state"] if one["state"] in _DONE else f"{one['state']} ({one['code']})"
        for one in report["documents"]
        if one["source"].startswith(_CUT) is cut
    )


def _peak_mib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM")), 0)


def _connections(pid: int) -> int:
    """Count a process's sockets that have another end than this machine's own processes."""
    try:
        links = {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
        tables = [
            Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "udp", "tcp6", "udp6")
        ]
    except OSError:
        return 0
    inodes = {line.split()[9] for table in tables for line in table.splitlines()[1:]}
    return sum(1 for link in links if link.startswith("socket:[") and link[8:-1] in inodes)
