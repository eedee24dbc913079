"""What is told of a bucket is what the server says, and asking changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from digitizer.model import StoredFile
from storage.objects import MARKS, open_store
from storage.s3 import S3Store
from storage.s3_survey import survey
from tests.oracles.loopback import free_ports
from tests.oracles.seaweed import ADMIN, APP, Seaweed, client


@pytest.mark.parametrize("versioned", [False, True])
def test_versions_are_told_and_nothing_is_changed(
    seaweed: Seaweed, tmp_path: Path, versioned: bool
) -> None:
    bucket = seaweed.bucket(versioned=versioned)
    settings = seaweed.settings(bucket)
    store = open_store(settings)
    store.check()
    (tmp_path / "one").write_bytes(b"%PDF")
    store.put("documents/one", StoredFile.of(tmp_path / "one"))
    facts = S3Store.open(settings).survey()
    assert facts.has_versions is versioned
    assert facts.clock_ahead_s is not None
    assert abs(facts.clock_ahead_s) < 10
    assert store.read("documents/one") == b"%PDF"
    listed = seaweed.admin().list_object_versions(Bucket=bucket)
    assert listed.get("DeleteMarkers", []) == []
    assert len(listed["Versions"]) == len(MARKS) + 1


def test_a_server_that_is_not_there_tells_nothing() -> None:
    (port,) = free_ports(1)
    away = client(f"http://127.0.0.1:{port}", APP)
    facts = survey(away, "archive", "")
    assert facts.has_versions is None
    assert facts.may_delete is None
    assert facts.clock_ahead_s is None


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("pair", [APP, ADMIN])
def test_the_right_to_delete_is_told_as_a_deletion_would_find_it(
    seaweed: Seaweed, pair: tuple[str, str], versioned: bool
) -> None:
    bucket = seaweed.bucket(versioned=versioned)
    seaweed.admin().put_object(Bucket=bucket, Key="victim", Body=b"x")
    someone = client(seaweed.endpoint, pair)
    told = survey(someone, bucket, "").may_delete
    try:
        someone.delete_object(Bucket=bucket, Key="victim")
        could = True
    except ClientError:
        could = False
    assert told is could
