"""The installed command, started as a user starts it, and the papers it is given."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samples.truth import PAPERS, Truth

COMMAND = Path(sys.executable).with_name("sohoa")
CHEAP = {"SOHOA_OCR_ENGINE": "tesseract", "SOHOA_RUN_WORKERS": "-1"}
"""For tests where it does not matter how well a page is read."""
ARCHIVE_ALL = {**CHEAP, "SOHOA_REVIEW_DOUBTFUL": "archive"}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on standard output; fails when anything else is there."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True, slots=True)
class Sohoa:
    """The command for one data folder.

    Attributes:
        variables: settings as `SOHOA_*`; nothing of the caller's own environment of that kind
            gets through.
    """

    data: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: object, stdin: str = "", timeout_s: float = 240) -> Ended:
        done = subprocess.run(
            self.line(*arguments),
            input=stdin,
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self._cwd(),
            timeout=timeout_s,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """Start it at the head of a session of its own and do not wait."""
        return subprocess.Popen(
            self.line(*arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment,
            cwd=self._cwd(),
            start_new_session=True,
        )

    def line(self, *arguments: object) -> list[str]:
        return [str(COMMAND), "--data", str(self.data), *(str(item) for item in arguments)]

    @property
    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("SOHOA_")}
        return {**own, "OMP_THREAD_LIMIT": "1", **self.variables}

    def with_(self, **variables: object) -> Sohoa:
        """Return the same command with more settings: `with_(ocr_engine="fast")`."""
        named = {f"SOHOA_{name.upper()}": str(value) for name, value in variables.items()}
        return Sohoa(self.data, {**self.variables, **named})

    def _cwd(self) -> Path:
        # Not the checkout: a `sohoa.toml` there, or modules beside it, must not be picked up.
        self.data.parent.mkdir(parents=True, exist_ok=True)
        return self.data.parent


def copy_papers(truths: Iterable[Truth], inbox: Path) -> Path:
    """Put the samples of `truths` under `inbox`, as in the collection."""
    inbox.mkdir(parents=True, exist_ok=True)
    for truth in truths:
        target = inbox / truth.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(PAPERS / truth.path, target)
    return inbox


def of_type(truths: Iterable[Truth], *document_types: str) -> tuple[Truth, ...]:
    """Return the first archivable sample of each type."""
    by_type: dict[str, Truth] = {}
    for truth in truths:
        if truth.state == "archived":
            by_type.setdefault(truth.document_type, truth)
    return tuple(by_type[name] for name in document_types)


def in_state(truths: Iterable[Truth], state: str) -> Truth:
    """Return the first sample that must end in `state`."""
    return next(truth for truth in truths if truth.state == state)


def files_under(folder: Path) -> dict[str, Path]:
    """Return all files below `folder`, by their relative names."""
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Return (size, time of last change) of every file: equal means nothing was written."""
    return {
        name: (path.stat().st_size, path.stat().st_mtime_ns)
        for name, path in files_under(folder).items()
    }
