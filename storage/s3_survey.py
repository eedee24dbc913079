"""What a bucket does for the archive beyond holding bytes: versions, lock, rights, clock.

Nothing is changed: the right to delete is tried on a version of an object that does not exist.
(Where a bucket has no versions, a server may ignore the version and delete the object.)

Source: Amazon S3 API, GetBucketVersioning, GetObjectLockConfiguration, DeleteObject,
PutBucketVersioning, GetBucketLifecycleConfiguration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_DENIED = frozenset({"AccessDenied", "403"})
_SENSELESS = frozenset({"MalformedXML", "IllegalVersioningConfigurationException"})
_NO_SUCH_KEY = "no-such-object"
_NO_SUCH_VERSION = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class BucketFacts:
    """What was found; None where the server would not tell.

    Attributes:
        has_versions: an overwritten or deleted object is still there as an older version.
        is_locked: objects can't be deleted before a retention ends (Object Lock).
        may_delete: our own key pair is allowed to delete, so a thief of it is, too.
        may_suspend: our own key pair is allowed to switch versions off.
        may_expire: a rule of the bucket deletes objects.
        clock_ahead_s: by how much the server's clock is ahead of ours; S3 refuses beyond 900 s.
    """

    has_versions: bool | None
    is_locked: bool | None
    may_delete: bool | None
    may_suspend: bool | None
    may_expire: bool | None
    clock_ahead_s: float | None


def survey(client: S3Client, bucket: str, prefix: str) -> BucketFacts:
    """Ask the server; whatever it refuses to answer stays None. Never raises for its answers."""
    versioning = _asked(lambda: client.get_bucket_versioning(Bucket=bucket))
    lock = _asked(lambda: client.get_object_lock_configuration(Bucket=bucket))
    has_versions = versioning.get("Status") == "Enabled" if "error" not in versioning else None
    return BucketFacts(
        has_versions,
        _is_locked(lock),
        _may_delete(client, bucket, prefix + _NO_SUCH_KEY),
        _may_suspend(client, bucket),
        _may_expire(client, bucket),
        _clock_ahead_s(versioning),
    )


def _is_locked(answer: dict[str, Any]) -> bool | None:
    if "error" not in answer:
        enabled = answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled")
        return bool(enabled == "Enabled")
    return False if answer["error"] == "ObjectLockConfigurationNotFoundError" else None


def _may_delete(client: S3Client, bucket: str, key: str) -> bool | None:
    answer = _asked(
        lambda: client.delete_object(Bucket=bucket, Key=key, VersionId=_NO_SUCH_VERSION)
    )
    if "error" not in answer:
        return True
    if answer["error"] in _DENIED:
        return False
    # The server looked for the version, so it would have deleted it.
    return True if answer["error"] in ("NoSuchVersion", "InvalidArgument", "404") else None


def _may_suspend(client: S3Client, bucket: str) -> bool | None:
    """Ask for a state that does not exist: refused for want of the right, or of sense."""
    nonsense: Any = {"Status": "Asked"}
    answer = _asked(
        lambda: client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=nonsense)
    )
    if "error" not in answer:
        return None
    return False if answer["error"] in _DENIED else answer["error"] in _SENSELESS or None


def _may_expire(client: S3Client, bucket: str) -> bool | None:
    answer = _asked(lambda: client.get_bucket_lifecycle_configuration(Bucket=bucket))
    if "error" in answer:
        return False if answer["error"] == "NoSuchLifecycleConfiguration" else None
    rules = answer.get("Rules", [])
    deadly = {"Expiration", "NoncurrentVersionExpiration"}
    return any(rule.get("Status") == "Enabled" and deadly & rule.keys() for rule in rules)


def _clock_ahead_s(answer: dict[str, Any]) -> float | None:
    headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    try:
        told = parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError):
        return None
    return (told - datetime.now(UTC)).total_seconds()


def _asked(call: Any) -> dict[str, Any]:
    """Return the answer, or what it was refused with under `error`."""
    try:
        return dict(call())
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        return {"error": str(code), "ResponseMetadata": error.response.get("ResponseMetadata", {})}
    except BotoCoreError as error:
        return {"error": type(error).__name__}
