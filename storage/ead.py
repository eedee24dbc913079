"""EAD_doc.xml: the 19 descriptive fields of one document, in the order of the regulation.

Source: TT 05/2025/TT-BNV PL II (EAD_doc), read second-hand (REQ-2.8): names and order are as told
there; the name of the root element is ours. What is not known stays empty; personal values come
masked, as in the record.
"""

from __future__ import annotations

from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from digitizer.model import FieldName
from storage.markup import child, document, local_time
from storage.record import CopyKind, Record

_CONFIDENCE: Final = {CopyKind.ELECTRONIC_ORIGINAL: "01", CopyKind.DIGITIZED: "02"}
_NUMBER_LENGTH: Final = 11
_NOTATION_LENGTH: Final = 30
_ORGANIZATION_LENGTH: Final = 200
_SUBJECT_LENGTH: Final = 500


def ead_doc(record: Record) -> bytes:
    """Return the XML of a version of a document."""
    root = Element("EAD_doc")
    for name, value in _fields(record).items():
        child(root, name, value)
    return document(root)


def _fields(record: Record) -> dict[str, str]:
    number, _, notation = record.reference.number.partition("/")
    codes = record.codes
    dossier = _shown(record, FieldName.MA_HO_SO)
    return {
        "arcFileCode": dossier,
        "mode": codes.mode,
        "language": codes.language,
        "keyword": "",
        "numberOfPage": str(record.page_count),
        "format": "",
        "inforSign": _signatures(record),
        "confidenceLevel": _CONFIDENCE[record.legal_value.kind],
        "description": f"maintenance {codes.maintenance}; {codes.basis}",
        "docCode": record.document_id,
        "docOrdinal": "",
        "typeName": codes.type_name,
        "codeNumber": number[:_NUMBER_LENGTH],
        "codeNotation": notation[:_NOTATION_LENGTH],
        "issuedDate": _day(record.reference.issued_on),
        "organName": record.reference.agency[:_ORGANIZATION_LENGTH],
        "subject": _shown(record, FieldName.TRICH_YEU)[:_SUBJECT_LENGTH],
        "autograph": "",
        "process": "",
    }


def _shown(record: Record, name: FieldName) -> str:
    return "; ".join(record.shown(name))


def _signatures(record: Record) -> str:
    return "; ".join(
        f"{one.signer}, {one.serial}, {local_time(one.signed_at)}, {one.level}"
        for one in record.legal_value.signatures
    )


def _day(day: date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else ""
