"""Whoever steals the application's key pair can not delete, change or shorten anything."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from digitizer.errors import ConfigError, IntegrityError, StoredObjectDiffers
from digitizer.model import StoredFile
from pipelines.config import load
from pipelines.office_log import office_log
from pipelines.packages import hold
from storage.archive import committed
from storage.audit_log import events
from storage.record import UNDETERMINED
from storage.s3 import S3Store
from storage.s3_multipart import PART_BYTES
from storage.settings import StorageSettings
from tests.oracles.seaweed import ADMIN, APP, Seaweed, client
from tests.storage.papers import NOW, SIGNATURE, Paper, paper

LOCK_UNTIL = date(2038, 12, 31)
CODES = replace(UNDETERMINED, lock_until=LOCK_UNTIL)


@pytest.fixture(scope="module")
def locked(seaweed: Seaweed) -> StorageSettings:
    bucket = seaweed.locked_bucket()
    return replace(seaweed.settings(bucket, prefix=""), object_lock="compliance")


@pytest.fixture
def store(locked: StorageSettings) -> S3Store:
    made = S3Store.open(locked)
    made.check()
    return made


@pytest.fixture
def one(tmp_path: Path) -> Paper:
    made = paper(tmp_path, os.urandom(4).hex())
    return replace(made, consignment=replace(made.consignment, codes=CODES))


def retention(seaweed: Seaweed, bucket: str, key: str) -> datetime:
    """Return until when the first version of a key is locked, in COMPLIANCE mode."""
    found = seaweed.admin().get_object_retention(
        Bucket=bucket, Key=key, VersionId=first_version(seaweed, bucket, key)
    )["Retention"]
    assert found["Mode"] == "COMPLIANCE"
    return found["RetainUntilDate"]


def first_version(seaweed: Seaweed, bucket: str, key: str) -> str:
    listed = seaweed.admin().list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    return [one["VersionId"] for one in listed if one["Key"] == key][-1]


def test_every_object_of_a_document_is_locked_to_the_profiles_day(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store, one: Paper
) -> None:
    receipt, record = one.archived(store)
    keys = [*store.keys(f"documents/{record.document_id[:2]}/"), receipt.sidecar.key]
    assert len(keys) == 13
    until = {retention(seaweed, locked.bucket, key).astimezone(UTC) for key in keys}
    assert {moment.date() for moment in until} == {LOCK_UNTIL}


def test_what_was_only_tried_out_is_not_locked(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store, tmp_path: Path
) -> None:
    throwaway = (replace(SIGNATURE, is_throwaway=True),)
    made = paper(tmp_path, "throwaway", signatures=throwaway)
    receipt, _ = replace(made, consignment=replace(made.consignment, codes=CODES)).archived(store)
    with pytest.raises(ClientError):
        retention(seaweed, locked.bucket, receipt.sidecar.key)


Call = Callable[[str, str], object]


def calls(seaweed: Seaweed, bucket: str) -> Iterator[tuple[str, Call]]:
    """Yield every way to delete, unlock or shorten, with the application's key pair."""
    app = client(seaweed.endpoint, APP)
    shorter = datetime.now(UTC) + timedelta(days=1)
    longer = datetime(2060, 1, 1, tzinfo=UTC)
    yield "delete", lambda key, _: app.delete_object(Bucket=bucket, Key=key)
    yield "delete version", lambda key, at: app.delete_object(Bucket=bucket, Key=key, VersionId=at)
    yield (
        "delete version, bypassing",
        lambda key, at: app.delete_object(
            Bucket=bucket, Key=key, VersionId=at, BypassGovernanceRetention=True
        ),
    )
    yield "delete many", lambda key, at: _many(app, bucket, {"Key": key, "VersionId": at})
    yield "delete many, markers", lambda key, _: _many(app, bucket, {"Key": key})
    for name, mode, until, bypass in (
        ("shorten", "COMPLIANCE", shorter, False),
        ("shorten, bypassing", "COMPLIANCE", shorter, True),
        ("weaken", "GOVERNANCE", longer, False),
        ("weaken, bypassing", "GOVERNANCE", shorter, True),
    ):
        yield (
            name,
            lambda key, at, mode=mode, until=until, bypass=bypass: app.put_object_retention(
                Bucket=bucket,
                Key=key,
                VersionId=at,
                Retention={"Mode": mode, "RetainUntilDate": until},
                BypassGovernanceRetention=bypass,
            ),
        )
    yield (
        "no retention",
        lambda key, at: app.put_object_retention(
            Bucket=bucket, Key=key, VersionId=at, Retention={}
        ),
    )
    yield (
        "lift a legal hold",
        lambda key, at: app.put_object_legal_hold(
            Bucket=bucket, Key=key, VersionId=at, LegalHold={"Status": "OFF"}
        ),
    )
    yield (
        "overwrite on condition",
        lambda key, _: app.put_object(Bucket=bucket, Key=key, Body=b"x", IfNoneMatch="*"),
    )


