"""S3 as a write-once object store: Amazon's, SeaweedFS, Ceph, or any that honors If-None-Match.

A PUT carries the digest (the server refuses other bytes) and `If-None-Match: *` (the server
refuses a second object). A lost reply is an unknown outcome, not a failure: the PUT is tried
again, and "412, already there" may then be our own first try, so the object is read back and
compared. In a bucket with versions the *first* version of a key is the object; later versions
and delete markers, which others with more rights could add, change nothing for us.

Source: Amazon S3 API, PutObject (conditional writes, checksums), ListObjectVersions.
"""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import boto3
from botocore.client import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
)
from botocore.exceptions import ConnectionError as NotConnected

from digitizer.errors import (
    ConfigError,
    DigitizationError,
    IntegrityError,
    ObjectMissing,
    StoredObjectDiffers,
    StoreUnavailable,
)
from digitizer.model import ArchivedObject, Sha256, StoredFile
from storage import s3_multipart as multipart
from storage.folder import spool, spool_bytes
from storage.objects import (
    CHUNK_BYTES,
    MARKER,
    MARKER_KEY,
    base64_of,
    checked_key,
    difference,
    mark,
)
from storage.s3_multipart import ObjectLock
from storage.s3_survey import BucketFacts, survey
from storage.settings import StorageSettings

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client

log = logging.getLogger(__name__)
T = TypeVar("T")
_DICE = random.SystemRandom()

_PAUSES_S = (0.25, 1.0, 3.0)
_READ_TIMEOUT_S = 60
_PART_ABOVE_BYTES = 64 << 20
_MISSING = frozenset({"NoSuchKey", "NoSuchVersion", "404"})
_TAKEN = frozenset({"PreconditionFailed", "412"})
_ALTERED = frozenset({"BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch"})
_TRANSIENT = frozenset({"RequestTimeout", "SlowDown", "ConditionalRequestConflict"})
_OURS_TO_SET = frozenset(
    {
        "AccessDenied",
        "AllAccessDisabled",
        "AuthorizationHeaderMalformed",
        "InvalidAccessKeyId",
        "InvalidBucketName",
        "InvalidRequest",
        "NoSuchBucket",
        "ObjectLockConfigurationNotFoundError",
        "PermanentRedirect",
        "SignatureDoesNotMatch",
        "403",
    }
)


