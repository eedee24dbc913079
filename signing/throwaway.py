"""The throw-away identity: lets everything be tried before an agency has its certificate.

A tiny root and one leaf, so that demo output passes the same strict verification as real output;
both names say, in capitals, that they have no legal value. The root's key is forgotten at once:
nothing else can ever be issued under it. No revocation exists for such a root; what `verify` makes
of that is decided in docs/adr/0010.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)

from digitizer.errors import DiskFull

MARKER = "KHÓA DÙNG THỬ"
SUBJECT = f"{MARKER} - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
OPERATOR_SUBJECT = f"{MARKER} - NGƯỜI QUÉT - KHÔNG CÓ GIÁ TRỊ"
ROOT_SUBJECT = f"{MARKER} - GỐC TỰ TẠO"

KEY_NAME = "throwaway.p12"
PASSPHRASE_NAME = "throwaway.passphrase"  # noqa: S105 - a file name
TRUST_FOLDER_NAME = "trust"
ROOT_NAME = "throwaway-root.pem"
OPERATOR = "operator"
"""The section whose throw-away key is the scanning officer's, in files of its own."""

YEARS = 10


def is_throwaway_name(common_name: str) -> bool:
    """Return whether a certificate's common name claims to be a throw-away identity."""
    return common_name.startswith(MARKER)


def passphrase_file(keys_folder: Path, section: str) -> Path:
    """Return where the passphrase of a section's throw-away key is."""
    return keys_folder / _named(PASSPHRASE_NAME, section)


def root_files(keys_folder: Path) -> tuple[Path, ...]:
    """Return the throw-away roots that were made here."""
    folder = keys_folder / TRUST_FOLDER_NAME
    candidates = (folder / ROOT_NAME, folder / _named(ROOT_NAME, OPERATOR))
    return tuple(file for file in candidates if file.exists())


def _named(name: str, section: str) -> str:
    return name.replace("throwaway", "throwaway-operator") if section == OPERATOR else name


def ensure_throwaway(keys_folder: Path, *, now: datetime, section: str = "signing") -> Path:
    """Return the throw-away PKCS#12 file, making the identity if there is none.

    Two processes may call this at once: one makes it, both get the same one. The key file is put
    in place last, so what is found is whole; a crash half-way leaves nothing that is used.

    Args:
        keys_folder: made if absent, mode 0700. Gets `throwaway.p12` and `throwaway.passphrase`
            (both mode 0600) and `trust/throwaway-root.pem`.
        now: aware; the identity is valid from a day before, for ten years.
        section: `operator` has an identity of its own beside the agency's.

    Raises:
        DiskFull: the folder can't be written to.
    """
    target = keys_folder / _named(KEY_NAME, section)
    try:
        (keys_folder / TRUST_FOLDER_NAME).mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(keys_folder / ".throwaway.lock"):
            if not target.exists():
                _make(keys_folder, now, section)
    except OSError as error:
        raise DiskFull(f"keys folder: {error.strerror}") from error
    return target


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(keys_folder: Path, now: datetime, section: str) -> None:
    subject = OPERATOR_SUBJECT if section == OPERATOR else SUBJECT
    root_key, leaf_key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    root = _certificate(ROOT_SUBJECT, None, root_key.public_key(), root_key, now)
    leaf = _certificate(subject, root, leaf_key.public_key(), root_key, now)
    passphrase = secrets.token_urlsafe(32).encode()
    bundle = pkcs12.serialize_key_and_certificates(
        subject.encode(), leaf_key, leaf, [root], BestAvailableEncryption(passphrase)
    )
    trust_file = keys_folder / TRUST_FOLDER_NAME / _named(ROOT_NAME, section)
    _write(passphrase_file(keys_folder, section), passphrase)
    _write(trust_file, root.public_bytes(Encoding.PEM))
    _write(keys_folder / _named(KEY_NAME, section), bundle)


def _certificate(
    subject: str,
    issuer: x509.Certificate | None,
    public_key: ec.EllipticCurvePublicKey,
    signing_key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> x509.Certificate:
    is_root = issuer is None
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    usage = x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    authority = issuer.public_key() if issuer else public_key
    assert isinstance(authority, ec.EllipticCurvePublicKey)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.subject if issuer else name)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), False)
        .sign(signing_key, hashes.SHA256())
    )


def _write(file: Path, data: bytes) -> None:
    """Put `data` at `file` in one step, readable by the owner only."""
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
