"""A large object in parts: each part with its checksum, and the condition at the completion.

A cut connection then costs one part. Nothing is visible under the key before the completion; the
parts of an upload that was given up are abandoned, and what even that can't reach falls to a rule
of the bucket (AbortIncompleteMultipartUpload, docs/operations.md).

Source: Amazon S3 API, CreateMultipartUpload, UploadPart, CompleteMultipartUpload (If-None-Match).
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO, Literal, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from digitizer.model import Sha256
from storage.objects import base64_of, sha256_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

log = logging.getLogger(__name__)

PART_BYTES = 16 << 20
"""At least 5 MiB by the API, which has 10,000 parts at most: objects to 160 GB."""


class ObjectLock(TypedDict, total=False):
    """What a PUT asks of Object Lock; empty for nothing."""

    ObjectLockMode: Literal["COMPLIANCE"]
    ObjectLockRetainUntilDate: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was begun; `parts` grows as they are acknowledged."""

    client: S3Client
    bucket: str
    name: str
    upload_id: str
    parts: list[CompletedPartTypeDef] = field(default_factory=list)


def begin(client: S3Client, bucket: str, name: str, lock: ObjectLock) -> Upload:
    """Begin an upload. Raises what boto3 raises."""
    answer = client.create_multipart_upload(
        Bucket=bucket, Key=name, ChecksumAlgorithm="SHA256", **lock
    )
    return Upload(client, bucket, name, answer["UploadId"])


def send(upload: Upload, stream: BinaryIO) -> Sha256:
    """Send all parts; return the SHA-256 of the whole. Raises what boto3 raises."""
    whole = hashlib.sha256()
    while chunk := stream.read(PART_BYTES):
        whole.update(chunk)
        number, checksum = len(upload.parts) + 1, base64_of(sha256_of(chunk))
        answer = upload.client.upload_part(
            Bucket=upload.bucket,
            Key=upload.name,
            UploadId=upload.upload_id,
            PartNumber=number,
            Body=chunk,
            ChecksumAlgorithm="SHA256",
            ChecksumSHA256=checksum,
        )
        part: CompletedPartTypeDef = {
            "PartNumber": number,
            "ETag": answer["ETag"],
            "ChecksumSHA256": checksum,
        }
        upload.parts.append(part)
    return Sha256(whole.hexdigest())


def complete(upload: Upload) -> None:
    """Make it an object, unless there is one. Raises what boto3 raises."""
    upload.client.complete_multipart_upload(
        Bucket=upload.bucket,
        Key=upload.name,
        UploadId=upload.upload_id,
        MultipartUpload={"Parts": upload.parts},
        IfNoneMatch="*",
    )


def abandon(upload: Upload) -> None:
    """Give the parts back, where the server is there and lets us."""
    try:
        upload.client.abort_multipart_upload(
            Bucket=upload.bucket, Key=upload.name, UploadId=upload.upload_id
        )
    except (ClientError, BotoCoreError) as error:
        log.warning("parts of an upload are left: %s", type(error).__name__)