class S3Store:
    """`ObjectStore` over a bucket. The key pair needs to read, list and write, not to delete."""

    def __init__(
        self, client: S3Client, settings: StorageSettings, *, part_above: int = _PART_ABOVE_BYTES
    ) -> None:
        self._client = client
        self._bucket = settings.bucket
        self._prefix = settings.prefix
        self._endpoint = settings.endpoint or "Amazon S3"
        self._locks = settings.object_lock == "compliance"
        self._part_above = part_above
        self._versioned: bool | None = None

    @classmethod
    def open(cls, settings: StorageSettings) -> S3Store:
        """Return the store; the server is not asked yet.

        Raises:
            ConfigError: bucket, prefix or endpoint is malformed, or a key file can't be read.
        """
        if not settings.bucket:
            raise ConfigError("[storage] bucket is not set")
        if settings.prefix and not settings.prefix.endswith("/"):
            raise ConfigError("[storage] prefix must end in '/'")
        try:
            return cls(_client(settings), settings)
        except (ValueError, BotoCoreError) as error:
            raise ConfigError(f"[storage] endpoint, region or key pair: {error}") from error

    @property
    def name(self) -> str:
        return f"{self._endpoint}, bucket {self._bucket}"

    def put(
        self, key: str, source: StoredFile, *, keep_until: date | None = None
    ) -> ArchivedObject:
        """See `ObjectStore.put`. Large objects go in parts, each with its checksum."""
        send = self._send_parts if source.size_bytes > self._part_above else self._send
        self._persist(checked_key(key), lambda: send(key, source, self._lock(keep_until)))
        found = self.digest(key)
        if found != source.sha256:
            raise StoredObjectDiffers(difference(key, source.sha256, found))
        return ArchivedObject(key, found, source.size_bytes)

    def read(self, key: str) -> bytes:
        """See `ObjectStore.read`."""
        checked_key(key)
        return self._persist(key, lambda: b"".join(self._chunks(key)))

    def fetch(self, key: str, target: Path) -> StoredFile:
        """See `ObjectStore.fetch`."""
        checked_key(key)
        return self._persist(key, lambda: spool(self._chunks(key), target))

    def digest(self, key: str) -> Sha256:
        """See `ObjectStore.digest`."""
        checked_key(key)
        return self._persist(key, lambda: self._digest(key))

    def keys(self, prefix: str = "") -> Iterator[str]:
        """See `ObjectStore.keys`. Holds the keys below `prefix` in memory to sort them."""
        found = self._persist(prefix, lambda: frozenset(self._list(self._prefix + prefix)))
        return (key.removeprefix(self._prefix) for key in sorted(found))

    def check(self) -> None:
        """See `ObjectStore.check`. Fails within a few seconds where there is no server."""
        with self._translated("preflight", is_preflight=True):
            self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=1)
        with TemporaryDirectory() as folder, self._translated(MARKER_KEY, is_preflight=True):
            marker = spool_bytes(MARKER, Path(folder) / MARKER_KEY)
            self._send(MARKER_KEY, marker, {})
            if self._send(MARKER_KEY, marker, {}):
                raise ConfigError(
                    f"{self.name}: ignores If-None-Match, so it could overwrite; use a server "
                    "that supports conditional writes"
                )
        if self._locks and not self.survey().is_locked:
            raise ConfigError(
                f'{self.name}: [storage] object_lock = "compliance", but the bucket was not made '
                "with Object Lock, or may not be asked (s3:GetBucketObjectLockConfiguration)"
            )
        mark(self)

    def survey(self) -> BucketFacts:
        """Tell what the bucket does for the archive; asks, and changes nothing."""
        return survey(self._client, self._bucket, self._prefix)

    def hold(self, key: str, *, is_on: bool) -> None:
        """Put an object under a legal hold, or lift it; takes more rights than runs have.

        Raises:
            ObjectMissing: there is none.
            ConfigError: the key pair may not, or the bucket has no Object Lock.
            StoreUnavailable: try again.
        """
        name = self._prefix + checked_key(key)
        with self._translated(key, is_preflight=True):
            self._client.put_object_legal_hold(
                Bucket=self._bucket,
                Key=name,
                VersionId=self._first_version(name),
                LegalHold={"Status": "ON" if is_on else "OFF"},
            )

    def _lock(self, keep_until: date | None) -> ObjectLock:
        if not self._locks or keep_until is None:
            return {}
        end = datetime.combine(keep_until, time(23, 59, 59), UTC)
        return {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": end}

    def _send(self, key: str, source: StoredFile, lock: ObjectLock) -> bool:
        """PUT once; False when the key was taken. Raises what boto3 raises."""
        try:
            with _reopened(source) as stream:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=self._prefix + key,
                    Body=stream,
                    ContentLength=source.size_bytes,
                    ChecksumAlgorithm="SHA256",
                    ChecksumSHA256=base64_of(source.sha256),
                    IfNoneMatch="*",
                    **lock,
                )
        except ClientError as error:
            if _code(error) in _TAKEN:
                return False
            raise
        return True

    def _send_parts(self, key: str, source: StoredFile, lock: ObjectLock) -> bool:
        """PUT once, in parts; the condition stands at the completion. As `_send`."""
        name = self._prefix + key
        with _reopened(source) as stream:
            upload = multipart.begin(self._client, self._bucket, name, lock)
            try:
                digest = multipart.send(upload, stream)
            except BaseException:
                multipart.abandon(upload)
                raise
        if digest != source.sha256:
            multipart.abandon(upload)
            raise IntegrityError(difference(f"spooled {source.path.name}", source.sha256, digest))
        try:
            multipart.complete(upload)
        except ClientError as error:
            if _code(error) in _TAKEN:
                multipart.abandon(upload)
                return False
            raise  # its outcome may be unknown, so nothing is taken back
        return True

    def _digest(self, key: str) -> Sha256:
        digest = hashlib.sha256()
        for chunk in self._chunks(key):
            digest.update(chunk)
        return Sha256(digest.hexdigest())

    def _chunks(self, key: str) -> Iterator[bytes]:
        yield from self._body(key).iter_chunks(CHUNK_BYTES)

    def _body(self, key: str) -> StreamingBody:
        name = self._prefix + key
        if self._is_versioned():
            version = self._first_version(name)
            answer = self._client.get_object(Bucket=self._bucket, Key=name, VersionId=version)
        else:
            answer = self._client.get_object(Bucket=self._bucket, Key=name)
        return answer["Body"]

    def _first_version(self, name: str) -> str:
        """Return the id of the oldest version of an object, delete markers aside."""
        pages = self._client.get_paginator("list_object_versions")
        versions = [
            version["VersionId"]
            for page in pages.paginate(Bucket=self._bucket, Prefix=name)
            for version in page.get("Versions", [])
            if version["Key"] == name
        ]
        if not versions:
            raise ObjectMissing(f"{name} in {self.name}")
        return versions[-1]  # listed with the most recent first, by the API's promise

    def _list(self, prefix: str) -> Iterator[str]:
        if self._is_versioned():
            versions = self._client.get_paginator("list_object_versions")
            for page in versions.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (version["Key"] for version in page.get("Versions", []))
        else:
            objects = self._client.get_paginator("list_objects_v2")
            for listed in objects.paginate(Bucket=self._bucket, Prefix=prefix):
                yield from (item["Key"] for item in listed.get("Contents", []))

    def _is_versioned(self) -> bool:
        if self._versioned is None:
            try:
                answer = self._client.get_bucket_versioning(Bucket=self._bucket)
                self._versioned = answer.get("Status") in ("Enabled", "Suspended")
            except ClientError as error:
                if _code(error) not in ("AccessDenied", "NotImplemented", "403", "501"):
                    raise
                log.warning("may not ask whether the bucket has versions; taken for one without")
                self._versioned = False
        return self._versioned

    def _persist(self, key: str, act: Callable[[], T]) -> T:
        """Do `act`, again after a pause where the server may do better the next time."""
        for pause_s in _PAUSES_S:
            try:
                return act()
            except (BotoCoreError, ClientError) as error:
                if not _may_pass(error):
                    raise self._translation(key, error, is_preflight=False) from error
                log.warning("S3 answered %s, trying again", _code(error))
                # Not all at once again, where many stations lost the same server.
                sleep(pause_s * _DICE.uniform(0.5, 1.5))
        with self._translated(key):
            return act()

    @contextmanager
    def _translated(self, key: str, *, is_preflight: bool = False) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise self._translation(key, error, is_preflight=is_preflight) from error

    def _translation(
        self, key: str, error: ClientError | BotoCoreError, *, is_preflight: bool
    ) -> DigitizationError:
        code, place = _code(error), f"{key}: {self.name}"
        if isinstance(error, NoCredentialsError | PartialCredentialsError):
            return ConfigError(f"{place}: no key pair; set [storage] access_key_file, or AWS_*")
        if isinstance(error, FlexibleChecksumError):
            return StoredObjectDiffers(f"{place}: bytes and checksum do not match")
        if code in _MISSING:
            return ObjectMissing(place)
        if code in _ALTERED:
            return IntegrityError(f"{place}: the spooled file is no longer what was hashed")
        if code in _OURS_TO_SET and is_preflight:
            return ConfigError(f"{place}: {code}; check [storage] bucket, key pair, region, rights")
        return StoreUnavailable(f"{place}: {code}")


