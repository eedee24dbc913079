"""The slip that proves what the counter answered: plain JSON under an Ed25519 signature.

The citizen takes it along; whoever holds the desk's public key can check it without the desk.

Source: RFC 8032 (Ed25519); the bytes signed are the canonical JSON without `signature`.
"""

from __future__ import annotations

import base64
import stat
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from digitizer import codec
from digitizer.errors import ConfigError
from pipelines import durable

SCHEMA = "sohoa.receipt/1"


class ReceiptKey:
    """The key that signs receipts."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @classmethod
    def open(cls, file: Path) -> ReceiptKey:
        """Return the key in `file`, made when there is none.

        Raises:
            ConfigError: no Ed25519 key, or others can read it.
            DiskFull: a new one can't be written.
        """
        if not file.exists():
            _make(file)
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
            key = load_pem_private_key(file.read_bytes(), None)
        except (OSError, ValueError, TypeError) as error:
            raise ConfigError(f"[desk] receipt_key {file} can't be read") from error
        if mode & 0o077:
            raise ConfigError(f"[desk] receipt_key {file} is open to others; run chmod 600 on it")
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigError(f"[desk] receipt_key {file} is no Ed25519 key")
        return cls(key)

    @property
    def public(self) -> str:
        """The public key, 32 bytes in base64."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return base64.b64encode(raw).decode()

    def signed(self, receipt: dict[str, Any]) -> dict[str, Any]:
        """Return the receipt with its signature and the public key that proves it."""
        whole = {"schema": SCHEMA, **receipt, "public_key": self.public}
        signature = base64.b64encode(self._key.sign(codec.encode(whole))).decode()
        return {**whole, "signature": signature}


def is_genuine(receipt: dict[str, Any], public: str) -> bool:
    """Claim that a receipt is as the holder of that key signed it."""
    body = {name: value for name, value in receipt.items() if name != "signature"}
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public))
        key.verify(base64.b64decode(str(receipt.get("signature"))), codec.encode(body))
    except (InvalidSignature, ValueError):
        return False
    return True


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    durable.write(file, pem)  # by a temporary file, which is readable by its owner alone
