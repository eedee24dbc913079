"""Proof that certificates were not revoked: what a file brings, and what a judgment found.

Source: ISO 32000-2, 12.8.4.3 (document security store); RFC 6960 (OCSP); RFC 5280 (CRL).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko_certvalidator import ValidationContext

from signing.verdict import Revocation


@dataclass(frozen=True, slots=True)
class Evidence:
    """Certificates, OCSP responses and CRLs, DER, each once."""

    certificates: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()

    @property
    def has_revocation(self) -> bool:
        return bool(self.ocsps or self.crls)

    def with_more(self, other: Evidence) -> Evidence:
        """Return both together."""
        return Evidence(
            _once(self.certificates + other.certificates),
            _once(self.ocsps + other.ocsps),
            _once(self.crls + other.crls),
        )

    @classmethod
    def embedded_in(cls, reader: PdfFileReader) -> Evidence:
        """Return what the file's document security store holds."""
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return cls()
        return cls(
            certificates=tuple(certificate.dump() for certificate in store.load_certs()),
            ocsps=tuple(ref.get_object().data for ref in store.ocsps),
            crls=tuple(ref.get_object().data for ref in store.crls),
        )

    def embed(self, writer: BasePdfFileWriter) -> None:
        """Add what is not there yet to the file's document security store."""
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[asn1_x509.Certificate.load(der) for der in self.certificates],
            ocsps=[asn1_ocsp.OCSPResponse.load(der) for der in self.ocsps],
            crls=[asn1_crl.CertificateList.load(der) for der in self.crls],
        )


NO_EVIDENCE = Evidence()


def gathered(contexts: Iterable[ValidationContext], paths: Iterable[Any]) -> Evidence:
    """Return what judgments had at hand.

    Args:
        contexts: theirs, with everything given and fetched.
        paths: pyHanko's validation paths; their certificates are kept, roots included.
    """
    ocsps, crls = [], []
    for context in contexts:
        ocsps += [item.dump() for item in context.ocsps]
        crls += [item.dump() for item in context.crls]
    certificates = [item.dump() for path in paths for item in path]
    return Evidence(_once(certificates), _once(ocsps), _once(crls))


def revocation_of(
    certificate: asn1_x509.Certificate, at_hand: Evidence, embedded: Evidence
) -> Revocation:
    """Return what says that `certificate` was not revoked, and whether the file brought it."""
    for der in at_hand.ocsps:
        if _speaks_of(der, certificate):
            return "ocsp_embedded" if der in embedded.ocsps else "ocsp_fetched"
    for der in at_hand.crls:
        if asn1_crl.CertificateList.load(der).issuer == certificate.issuer:
            return "crl_embedded" if der in embedded.crls else "crl_fetched"
    return "none"


def _speaks_of(der: bytes, certificate: asn1_x509.Certificate) -> bool:
    """Return whether an OCSP response is about `certificate`: its number, under its issuer."""
    response = asn1_ocsp.OCSPResponse.load(der)
    if response["response_status"].native != "successful":
        return False
    asked = [item["cert_id"] for item in response.response_data["responses"]]
    issuer = certificate.issuer.dump()
    return any(
        one["serial_number"].native == certificate.serial_number
        and one["issuer_name_hash"].native
        == hashlib.new(one["hash_algorithm"]["algorithm"].native, issuer).digest()
        for one in asked
    )


def _once(items: Iterable[bytes]) -> tuple[bytes, ...]:
    return tuple(dict.fromkeys(items))
