"""Settings of the storage room, filled by `pipelines.config`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from digitizer.errors import ConfigError

StoreKind = Literal["folder", "s3"]
SecondKind = Literal["none", "folder", "s3"]
LockKind = Literal["off", "compliance"]


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
        object_lock: `compliance` holds every object of a document in the bucket, against everyone,
            until the legal profile's day for its type; it can be lengthened, never shortened, so
            try it in a bucket that may stay. Trial signatures are never locked. `off` leaves it to
            the bucket's own default.
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
    object_lock: LockKind = "off"
    catalog: str = "sqlite:///sohoa-data/catalog.sqlite"
    catalog_password_file: Path | None = None
    catalog_stale_after_h: float = 0.0
    identity_key_file: Path = Path("sohoa-data/keys/identity.key")


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """The second copy: another medium, better another building, with a key pair of its own.

    Attributes:
        store: `none`, `folder` or `s3`.
        folder: the directory of the `folder` store.
        endpoint, bucket, prefix, region, access_key_file, secret_key_file, connect_timeout_s: as in
            `[storage]`.
        drill: how many documents a restore drill fetches from the second copy and checks.
        within_h: hours within which a back-up must have succeeded; `doctor` warns after that.
    """

    store: SecondKind = "none"
    folder: Path = Path("sohoa-data/backup")
    endpoint: str = ""
    bucket: str = ""
    prefix: str = ""
    region: str = "us-east-1"
    access_key_file: Path | None = None
    secret_key_file: Path | None = None
    connect_timeout_s: float = 5.0
    drill: int = 5
    within_h: float = 26.0

    def as_storage(self) -> StorageSettings:
        """Return the settings under which the second copy is opened as a store.

        Raises:
            ConfigError: there is no second copy.
        """
        if self.store == "none":
            raise ConfigError('[backup] store = "none": name a folder or a bucket')
        return StorageSettings(
            store=self.store,
            folder=self.folder,
            endpoint=self.endpoint,
            bucket=self.bucket,
            prefix=self.prefix,
            region=self.region,
            access_key_file=self.access_key_file,
            secret_key_file=self.secret_key_file,
            connect_timeout_s=self.connect_timeout_s,
        )
