"""A thousand objects put through a line on which three requests of ten go wrong.

The server is a real one, its bucket keeps versions; what is asked of it in the end is asked
directly. An object put twice would show as a second version, a cut one as other bytes.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from boto3.session import Session
from botocore.config import Config

from benchmarks.faults.faulty_proxy import FaultyProxy, faulty_proxy
from benchmarks.faults.result import Result, Say
from digitizer.errors import StoreUnavailable
from digitizer.model import Sha256, StoredFile
from storage.s3 import S3Store
from storage.settings import StorageSettings
from tests.oracles.seaweed import APP, Seaweed, running

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PUTS: Final = 1000
SHARE: Final = 0.3
_LARGEST: Final = 200_000
_AT_ONCE: Final = 8
_PATIENCE_S: Final = 1.0
_TRIES: Final = 30


def measure(folder: Path, scale: float, say: Say) -> Result:
    """Put, each again while the store is away as a run does; then list and fetch everything."""
    count = max(10, round(PUTS * scale))
    with running(folder / "server") as (server, _):
        bucket = server.bucket(versioned=True)
        with faulty_proxy(server.endpoint, share=SHARE, seed=3, hole_s=3 * _PATIENCE_S) as proxy:
            sent, again = _put_all(proxy, bucket, count, folder, say)
            met = dict(proxy.met)
        versions, wrong = _compare(server, bucket, sent)
    broken = (
        *(f"{key} was never put" for key, digest in sent.items() if not digest),
        *(f"{key}: {why}" for key, why in wrong.items()),
    )
    rows = {
        "objects put": count,
        **{f"requests: {how}": number for how, number in sorted(met.items())},
        "puts that gave up and were tried again": again,
        "objects in the bucket": versions,
        "extra versions": versions - count,
        "wrong bytes, missing": len(broken),
    }
    return Result(rows, broken if versions == count else (*broken, "there are extra versions"))


def _put_all(
    proxy: FaultyProxy, bucket: str, count: int, folder: Path, say: Say
) -> tuple[dict[str, Sha256], int]:
    settings = StorageSettings(store="s3", endpoint=proxy.endpoint, bucket=bucket)
    own = threading.local()
    again = 0

    def put(number: int) -> tuple[str, Sha256]:
        nonlocal again
        if not hasattr(own, "store"):
            own.store = S3Store(_impatient(proxy.endpoint), settings)
        key = f"test/{number:04d}"
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            source = Path(scratch) / "object"
            source.write_bytes(random.Random(number).randbytes(1 + number * 7919 % _LARGEST))
            for _ in range(_TRIES):
                try:
                    return key, own.store.put(key, StoredFile.of(source)).sha256
                except StoreUnavailable:
                    again += 1
        return key, Sha256("")

    sent: dict[str, Sha256] = {}
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done, (key, digest) in enumerate(pool.map(put, range(count)), 1):
            sent[key] = digest
            if done % 100 == 0:
                say(f"{done} of {count} put")
    return sent, again


def _impatient(endpoint: str) -> S3Client:
    """Return a client as the store makes it, that gives a black hole a second instead of sixty."""
    return Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=APP[0],
        aws_secret_access_key=APP[1],
        config=Config(
            connect_timeout=_PATIENCE_S,
            read_timeout=_PATIENCE_S,
            retries={"total_max_attempts": 1, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )


def _compare(server: Seaweed, bucket: str, sent: dict[str, Sha256]) -> tuple[int, dict[str, str]]:
    """Return how many versions there are, and what is wrong by key."""
    admin = server.admin()
    listed = admin.get_paginator("list_object_versions").paginate(Bucket=bucket)
    keys = [version["Key"] for page in listed for version in page.get("Versions", [])]
    wrong = dict.fromkeys(set(keys) - sent.keys(), "not one of ours")
    for key, digest in sent.items():
        number = int(key.removeprefix("test/"))
        meant = random.Random(number).randbytes(1 + number * 7919 % _LARGEST)
        held = admin.get_object(Bucket=bucket, Key=key)["Body"].read() if key in keys else b""
        if held != meant or hashlib.sha256(meant).hexdigest() != digest:
            wrong[key] = "other bytes" if key in keys else "missing"
    return len(keys), wrong
