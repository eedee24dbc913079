"""Passphrases and PINs: from a file, a systemd credential or a terminal, and never seen again.

No secret comes from a command line or a variable: other processes can read both. Inside the
process a secret travels as `Secret`, which shows nothing of itself, also in a traceback that prints
local variables, and can't be pickled into another process.
"""

from __future__ import annotations

import getpass
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from digitizer.errors import ConfigError, KeyUnavailable, SecretExposed

LARGEST = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
PROMPT = "PIN, mật khẩu khóa ký · PIN, passphrase of the signing key: "


class Secret:
    """Bytes that do not show."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the bytes. Hand them on in the same expression; keep them in no variable."""
        return self._value

    def text(self) -> str:
        """Return the secret as text, for libraries that want a `str`. Raises ConfigError."""
        try:
            return self._value.decode()
        except UnicodeDecodeError:
            # Without its cause: that one quotes the secret.
            raise ConfigError("a passphrase or PIN is not UTF-8") from None

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret stays in its process")


@dataclass(frozen=True, slots=True)
class SecretPlace:
    """Where a secret is kept.

    Attributes:
        name: of the setting, as messages should call it: `[signing] passphrase`.
        file: holds the secret and nothing else but a line end; only its owner may read it.
        credential: name of a systemd credential (`LoadCredential=`, `LoadCredentialEncrypted=`).
        may_prompt: ask at the terminal.
    """

    name: str
    file: Path | None = None
    credential: str = ""
    may_prompt: bool = False

    @property
    def is_named(self) -> bool:
        return bool(self.file or self.credential or self.may_prompt)

    def read(self) -> Secret:
        """Return the secret.

        Raises:
            ConfigError: no place or more than one is named, the place is empty, no terminal, no
                credentials from systemd.
            SecretExposed: others may read the file.
            KeyUnavailable: the file can't be read.
        """
        places = [self.file is not None, bool(self.credential), self.may_prompt]
        if sum(places) != 1:
            raise ConfigError(f"{self.name}: name one of _file, _credential and _prompt")
        if self.file is not None:
            secret = _from_file(self.file, self.name)
        elif self.credential:
            secret = _from_systemd(self.credential, self.name)
        else:
            secret = _from_terminal(self.name)
        if not secret.reveal():
            raise ConfigError(f"{self.name} is empty")
        return secret


def _from_file(file: Path, name: str) -> Secret:
    try:
        with file.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                mode = stat.S_IMODE(status.st_mode)
                raise SecretExposed(f"{name}_file {file}: mode {mode:04o}, not 0600")
            if status.st_uid not in (os.geteuid(), 0):
                raise SecretExposed(f"{name}_file {file}: belongs to another account")
            return _cleaned(stream.read(LARGEST))
    except OSError as error:
        raise KeyUnavailable(f"{name}_file: {error.strerror}") from error


def _from_systemd(credential: str, name: str) -> Secret:
    """Read a credential; systemd itself keeps others out of its folder, whatever modes show."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        raise ConfigError(f"{name}_credential: systemd passed no credentials (LoadCredential=)")
    if Path(credential).name != credential:
        raise ConfigError(f"{name}_credential: a name, not a path")
    try:
        with (Path(folder) / credential).open("rb") as stream:
            return _cleaned(stream.read(LARGEST))
    except OSError as error:
        raise KeyUnavailable(f"{name}_credential {credential}: {error.strerror}") from error


def _from_terminal(name: str) -> Secret:
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        # getpass would read standard input instead, where a script's next line may stand.
        raise ConfigError(f"{name}_prompt: no terminal to ask at") from None
    return Secret(getpass.getpass(PROMPT).encode())


def _cleaned(data: bytes) -> Secret:
    """Drop what editors add: a line end and a byte-order mark, which would cost a PIN try."""
    return Secret(data.removeprefix(BYTE_ORDER_MARK).rstrip(b"\r\n"))
