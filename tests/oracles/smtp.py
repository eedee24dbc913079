"""A mail server on loopback that keeps what it is given."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default


@dataclass
class Mailbox:
    """What came in. With `refuses` every recipient is turned away."""

    port: int
    refuses: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


class _Session(socketserver.StreamRequestHandler):
    mailbox: Mailbox

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            verb = line.split()[0].upper()
            if verb == "RCPT" and not self.mailbox.refuses:
                self.mailbox.recipients.append(line.partition(":")[2].strip("<> "))
            if verb == "DATA":
                self._take()
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("550 no" if verb == "RCPT" and self.mailbox.refuses else "250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        data = b""
        while (line := self.rfile.readline()) != b".\r\n":
            data += line
        message = email.message_from_bytes(data, policy=default)
        assert isinstance(message, EmailMessage)
        self.mailbox.mails.append(message)
        self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def running() -> Iterator[Mailbox]:
    """Run one on a free port until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        box = Mailbox(server.server_address[1])
        _Session.mailbox = box
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()
