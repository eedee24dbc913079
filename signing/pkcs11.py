"""A key on a token or in an HSM, behind a PKCS#11 module.

Real tokens lock after a few wrong PINs, so: certificate and token are looked at without logging in;
a token that has counted a wrong PIN gets none from us; a PIN that was refused is never sent again
by this process. There is one serial session a token at a time, also when two keys lie on it.

Source: PKCS#11 v2.40, C_GetTokenInfo (flags), C_Login.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from pkcs11 import Attribute, ObjectClass, TokenFlag
from pkcs11 import exceptions as vendor

from digitizer.errors import (
    ConfigError,
    KeyUnavailable,
    MissingDependency,
    PinAtRisk,
    TokenGone,
    WrongPassphrase,
)
from signing.certificate import (
    check_dates,
    check_fitness,
    describe,
    is_authority,
    issuers,
    load_certificates,
)
from signing.key import DIGESTS, Key, KeyEngine, RawSign, make_key
from signing.secret import SecretPlace
from signing.settings import KeySettings
from signing.token_signature import raw_signature

log = logging.getLogger(__name__)

AT_RISK = {
    TokenFlag.USER_PIN_LOCKED: "the PIN is locked",
    TokenFlag.USER_PIN_FINAL_TRY: "one more wrong PIN locks it",
    TokenFlag.USER_PIN_COUNT_LOW: "a wrong PIN was entered since the last good one",
}
GONE = (
    vendor.DeviceRemoved,
    vendor.DeviceError,
    vendor.TokenNotPresent,
    vendor.TokenNotRecognised,
    vendor.SlotIDInvalid,
    vendor.SessionHandleInvalid,
    vendor.SessionClosed,
    vendor.ObjectHandleInvalid,
    vendor.KeyHandleInvalid,
    vendor.UserNotLoggedIn,
)
REFUSED_PIN = (vendor.PinIncorrect, vendor.PinInvalid, vendor.PinLenRange)

TokenId = tuple[str, bytes]


@dataclass(slots=True)
class _Login:
    """The one session with a token, and how many keys use it."""

    session: Any
    users: int = 0


_libraries: dict[str, Any] = {}
_logins: dict[TokenId, _Login] = {}
_refused: set[TokenId] = set()


def open_pkcs11(settings: KeySettings, place: SecretPlace, *, now: datetime, unlock: bool) -> Key:
    """Open a key on a token.

    Args:
        place: of the PIN; read only when it is about to be used. A token with a keypad of its own
            needs none.
        now: aware; the certificate must be valid then, or no PIN is used.
        unlock: False reads the certificate without logging in; the key then can't sign.

    Raises:
        ConfigError: no module named, several keys and none chosen, an id that is not hexadecimal.
        MissingDependency: the module can't be loaded.
        TokenGone: no token, or not the one that is named.
        PinAtRisk, WrongPassphrase: see `signing.signer.open_signer`.
        CertificateExpired: not yet, or no longer, valid.
        KeyUnavailable: no such key or certificate on it, or one that may not sign documents.
    """
    module = _module_path(settings)
    with _translated(), _tidy(module):
        token = _find_token(_library(module), settings)
        token_id = module, bytes(token.serial)
        certificate, chain, key_id = _certificates(token_id, token, settings)
        check_fitness(certificate)
        check_dates(describe(certificate), now)
        if not unlock:
            _check_flags(token)
            engine = KeyEngine(certificate, chain, _locked)
            return make_key(certificate, chain, engine, is_free_to_try=False)
        login = _enter(token_id, token, place)
        leave = _Once(token_id)
        try:
            engine = KeyEngine(certificate, chain, _hand(login.session, key_id, certificate))
        except BaseException:
            leave()
            raise
        return make_key(certificate, chain, engine, close=leave)


# ── the token ────────────────────────────────────────────────────────────────────────────────


def _module_path(settings: KeySettings) -> str:
    if settings.pkcs11_module is None:
        raise ConfigError(f"[{settings.section}] key = pkcs11 needs pkcs11_module")
    if not settings.pkcs11_module.is_file():
        raise MissingDependency(f"pkcs11_module {settings.pkcs11_module}")
    return str(settings.pkcs11_module.absolute())


def _library(module: str) -> Any:
    try:
        _libraries[module] = library = pkcs11.lib(module)
    except (vendor.PKCS11Error, RuntimeError) as error:
        raise MissingDependency(f"pkcs11_module {module}: {error}") from error
    return library


def _find_token(library: Any, settings: KeySettings) -> Any:
    wanted = settings.pkcs11_token
    tokens = list(_tokens(library))
    found = [token for token in tokens if not wanted or token.label.strip() == wanted]
    if len(found) == 1:
        return found[0]
    there = ", ".join(repr(token.label.strip()) for token in tokens) or "none"
    if found:
        raise ConfigError(f"[{settings.section}] pkcs11_token: choose one of {there}")
    raise TokenGone(f"wanted {wanted!r}, found: {there}")


def _tokens(library: Any) -> Iterator[Any]:
    for slot in library.get_slots(token_present=True):
        try:
            token = slot.get_token()
        except (vendor.TokenNotPresent, vendor.TokenNotRecognised, vendor.DeviceRemoved):
            continue
        if token.flags & TokenFlag.TOKEN_INITIALIZED:
            yield token


def _check_flags(token: Any) -> None:
    """Raise PinAtRisk if the token has counted a wrong PIN since the last right one."""
    for flag, meaning in AT_RISK.items():
        if token.flags & flag:
            raise PinAtRisk(f"token {token.label.strip()!r}: {meaning}")


# ── certificate and key ──────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def _looking(token_id: TokenId, token: Any) -> Iterator[Any]:
    """Give a session without login, or the one there is."""
    if login := _logins.get(token_id):
        yield login.session
        return
    with contextlib.closing(token.open()) as session:
        yield session


def _certificates(
    token_id: TokenId, token: Any, settings: KeySettings
) -> tuple[x509.Certificate, tuple[bytes, ...], bytes]:
    """Return the signing certificate, its issuers (DER) and its key's id, without a PIN."""
    with _looking(token_id, token) as session:
        held = [
            (bytes(item[Attribute.ID]), x509.load_der_x509_certificate(item[Attribute.VALUE]))
            for item in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
        ]
    extra = load_certificates(settings.certificate_file) if settings.certificate_file else []
    wanted = _wanted_id(settings)
    leaves = {key_id: item for key_id, item in held if key_id and not is_authority(item)}
    if wanted is None and len(leaves) > 1:
        ids = ", ".join(sorted(key_id.hex() for key_id in leaves))
        raise ConfigError(f"[{settings.section}] pkcs11_key: choose one of {ids}")
    own = leaves.get(wanted) if wanted is not None else next(iter(leaves.values()), None)
    leaf = own or next((item for item in extra if not is_authority(item)), None)
    if leaf is None:
        raise KeyUnavailable("the token holds no certificate for this key; set certificate_file")
    key_id = wanted if wanted is not None else next(iter(leaves), b"")
    return leaf, issuers(leaf, [*extra, *(item for _, item in held)]), key_id


