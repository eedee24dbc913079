"""Asks the desk over many connections at once, as cheaply as one process can.

Sockets and `epoll`, no HTTP library: what the asking costs is taken from the desk's processors.
"""

from __future__ import annotations

import json
import select
import socket
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: whether the person's papers are held, milliseconds, HTTP status."""

    is_held: bool
    ms: float
    status: int


@dataclass(slots=True)
class _Line:
    """One kept connection, and what is on its way there."""

    socket: socket.socket
    questions: Iterator[tuple[bytes, bool]]
    is_held: bool = False
    began: float = 0.0
    got: bytes = b""
    missing: int = field(default=-1)
    """Bytes of the answer still to come; -1 until its head is read."""

    def ask(self) -> bool:
        """Send the next question; False where there is none."""
        following = next(self.questions, None)
        if following is None:
            return False
        request, self.is_held = following
        self.got, self.missing, self.began = b"", -1, time.perf_counter()
        self.socket.sendall(request)
        return True

    def hear(self) -> Answered | None:
        """Take what has arrived; return the answer once it is whole."""
        got = self.socket.recv(_MOST_BYTES)
        if not got:
            raise SystemExit("the desk hung up")
        self.got += got
        if self.missing < 0 and (end := self.got.find(b"\r\n\r\n")) >= 0:
            head = self.got[:end].lower()
            start = head.index(b"content-length:") + len(b"content-length:")
            self.missing = end + 4 + int(head[start:].split(b"\r\n", 1)[0])
        if self.missing < 0 or len(self.got) < self.missing:
            return None
        ms = (time.perf_counter() - self.began) * 1000
        return Answered(self.is_held, ms, int(self.got[9:12]))


def request(key: str, number: str, procedure: str) -> bytes:
    """Return one question as it goes over the wire."""
    body = json.dumps({"text": number, "procedure": procedure, "case": "H41.05-261122-0001"})
    return (
        f"POST /v1/lookups HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {key}\r\n"
        f"X-Clerk: lan\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        f"{body}"
    ).encode()


def ask_all(port: int, queues: Sequence[Sequence[tuple[bytes, bool]]]) -> list[Answered]:
    """Ask each queue's questions one after another over a connection of its own, all at once."""
    waiting = select.epoll()
    lines: dict[int, _Line] = {}
    for queue in queues:
        line = _Line(socket.create_connection(("127.0.0.1", port)), iter(queue))
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line.socket, select.EPOLLIN)
        lines[line.socket.fileno()] = line
    answers: list[Answered] = []
    for number, line in list(lines.items()):
        if not line.ask():
            lines.pop(number).socket.close()
    while lines:
        for number, _ in waiting.poll():
            line = lines[number]
            answer = line.hear()
            if answer is None:
                continue
            answers.append(answer)
            if not line.ask():
                waiting.unregister(number)
                lines.pop(number).socket.close()
    waiting.close()
    return answers
