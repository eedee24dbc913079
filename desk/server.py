"""One process, one counter, one port."""

from __future__ import annotations

import gc
import socket
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime

import uvicorn
import uvloop

from desk.api import application
from desk.counter import Counter
from desk.courier import telling
from digitizer.errors import ConfigError
from pipelines.settings import Settings

_BACKLOG = 128
_GRACE_S = 10
_SWITCH_S = 0.0005
"""How long the loop may wait for the thread that writes: the usual 5 ms would be most of it."""

_NEW_OBJECTS = 20_000
"""Between two searches for cycles: an answer makes hundreds of objects, and no cycle of them."""


class _Server(uvicorn.Server):
    """Says when it listens, so that a caller need not guess."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def serve(
    settings: Settings, *, now: Callable[[], datetime], on_ready: Callable[[str], None]
) -> None:
    """Serve until a signal says to stop; requests in work are finished first.

    Args:
        on_ready: called once with the address in use, e.g. `http://127.0.0.1:8321/`.

    Raises:
        ConfigError: the address can't be listened on, or a setting is wrong.
        RunLocked, Unavailable, IntegrityError: as `Counter`.
    """
    with (
        closing(Counter(settings, now=now)) as counter,
        closing(_listening(settings)) as listener,
        telling(settings, now),
    ):
        host, port = listener.getsockname()[:2]
        config = uvicorn.Config(
            application(counter),
            log_config=None,
            # Look-ups are POSTs, but an access log would still tell who opened which paper.
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
            http="httptools",
            proxy_headers=False,  # nothing here asks where a request comes from
        )
        server = _Server(config, lambda: on_ready(f"http://{host}:{port}/"))
        sys.setswitchinterval(_SWITCH_S)
        gc.freeze()
        gc.set_threshold(_NEW_OBJECTS)
        uvloop.run(server.serve([listener]))


def _listening(settings: Settings) -> socket.socket:
    host, port = settings.desk.host, settings.desk.port
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise ConfigError(f"[desk] {host}:{port}: {error.strerror}") from error
