"""Settings of the signing room, filled by `pipelines.config`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

KeyKind = Literal["throwaway", "pkcs12"]
MarkName = Literal["so_hoa_luu_tru", "sao_y", "chuyen_doi"]


@dataclass(frozen=True, slots=True)
class SigningSettings:
    """Who seals, with what, and whom we believe.

    Attributes:
        key: `throwaway` makes an identity at first run, plainly marked as a test in its name,
            in the stamp and in every report; `pkcs12` uses the agency's file.
        pkcs12_file: the agency's key and chain (.p12, .pfx).
        passphrase_file: a file holding its passphrase and nothing else.
        agency: name shown in the visible mark.
        mark: which legal mark is drawn (NĐ 30/2020, TT 05/2025, NĐ 137/2024).
        converted_by: full name of the person converting; the mark `chuyen_doi` must show it.
        tsa_url: RFC 3161 time-stamp authority; "" signs B-B without a stamp.
        tsa_timeout_s: seconds one time stamp may take.
        embed_revocation: with a TSA, embed OCSP/CRL and add a document time stamp (B-LTA).
        trust_folder: certificates (PEM or DER) of the authorities that are believed.
        fetch_revocation: may OCSP and CRL be asked over the network while verifying.
    """

    key: KeyKind = "throwaway"
    pkcs12_file: Path | None = None
    passphrase_file: Path | None = None
    agency: str = "CƠ QUAN DÙNG THỬ"
    mark: MarkName = "so_hoa_luu_tru"
    converted_by: str = ""
    tsa_url: str = ""
    tsa_timeout_s: float = 30.0
    embed_revocation: bool = False
    trust_folder: Path | None = None
    fetch_revocation: bool = False
