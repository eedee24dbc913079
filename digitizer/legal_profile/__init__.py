"""Dated legal data: types, layouts, codes, marks. Rows carry basis and validity."""

from digitizer.legal_profile.profile import (
    Access,
    Authority,
    DocumentType,
    Legal,
    Profile,
    Province,
    ValidityRule,
    load_profile,
)

__all__ = [
    "Access",
    "Authority",
    "DocumentType",
    "Legal",
    "Profile",
    "Province",
    "ValidityRule",
    "load_profile",
]
