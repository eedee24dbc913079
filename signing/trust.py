"""Whom we believe: roots, intermediates, and the throw-away root kept apart from real ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import ValidationContext

from digitizer.errors import ConfigError
from signing.settings import SigningSettings
from signing.throwaway import root_files

SUFFIXES = {".pem", ".crt", ".cer", ".der"}


@dataclass(frozen=True, slots=True)
class Trust:
    """Certificates (DER) that verification may start from.

    Attributes:
        roots: self-issued certificates of authorities that are believed.
        intermediates: authorities' certificates that help build a path, believed only through a
            root.
        throwaway: this installation's own throw-away roots, believed for throw-away signatures
            and nothing else.
        may_fetch: OCSP and CRL may be asked over the network.
    """

    roots: tuple[bytes, ...]
    intermediates: tuple[bytes, ...] = ()
    throwaway: tuple[bytes, ...] = ()
    may_fetch: bool = False

    @classmethod
    def open(cls, settings: SigningSettings, keys_folder: Path) -> Trust:
        """Load `trust_folder` and the throw-away root.

        Raises:
            ConfigError: the folder is missing, or a file in it is no certificate.
        """
        roots: list[bytes] = []
        intermediates: list[bytes] = []
        if settings.trust_folder is not None:
            for der in _folder(settings.trust_folder):
                certificate = asn1_x509.Certificate.load(der)
                is_root = certificate.self_issued
                (roots if is_root else intermediates).append(der)
        throwaway = tuple(der for file in root_files(keys_folder) for der in _file(file))
        return cls(tuple(roots), tuple(intermediates), throwaway, settings.fetch_revocation)

    @property
    def throwaway_names(self) -> frozenset[bytes]:
        """Digests of the throw-away roots' names, as `name_digest` gives them."""
        return frozenset(
            name_digest(asn1_x509.Certificate.load(der).subject) for der in self.throwaway
        )


def name_digest(name: asn1_x509.Name) -> bytes:
    """Return a digest of a distinguished name's exact bytes."""
    return hashlib.sha256(name.dump()).digest()


def context(
    roots: Iterable[bytes],
    *,
    moment: datetime,
    others: Iterable[bytes | asn1_x509.Certificate] = (),
    evidence: tuple[list[bytes], list[bytes]] = ([], []),
    mode: str = "require",
    may_fetch: bool = False,
) -> ValidationContext:
    """Return what pyHanko needs to judge a certificate path.

    Args:
        roots: DER.
        moment: aware; the time at which everything must have been valid.
        others: further certificates for path building.
        evidence: OCSP responses and CRLs, DER.
        mode: `require` (each certificate below the root must be proven not revoked) or
            `hard-fail` (only those that name an OCSP or CRL address).
        may_fetch: ask the network for what is missing.

    Evidence issued after `moment` counts as well: it tells of every revocation before it, and what
    is fetched is always some seconds younger than the moment it is fetched for.
    """
    certificates = [
        item if isinstance(item, asn1_x509.Certificate) else asn1_x509.Certificate.load(item)
        for item in others
    ]
    return ValidationContext(
        trust_roots=[asn1_x509.Certificate.load(der) for der in roots],
        other_certs=certificates,
        moment=moment,
        ocsps=evidence[0],
        crls=evidence[1],
        revocation_mode=mode,
        allow_fetching=may_fetch,
        retroactive_revinfo=True,
    )


def _folder(folder: Path) -> list[bytes]:
    try:
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    except OSError as error:
        raise ConfigError(f"[signing] trust_folder: {error.strerror}") from error
    return [der for file in files for der in _file(file)]


def _file(file: Path) -> list[bytes]:
    """Return the certificates in a PEM or DER file, each parsed once to know that it is one."""
    try:
        data = file.read_bytes()
        if pem.detect(data):
            found = [der for _, _, der in pem.unarmor(data, multiple=True)]
        else:
            found = [data]
        for der in found:
            # asn1crypto parses lazily: reading the key makes it look at every field
            asn1_x509.Certificate.load(der, strict=True).public_key.native  # noqa: B018
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ConfigError(f"[signing] {file.name} in trust_folder is no certificate") from error
    return found
