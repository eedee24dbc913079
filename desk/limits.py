"""How much one key and one clerk may ask, and when someone seems to be trying numbers out.

Kept in memory only, numbers of persons among it: it is gone when the desk stops.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

_MINUTE_S = 60.0
_MOST_NAMES = 10_000


class Budget:
    """So many questions a minute, spent one by one, refilled evenly. Safe between threads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Args: clock: seconds that never go back, as `time.monotonic`."""
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def spend(self, name: str, per_minute: int) -> float:
        """Take one from the budget of `name`; return 0.0, or the seconds until there is one."""
        with self._lock:
            now = self._clock()
            left, at = self._left.get(name, (float(per_minute), now))
            left = min(per_minute, left + (now - at) * per_minute / _MINUTE_S)
            is_enough = left >= 1
            self._left[name] = (left - 1 if is_enough else left, now)
            if len(self._left) > _MOST_NAMES:
                self._left.pop(next(iter(self._left)))
            return 0.0 if is_enough else (1 - left) * _MINUTE_S / max(per_minute, 1)


class AlarmKind(StrEnum):
    """What it looks like."""

    ENUMERATION = "enumeration"
    """Numbers beside one another: nobody's citizens queue in the order of their numbers."""
    BROWSING = "browsing"
    """Many people, and no paper of any of them used."""


@dataclass
class _Asker:
    numbers: deque[tuple[float, int]] = field(default_factory=deque)
    people: dict[int, float] = field(default_factory=dict)
    told: dict[AlarmKind, float] = field(default_factory=dict)


class Watch:
    """Sees every question about a person, and says when to raise an alarm."""

    WINDOW_S = 600.0
    NEAR = 50
    """Identity numbers this close together belong to one register page, or to a loop."""
    MOST_NEAR = 10
    MOST_PEOPLE = 40
    _REMEMBERED = 64

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._askers: dict[str, _Asker] = {}

    def asked(self, asker: str, identity_number: str) -> tuple[AlarmKind, ...]:
        """Note a question about a person; return what is to be raised now, each once a window."""
        if not identity_number.isdecimal():
            return ()
        number = int(identity_number)
        with self._lock:
            now = self._clock()
            seen = self._askers.setdefault(asker, _Asker())
            if len(self._askers) > _MOST_NAMES:
                self._askers.pop(next(iter(self._askers)))
            _forget(seen, now - self.WINDOW_S)
            seen.numbers.append((now, number))
            if len(seen.numbers) > self._REMEMBERED:
                seen.numbers.popleft()
            seen.people.pop(number, None)  # the last asked stands last
            seen.people[number] = now
            return tuple(kind for kind in self._looks_like(seen) if _is_news(seen, kind, now))

    def used(self, asker: str) -> None:
        """Note that a paper was re-used: this is work, not browsing."""
        with self._lock:
            if asker in self._askers:
                self._askers[asker].people.clear()

    def _looks_like(self, seen: _Asker) -> list[AlarmKind]:
        found = []
        if self._near(seen) >= self.MOST_NEAR:
            found.append(AlarmKind.ENUMERATION)
        if len(seen.people) >= self.MOST_PEOPLE:
            found.append(AlarmKind.BROWSING)
        return found

    def _near(self, seen: _Asker) -> int:
        """Count numbers close to the next; 0 where the last one asked is close to none."""
        last = seen.numbers[-1][1]
        asked = sorted({number for _, number in seen.numbers})
        place = asked.index(last)
        beside = asked[max(place - 1, 0) : place + 2]
        if all(number == last or abs(number - last) > self.NEAR for number in beside):
            return 0
        return sum(b - a <= self.NEAR for a, b in pairwise(asked))


def _forget(seen: _Asker, before: float) -> None:
    while seen.numbers and seen.numbers[0][0] < before:
        seen.numbers.popleft()
    while seen.people and seen.people[first := next(iter(seen.people))] < before:
        del seen.people[first]
    for kind in [kind for kind, at in seen.told.items() if at < before]:
        del seen.told[kind]


def _is_news(seen: _Asker, kind: AlarmKind, now: float) -> bool:
    if kind in seen.told:
        return False
    seen.told[kind] = now
    return True
