"""The parts of a CMS signature that no signature covers must still be exactly as the rules say.

Version numbers, the list of digest algorithms, the spelling of the issuer's name and the outer
lengths can be altered without any cryptographic check noticing. Nothing is gained by altering them,
but a file that was altered is not the file that was signed.

Source: RFC 5652, sections 5.1 and 5.3; found by flipping every byte of a signature.
"""

from __future__ import annotations

from asn1crypto import cms, x509


def is_tidy(message: cms.ContentInfo, signer: x509.Certificate) -> bool:
    """Return whether the frame around a signature is what RFC 5652 prescribes.

    Args:
        message: the signature, with exactly one signer.
        signer: the signer's certificate.
    """
    signed = message["content"]
    (info,) = signed["signer_infos"]
    by_name = info["sid"].name == "issuer_and_serial_number"
    is_plain = signed["encap_content_info"]["content_type"].native == "data"
    listed = list(signed["digest_algorithms"])
    names = [item["algorithm"].native for item in listed]
    return (
        (not by_name or info["sid"].chosen["issuer"].dump() == signer.issuer.dump())
        and info["version"].native == ("v1" if by_name else "v3")
        and signed["version"].native == ("v1" if by_name and is_plain else "v3")
        and info["digest_algorithm"]["algorithm"].native in names
        and all(map(_is_bare, [info["digest_algorithm"], *listed]))
        and _is_filled(message)
    )


def _is_bare(algorithm: cms.DigestAlgorithm) -> bool:
    """Digest algorithms take no parameters: absent, or a proper NULL."""
    return algorithm["parameters"].dump() in {b"", b"\x05\x00"}


def _is_filled(message: cms.ContentInfo) -> bool:
    """Return whether the outer SEQUENCE ends where its last member ends."""
    members = len(message["content_type"].dump()) + len(message["content"].dump())
    return members == len(message.contents)
