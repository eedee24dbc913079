"""Scanners at this machine, by SANE's `scanimage`: a whole feeder becomes one stack in the inbox.

Source: scanimage(1), sane(7), SANE standard 1.06, 4.2.9 (status codes).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from digitizer.errors import ConfigError, MissingDependency, ScannerUnavailable
from pipelines import durable

_PROGRAM = "scanimage"
_OUT_OF_DOCUMENTS = 7
_PAGE = "page-%05d.tiff"
_QUESTION_TIMEOUT_S = 60
_MODES = {"color": ("color",), "gray": ("gray", "grey"), "lineart": ("lineart", "black", "binary")}


@dataclass(frozen=True, slots=True)
class Device:
    """A scanner as SANE names it, and what it is."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ScanOrder:
    """How to scan.

    Attributes:
        device: SANE's name, "" for the first one found.
        source: the paper's way as the device names it, "" to choose the feeder, if there is one.
        duplex: both sides.
        dpi: dots an inch.
        mode: `color`, `gray` or `lineart`.
        count: pages to take at most, 0 for all that the feeder holds.
        options: further options of the device, `name=value`.
    """

    device: str = ""
    source: str = ""
    duplex: bool = False
    dpi: int = 300
    mode: str = "color"
    count: int = 0
    options: tuple[str, ...] = ()


def devices() -> tuple[Device, ...]:
    """Return the scanners there are. Raises MissingDependency, ScannerUnavailable."""
    answer = _ask("--formatted-device-list=%d\t%v %m%n")
    rows = [line.partition("\t") for line in answer.splitlines() if "\t" in line]
    return tuple(Device(name, text.strip()) for name, _, text in rows)


def scan_stack(
    order: ScanOrder, inbox: Path, *, now: datetime, quality: int, on_page: Callable[[int], None]
) -> tuple[Path, int]:
    """Scan what the feeder holds into one PDF of `inbox`; return it and its number of pages.

    Nothing is in the inbox unless the whole stack is: after a jam the pages that came through are
    thrown away, because nobody can say which is the first that is missing.

    Raises:
        MissingDependency: `scanimage` is not installed.
        ConfigError: the device has no such source or mode.
        ScannerUnavailable: no scanner, no paper, jammed, cover open.
        DiskFull: no room.
    """
    from digitizer.feed import stack_pdf

    durable.made(inbox)
    device = order.device or _first()
    chosen = _chosen(order, device)
    with tempfile.TemporaryDirectory(prefix="sohoa-scan-") as scratch:
        _run([*chosen, "--format=tiff", f"--batch={Path(scratch) / _PAGE}"], on_page)
        pages = sorted(Path(scratch).glob("page-*.tiff"))
        if not pages:
            raise ScannerUnavailable("no paper in the feeder")
        data = stack_pdf(pages, dpi=order.dpi, quality=quality)
    target = inbox / f"quet-{now.astimezone():%Y%m%dT%H%M%S}.pdf"
    if target.exists():
        raise ScannerUnavailable(f"{target.name} is there already; wait a second")
    durable.write(target, data)
    return target, len(pages)


def _first() -> str:
    found = devices()
    if not found:
        raise ScannerUnavailable("no scanner found")
    return found[0].name


def _chosen(order: ScanOrder, device: str) -> list[str]:
    """Return scanimage's arguments, the device's own words for what is wanted."""
    offered = _ask("-d", device, "-A")
    arguments = ["-d", device, "--resolution", str(order.dpi)]
    arguments += _word("--mode", _MODES[order.mode], offered)
    if order.source:
        arguments += ["--source", order.source]
    else:
        arguments += _word("--source", _ways(order), offered)
    arguments += [f"--{option}" for option in order.options]
    return [*arguments, f"--batch-count={order.count}"] if order.count else arguments


def _ways(order: ScanOrder) -> tuple[str, ...]:
    return ("duplex",) if order.duplex else ("adf front", "automatic document feeder", "adf", "")


def _word(option: str, wanted: tuple[str, ...], offered: str) -> list[str]:
    """Return the option with the first value offered that contains a wanted word."""
    match = re.search(rf"^\s+{option} (.+?) \[", offered, re.M)
    if match is None:
        if wanted == ("duplex",):
            raise ConfigError(f"the scanner has no {option}: duplex")
        return []
    values = match[1].split("|")
    for word in wanted:
        for value in values:
            if word in value.lower() and (word == "duplex" or "duplex" not in value.lower()):
                return [option, value]
    raise ConfigError(f"{option}: {' | '.join(wanted)}? The scanner has: {', '.join(values)}")


def _ask(*arguments: str) -> str:
    try:
        done = subprocess.run(
            [_program(), *arguments],
            capture_output=True,
            text=True,
            timeout=_QUESTION_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ScannerUnavailable("no answer within a minute") from error
    if done.returncode:
        raise ScannerUnavailable(_complaint(done.stderr))
    return done.stdout


def _run(arguments: list[str], on_page: Callable[[int], None]) -> None:
    complaint = ""
    with subprocess.Popen(
        [_program(), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None, "it was asked for"
        for line in process.stderr:
            if scanned := re.match(r"Scanned page (\d+)\.", line):
                on_page(int(scanned[1]))
            elif line.startswith("scanimage:"):
                complaint = line
    if process.returncode not in (0, _OUT_OF_DOCUMENTS):
        raise ScannerUnavailable(_complaint(complaint))


def _complaint(text: str) -> str:
    lines = [line for line in text.splitlines() if line.startswith(_PROGRAM)]
    return lines[-1].removeprefix(f"{_PROGRAM}: ") if lines else "no reason given"


def _program() -> str:
    program = shutil.which(_PROGRAM)
    if program is None:
        raise MissingDependency("scanimage (Debian: sane-utils)")
    return program
