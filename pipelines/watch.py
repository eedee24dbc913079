"""What a run tells while it goes on: nothing, a line that rewrites itself, or a line a minute."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from pipelines.messages import Catalogue
from pipelines.outcome import Outcome, State


class Watcher:
    """Told what a run is doing. This one keeps silent."""

    def begin(self, found: int) -> None:
        """The run starts on `found` files."""

    def more(self, count: int) -> None:
        """Files turned out to be so many documents more (or fewer, below 0)."""

    def outcome(self, outcome: Outcome) -> None:
        """One more file has come to rest for this run."""

    def end(self) -> None:
        """The run is over."""


class ProgressLine(Watcher):
    """Counts on standard error: rewritten in place on a terminal, else once a minute.

    Journald and mail keep the once-a-minute lines; a terminal shows one line that moves.
    """

    _INTERVAL_S = 60.0

    def __init__(self, texts: Catalogue, stream: TextIO = sys.stderr) -> None:
        self._texts = texts
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._found = 0
        self._counts = dict.fromkeys(State, 0)
        self._pages = 0
        self._started = self._spoken = time.monotonic()

    def begin(self, found: int) -> None:
        self._found = found
        self._say(self._texts("progress.begin", found=found), keep=True)
        self._show()

    def more(self, count: int) -> None:
        self._found += count

    def outcome(self, outcome: Outcome) -> None:
        self._counts[outcome.state] += 1
        self._pages += outcome.pages or 0
        self._show()

    def end(self) -> None:
        if self._is_terminal:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _show(self) -> None:
        now = time.monotonic()
        if not self._is_terminal and now - self._spoken < self._INTERVAL_S:
            return
        self._spoken = now
        done = sum(self._counts.values())
        rest_s = (now - self._started) / done * (self._found - done) if done else 0.0
        self._say(
            self._texts(
                "progress.line",
                done=done,
                found=self._found,
                pages=self._pages,
                archived=self._counts[State.ARCHIVED],
                waiting=self._counts[State.WAITING],
                quarantined=self._counts[State.QUARANTINED],
                minutes=round(rest_s / 60),
            ),
            keep=False,
        )

    def _say(self, line: str, *, keep: bool) -> None:
        if self._is_terminal and not keep:
            self._stream.write(f"\r\x1b[K{line}")
        else:
            self._stream.write(f"{line}\n")
        self._stream.flush()
