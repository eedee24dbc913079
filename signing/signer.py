"""Keys that sign: the `Signer` port, and the one place that opens whichever key is named.

A wrong passphrase or PIN is tried once and never again: tokens lock after three tries, and a person
has to put it right anyway. A signer is opened once per run, used for every document and closed at
the end; it is not to be shared between threads, processes are fine.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Protocol

from pyhanko.sign import signers

from digitizer.errors import CertificateExpired, ConfigError
from signing.certificate import CertificateInfo, check_dates
from signing.pkcs12 import open_pkcs12
from signing.secret import SecretPlace
from signing.settings import KeySettings
from signing.throwaway import ensure_throwaway, passphrase_file


class Signer(Protocol):
    """A key that can sign, with its certificates.

    `engine` is what pyHanko drives; `chain` holds the issuers' certificates (DER), nearest first;
    `is_free_to_try` says that a test signature costs no PIN entry and no authorization.
    """

    @property
    def name(self) -> str: ...
    @property
    def certificate(self) -> CertificateInfo: ...
    @property
    def certificate_der(self) -> bytes: ...
    @property
    def chain(self) -> tuple[bytes, ...]: ...
    @property
    def engine(self) -> signers.Signer: ...
    @property
    def is_free_to_try(self) -> bool: ...
    def close(self) -> None: ...


def open_signer(
    settings: KeySettings, *, keys_folder: Path, now: datetime, unlock: bool = True
) -> Signer:
    """Open the key that `settings` names; the throw-away identity is made at first use.

    Args:
        settings: the agency's (`SigningSettings`) or the scanning officer's (`OperatorSettings`).
        keys_folder: where the throw-away identity lives.
        now: aware; the certificate must be valid at this moment.
        unlock: False looks at a token without logging in; such a signer can't sign.

    Raises:
        ConfigError: the key is `off`, or settings are missing or contradict one another.
        SecretExposed: others may read the file with passphrase or PIN.
        WrongPassphrase: passphrase or PIN is wrong. Not to be retried.
        PinAtRisk: a token that counted a wrong PIN before; none was tried now.
        CertificateExpired: not yet, or no longer, valid; found before any PIN is used.
        KeyUnavailable: key missing or damaged, key and certificate do not belong together, a weak
            key, or a certificate that may not sign documents.
    """
    signer = _opened(settings, keys_folder, now, unlock)
    try:
        check_dates(signer.certificate, now)
    except CertificateExpired:
        signer.close()
        raise
    return signer


def _opened(settings: KeySettings, keys_folder: Path, now: datetime, unlock: bool) -> Signer:
    section = settings.section
    if settings.key == "throwaway":
        file = ensure_throwaway(keys_folder, now=now, section=section)
        place = SecretPlace("passphrase", passphrase_file(keys_folder, section))
        return open_pkcs12(file, place.read())
    place = passphrase_place(settings)
    if settings.key == "pkcs12":
        if settings.pkcs12_file is None:
            raise ConfigError(f"[{section}] key = pkcs12 needs pkcs12_file")
        return open_pkcs12(settings.pkcs12_file, place.read() if place.is_named else None)
    if settings.key == "pkcs11":
        from signing.pkcs11 import open_pkcs11

        return open_pkcs11(settings, place, now=now, unlock=unlock)
    if settings.key == "csc":
        from signing.csc import open_csc

        return open_csc(settings, place)
    raise ConfigError(f"[{section}] key = {settings.key}: there is no key to open")


def passphrase_place(settings: KeySettings) -> SecretPlace:
    """Return where passphrase or PIN of the key is."""
    return SecretPlace(
        f"[{settings.section}] passphrase",
        settings.passphrase_file,
        settings.passphrase_credential,
        settings.passphrase_prompt,
    )
