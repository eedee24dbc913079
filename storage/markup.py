"""XML as the archive writes it: UTF-8, indented, the same bytes for the same tree."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from storage.answer import VIET_NAM

XLINK: Final = "http://www.w3.org/1999/xlink"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

register_namespace("xlink", XLINK)
register_namespace("xsi", XSI)


def child(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Append an element in the name space of `parent`; return it."""
    space = parent.tag.partition("}")[0] + "}" if parent.tag.startswith("{") else ""
    made = SubElement(parent, space + name, attributes)
    if text:
        made.text = text
    return made


def document(root: Element) -> bytes:
    """Return the bytes of the whole document."""
    indent(root, " ")
    data: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"


def local_time(moment: datetime) -> str:
    """Return an aware time in Việt Nam's zone, to the second (TT 05/2025: ISO 8601, +07:00)."""
    return moment.astimezone(VIET_NAM).isoformat(timespec="seconds")
