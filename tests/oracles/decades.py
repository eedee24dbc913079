"""A PKI of which everything ends but the root: for looking at the archive in 2030, 2040, 2050.

The agency's certificate ends in 2028, its authority's in 2031. The time-stamp authority gets a new
certificate every five years, each valid for seven.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.oracles.pki import Pki

STAMPS = {2025: 2032, 2030: 2037, 2035: 2042, 2040: 2047, 2045: 2052}
"""When a certificate of the time-stamp authority begins and ends."""
KEYS = ("root", "interm", "ocsp", "signer", *(f"tsa{year}" for year in STAMPS))


def _dates(begin: int, end: int) -> str:
    return f'{{valid-from: "{begin}-01-01T00:00:00+0000", valid-to: "{end}-01-01T00:00:00+0000"}}'


_ENTITIES = "".join(f'      tsa{year}: {{common-name: "TSA {year} (thử)"}}\n' for year in STAMPS)
_STAMP_CERTIFICATES = "".join(
    f"""
      tsa{begin}:
        issuer: root
        validity: {_dates(begin, end)}
        extensions:
          - id: key_usage
            critical: true
            smart-value: {{schema: key-usage, params: [digital_signature]}}
          - {{id: extended_key_usage, critical: true, value: [time_stamping]}}
          - id: crl_distribution_points
            smart-value: {{schema: crl-dist-url, params: {{crl-repo-names: [root]}}}}
"""
    for begin, end in STAMPS.items()
)
_STAMPERS = "".join(
    f"        tsa{year}: {{signing-key: tsa{year}, signing-cert: tsa{year}}}\n" for year in STAMPS
)

CONFIG = f"""
external-url-prefix: "http://127.0.0.1:@PORT@"
keysets:
  ks:
    path-prefix: .
    keys: {{@KEYS@}}
pki-architectures:
  thu:
    keyset: ks
    entity-defaults: {{country-name: VN, organization-name: "CHI DE KIEM THU"}}
    entities:
      root: {{common-name: "CA gốc (thử)"}}
      interm: {{common-name: "CA cơ quan nhà nước (thử)"}}
      ocsp: {{common-name: "OCSP (thử)"}}
      signer: {{common-name: "Ủy ban nhân dân xã Thử Nghiệm (thử)"}}
{_ENTITIES}
    certs:
      root:
        subject: root
        subject-key: root
        issuer: root
        authority-key: root
        validity: {_dates(2020, 2060)}
        profiles: [{{id: simple-ca, params: {{crl-repo: root}}}}]
      interm:
        issuer: root
        validity: {_dates(2020, 2031)}
        profiles: [{{id: simple-ca, params: {{max-path-len: 0, crl-repo: root}}}}]
      ocsp:
        issuer: interm
        validity: {_dates(2020, 2031)}
        profiles: [ocsp-responder]
      signer:
        issuer: interm
        validity: {_dates(2025, 2028)}
        profiles: [digsig-commitment]
        extensions:
          - id: authority_information_access
            smart-value:
              schema: aia-urls
              params:
                ocsp-responder-names: [interm]
                ca-issuer-links: [{{repo: interm, include-repo-authority: true}}]
{_STAMP_CERTIFICATES}
    services:
      ocsp: {{interm: {{for-issuer: interm, responder-cert: ocsp, signing-key: ocsp}}}}
      crl-repo:
        root: {{for-issuer: root, signing-key: root, simulated-update-schedule: "P90D"}}
        interm: {{for-issuer: interm, signing-key: interm, simulated-update-schedule: "P30D"}}
      cert-repo:
        interm: {{for-issuer: interm, publish-issued-certs: no}}
      time-stamping:
{_STAMPERS}
"""


def new_year(year: int) -> datetime:
    """Return a moment early in that year."""
    return datetime(year, 2, 1, 9, tzinfo=UTC)


def tsa_url(pki: Pki, now: datetime) -> str:
    """Return the address of the authority's newest certificate at `now`."""
    begun = max(year for year in STAMPS if year <= now.year)
    return f"http://127.0.0.1:{pki.port}/thu/tsa/tsa{begun}"
