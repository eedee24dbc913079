"""Authorization at a remote signing service: signature activation data (SAD) for each hash.

A PIN or one-time password that was refused is never sent again by this process; nor is one whose
answer was lost before any was ever accepted.

Source: CSC API 1.0.4.0, sections 11.6 (credentials/authorize) and 11.7 (extendTransaction).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCCredentialInfo,
    CSCServiceSessionInfo,
)

from digitizer.errors import KeyUnavailable, SigningServiceUnavailable, WrongPassphrase
from signing.csc_service import AUTHORIZE, Json, Refused, Service, hidden, seconds
from signing.one_time import OneTimePasswords
from signing.secret import Secret, SecretPlace
from signing.settings import KeySettings

_refused: set[tuple[str, str]] = set()


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person knows or has, as far as the credential asks for it."""

    pin: SecretPlace | None
    otp: OneTimePasswords | None

    @classmethod
    def of(cls, settings: KeySettings, answer: Json, pin: SecretPlace) -> Factors:
        otp = SecretPlace(
            f"[{settings.section}] csc_otp", settings.csc_otp_file, settings.csc_otp_credential
        )
        return cls(
            pin if _is_asked(answer, "PIN") else None,
            OneTimePasswords(otp.read()) if _is_asked(answer, "OTP") else None,
        )

    async def given(self) -> Json:
        given: Json = {}
        if self.pin is not None:
            given["PIN"] = self.pin.read()
        if self.otp is not None:
            given["OTP"] = await self.otp.next()
        return given


class Authority(CSCAuthorizationManager):
    """Gets the signature activation data (SAD) for one hash after the other."""

    def __init__(
        self,
        session: CSCServiceSessionInfo,
        info: CSCCredentialInfo,
        *,
        service: Service,
        factors: Factors,
        batch: int,
    ) -> None:
        super().__init__(session, info)
        self._service = service
        self._factors = factors
        self._batch = batch
        self._id = (session.service_url, session.credential_id)
        self._sad: Secret | None = None
        self._left = 0
        self._ends = 0.0
        self._is_pin_proven = False

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        """Return data that authorizes a signature over `hash_b64s`, carried on where possible."""
        if self._sad is not None and self._left > 0 and time.monotonic() < self._ends:
            answer = await self._carry_on(hash_b64s)
        else:
            answer = await self._begin(hash_b64s)
            self._left = self._batch
        self._left -= len(hash_b64s)
        self._sad = hidden(answer, "SAD")
        self._ends = time.monotonic() + seconds(answer, "expiresIn")
        # pyHanko only passes it through to the request, where `Service` makes it plain.
        sad: Any = self._sad
        return CSCAuthorizationInfo(sad=sad)

    def forget(self) -> None:
        """Drop an authorization that may be used up: the next document asks for its own."""
        self._sad, self._left = None, 0

    async def _carry_on(self, hashes: list[str]) -> Json:
        return await self._ask("credentials/extendTransaction", {"SAD": self._sad, "hash": hashes})

    async def _begin(self, hashes: list[str]) -> Json:
        if self._id in _refused:
            raise WrongPassphrase("refused before in this run; not tried again")
        body: Json = {"numSignatures": self._batch, "hash": hashes}
        body |= await self._factors.given()
        try:
            answer = await self._ask(AUTHORIZE, body)
        except Refused as refusal:
            # Which of PIN and password was wrong is not always said; neither is sent again.
            _refused.add(self._id)
            if refusal.code in ("invalid_pin", "invalid_otp"):
                raise WrongPassphrase(f"{AUTHORIZE}: {refusal}") from refusal
            raise KeyUnavailable(f"{AUTHORIZE}: {refusal}") from refusal
        except SigningServiceUnavailable:
            if not self._is_pin_proven:
                # It may have been counted as wrong before the answer was lost.
                _refused.add(self._id)
            raise
        self._is_pin_proven = True
        return answer

    async def _ask(self, method: str, body: Json) -> Json:
        body["credentialID"] = self.csc_session_info.credential_id
        return await self._service.call(method, body)


def _is_asked(answer: Json, factor: str) -> bool:
    """Return whether `PIN` or `OTP` must go with an authorization."""
    stated = answer.get(factor)
    return isinstance(stated, dict) and str(stated.get("presence")).lower() == "true"
