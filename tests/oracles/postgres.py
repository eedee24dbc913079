"""A real PostgreSQL server on loopback, for as long as the tests need it."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.oracles.loopback import free_ports

PASSWORD = "password-for-tests-only"
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server with one superuser, `sohoa`."""

    port: int
    password_file: Path
    _numbers: Iterator[int]

    def database(self) -> str:
        """Make a new database and return its SQLAlchemy URL, without the password."""
        import psycopg

        name = f"catalog_{next(self._numbers)}"
        with psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="sohoa",
            password=PASSWORD,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://sohoa@127.0.0.1:{self.port}/{name}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Run a server; skipped, with a reason, where the programs are not installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("needs the PostgreSQL server programs (initdb, postgres)")
    pytest.importorskip("psycopg", reason="needs psycopg (pip install psycopg[binary])")
    # Not below pytest's own folder: that is root's alone, and the server refuses to be root.
    folder = Path(tempfile.mkdtemp(prefix="sohoa-postgres-"))
    try:
        yield from _running(programs, folder)
    finally:
        shutil.rmtree(folder)


def _running(programs: Path, folder: Path) -> Iterator[Postgres]:
    password_file = folder / "password"
    password_file.write_text(PASSWORD)
    as_user = _as_user(folder)
    data, port = folder / "data", free_ports(1)[0]
    with (folder / "log").open("wb") as log:
        subprocess.run(
            [
                programs / "initdb",
                f"--pgdata={data}",
                "--username=sohoa",
                "--auth=scram-sha-256",
                f"--pwfile={password_file}",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            stdout=log,
            stderr=log,
            cwd=folder,
            **as_user,
        )
        process = subprocess.Popen(
            [
                programs / "postgres",
                "-D",
                data,
                "-p",
                str(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "shared_buffers=16MB",
                "-c",
                "fsync=off",
            ],
            stdout=log,
            stderr=log,
            cwd=folder,
            **as_user,
        )
        try:
            _wait(port, process, folder / "log")
            yield Postgres(port, password_file, itertools.count(1))
        finally:
            process.send_signal(signal.SIGQUIT)  # "immediate": its data is scratch
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _as_user(folder: Path) -> dict[str, str | int]:
    """Return how to start the server as somebody else when we are root."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        pytest.skip("PostgreSQL refuses to run as root, and there is no user `postgres`")
    for path in (folder, folder / "password"):
        os.chown(path, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid}


def _programs() -> Path | None:
    found = shutil.which("initdb")
    if found and Path(found).resolve().with_name("postgres").exists():
        return Path(found).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return installed[-1].parent if installed else None


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    import psycopg

    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(
                host="127.0.0.1", port=port, user="sohoa", password=PASSWORD, dbname="postgres"
            ).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"postgres did not start: {log.read_text(errors='replace')[-2000:]}")
