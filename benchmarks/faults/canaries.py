"""Fifty values that must show nowhere: names and identity numbers on papers, passphrases and keys.

Twenty-one papers, each of another made-up person, are archived by the installed command at its most
talkative. Every process is looked at while it lives; then another run is made to crash, main
process, workers and decoders, by a signal that leaves a core file where nothing forbids it.
"""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from benchmarks.faults import citizens_papers
from benchmarks.faults.citizens_papers import Citizen
from benchmarks.faults.result import Result, Say
from benchmarks.killing import processes
from signing import throwaway

PEOPLE: Final = 21
_COMMAND: Final = Path(sys.executable).with_name("sohoa")
_LOOK_S: Final = 0.05
_WORKING: Final = ("main process", "worker", "decoder")

Canaries = dict[str, tuple[bytes, ...]]
"""The forms in which a value may show, by what it is."""


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Archive, look, crash, look again."""
    inbox, data = folder / "inbox", folder / "data"
    people = _forms(citizens_papers.write(inbox, max(2, round(PEOPLE * scale))))
    seen: dict[str, bytes] = {}
    run = _start(folder, data, inbox, cores=False)
    while run.poll() is None:
        seen |= _of_processes(run.pid)
        time.sleep(_LOOK_S)
    canaries = people | _secrets(data / "keys")
    say(f"archived with exit code {run.returncode}; {len(canaries)} canaries")
    places = {**seen, **_of_files(folder, data)}
    crashed, cores = _crash(folder, inbox, say)
    found = [
        f"{name} in {place}"
        for place, text in {**places, **cores}.items()
        for name, forms in canaries.items()
        if any(form in text for form in forms)
    ]
    broken = (*found, *(f"a core file was left: {place}" for place in cores))
    kinds = Counter(place.split(" ")[0] for place in places)
    rows = {
        "canaries": len(canaries),
        "of these personal / secret": f"{len(people)} / {len(canaries) - len(people)}",
        "exit code of the run": run.returncode,
        **{f"looked into: {kind}": number for kind, number in sorted(kinds.items())},
        "crashed with cores allowed": ", ".join(f"{n} {how}" for how, n in crashed.items()),
        "core files": len(cores),
        "canaries found": len(found),
    }
    return Result(rows, broken)


def _forms(people: tuple[Citizen, ...]) -> Canaries:
    found: Canaries = {}
    for number, one in enumerate(people):
        found[f"name {number}"] = (one.name.encode(), one.name.upper().encode())
        found[f"identity number {number}"] = (one.identity.encode(),)
    return found


def _secrets(keys: Path) -> Canaries:
    """Return passphrase and keys as made by the run, in the forms that a debugger would print."""
    passphrase = throwaway.passphrase_file(keys, "signing").read_bytes()
    bundle = pkcs12.load_pkcs12((keys / throwaway.KEY_NAME).read_bytes(), passphrase)
    key = bundle.key
    assert isinstance(key, EllipticCurvePrivateKey)
    scalar = key.private_numbers().private_value
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    vault = (keys / "identity.key").read_bytes()
    return {
        "passphrase": (passphrase, base64.b64encode(passphrase), passphrase.hex().encode()),
        "signing key, raw": (scalar.to_bytes(32, "big"),),
        "signing key, hexadecimal": (f"{scalar:064x}".encode(),),
        "signing key, decimal": (str(scalar).encode(),),
        "signing key, PKCS#8": (der, base64.b64encode(der)),
        "identity key": (vault.strip(),),
        "identity key, hexadecimal": (vault.strip().hex().encode(), vault.hex().encode()),
        "identity key, base64": (base64.b64encode(vault), base64.urlsafe_b64encode(vault)),
    }


def _start(folder: Path, data: Path, inbox: Path, *, cores: bool) -> subprocess.Popen[bytes]:
    settings = {
        "SOHOA_OCR_ENGINE": "fast",
        "SOHOA_REVIEW_DOUBTFUL": "archive",
        "SOHOA_RUN_WORKERS": "1",
        "OMP_THREAD_LIMIT": "1",
    }
    limit = ["prlimit", "--core=unlimited"] if cores else []
    line = [*limit, str(_COMMAND), "-vv", "--data", str(data), "run", str(inbox), "--json"]
    with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
        return subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=folder,
            env={**os.environ, **settings},
        )


def _of_processes(pid: int) -> dict[str, bytes]:
    """Return arguments and environment of a run's processes."""
    found = {}
    for process in (*processes.below(pid), *filter(None, [processes.of(pid)])):
        for kind in ("cmdline", "environ"):
            try:
                found[f"{kind} of {process.pid}"] = Path(f"/proc/{process.pid}/{kind}").read_bytes()
            except OSError:
                continue
    return found


def _of_files(folder: Path, data: Path) -> dict[str, bytes]:
    """Return what the run said, the names of all it made, and what must name nobody."""
    names = "\n".join(str(path.relative_to(data)) for path in sorted(data.rglob("*")))
    found = {
        "output": (folder / "stdout").read_bytes(),
        "log": (folder / "stderr").read_bytes(),
        "names of files and keys": names.encode(),
    }
    for pattern in ("reports/*/*", "catalog.sqlite*", "archive/commits/**/*"):
        found |= {
            f"{pattern.split('/')[0]} {p.name}": p.read_bytes()
            for p in data.glob(pattern)
            if p.is_file()
        }
    return found


def _crash(folder: Path, inbox: Path, say: Say) -> tuple[dict[str, int], dict[str, bytes]]:
    """Crash a run's processes one kind after the other; return how many, and the cores left."""
    crashed: dict[str, int] = {}
    places = (folder, folder / "data", Path("/"))
    before = set(_cores(places))
    for kind in _WORKING:
        run = _start(folder, folder / f"crash-{kind.split(' ', maxsplit=1)[0]}", inbox, cores=True)
        crashed[kind] = sum(_aborted(process) for process in _await(run, kind))
        run.wait()
        say(f"crashed: {kind}")
    return crashed, {str(path): path.read_bytes() for path in set(_cores(places)) - before}


def _await(run: subprocess.Popen[bytes], kind: str) -> tuple[processes.Process, ...]:
    """Wait until a run has processes of a kind with a document in hand, and return them."""
    while run.poll() is None:
        family = processes.below(run.pid)
        zygotes = [one for one in family if "digitizer.scan.zygote" in one.command]
        workers = tuple(one for one in family if "spawn_main" in one.command)
        if zygotes and kind == "decoder":
            child = _child_of(run, zygotes[0].pid)
            return (child,) if child else ()
        if workers and kind == "worker":
            return workers
        if workers and kind == "main process" and (own := processes.of(run.pid)):
            return (own,)
    return ()


def _child_of(run: subprocess.Popen[bytes], zygote: int) -> processes.Process | None:
    """Wait for the child that a zygote forks for a document."""
    children = Path(f"/proc/{zygote}/task/{zygote}/children")
    while run.poll() is None and children.exists():
        if (pids := children.read_text().split()) and (child := processes.of(int(pids[0]))):
            return child
    return None


def _aborted(process: processes.Process) -> bool:
    try:
        os.kill(process.pid, signal.SIGABRT)
    except ProcessLookupError:
        return False
    return True


def _cores(places: tuple[Path, ...]) -> Iterator[Path]:
    for place in places:
        yield from (path for path in place.glob("core*") if path.is_file())