def _wanted_id(settings: KeySettings) -> bytes | None:
    if not settings.pkcs11_key:
        return None
    try:
        return bytes.fromhex(settings.pkcs11_key.replace(":", ""))
    except ValueError as error:
        raise ConfigError(f"[{settings.section}] pkcs11_key is not hexadecimal") from error


def _hand(session: Any, key_id: bytes, certificate: x509.Certificate) -> RawSign:
    """Return what signs with the private key of `key_id`."""
    wanted: dict[Attribute, Any] = {Attribute.CLASS: ObjectClass.PRIVATE_KEY}
    if key_id:
        wanted[Attribute.ID] = key_id
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise KeyUnavailable(f"{len(found)} private keys with id {key_id.hex() or 'any'}")
    key = found[0]
    if key[Attribute.ALWAYS_AUTHENTICATE]:
        raise KeyUnavailable("the key asks for its PIN at every signature; not supported")
    mechanisms = session.token.slot.get_mechanisms()

    def sign(data: bytes, digest_algorithm: str) -> bytes:
        digest = hashes.Hash(DIGESTS[digest_algorithm]())
        digest.update(data)
        with _translated():
            return raw_signature(
                key, certificate.public_key(), mechanisms, data, digest.finalize(), digest_algorithm
            )

    return sign


