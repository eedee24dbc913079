"""An HTTP proxy on loopback that loses replies, cuts requests, swallows them, and answers 503."""

from __future__ import annotations

import http.client
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

FAULTS = ("lost reply", "cut request", "black hole", "503")
_BUSY = b"<Error><Code>SlowDown</Code><Message>busy</Message></Error>"


class FaultyProxy(ThreadingHTTPServer):
    """Passes requests on to `target` (host, port); a `share` of them meets a fault."""

    daemon_threads = True

    def __init__(self, target: tuple[str, int], share: float, seed: int, hole_s: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target = target
        self.share = share
        self.hole_s = hole_s
        self.met: Counter[str] = Counter()
        self._chance = random.Random(seed)
        self._turn = threading.Lock()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fate(self) -> str:
        """Return what becomes of the next request, "" when it is passed on."""
        with self._turn:
            fault = self._chance.choice(FAULTS) if self._chance.random() < self.share else ""
            self.met[fault or "passed on"] += 1
        return fault

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that give up are what this is for."""


@contextmanager
def faulty_proxy(target: str, *, share: float, seed: int, hole_s: float) -> Iterator[FaultyProxy]:
    """Run a proxy before the server at the endpoint `target`."""
    host, _, port = target.removeprefix("http://").partition(":")
    with FaultyProxy((host, int(port)), share, seed, hole_s) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultyProxy
    _hop: ClassVar[frozenset[str]] = frozenset({"connection", "expect", "transfer-encoding"})

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fate()
        if fault == "503":
            self._answer(503, [], _BUSY)
        elif fault == "black hole":
            self.close_connection = True
            time.sleep(self.server.hole_s)
        elif fault == "cut request":
            self.close_connection = True
            self._cut(body)
        else:
            status, headers, answer = self._ask(body)
            if fault == "lost reply":
                self.close_connection = True
            else:
                self._answer(status, headers, answer)

    do_GET = do_PUT = do_HEAD = do_POST = do_DELETE = _pass  # noqa: N815 - the base's names

    def _ask(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(*self.server.target, timeout=60)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True
            )
            for name, value in self.headers.items():
                if name.lower() not in self._hop:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def _cut(self, body: bytes) -> None:
        """Send the head and half of the body, then hang up on both sides."""
        with socket.create_connection(self.server.target, timeout=60) as line:
            head = f"{self.command} {self.path} HTTP/1.1\r\n" + "".join(
                f"{name}: {value}\r\n"
                for name, value in self.headers.items()
                if name.lower() not in self._hop
            )
            line.sendall(head.encode("latin-1") + b"\r\n" + body[: len(body) // 2])

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in (*self._hop, "content-length"):
                self.send_header(name, value)
        length = {n.lower(): v for n, v in headers}.get("content-length", str(len(body)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the figures tell."""
