"""Dated legal data: types, layouts, codes, marks. Rows carry basis and validity."""

from digitizer.legal_profile.archival import (
    archival_codes,
    erasure_rule,
    period_name,
    undetermined_types,
)
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
    "archival_codes",
    "erasure_rule",
    "load_profile",
    "period_name",
    "undetermined_types",
]
