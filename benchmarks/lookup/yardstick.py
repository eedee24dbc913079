"""How fast the processor is at this moment for this process: others on the machine slow it down."""

from __future__ import annotations

import time
from statistics import median

_TIMES = 200
_NUMBERS = range(10_000)


def yardstick_ms() -> float:
    """Return the processor's milliseconds for adding up 10,000 numbers in plain Python, the median.

    Figures of processor time are worth little without it: the same work took between one and two
    times as long on one machine within an hour, as others' work came and went.
    """
    taken = []
    for _ in range(_TIMES):
        began = time.thread_time()
        sum(_NUMBERS)
        taken.append((time.thread_time() - began) * 1000)
    return round(median(taken), 3)
