"""A system that is told things over HTTP: the example of docs/integration.md, on loopback."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

OLDEST_S = 300


@dataclass
class Receiver:
    """What it was told. `answers` are the statuses to come, 204 once they are used up."""

    secret: bytes
    url: str = ""
    answers: list[int] = field(default_factory=list)
    accepted: dict[str, bytes] = field(default_factory=dict)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def hears(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status of the answer: 401 for what the sender can not have signed."""
        self.requests.append((headers, body))
        timestamp = headers["X-Sohoa-Timestamp"]
        signed = hmac.new(self.secret, timestamp.encode() + b"." + body, hashlib.sha256)
        is_genuine = hmac.compare_digest(headers["X-Sohoa-Signature"], f"v1={signed.hexdigest()}")
        if not is_genuine or abs(time.time() - int(timestamp)) > OLDEST_S:
            return 401
        status = self.answers.pop(0) if self.answers else 204
        if status == 204:
            self.accepted[headers["X-Sohoa-Event"]] = body
        return status


@contextmanager
def receiving(secret: bytes) -> Iterator[Receiver]:
    """Listen on a free port until the block ends."""
    receiver = Receiver(secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(receiver.hears(dict(self.headers.items()), body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/events"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