def bucket_calls(seaweed: Seaweed, bucket: str) -> Iterator[tuple[str, Call]]:
    """Yield every way to undo what the bucket does, with the application's key pair."""
    app = client(seaweed.endpoint, APP)
    rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}
    yield (
        "suspend versions",
        lambda *_: app.put_bucket_versioning(
            Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
        ),
    )
    yield (
        "expire",
        lambda *_: app.put_bucket_lifecycle_configuration(
            Bucket=bucket,
            LifecycleConfiguration={"Rules": [rule]},  # type: ignore[typeddict-item]  # as sent
        ),
    )
    yield (
        "lock settings",
        lambda *_: app.put_object_lock_configuration(
            Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"}
        ),
    )
    yield "drop policy", lambda *_: app.delete_bucket_policy(Bucket=bucket)
    empty = json.dumps({"Version": "2012-10-17", "Statement": []})
    yield "write policy", lambda *_: app.put_bucket_policy(Bucket=bucket, Policy=empty)
    yield "delete bucket", lambda *_: app.delete_bucket(Bucket=bucket)


def _many(app: object, bucket: str, what: dict[str, str]) -> object:
    answer = app.delete_objects(Bucket=bucket, Delete={"Objects": [what]})  # type: ignore[attr-defined]  # an S3 client
    if answer.get("Errors") and not answer.get("Deleted"):
        raise ClientError({"Error": {"Code": answer["Errors"][0]["Code"]}}, "DeleteObjects")
    return answer


def test_every_delete_unlock_and_shorten_is_refused_by_the_server(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store, one: Paper
) -> None:
    receipt, record = one.archived(store)
    bucket = locked.bucket
    keys = [*store.keys(f"documents/{record.document_id[:2]}/"), receipt.sidecar.key]
    allowed, tried = [], 0
    for key in keys:
        at = first_version(seaweed, bucket, key)
        for name, call in calls(seaweed, bucket):
            tried += 1
            allowed += [f"{name} {key}"] * _goes_through(call, key, at)
    for name, call in bucket_calls(seaweed, bucket):
        tried += 1
        allowed += [name] * _goes_through(call, "", "")
    print(f"{tried - len(allowed)} of {tried} calls refused")  # noqa: T201 - the figure of the bar
    assert allowed == []
    assert committed(store, record.document_id) == record


def _goes_through(call: Call, key: str, at: str) -> bool:
    try:
        call(key, at)
    except ClientError:
        return False
    return True


def test_an_overwriting_put_that_a_server_lets_by_changes_nothing_for_readers(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store, one: Paper
) -> None:
    """SeaweedFS knows no `s3:if-none-match` in policies (AWS does), so it adds a version."""
    receipt, record = one.archived(store)
    app = client(seaweed.endpoint, APP)
    for held in (*record.objects.all, receipt.sidecar):
        app.put_object(Bucket=locked.bucket, Key=held.key, Body=b"evil")
        app.copy_object(
            Bucket=locked.bucket,
            Key=held.key,
            CopySource={"Bucket": locked.bucket, "Key": held.key},
            MetadataDirective="REPLACE",
        )
        assert store.digest(held.key) == held.sha256
    assert committed(store, record.document_id) == record
    assert one.archived(store, NOW + timedelta(days=1))[1] == record


def test_a_bucket_without_lock_is_refused_where_lock_is_asked_for(seaweed: Seaweed) -> None:
    plain = replace(seaweed.settings(seaweed.bucket(versioned=True)), object_lock="compliance")
    with pytest.raises(ConfigError, match="Object Lock"):
        S3Store.open(plain).check()


def test_doctor_is_told_that_nothing_can_be_undone(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store
) -> None:
    facts = store.survey()
    assert (facts.has_versions, facts.is_locked, facts.may_delete) == (True, True, False)
    assert facts.may_suspend is not True
    assert facts.may_expire is not True


# ── large objects, in parts ──────────────────────────────────────────────────────────────────


@pytest.fixture
def large(tmp_path: Path) -> StoredFile:
    path = tmp_path / "large.tif"
    path.write_bytes(os.urandom(1 << 20) * 17)
    return StoredFile.of(path)