def _client(settings: StorageSettings) -> S3Client:
    # A session of its own: the default one keeps the first key pair it ever saw.
    return boto3.session.Session().client(
        "s3",
        endpoint_url=settings.endpoint or None,
        region_name=settings.region,
        aws_access_key_id=_secret(settings.access_key_file, "access_key_file"),
        aws_secret_access_key=_secret(settings.secret_key_file, "secret_key_file"),
        config=Config(
            connect_timeout=settings.connect_timeout_s,
            read_timeout=_READ_TIMEOUT_S,
            # One try: the retries are ours, because only we know that a 412 may be our own.
            retries={"total_max_attempts": 1, "mode": "standard"},
            s3={"addressing_style": "path"},
        ),
    )


def _secret(file: Path | None, setting: str) -> str | None:
    if file is None:
        return None
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"[storage] {setting} {file} can't be read") from error


@contextmanager
def _reopened(source: StoredFile) -> Iterator[BinaryIO]:
    try:
        stream = source.path.open("rb")
    except OSError as error:
        raise IntegrityError(f"spooled {source.path.name}: {error.strerror}") from error
    with stream:
        yield stream


def _may_pass(error: BotoCoreError | ClientError) -> bool:
    """Tell whether the same call may succeed a moment later; its outcome now is unknown."""
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError | IncompleteReadError | NotConnected)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or _code(error) in _TRANSIENT


def _code(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
