"""A counter behind a real server on loopback, over an archive that a real session has signed."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from desk.api import application
from desk.api_keys import ApiKey, Scope, add
from desk.counter import Counter
from desk.rules import Rule, RuleTable, save
from pipelines.settings import Settings
from storage.audit_log import Event, events

AGENCY = "UBND xã Thí Điểm"
CASE = "H41.05-261122-0001"
PROCEDURE = "1.004873"
RULES = (
    Rule(PROCEDURE, "Xác nhận", "QĐ", True, True, "NĐ 123/2015"),
    Rule(PROCEDURE, "Xác nhận", "KHAI_SINH", True, True, ""),
    Rule("2.000635", "Trích lục", "QĐ", True, False, ""),
)


@dataclass
class Window:
    """The counter, its address, and a client for each scope. `ahead` moves its clock."""

    counter: Counter
    url: str
    settings: Settings
    secrets: dict[Scope, str]
    ahead: timedelta = field(default_factory=timedelta)

    def client(self, scope: Scope = Scope.DOCUMENT, clerk: str = "lan.nt") -> httpx.Client:
        headers = {"Authorization": f"Bearer {self.secrets[scope]}", "X-Clerk": clerk.encode()}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def ask(self, text: str, scope: Scope = Scope.DOCUMENT, **body: Any) -> Any:
        """Ask as a clerk does who receives a case; return the answer's JSON."""
        whole = {"text": text, "procedure": PROCEDURE, "case": CASE, **body}
        with self.client(scope) as client:
            response = client.post("/v1/lookups", json=whole)
        assert response.status_code == 200, response.text
        return response.json()

    def events(self) -> list[Event]:
        return list(events(self.settings.desk.audit_log))


def issue(settings: Settings, scope: Scope, **changes: Any) -> str:
    """Issue a key and return what its holder presents."""
    now = datetime.now(UTC)
    key = ApiKey("", scope.value, AGENCY, scope, 0, "", now, None, None)
    return add(settings.desk.keys_file, replace(key, **changes))


@contextmanager
def open_window(settings: Settings) -> Iterator[Window]:
    """Serve a counter on a free port until the block ends."""
    save(RuleTable(RULES, "bang.csv"), settings.desk.rules)
    secrets = {scope: issue(settings, scope) for scope in Scope}
    window: list[Window] = []
    counter = Counter(settings, now=lambda: datetime.now(UTC) + window[0].ahead)
    with closing(counter), closing(socket.create_server(("127.0.0.1", 0))) as listener:
        window.append(
            Window(counter, f"http://127.0.0.1:{listener.getsockname()[1]}", settings, secrets)
        )
        server = uvicorn.Server(uvicorn.Config(application(counter), log_config=None))
        thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])))
        thread.start()
        try:
            yield window[0]
        finally:
            server.should_exit = True
            thread.join()


def archive_file(settings: Settings, name: str) -> Path:
    """Return the one file of that name in the archive."""
    (found,) = settings.storage.folder.rglob(name)
    return found
