"""Counts for Prometheus, as its text format wants them. No person, clerk or key is in a label."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import defaultdict
from types import MappingProxyType

_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_HELP = MappingProxyType(
    {
        "sohoa_requests_total": "Requests by route and status",
        "sohoa_answers_total": "Papers answered, by state",
        "sohoa_outcomes_total": "Outcomes recorded, by kind",
        "sohoa_refused_total": "Requests refused, by code",
        "sohoa_alarms_total": "Alarms raised, by kind",
    }
)

Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters and one histogram. Safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, Labels], int] = defaultdict(int)
        self._buckets = [0] * (len(_BUCKETS_S) + 1)
        self._seconds = 0.0

    def count(self, name: str, **labels: str) -> None:
        """Add one to a counter of `_HELP`."""
        with self._lock:
            self._counts[name, tuple(sorted(labels.items()))] += 1

    def took(self, seconds: float) -> None:
        """Note how long a request took."""
        with self._lock:
            self._buckets[bisect_left(_BUCKETS_S, seconds)] += 1
            self._seconds += seconds

    def text(self, gauges: dict[str, float]) -> str:
        """Return all of it, with what is measured at this moment, in text format 0.0.4."""
        with self._lock:
            counts, buckets = dict(self._counts), list(self._buckets)
            seconds = self._seconds
        lines: list[str] = []
        for name, meaning in _HELP.items():
            lines += [f"# HELP {name} {meaning}", f"# TYPE {name} counter"]
            lines += [
                f"{name}{_labels(labels)} {count}"
                for (counted, labels), count in sorted(counts.items())
                if counted == name
            ]
        lines += _histogram(buckets, seconds)
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE {name} gauge", f"{name} {value}"]
        return "\n".join(lines) + "\n"


def _labels(labels: Labels) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}" if labels else ""


def _histogram(buckets: list[int], seconds: float) -> list[str]:
    name = "sohoa_request_seconds"
    lines = [f"# HELP {name} Time to answer", f"# TYPE {name} histogram"]
    total = 0
    for limit, count in zip((*_BUCKETS_S, "+Inf"), buckets, strict=True):
        total += count
        lines.append(f'{name}_bucket{{le="{limit}"}} {total}')
    return [*lines, f"{name}_sum {seconds:.6f}", f"{name}_count {total}"]
