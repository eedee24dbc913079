"""Does our own certificate lead to a root that is believed here, and was it revoked?"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from asn1crypto import x509 as asn1_x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
    ValidationError,
)

from digitizer.errors import CertificateExpired, CertificateRevoked, RevocationUnavailable
from signing.signer import Signer
from signing.trust import Trust, context

Revocation = Literal["good", "not_asked"]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What became of the way to a root.

    Attributes:
        names: common names from the issuer upwards, as far as the key brings them along.
        reaches_trusted_root: the way ends in a root that is believed here; every signature and
            date on it holds.
        revocation: `good` when OCSP or CRL said so of each certificate below the root.
    """

    names: tuple[str, ...]
    reaches_trusted_root: bool
    revocation: Revocation


def check_chain(signer: Signer, trust: Trust, *, now: datetime, ask_network: bool) -> ChainReport:
    """Follow the signer's certificate up to a trusted root.

    Args:
        now: aware.
        ask_network: OCSP and CRL must prove that nothing is revoked. A throw-away identity has
            neither and is not asked about.

    Raises:
        CertificateRevoked: the signer or an authority above it is revoked.
        CertificateExpired: an authority above it is out of its dates.
        RevocationUnavailable: no proof to be had.
    """
    is_throwaway = signer.certificate.is_throwaway
    roots = trust.throwaway if is_throwaway else trust.roots
    is_asked = ask_network and not is_throwaway
    validation = context(
        roots,
        moment=now,
        others=(*trust.intermediates, *signer.chain),
        mode="require" if is_asked else "soft-fail",
        may_fetch=is_asked,
    )
    judge = CertificateValidator(
        asn1_x509.Certificate.load(signer.certificate_der), validation_context=validation
    )
    reaches = asyncio.run(_reaches(judge, validation, is_asked=is_asked))
    names = tuple(
        asn1_x509.Certificate.load(der).subject.native.get("common_name", "")
        for der in signer.chain
    )
    return ChainReport(names, reaches, "good" if reaches and is_asked else "not_asked")


async def _reaches(
    judge: CertificateValidator, validation: ValidationContext, *, is_asked: bool
) -> bool:
    try:
        await judge.async_validate_path()
    except PathBuildingError:
        return False
    except RevokedError as error:
        raise CertificateRevoked(str(error)) from error
    except (ExpiredError, NotYetValidError) as error:
        raise CertificateExpired(str(error)) from error
    except (PathError, ValidationError) as error:
        if not is_asked:
            return False
        raise RevocationUnavailable(str(error)) from error
    finally:
        await validation.aclose()
    return True
