"""Settings of the signing room, filled by `pipelines.config`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

SealKeyKind = Literal["throwaway", "pkcs12", "pkcs11", "csc"]
KeyKind = Literal["off", "throwaway", "pkcs12", "pkcs11", "csc"]
MarkName = Literal["so_hoa_luu_tru", "sao_y", "chuyen_doi"]
LevelName = Literal["auto", "B-B", "B-T", "B-LT", "B-LTA"]


@dataclass(frozen=True, slots=True)
class KeySettings:
    """Where one signing key is, and who opens it; no secret is in here, only where one is.

    Attributes:
        key: `throwaway` makes an identity at first run, plainly marked as a test in its name,
            in the stamp and in every report; `pkcs12` is a key file, `pkcs11` a token or HSM,
            `csc` a remote signing service; `off` is no key.
        pkcs12_file: key and chain (.p12, .pfx).
        pkcs11_module: the token's driver library (.so).
        pkcs11_token: the token's label; "" when there is one token only.
        pkcs11_key: id of the key on the token, in hexadecimal; "" when there is one key only.
        certificate_file: certificate and issuers (PEM or DER) that the token does not hold.
        csc_url: the remote signing service (CSC API 1.0.4), without `/csc/v1`.
        csc_credential: the credential's id at the service.
        csc_client_id: who we are to the service (OAuth 2.0 client credentials).
        csc_client_secret_file: a file holding the client's secret and nothing else.
        csc_client_secret_credential: the same as the name of a systemd credential.
        csc_otp_file: a file holding the one-time password generator's seed (TOTP, base32).
        csc_otp_credential: the same as the name of a systemd credential.
        csc_batch: documents signed for one PIN entry at the service, as far as it allows.
        csc_timeout_s: seconds one call to the service may take.
        passphrase_file: a file holding passphrase or PIN and nothing else, readable by its owner
            only.
        passphrase_credential: the same as the name of a systemd credential.
        passphrase_prompt: ask for passphrase or PIN at the terminal.
        warn_days: days before its certificate ends that a warning begins.
    """

    section: ClassVar[str] = "signing"

    key: KeyKind = "off"
    pkcs12_file: Path | None = None
    pkcs11_module: Path | None = None
    pkcs11_token: str = ""
    pkcs11_key: str = ""
    certificate_file: Path | None = None
    csc_url: str = ""
    csc_credential: str = ""
    csc_client_id: str = ""
    csc_client_secret_file: Path | None = None
    csc_client_secret_credential: str = ""
    csc_otp_file: Path | None = None
    csc_otp_credential: str = ""
    csc_batch: int = 1
    csc_timeout_s: float = 60.0
    passphrase_file: Path | None = None
    passphrase_credential: str = ""
    passphrase_prompt: bool = False
    warn_days: int = 30


@dataclass(frozen=True, slots=True)
class OperatorSettings(KeySettings):
    """The scanning officer's own key (TT 01/2023 Đ8), `off` where a site has none.

    Attributes:
        key: as in `[signing]`; `off` leaves the officer's signature out.
    """

    section: ClassVar[str] = "operator"


@dataclass(frozen=True, slots=True)
class SigningSettings(KeySettings):
    """The agency's seal: its key, how it seals, and whom we believe.

    Attributes:
        key: `throwaway` makes an identity at first run, plainly marked as a test in its name,
            in the stamp and in every report; `pkcs12` is a key file, `pkcs11` a token or HSM,
            `csc` a remote signing service.
        agency: name shown in the visible mark.
        mark: which legal mark is drawn (NĐ 30/2020, TT 05/2025, NĐ 137/2024).
        converted_by: full name of the person converting; the mark `chuyen_doi` must show it.
        level: PAdES level of the seal: `B-B`, `B-T` (time stamp), `B-LT` (proof of
            non-revocation inside), `B-LTA` (and a document time stamp over all of it); `auto` takes
            the highest that `tsa_url` and `embed_revocation` provide for.
        tsa_url: RFC 3161 time-stamp authority; "" signs B-B without a stamp.
        tsa_timeout_s: seconds one time stamp may take.
        embed_revocation: with level `auto` and a TSA, embed OCSP/CRL and add a document time stamp
            (B-LTA).
        trust_folder: certificates (PEM or DER) of the authorities that are believed.
        fetch_revocation: may OCSP and CRL be asked over the network while verifying.
        approve: who lets documents be sealed: `unattended` seals what the run finds ready (an HSM,
            a remote signer, the throw-away key of a demonstration); `session` leaves them waiting
            until an officer approves their digests in `sohoa sign`.
        daily_quota: documents that unattended sealing may seal in one day of Việt Nam's time;
            the rest waits for the next day; 0 is no limit.
    """

    key: SealKeyKind = "throwaway"
    agency: str = "CƠ QUAN DÙNG THỬ"
    mark: MarkName = "so_hoa_luu_tru"
    converted_by: str = ""
    level: LevelName = "auto"
    tsa_url: str = ""
    tsa_timeout_s: float = 30.0
    embed_revocation: bool = False
    trust_folder: Path | None = None
    fetch_revocation: bool = False
    approve: Literal["unattended", "session"] = "unattended"
    daily_quota: int = 0
