"""Personal numbers and names at rest: found by a keyed hash, shown by a mask, kept sealed.

A personal identification number has about 10⁹ plausible values, so a bare hash of it is no
secret; an HMAC is, as long as its key is. The same holds for a name with a birth date.

Source: RFC 2104 (HMAC), NIST SP 800-38D (AES-GCM), RFC 5869 (HKDF); why, in docs/adr/0012.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import re
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from digitizer.errors import ConfigError, DiskFull, IntegrityError
from digitizer.vietnamese import fold, nfc
from storage.folder import sync_folder

HolderKey = NewType("HolderKey", str)
"""HMAC-SHA-256 in hexadecimal, "" where there is nothing to find by."""

MOST_KEYS = 8
"""How many keys a vault can hold: a change a year for eight years, or one after each leak."""
_KEY_BYTES = 32
_NONCE_BYTES = 12
_TOKEN = re.compile(r"v1\.([0-9a-f]{16})\.([A-Za-z0-9_-]{38,})")
_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Z]")
_INITIAL_WORDS = 2


class IdentityVault:
    """The key under which personal data at rest is hashed and sealed.

    One key file per archive; without it no identity number can be looked up or shown again, so
    it belongs in the back-up, apart from the archive. Safe to share between threads.

    Keys change (`rotate`): what is new goes under the newest, what is older stays readable and
    findable under its own, because archived records are never written again (docs/adr/0031).
    """

    def __init__(self, master: bytes, *earlier: bytes) -> None:
        """Take the newest key, and those before it, newest first."""
        if len(master) < _KEY_BYTES:
            raise ValueError(f"a vault's key has {_KEY_BYTES} bytes or more")
        if len(earlier) >= MOST_KEYS:
            raise ValueError(f"a vault has {MOST_KEYS} keys at most")
        self.earlier = tuple(IdentityVault(one) for one in earlier)
        self.key_id = _derived(master, b"id").hex()[:16]
        self._number_key = _derived(master, b"number")
        self._name_key = _derived(master, b"name")
        self._cipher = AESGCM(_derived(master, b"seal"))
        self._audit_key = _derived(master, b"audit")
        self.state_key = _derived(master, b"state")
        """Under which files of the data folder are sealed (`storage.envelope`)."""

    def __repr__(self) -> str:
        return f"IdentityVault(key_id={self.key_id!r})"

    @classmethod
    def open(cls, key_file: Path, *, create: bool) -> IdentityVault:
        """Return the vault whose key stands in `key_file`.

        Args:
            key_file: JSON, readable by its owner alone (mode 0600).
            create: make the file, with a new random key, when there is none. Two processes
                that do so at once get the same key.

        Raises:
            ConfigError: no such file, not ours to read alone, or not a key file.
            DiskFull: a new file could not be written.
        """
        if create and not key_file.exists():
            _create(key_file)
        return cls(*_masters(key_file))

    @property
    def generations(self) -> tuple[IdentityVault, ...]:
        """This vault and one for each earlier key, newest first, to find older records by."""
        return (self, *self.earlier)

    def holder_key(self, number: str) -> HolderKey:
        """Return the key a number is found by: same for `001 203 004567` and `001203004567`.

        Raises:
            ValueError: there is no digit or letter in it.
        """
        normal = normal_number(number)
        if not normal:
            raise ValueError("an identity number without digits")
        return HolderKey(_keyed(self._number_key, normal))

    def name_key(self, name: str, birth_date: date) -> HolderKey:
        """Return the key a person is found by when no number is known: never the name alone.

        Raises:
            ValueError: the name is empty.
        """
        folded = fold(name)
        if not folded:
            raise ValueError("an empty name")
        text = f"{folded}|{birth_date.isoformat()}"
        return HolderKey(_keyed(self._name_key, text))

    @property
    def audit_key(self) -> bytes:
        """The key that chains the audit log and hashes what was asked (`storage.audit_log`).

        That of the oldest generation: a chain can't change its key half way.
        """
        return self.generations[-1]._audit_key

    def asked_key(self, asked: str) -> str:
        """Return the keyed hash under which the audit log keeps a question, folded."""
        return _keyed(self.audit_key, fold(asked))

    def seal(self, number: str) -> str:
        """Return `number` (or any short text) encrypted, as `v1.<key id>.<base64url>`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        secret = nonce + self._cipher.encrypt(nonce, nfc(number).encode(), self._label())
        return f"v1.{self.key_id}.{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"

    def reveal(self, token: str) -> str:
        """Return what was sealed. The caller has asked whether this person may see it.

        Raises:
            ConfigError: sealed under a key that is not here.
            IntegrityError: not a token, or changed since it was sealed.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise IntegrityError("not a sealed value")
        key_id, payload = match.groups()
        for one in self.earlier:
            if key_id == one.key_id:
                return one.reveal(token)
        if key_id != self.key_id:
            raise ConfigError(
                f"[storage] identity_key_file holds key {self.key_id}, this was sealed by {key_id}"
            )
        try:
            secret = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
            nonce, sealed = secret[:_NONCE_BYTES], secret[_NONCE_BYTES:]
            return self._cipher.decrypt(nonce, sealed, self._label()).decode()
        except (InvalidTag, binascii.Error) as error:
            raise IntegrityError("a sealed value has changed") from error

    def _label(self) -> bytes:
        return f"sohoa v1 {self.key_id}".encode()


def normal_number(number: str) -> str:
    """Return an identity number without the spaces, dots and dashes of its printing."""
    if number.isascii() and number.isalnum():
        return number.upper()
    return _NOT_IN_NUMBERS.sub("", fold(number).upper())


def mask_number(number: str) -> str:
    """Return `001******567` for a 12-digit number: enough for a clerk to compare, no more.

    Source: REQ-6.4, minimisation; a short number shows its last two characters only.
    """
    normal = normal_number(number)
    if len(normal) >= 9:
        return f"{normal[:3]}{'*' * (len(normal) - 6)}{normal[-3:]}"
    return f"{'*' * max(len(normal) - 2, 0)}{normal[-2:]}" if len(normal) > 4 else "*" * len(normal)


def mask_name(name: str) -> str:
    """Return `N. V. An` for `Nguyễn Văn An`: initials, and the given name in full."""
    words = nfc(name).split()
    if len(words) < _INITIAL_WORDS:
        return f"{words[0][0]}." if words else ""
    return " ".join([*(f"{word[0]}." for word in words[:-1]), words[-1]])


def mask_date(iso: str) -> str:
    """Return the year of an ISO date only."""
    return f"{iso[:4]}-**-**" if len(iso) >= 4 else ""


def _keyed(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()


def _derived(master: bytes, purpose: bytes) -> bytes:
    return HKDF(
        hashes.SHA256(), _KEY_BYTES, salt=None, info=b"sohoa identity v1 " + purpose
    ).derive(master)


def rotate(key_file: Path) -> IdentityVault:
    """Put a new key before those in `key_file`; return the vault that now counts.

    Only while nothing else uses the archive: whoever has the file open goes on with the old key.

    Raises:
        ConfigError: no such file, not ours to read alone, not a key file, or it is full.
        DiskFull: the file could not be written; it is then as it was.
    """
    masters = _masters(key_file)
    if len(masters) >= MOST_KEYS:
        raise ConfigError(f"[storage] identity_key_file {key_file} holds {MOST_KEYS} keys already")
    fresh = (secrets.token_bytes(_KEY_BYTES), *masters)
    with _written(key_file, _text(fresh)) as made:
        made.replace(key_file)
        sync_folder(key_file.parent)
    return IdentityVault(*fresh)


def _create(key_file: Path) -> None:
    with _written(key_file, _text((secrets.token_bytes(_KEY_BYTES),))) as made:
        _link_first(made, key_file)


def _text(masters: tuple[bytes, ...]) -> dict[str, object]:
    newest, *earlier = ({"key": one.hex(), "key_id": IdentityVault(one).key_id} for one in masters)
    plain: dict[str, object] = {"format": "sohoa-identity-key", "version": 1, **newest}
    return {**plain, "version": 2, "earlier": earlier} if earlier else plain


@contextmanager
def _written(key_file: Path, text: dict[str, object]) -> Iterator[Path]:
    """Give a file with `text` beside `key_file`, forced to disk, and take it away afterwards."""
    try:
        key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=key_file.parent, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "w") as stream:
                json.dump(text, stream)
                stream.flush()
                os.fsync(stream.fileno())
            yield Path(name)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise DiskFull(f"[storage] identity_key_file {key_file}: {error.strerror}") from error


def _link_first(made: Path, key_file: Path) -> None:
    """Give `made` its name unless another process was first; then its key counts, not ours."""
    if not key_file.exists():
        try:
            os.link(made, key_file)
        except FileExistsError:
            return


def _masters(key_file: Path) -> tuple[bytes, ...]:
    where = f"[storage] identity_key_file {key_file}"
    try:
        mode = stat.S_IMODE(key_file.stat().st_mode)
        text = key_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{where} can't be read: {error}") from error
    if mode & 0o077:
        raise ConfigError(f"{where} is open to others (mode {mode:o}); run chmod 600 on it")
    try:
        plain = json.loads(text)
        told = (plain, *plain.get("earlier", ()))
        masters = tuple(bytes.fromhex(one["key"]) for one in told)
        ids = [one.key_id for one in IdentityVault(*masters).generations]
        whole = ids == [one["key_id"] for one in told]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{where} is not an identity key; restore it from the back-up") from error
    if not whole:
        raise ConfigError(f"{where} has changed since it was made; restore it from the back-up")
    return masters