def parts_store(settings: StorageSettings) -> S3Store:
    made = S3Store.open(settings)
    return S3Store(made._client, settings, part_above=1 << 20)


def test_a_large_object_goes_in_parts_and_is_locked(
    seaweed: Seaweed, locked: StorageSettings, large: StoredFile, tmp_path: Path
) -> None:
    assert PART_BYTES < large.size_bytes < 2 * PART_BYTES
    store = parts_store(locked)
    held = store.put("documents/large", large, keep_until=LOCK_UNTIL)
    assert (held.sha256, store.digest("documents/large")) == (large.sha256, large.sha256)
    assert retention(seaweed, locked.bucket, "documents/large").date() == LOCK_UNTIL
    tag = seaweed.admin().head_object(Bucket=locked.bucket, Key="documents/large")["ETag"]
    assert tag.endswith('-2"')
    assert store.put("documents/large", large, keep_until=LOCK_UNTIL) == held


def test_a_second_large_object_is_refused_at_the_completion(
    seaweed: Seaweed, large: StoredFile, tmp_path: Path
) -> None:
    settings = seaweed.settings(seaweed.bucket(versioned=True))
    store = parts_store(settings)
    store.put("documents/large", large)
    (tmp_path / "other").write_bytes(b"y" * large.size_bytes)
    with pytest.raises(StoredObjectDiffers):
        store.put("documents/large", StoredFile.of(tmp_path / "other"))
    assert store.digest("documents/large") == large.sha256
    name = f"{settings.prefix}documents/large"
    versions = seaweed.admin().list_object_versions(Bucket=settings.bucket, Prefix=name)["Versions"]
    assert len(versions) == 1
    left = seaweed.admin().list_multipart_uploads(Bucket=settings.bucket)
    assert left.get("Uploads", []) == []


def test_a_large_source_that_changed_is_never_seen(seaweed: Seaweed, large: StoredFile) -> None:
    store = parts_store(seaweed.settings(seaweed.bucket()))
    with large.path.open("r+b") as stream:
        stream.write(b"changed")
    with pytest.raises(IntegrityError):
        store.put("documents/large", large)
    assert list(store.keys()) == []


# ── legal hold ───────────────────────────────────────────────────────────────────────────────


def test_a_hold_takes_another_key_pair_and_is_written_down(
    seaweed: Seaweed, locked: StorageSettings, store: S3Store, one: Paper, tmp_path: Path
) -> None:
    receipt, record = one.archived(store)
    whole = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    keys = whole.storage.identity_key_file
    settings = replace(whole, storage=replace(locked, identity_key_file=keys))
    (tmp_path / "access").write_text(ADMIN[0])
    (tmp_path / "secret").write_text(ADMIN[1])
    files = (tmp_path / "access", tmp_path / "secret")

    def held(*, is_on: bool, key_files: tuple[Path, Path]) -> int:
        return hold(
            settings,
            (record.document_id,),
            is_on=is_on,
            reason="QĐ 12/QĐ-TTr",
            key_files=key_files,
            now=NOW,
        )

    assert held(is_on=True, key_files=files) == 13
    for key in (record.objects.signed.key, receipt.sidecar.key):
        assert hold_of(seaweed, locked.bucket, key) == "ON"
    own = (locked.access_key_file, locked.secret_key_file)
    assert own[0] is not None and own[1] is not None
    with pytest.raises(ConfigError, match="AccessDenied"):
        held(is_on=False, key_files=(own[0], own[1]))
    assert hold_of(seaweed, locked.bucket, receipt.sidecar.key) == "ON"
    assert held(is_on=False, key_files=files) == 13
    assert hold_of(seaweed, locked.bucket, receipt.sidecar.key) == "OFF"
    kinds = [event["kind"] for event in events(office_log(settings))]
    assert kinds == ["hold", "release", "release"]


def test_a_folder_has_no_holds(tmp_path: Path) -> None:
    settings = load(flags={"run.data": tmp_path / "data"}, environ={}).settings
    with pytest.raises(ConfigError, match="bucket"):
        hold(settings, (), is_on=True, reason="x", key_files=(tmp_path, tmp_path), now=NOW)


def hold_of(seaweed: Seaweed, bucket: str, key: str) -> str:
    found = seaweed.admin().get_object_legal_hold(
        Bucket=bucket, Key=key, VersionId=first_version(seaweed, bucket, key)
    )
    return found["LegalHold"]["Status"]
