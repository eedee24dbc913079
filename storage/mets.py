"""METS.xml: the table of contents of one package, with the digest of every file.

Source: METS 1.12.1; E-ARK CSIP 2.1 (requirement numbers beside the lines); TT 05/2025/TT-BNV PL II
(AIP of a document, SHA-256, times of +07:00).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final
from xml.etree.ElementTree import Element, register_namespace

from digitizer.model import ArchivedObject
from storage.markup import XLINK, XSI, child, document, local_time
from storage.record import Record

_METS: Final = "http://www.loc.gov/METS/"
_CSIP: Final = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"
_CONTENT: Final = "TT 05/2025/TT-BNV, AIP_tailieu"
_PROFILE: Final = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
_SCHEMAS: Final = f"{_METS} https://www.loc.gov/standards/mets/mets.xsd"
_MEDIA: Final = {
    ".pdf": "application/pdf",
    ".tif": "image/tiff",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tar": "application/x-tar",
    ".json": "application/json",
    ".xml": "application/xml",
}
_KINDS: Final = {"EAD_doc.xml": "EAD_doc", "metadata.json": "sohoa record"}

register_namespace("mets", _METS)
register_namespace("csip", _CSIP)


def package_id(object_id: str) -> str:
    """Return the OBJID of the package that is the OCFL object `object_id`."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, object_id)}"


def mets(record: Record, object_id: str, files: Mapping[str, ArchivedObject]) -> bytes:
    """Return the XML of a version of a document.

    Args:
        object_id: of the OCFL object that the package is.
        files: every other file of the content, by its path there.
    """
    made = local_time(record.revised_at or record.stored_at)
    root = Element(
        f"{{{_METS}}}mets",
        {
            "OBJID": package_id(object_id),  # CSIP1
            "LABEL": f"{record.document_id}, version {record.version}",
            "TYPE": "Textual works – Digital",  # CSIP2
            f"{{{_CSIP}}}CONTENTINFORMATIONTYPE": "MIXED",  # CSIP4
            "PROFILE": _PROFILE,  # CSIP6
            f"{{{XSI}}}schemaLocation": _SCHEMAS,
        },
    )
    _header(root, record, made)
    described = {path: held for path, held in files.items() if _section(path) == "dmdSec"}
    preserved = {path: held for path, held in files.items() if _section(path) == "digiprovMD"}
    for number, (path, held) in enumerate(described.items(), 1):
        _reference(root, "dmdSec", f"dmd-{number}", path, held, made)
    group = child(root, "amdSec", ID="amd-1")
    for number, (path, held) in enumerate(preserved.items(), 1):
        _reference(group, "digiprovMD", f"digiprov-{number}", path, held, made)
    data = {path: held for path, held in files.items() if path.startswith("representations/")}
    groups = _files(root, data, made)
    _structure(root, len(described), len(preserved), groups)
    return document(root)


def _header(root: Element, record: Record, made: str) -> None:
    header = child(root, "metsHdr", CREATEDATE=made, LASTMODDATE=made)  # CSIP7, CSIP8
    header.set(f"{{{_CSIP}}}OAISPACKAGETYPE", "AIP")  # CSIP9
    agent = child(header, "agent", ROLE="CREATOR", TYPE="OTHER", OTHERTYPE="SOFTWARE")  # CSIP10
    name, _, number = record.provenance.software.partition(" ")
    child(agent, "name", name)
    child(agent, "note", number).set(f"{{{_CSIP}}}NOTETYPE", "SOFTWARE VERSION")  # CSIP15


def _section(path: str) -> str:
    if path.startswith("metadata/preservation/"):
        return "digiprovMD"
    return "dmdSec" if path.startswith("metadata/") else ""


def _reference(
    parent: Element, section: str, identity: str, path: str, held: ArchivedObject, made: str
) -> None:
    part = child(parent, section, ID=identity, CREATED=made, STATUS="CURRENT")  # CSIP18, 19
    name = PurePosixPath(path).name
    kind = {"MDTYPE": "PREMIS", "MDTYPEVERSION": "3.0"}
    if name != "PREMIS.xml":
        kind = {"MDTYPE": "OTHER", "OTHERMDTYPE": _KINDS.get(name, "signature verification")}
    made_of = child(part, "mdRef", LOCTYPE="URL", **kind, **_facts(path, held, made))
    _link(made_of, path)


def _files(root: Element, data: Mapping[str, ArchivedObject], made: str) -> dict[str, str]:
    """Write the file section; return the ID of the group of each representation."""
    section = child(root, "fileSec", ID="files")  # CSIP58
    groups: dict[str, Element] = {}
    for number, (path, held) in enumerate(data.items(), 1):
        use = "Representations/" + path.split("/")[1]  # CSIP114
        if use not in groups:
            groups[use] = child(section, "fileGrp", ID=f"group-{len(groups) + 1}", USE=use)
            groups[use].set(f"{{{_CSIP}}}CONTENTINFORMATIONTYPE", "OTHER")  # CSIP62
            groups[use].set(f"{{{_CSIP}}}OTHERCONTENTINFORMATIONTYPE", _CONTENT)  # CSIP63
        file = child(groups[use], "file", ID=f"file-{number}", **_facts(path, held, made))
        _link(child(file, "FLocat", LOCTYPE="URL"), path)
    return {use: group.attrib["ID"] for use, group in groups.items()}


def _structure(root: Element, described: int, preserved: int, groups: Mapping[str, str]) -> None:
    structure = child(root, "structMap", ID="csip", TYPE="PHYSICAL", LABEL="CSIP")  # CSIP80-82
    top = child(structure, "div", ID="div-package", LABEL=root.attrib["OBJID"])
    child(
        top,
        "div",
        ID="div-metadata",
        LABEL="Metadata",  # CSIP88
        DMDID=" ".join(f"dmd-{number + 1}" for number in range(described)),
        ADMID=" ".join(f"digiprov-{number + 1}" for number in range(preserved)),
    )
    for use, identity in groups.items():
        part = child(top, "div", ID=f"div-{identity}", LABEL=use)  # CSIP105
        child(part, "fptr", FILEID=identity)


def _facts(path: str, held: ArchivedObject, made: str) -> dict[str, str]:
    return {
        "MIMETYPE": _MEDIA[PurePosixPath(path).suffix],
        "SIZE": str(held.size_bytes),
        "CREATED": made,
        "CHECKSUM": held.sha256,
        "CHECKSUMTYPE": "SHA-256",
    }


def _link(element: Element, path: str) -> None:
    element.set(f"{{{XLINK}}}type", "simple")
    element.set(f"{{{XLINK}}}href", path)
