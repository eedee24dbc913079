"""Plain classes that stand in for the world where it must fail on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

from digitizer.errors import StoreUnavailable
from digitizer.model import ArchivedObject, Sha256, StoredFile
from storage.objects import ObjectStore


class FailingStore:
    """An object store whose n-th `put` fails: before anything was written, or just after.

    Args:
        inner: the real store.
        fail_at: which put fails, counted from 1; 0 never.
        when: `after` means the bytes are there and the reply was lost.
    """

    def __init__(
        self, inner: ObjectStore, fail_at: int, when: Literal["before", "after"] = "before"
    ) -> None:
        self._inner = inner
        self._fail_at = fail_at
        self._when = when
        self.puts = 0

    @property
    def name(self) -> str:
        return self._inner.name

    def put(
        self, key: str, source: StoredFile, *, keep_until: date | None = None
    ) -> ArchivedObject:
        self.puts += 1
        if self.puts != self._fail_at:
            return self._inner.put(key, source, keep_until=keep_until)
        if self._when == "after":
            self._inner.put(key, source, keep_until=keep_until)
        raise StoreUnavailable(f"{key}: failed on purpose, {self._when} writing")

    def read(self, key: str) -> bytes:
        return self._inner.read(key)

    def fetch(self, key: str, target: Path) -> StoredFile:
        return self._inner.fetch(key, target)

    def digest(self, key: str) -> Sha256:
        return self._inner.digest(key)

    def keys(self, prefix: str = "") -> Iterator[str]:
        return self._inner.keys(prefix)

    def check(self) -> None:
        self._inner.check()
