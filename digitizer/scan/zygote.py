"""The decoding parent: libraries loaded once, one forked child per document.

    python -m digitizer.scan.zygote

Started by `sandbox`, one per worker process. It reads jobs, JSON lines, on standard input; the
child that decodes writes its answers, JSON lines, on the shared standard output, and this process
adds how the child ended. It never opens a document itself. When its input closes, it kills the
child at work and goes.

Single-threaded on purpose: a fork copies only the calling thread, so a lock that another holds
would never open again in the child.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import warnings
from typing import Any, Final, NoReturn

from digitizer import codec
from digitizer.errors import DigitizationError
from digitizer.scan import limits
from digitizer.scan.answers import Job, PageImage
from digitizer.scan.decode import decode
from digitizer.scan.pdf_document import set_limits

_STOP: Final = b"stop"
_STDIN: Final = 0
_STDOUT: Final = 1
_READ_BYTES: Final = 65536


def main() -> None:
    """Serve jobs until standard input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    set_limits()
    isolated = limits.leave_network()
    # What is loaded stays untouched by the children's garbage collector, hence shared.
    gc.freeze()
    _say({"event": "ready", "network_isolated": isolated})
    buffer = b""
    while chunk := os.read(_STDIN, _READ_BYTES):
        buffer += chunk
        while b"\n" in buffer:
            line, buffer = buffer.split(b"\n", 1)
            # "stop" for a child that had ended by itself in that very moment.
            if line != _STOP and not _serve(line):
                return


def _serve(line: bytes) -> bool:
    """Run one job in a child; return False when the parent has gone meanwhile."""
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _child(line, parent)
    watch = os.pidfd_open(pid)
    try:
        ready, _, _ = select.select([_STDIN, watch], [], [])
    finally:
        os.close(watch)
    # Input during a job is the parent saying stop: a line, or its end.
    stopped = _STDIN in ready
    is_alive = bool(os.read(_STDIN, _READ_BYTES)) if stopped else True
    _sweep(pid)
    _, status = os.waitpid(pid, 0)
    if is_alive:
        code = os.waitstatus_to_exitcode(status)
        _say({"event": "exit", "code": code, "stopped": stopped})
    return is_alive


def _sweep(pid: int) -> None:
    """Kill the child's whole process group. Its pid can't be reused before it is waited for."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        # It died before it could found its group.
        os.kill(pid, signal.SIGKILL)


def _child(line: bytes, parent: int) -> NoReturn:
    """Decode one document and leave without running the parent's clean-up."""
    code = 70
    try:
        limits.die_with(parent)
        os.setpgid(0, 0)
        null = os.open(os.devnull, os.O_RDONLY)
        os.dup2(null, _STDIN)
        job = codec.decode(Job, line)
        limits.confine(job.settings.memory_mb)
        limits.allow_cpu(job.settings.open_timeout_s + job.settings.page_timeout_s)
        _answer(job)
        code = 0
    finally:
        os._exit(code)


def _answer(job: Job) -> None:
    try:
        for answer in decode(job):
            event = "page" if isinstance(answer, PageImage) else "done"
            _say({"event": event, "value": codec.to_plain(answer)})
            limits.allow_cpu(job.settings.page_timeout_s)
    except DigitizationError as error:
        _say(
            {
                "event": "refused",
                "code": error.code,
                "detail": error.detail,
                "page": error.page,
            }
        )


def _say(message: dict[str, Any]) -> None:
    data = json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    while data:
        data = data[os.write(_STDOUT, data) :]


if __name__ == "__main__":
    main()
