"""Have a document decoded by a child process that can be killed, and read its answers.

One `Sandbox` serves one worker process, one document at a time. It starts its zygote when first
asked and again whenever that is lost. See docs/adr/0003-sandboxed-decoding.md.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import digitizer
from digitizer import codec
from digitizer.errors import (
    BudgetExceeded,
    DamagedFile,
    DigitizationError,
    MissingDependency,
    WorkerDied,
    tree,
)
from digitizer.scan.answers import Job, PageImage, Summary, page_file

_STOP: Final = b"stop"
_START_TIMEOUT_S: Final = 60.0
_STOP_TIMEOUT_S: Final = 10.0
# A dense page has some 2,000 words of 90 bytes each.
_LONGEST_LINE: Final = 16 << 20
_READ_BYTES: Final = 1 << 16

Message = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Isolation:
    """What the system lets the sandbox do, for `sohoa doctor`."""

    network_isolated: bool


class _Lost(Exception):
    """The zygote is gone, or speaks nonsense."""


class _Late(Exception):
    """No answer in time."""


class Zygote:
    """A running zygote and the lines between us."""

    def __init__(self) -> None:
        """Start it and wait until its libraries are loaded.

        Raises:
            MissingDependency: it does not come up.
            WorkerDied: it was killed before it was up, as a machine short of memory does.
        """
        self.is_busy = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "digitizer.scan.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # C libraries complain here about page content, which no log may hold.
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            pass_fds=_kept,
        )
        self._buffer = b""
        try:
            greeting = self.receive(time.monotonic() + _START_TIMEOUT_S)
        except (_Lost, _Late) as error:
            self.close()
            if isinstance(error, _Lost) and self._process.returncode < 0:
                raise WorkerDied("the decoding process was killed as it started") from error
            raise MissingDependency(
                "the decoding process does not start; run: python -m digitizer.scan.zygote"
            ) from error
        self.isolation = Isolation(bool(greeting.get("network_isolated")))

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def start(self, line: bytes) -> None:
        """Send a job; busy until its exit is received. Raises _Lost when nobody listens."""
        self.is_busy = True
        self._send(line)

    def stop(self) -> None:
        """Have the child at work killed, and wait until it is. If that fails it stays busy."""
        deadline = time.monotonic() + _STOP_TIMEOUT_S
        with contextlib.suppress(_Lost, _Late):
            self._send(_STOP)
            while self.is_busy:
                self.receive(deadline)

    def _send(self, line: bytes) -> None:
        data = line + b"\n"
        try:
            while data:
                data = data[os.write(self._stdin, data) :]
        except OSError as error:
            raise _Lost from error

    def receive(self, deadline: float) -> Message:
        """Return the next message; `deadline` is in `time.monotonic` seconds.

        Raises:
            _Late: none came in time.
            _Lost: the zygote died, or a line is no message.
        """
        while b"\n" not in self._buffer:
            if len(self._buffer) > _LONGEST_LINE:
                raise _Lost
            ready, _, _ = select.select(
                [self._stdout], [], [], max(0.0, deadline - time.monotonic())
            )
            if not ready:
                raise _Late
            chunk = os.read(self._stdout, _READ_BYTES)
            if not chunk:
                raise _Lost
            self._buffer += chunk
        line, self._buffer = self._buffer.split(b"\n", 1)
        try:
            message = json.loads(line)
        except ValueError as error:
            raise _Lost from error
        if not isinstance(message, dict):
            raise _Lost
        if message.get("event") == "exit":
            self.is_busy = False
        return message

    def close(self) -> None:
        """Close the lines, which ends it with whatever it runs, and wait for it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Drop a zygote that a process we were forked from had started."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
        self._process.returncode = 0  # not our child: nothing to wait for

    @property
    def _stdin(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    @property
    def _stdout(self) -> int:
        assert self._process.stdout is not None
        return self._process.stdout.fileno()


class Sandbox:
    """Decodes documents one after the other; safe to call from several threads."""

    def __init__(self) -> None:
        self._zygote: Zygote | None = None
        self._lock = threading.Lock()

    def decode(self, job: Job) -> tuple[tuple[PageImage, ...], Summary]:
        """Return the pages of a document and the summary.

        Raises:
            DocumentError: the document's trouble, the child's death included.
            WorkerDied: the zygote itself was killed; the document may be tried again.
            DiskFull: the page images do not fit.
            MissingDependency: the zygote does not start.
        """
        with self._lock:
            zygote = self._running()
            try:
                return _converse(zygote, job)
            except _Lost as error:
                raise WorkerDied("the decoding process was killed from outside") from error
            finally:
                if zygote.is_busy:
                    # The next document must not read this one's lines.
                    self._drop()

    def isolation(self) -> Isolation:
        """Start the zygote if need be, and say what the system lets it do."""
        with self._lock:
            return self._running().isolation

    def close(self) -> None:
        """End the zygote; the next document starts another."""
        with self._lock:
            self._drop()

    def forget(self) -> None:
        """After a fork, in the child: leave the zygote to the process that started it."""
        self._lock = threading.Lock()
        if self._zygote is not None:
            self._zygote.forget()
            self._zygote = None

    def _running(self) -> Zygote:
        if self._zygote is None or not self._zygote.is_alive:
            self._drop()
            self._zygote = Zygote()
        return self._zygote

    def _drop(self) -> None:
        if self._zygote is not None:
            self._zygote.close()
            self._zygote = None


def _converse(zygote: Zygote, job: Job) -> tuple[tuple[PageImage, ...], Summary]:
    """Send the job and gather answers until the child has ended."""
    zygote.start(codec.encode(job))
    pages: list[PageImage] = []
    end: Summary | DigitizationError | None = None
    allowed_s = job.settings.open_timeout_s + job.settings.page_timeout_s
    while True:
        try:
            message = zygote.receive(time.monotonic() + allowed_s)
        except _Late as error:
            zygote.stop()
            detail = f"not decoded within {allowed_s:g} s"
            raise BudgetExceeded(detail, page=len(pages) + 1) from error
        if message.get("event") == "exit":
            return _outcome(message, tuple(pages), end)
        answer = _understood(message, len(pages) + 1)
        if isinstance(answer, PageImage):
            pages.append(answer)
            allowed_s = job.settings.page_timeout_s
        else:
            end = answer


def _understood(message: Message, number: int) -> PageImage | Summary | DigitizationError:
    """Return a message as what it must be; `number` is the page that is due."""
    try:
        if message["event"] == "refused":
            kind = next(kind for kind in tree() if kind.code == message["code"])
            return kind(str(message["detail"]), page=message["page"])
        if message["event"] == "done":
            return codec.from_plain(Summary, message["value"])  # type: ignore[no-any-return]  # by its argument
        return _due_page(message["value"], number)
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise DamagedFile("the decoder's answer makes no sense", page=number) from error


def _due_page(plain: object, number: int) -> PageImage:
    """Return the page told of. Raises ValueError unless it is page `number`, in its own file."""
    page: PageImage = codec.from_plain(PageImage, plain)
    if page.number != number or page.file != page_file(number, page.media_type):
        raise ValueError(f"page {page.number} when {number} was due")
    return page


def _outcome(
    message: Message, pages: tuple[PageImage, ...], end: Summary | DigitizationError | None
) -> tuple[tuple[PageImage, ...], Summary]:
    """Return the pages if the child ended well; raise what it refused or how it died."""
    code = int(message.get("code", -1))
    if isinstance(end, DigitizationError):
        raise end
    due = len(pages) + 1
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BudgetExceeded(f"stopped by {signal.Signals(-code).name}", page=due)
    if code < 0:
        raise DamagedFile(f"the decoder crashed ({signal.Signals(-code).name})", page=due)
    if code != 0 or end is None:
        raise DamagedFile(f"the decoder ended early (code {code})", page=due)
    if not pages or end.page_count != len(pages):
        raise DamagedFile(f"{len(pages)} of {end.page_count} pages decoded")
    return pages, end


def _environment() -> dict[str, str]:
    """Return a clean environment: nothing of ours, no proxies, no secrets, one thread."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path(digitizer.__file__).resolve().parent.parent),
        "PYTHONHASHSEED": "0",
        # Threads would be lost in the fork, and each arena takes address space.
        "OMP_NUM_THREADS": "1",
        "OMP_THREAD_LIMIT": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }


_kept: tuple[int, ...] = ()
_shared = Sandbox()
atexit.register(_shared.close)
os.register_at_fork(after_in_child=_shared.forget)


def decode_sandboxed(job: Job) -> tuple[tuple[PageImage, ...], Summary]:
    """Decode with this process's sandbox. Raises as `Sandbox.decode` does."""
    return _shared.decode(job)


def keep_open(*descriptors: int) -> None:
    """Have the decoders of this process inherit these descriptors, and no others.

    A child at work writes into its document's folder until the kernel has ended it, a moment after
    this process is killed. With a lock among what it holds, others can tell.
    """
    global _kept  # noqa: PLW0603 - what is inherited is a fact of the whole process
    _kept = descriptors
    _shared.close()


def isolation() -> Isolation:
    """Say what isolation this machine gives the decoders. Raises MissingDependency."""
    return _shared.isolation()
