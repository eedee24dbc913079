"""An answer's time tells nothing of the work behind it."""

from __future__ import annotations

import asyncio
import time

import pytest
import uvloop

from desk.door import even_out

_TICK_MS = 10


async def _answer(work_ms: float) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    working = time.perf_counter()
    while (time.perf_counter() - working) * 1000 < work_ms:
        pass  # a look-up does not give way either
    await even_out(began)
    return (loop.time() - began) * 1000


@pytest.mark.parametrize(("work_ms", "least_ms"), [(0, 10), (1.4, 10), (1.6, 10), (13.7, 20)])
def test_an_answer_leaves_at_a_tick(work_ms: float, least_ms: float) -> None:
    assert asyncio.run(_answer(work_ms)) >= least_ms - 0.01


def test_a_wait_is_not_rounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's loop has timers of whole milliseconds: rounding told 1.6 ms of work from 1.4."""
    waits: list[float] = []

    async def noted(seconds: float) -> None:
        waits.append(seconds * 1000)

    monkeypatch.setattr(asyncio, "sleep", noted)
    for step in range(40):
        uvloop.run(_answer(step / 10))
    assert all(0 < ms <= _TICK_MS for ms in waits)
    assert waits == pytest.approx([round(ms) for ms in waits], abs=1e-3)
