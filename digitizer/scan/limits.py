"""What the kernel holds a decoding child to: memory, processor time, file size, network.

Linux only, by `setrlimit`, `prctl` and `unshare`.

Source: getrlimit(2), prctl(2), unshare(2), user_namespaces(7).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CAP_SETFCAP: Final = 31
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_MIB: Final = 1 << 20
_MOST_FILE_MIB: Final = 1024
_MOST_OPEN_FILES: Final = 64


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent, of that pid, dies.

    Leaves at once if the parent died before the kernel knew.
    """
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def confine(memory_mb: int) -> None:
    """Bind this process to its budgets, for good.

    Past `memory_mb` of address space allocations fail (MemoryError); past 1 GiB in one file
    writes fail (EFBIG).
    """
    _hold(resource.RLIMIT_AS, memory_mb * _MIB)
    _hold(resource.RLIMIT_FSIZE, _MOST_FILE_MIB * _MIB)
    leave_no_core()
    _hold(resource.RLIMIT_NOFILE, _MOST_OPEN_FILES)
    _libc().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def leave_no_core() -> None:
    """Have the kernel write nothing of this process's memory when it crashes.

    It holds citizens' pages, names, and in the sealing process PINs and keys. The limit speaks to
    the kernel's own core files, and passes on to children; a program that `core_pattern` pipes
    cores to is not bound by it, which being no dumpable process is. That one ends at an exec.
    A process that is not dumpable can't be traced by others of the same user either.

    Source: core(5), prctl(2) PR_SET_DUMPABLE.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _libc().prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def allow_cpu(seconds: float) -> None:
    """Let this process use `seconds` of processor time from now; past them it gets SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(usage.ru_utime + usage.ru_stime + seconds) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def leave_network() -> bool:
    """Move this single-threaded process to a network of its own, with nothing in it.

    Returns:
        True if that was done; False where the system does not let it (containers without user
        namespaces), which is no error: the decoders open no connections by themselves.
    """
    libc = _libc()
    if libc.unshare(_CLONE_NEWNET) == 0:
        return True
    user, group = os.getuid(), os.getgid()
    if user == 0 and not _has_capability(_CAP_SETFCAP):
        # A root whose capabilities were taken can make a user namespace and not map itself into it
        # (Linux 5.12, user_namespaces(7)); there is no way back from there.
        return False
    if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # Without a mapping for itself the process could not create files.
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return True


def _has_capability(number: int) -> bool:
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return bool(int(effective, 16) >> number & 1)


def _hold(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
