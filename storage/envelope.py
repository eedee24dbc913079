"""Files sealed under the identity key: compressed, encrypted, and opened whole or not at all.

    magic line · key id (16) · salt (32) · chunks of at most 1 MiB, AES-256-GCM each

The salt is an HMAC over the compressed bytes, and each file has a key of its own, made from it: so
equal files give equal envelopes (an object store that is written once can be asked again), and no
key ever meets two texts. A chunk's nonce is its number and whether it is the last, so that chunks
can't be left out, moved or cut off.

Source: NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF), RFC 1950; why, in docs/adr/0040.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from digitizer.errors import ConfigError, DiskFull, IntegrityError
from digitizer.model import StoredFile
from storage.folder import spool
from storage.identity import IdentityVault

MAGIC = b"sohoa-sealed/1\n"
_KEY_ID_BYTES = 16
_SALT_BYTES = 32
_CHUNK = 1 << 20
_TAG_BYTES = 16
_LEVEL = 6


def seal_file(vault: IdentityVault, source: Path, target: Path) -> StoredFile:
    """Write `source`, sealed, to the new file `target`.

    Raises:
        OSError: `source` can't be read.
        DiskFull: no room, or `target` exists.
    """
    packed = target.with_name(f"{target.name}.packed")
    try:
        spool(_packed(source), packed)
        salt = _salt(vault, packed)
        head = MAGIC + vault.key_id.encode() + salt
        return spool(_encrypted(vault, head, salt, packed), target)
    finally:
        packed.unlink(missing_ok=True)


def open_sealed(vault: IdentityVault, source: Path, target: Path) -> StoredFile:
    """Write what is sealed in `source` to the new file `target`.

    Raises:
        ConfigError: sealed under a key that is not here.
        IntegrityError: no envelope of ours, or changed since; `target` is not there then.
        DiskFull: no room, or `target` exists.
    """
    try:
        with source.open("rb") as stream:
            return spool(_unpacked(_decrypted(vault, stream)), target)
    except OSError as error:
        raise DiskFull(f"{source}: {error.strerror}") from error


def _packed(source: Path) -> Iterator[bytes]:
    packer = zlib.compressobj(_LEVEL)
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield packer.compress(chunk)
    yield packer.flush()


def _salt(vault: IdentityVault, packed: Path) -> bytes:
    digest = hmac.new(vault.state_key, digestmod=hashlib.sha256)
    with packed.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.digest()


def _encrypted(vault: IdentityVault, head: bytes, salt: bytes, packed: Path) -> Iterator[bytes]:
    cipher, size = _cipher(vault, salt), packed.stat().st_size
    yield head
    with packed.open("rb") as stream:
        # A compressed file is never empty.
        for number, start in enumerate(range(0, size, _CHUNK)):
            chunk = stream.read(_CHUNK)
            yield cipher.encrypt(_nonce(number, start + _CHUNK >= size), chunk, head)


def _decrypted(vault: IdentityVault, stream: BinaryIO) -> Iterator[bytes]:
    size = os.fstat(stream.fileno()).st_size
    head = stream.read(len(MAGIC) + _KEY_ID_BYTES + _SALT_BYTES)
    if not head.startswith(MAGIC) or size <= len(head):
        raise IntegrityError("not a sealed file")
    cipher = _cipher(_generation(vault, head), head[-_SALT_BYTES:])
    number = 0
    while chunk := stream.read(_CHUNK + _TAG_BYTES):
        try:
            yield cipher.decrypt(_nonce(number, stream.tell() == size), chunk, head)
        except InvalidTag as error:
            raise IntegrityError("a sealed file has changed") from error
        number += 1


def _unpacked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj()
    for chunk in chunks:
        yield unpacker.decompress(chunk)
    yield unpacker.flush()


def _generation(vault: IdentityVault, head: bytes) -> IdentityVault:
    key_id = head[len(MAGIC) : len(MAGIC) + _KEY_ID_BYTES].decode("ascii", "replace")
    for one in vault.generations:
        if one.key_id == key_id:
            return one
    raise ConfigError(
        f"[storage] identity_key_file holds key {vault.key_id}, this was sealed by {key_id}"
    )


def _cipher(vault: IdentityVault, salt: bytes) -> AESGCM:
    info = b"sohoa envelope v1"
    return AESGCM(HKDF(hashes.SHA256(), 32, salt=salt, info=info).derive(vault.state_key))


def _nonce(number: int, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])
