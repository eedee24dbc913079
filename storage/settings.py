"""Settings of the storage room, filled by `pipelines.config`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

StoreKind = Literal["folder", "s3"]


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where bytes and records rest.

    Attributes:
        store: `folder` (write-once directory) or `s3`.
        folder: the directory of the `folder` store.
        endpoint: URL of the S3 server, "" for Amazon's own.
        bucket: must exist; the application never makes or deletes one.
        prefix: put before every key, "" or ending in "/".
        region: S3 region name.
        access_key_file, secret_key_file: files holding the S3 key pair, nothing else in them.
        connect_timeout_s: seconds to wait for the S3 server.
        catalog: SQLAlchemy URL of the catalog; `sqlite:///…` or `postgresql+psycopg://…`.
        catalog_password_file: file holding the database password, never in the URL.
        catalog_stale_after_h: hours after which a catalog that nothing was entered into, or
            confirmed for, no longer proves that a paper is *not* held; 0 never. For a copy of
            the catalog that is pulled nightly, 36 is a good value.
        identity_key_file: the key under which identity numbers are hashed and encrypted.
    """

    store: StoreKind = "folder"
    folder: Path = Path("sohoa-data/archive")
    endpoint: str = ""
    bucket: str = ""
    prefix: str = ""
    region: str = "us-east-1"
    access_key_file: Path | None = None
    secret_key_file: Path | None = None
    connect_timeout_s: float = 5.0
    catalog: str = "sqlite:///sohoa-data/catalog.sqlite"
    catalog_password_file: Path | None = None
    catalog_stale_after_h: float = 0.0
    identity_key_file: Path = Path("sohoa-data/keys/identity.key")
