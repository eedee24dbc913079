"""What was done with archived data outside the counter: exports, reports on a person.

A log of its own, `office.jsonl` beside that of the counter, with the same chain and the same key:
the counter holds its own log open for as long as it serves.
"""

from __future__ import annotations

import getpass
from datetime import datetime
from pathlib import Path

from digitizer import codec
from pipelines.settings import Settings
from storage.audit_log import AuditLog
from storage.identity import IdentityVault


def office_log(settings: Settings) -> Path:
    """Return where the log is."""
    return settings.desk.audit_log.with_name("office.jsonl")


def note(
    settings: Settings,
    vault: IdentityVault,
    kind: str,
    *,
    now: datetime,
    purpose: str,
    **facts: object,
) -> None:
    """Write one event down, forced to disk, before what it tells of is given out.

    Args:
        kind: e.g. `export`.
        purpose: why, in the words of whoever asks.
        facts: ids, counts and keyed hashes, never personal data.

    Raises:
        RunLocked: another command is writing at this moment.
        IntegrityError: the log's last line is not one of ours.
        DiskFull: it can't be written; then nothing may be given out.
    """
    event = {
        "at": codec.to_plain(now),
        "kind": kind,
        "account": getpass.getuser(),
        "purpose": purpose,
        **facts,
    }
    with AuditLog(office_log(settings), vault.audit_key) as log:
        log.append_all([event])
