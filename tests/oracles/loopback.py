"""Ports of loopback for the servers that tests start."""

from __future__ import annotations

import socket


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