def _locked(_data: bytes, _digest_algorithm: str) -> bytes:
    raise KeyUnavailable("the token was looked at only; no PIN was entered")


# ── the session ──────────────────────────────────────────────────────────────────────────────


def _enter(token_id: TokenId, token: Any, place: SecretPlace) -> _Login:
    """Log in, unless another key on this token already did."""
    login = _logins.get(token_id)
    if login is None:
        login = _logins[token_id] = _Login(_log_in(token_id, token, place))
    login.users += 1
    return login


def _log_in(token_id: TokenId, token: Any, place: SecretPlace) -> Any:
    if token_id in _refused:
        raise WrongPassphrase(f"{place.name}: refused before in this run; not tried again")
    _check_flags(token)
    has_keypad = token.flags & TokenFlag.PROTECTED_AUTHENTICATION_PATH and not place.is_named
    secret = None if has_keypad else place.read()
    try:
        return token.open(user_pin=secret.text() if secret else pkcs11.PROTECTED_AUTH)
    except GONE:
        raise  # the token never saw the PIN
    except vendor.PKCS11Error as error:
        # Whatever went wrong, the token may have counted it: this PIN is not sent again.
        _refused.add(token_id)
        raise _refusal(error, f"{place.name}: token {token.label.strip()!r}") from error


def _refusal(error: vendor.PKCS11Error, what: str) -> KeyUnavailable:
    if isinstance(error, REFUSED_PIN):
        return WrongPassphrase(what)
    if isinstance(error, vendor.PinLocked):
        return PinAtRisk(f"{what}: the PIN is locked")
    return KeyUnavailable(f"{what}: login answered {type(error).__name__}")


class _Once:
    """Gives back a token once, however often it is called, and at the end of the process."""

    def __init__(self, token_id: TokenId) -> None:
        self._token_id = token_id
        self._is_done = False
        atexit.register(self)

    def __call__(self) -> None:
        if not self._is_done:
            self._is_done = True
            atexit.unregister(self)
            _leave(self._token_id)


def _leave(token_id: TokenId) -> None:
    login = _logins[token_id]
    login.users -= 1
    if login.users:
        return
    del _logins[token_id]
    try:
        login.session.close()
    except vendor.PKCS11Error as error:
        # The token may be gone, which is why we leave; its session went with it.
        log.warning("token session not closed: %s", type(error).__name__)
    _finalize_unused(token_id[0])


@contextlib.contextmanager
def _tidy(module: str) -> Iterator[None]:
    """Leave nothing open when no key came of it: a refused PIN leaves a session behind."""
    try:
        yield
    finally:
        _finalize_unused(module)


def _finalize_unused(module: str) -> None:
    library = _libraries.get(module)
    if library is None or any(token_id[0] == module for token_id in _logins):
        return
    del _libraries[module]
    try:
        library.finalize()
    except vendor.PKCS11Error as error:
        log.warning("PKCS#11 module not finalized: %s", type(error).__name__)


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except GONE as error:
        raise TokenGone(type(error).__name__) from error
    except vendor.PKCS11Error as error:
        raise KeyUnavailable(f"the token answered {type(error).__name__}") from error
