"""Taking the state of the data folder to the second copy, proving it there, and bringing it back.

The archive's objects are copied by `pipelines.safekeeping`; this is the rest that can't be made
again: who confirmed what, what waits, what was refused, who asked at the counter (docs/adr/0040).
"""

from __future__ import annotations

import fcntl
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from digitizer import codec
from digitizer.errors import DigitizationError, DiskFull, ObjectMissing, RunLocked
from pipelines import durable
from pipelines.lock import locked
from pipelines.settings import Settings
from pipelines.state_files import REUSE, beside, gathered, place_of
from storage.identity import IdentityVault
from storage.objects import ObjectStore, open_store
from storage.reuse_copy import is_on_server, merge_in
from storage.state_copy import StateFile, fetch, latest, read, take

_LAST = "state.json"
_SCRATCH = ".state"
_ALWAYS_TRIED = (".sqlite", ".jsonl")
_MOST_TRIED = 50
_ASIDE = "replaced-%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class StateTaken:
    """A snapshot that stands in the second copy. `new_files` is 0 where nothing had changed."""

    taken_at: datetime
    key: str
    files: int
    new_files: int
    new_bytes: int


@dataclass(frozen=True, slots=True)
class StateProven:
    """How many files of the newest snapshot were tried, and which failed, by their number in it."""

    files: int
    failed: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What was brought back: how many files, of when, and where files that stood there went."""

    taken_at: datetime
    files: int
    aside: Path | None


def keep_state(settings: Settings, *, now: datetime) -> StateTaken:
    """Take a snapshot of what only the data folder holds to the second copy.

    Runs may be at work meanwhile: each file is whole in itself.

    Raises:
        ConfigError: no second copy is set, or there is no identity key to seal it under.
        Unavailable, DiskFull: run it again.
    """
    second = open_store(settings.backup.as_storage())
    vault = _vault(settings)
    scratch = durable.emptied(settings.run.data / _SCRATCH)
    try:
        written = take(second, vault, gathered(settings, scratch), now=now)
    except OSError as error:
        raise DiskFull(f"{settings.run.data}: {error.strerror}") from error
    finally:
        durable.emptied(scratch).rmdir()
    taken = StateTaken(now, written.key, written.files, written.new_files, written.new_bytes)
    durable.write(settings.run.data / _LAST, codec.encode(taken))
    return taken


def last_state(settings: Settings) -> StateTaken | None:
    """Return when the state was last taken, None where it never was."""
    try:
        return codec.decode(StateTaken, (settings.run.data / _LAST).read_bytes())
    except (OSError, ValueError):
        return None


def prove_state(settings: Settings) -> StateProven | None:
    """Open files of the newest snapshot in thin air; None where there is no snapshot.

    All databases, which must also pass SQLite's own check, all logs, and some of the rest, drawn
    by chance: refused papers may be many, and each goes over the line.

    Raises:
        ConfigError: no second copy, or another identity key.
        Unavailable, DiskFull: it could not be tried.
    """
    second, vault = open_store(settings.backup.as_storage()), _vault(settings)
    key = latest(second)
    if key is None:
        return None
    files = tuple(enumerate(read(second, vault, key).files, 1))
    always = [one for one in files if one[1].name.endswith(_ALWAYS_TRIED)]
    rest = [one for one in files if one not in always]
    tried = [*always, *random.SystemRandom().sample(rest, min(_MOST_TRIED, len(rest)))]
    told = [(number, _wrong(second, vault, one)) for number, one in sorted(tried, key=_number)]
    return StateProven(len(told), tuple((number, why) for number, why in told if why))


def bring_back_state(
    settings: Settings, *, now: datetime, until: datetime | None = None, over: bool = False
) -> BroughtBack | None:
    """Put the files of a snapshot where they belong; None where this site has some of its own.

    A re-use ledger goes into the site's server, where it has one: what stands there stays.

    Args:
        until: take the newest of those taken up to then.
        over: also where there are files; they are moved aside into the data folder, never deleted.

    Raises:
        ObjectMissing: there is no snapshot, or one of its objects is gone; nothing was changed.
        IntegrityError: an object has changed; nothing was changed.
        ConfigError: no second copy, no identity key, or not the one it was sealed under.
        RunLocked: a run or the counter is at work.
    """
    second, vault = open_store(settings.backup.as_storage()), _vault(settings)
    key = latest(second, until=until)
    if key is None:
        raise ObjectMissing(f"no snapshot of the data folder in {second.name}")
    snapshot = read(second, vault, key)
    with locked(settings.run.data), _counter_closed(settings):
        there = tuple(one for one in snapshot.files if _stands(settings, one))
        if there and not over:
            return None
        scratch = durable.emptied(settings.run.data / _SCRATCH)
        try:
            # All of it is at hand and proven before the first file is put in its place.
            for number, one in enumerate(snapshot.files):
                fetch(second, vault, one, scratch / str(number))
            aside = _put(settings, snapshot.files, scratch, there, now)
        except OSError as error:
            raise DiskFull(f"{settings.run.data}: {error.strerror}") from error
        finally:
            durable.emptied(scratch).rmdir()
    return BroughtBack(snapshot.taken_at, len(snapshot.files), aside)


def _vault(settings: Settings) -> IdentityVault:
    return IdentityVault.open(settings.storage.identity_key_file, create=False)


def _target(settings: Settings, held: StateFile) -> Path:
    return place_of(settings, held.place, held.name)


def _set_aside(settings: Settings, there: tuple[StateFile, ...], now: datetime) -> Path | None:
    """Move files that stand in the way, with what SQLite keeps beside them, into a folder."""
    if not there:
        return None
    folder = durable.made(settings.run.data / now.astimezone().strftime(_ASIDE))
    for held in there:
        target = _target(settings, held)
        for path in (target, *beside(target)):
            if path.exists():
                kept = folder / held.place / held.name
                kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                durable.move(path, kept.with_name(path.name))
    return folder


def _place(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    durable.copy(source, target)


def _put(
    settings: Settings,
    files: tuple[StateFile, ...],
    fetched: Path,
    there: tuple[StateFile, ...],
    now: datetime,
) -> Path | None:
    """Put files where they belong; servers come first: while one is away, nothing is changed."""
    numbered = tuple(enumerate(files))
    for number, one in numbered:
        if _is_for_server(settings, one):
            merge_in(
                fetched / str(number), settings.desk.reuse, settings.storage.catalog_password_file
            )
    aside = _set_aside(settings, there, now)
    for number, one in numbered:
        if not _is_for_server(settings, one):
            _place(fetched / str(number), _target(settings, one))
    return aside


def _stands(settings: Settings, held: StateFile) -> bool:
    return not _is_for_server(settings, held) and _target(settings, held).exists()


def _is_for_server(settings: Settings, held: StateFile) -> bool:
    """Claim that it is a re-use ledger, and that this site keeps its own on a server."""
    return held.place == REUSE and is_on_server(settings.desk.reuse)


def _number(numbered: tuple[int, StateFile]) -> int:
    return numbered[0]


def _wrong(second: ObjectStore, vault: IdentityVault, held: StateFile) -> str:
    with TemporaryDirectory() as folder:
        try:
            file = fetch(second, vault, held, Path(folder) / "file").path
            if not held.name.endswith(".sqlite"):
                return ""
            with closing(sqlite3.connect(file)) as database:
                (told,) = database.execute("PRAGMA quick_check(1)").fetchone()
        except DigitizationError as error:
            return error.code
        except sqlite3.Error as error:
            return type(error).__name__
        return "" if told == "ok" else "quick_check"


@contextmanager
def _counter_closed(settings: Settings) -> Iterator[None]:
    """Hold the counter's log, which `sohoa serve` holds for as long as it runs."""
    log = settings.desk.audit_log
    if not log.exists():
        yield
        return
    with log.open("ab") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunLocked(str(log)) from error
        yield
