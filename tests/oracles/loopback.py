"""Ports of loopback for the servers that tests start, and a way between two of them."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator


def free_ports(count: int, *, offset: int = 0) -> list[int]:
    """Return ports that are free now, and free again `offset` above."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as low, socket.socket() as high:
            low.bind(("127.0.0.1", 0))
            port = low.getsockname()[1]
            if port + offset > 65_535 or port in found:
                continue
            if offset and not _binds(high, port + offset):
                continue
            found.append(port)
    return found


def _binds(candidate: socket.socket, port: int) -> bool:
    try:
        candidate.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True


class _Forward(socketserver.BaseRequestHandler):
    """Carries bytes both ways between a client and another port."""

    target: int

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.target)) as other:
            back = threading.Thread(target=_carry, args=(other, self.request))
            back.start()
            _carry(self.request, other)
            back.join()


def _carry(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def forwarded(port: int, target: int) -> Iterator[None]:
    """Open `port` and carry what comes to `target`, until the block ends."""
    handler = type("Forward", (_Forward,), {"target": target})
    with socketserver.ThreadingTCPServer(("127.0.0.1", port), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
