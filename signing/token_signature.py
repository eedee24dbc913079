"""How a token is asked for a signature, by what it says it can do."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from asn1crypto.algos import DigestInfo
from asn1crypto.core import Null
from cryptography.hazmat.primitives.asymmetric import rsa
from pkcs11 import Mechanism
from pkcs11.util.ec import encode_ecdsa_signature

RSA_WITH_DIGEST = {"sha256": Mechanism.SHA256_RSA_PKCS, "sha384": Mechanism.SHA384_RSA_PKCS}


def raw_signature(
    key: Any,
    public_key: object,
    mechanisms: Collection[Mechanism],
    data: bytes,
    digest: bytes,
    digest_algorithm: str,
) -> bytes:
    """Return a signature by `key`: PKCS#1 v1.5 for RSA, DER for elliptic curves.

    Elliptic curves are given the digest (`CKM_ECDSA`), which every token knows. For RSA the token
    makes the digest where it can: an HSM in FIPS mode refuses the bare `CKM_RSA_PKCS`, while some
    older tokens know nothing else.

    Args:
        key: the private key on the token.
        public_key: of the certificate; says which kind the key is.
        mechanisms: what the token's slot offers.
        data, digest: the bytes to be signed and their digest.
        digest_algorithm: `sha256` or `sha384`.

    Source: PKCS#11 v2.40 mechanisms 2.1.6 (PKCS#1 v1.5) and 2.3.6 (ECDSA without hashing).
    """
    if not isinstance(public_key, rsa.RSAPublicKey):
        plain = bytes(key.sign(digest, mechanism=Mechanism.ECDSA))
        return bytes(encode_ecdsa_signature(plain))
    if RSA_WITH_DIGEST[digest_algorithm] in mechanisms:
        return bytes(key.sign(data, mechanism=RSA_WITH_DIGEST[digest_algorithm]))
    algorithm = {"algorithm": digest_algorithm, "parameters": Null()}
    info = DigestInfo({"digest_algorithm": algorithm, "digest": digest})
    return bytes(key.sign(info.dump(), mechanism=Mechanism.RSA_PKCS))
