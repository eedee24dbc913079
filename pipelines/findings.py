"""A finding of the door as one line of facts, and as a sentence in either language.

The line is what journal, report and JSON hold: `pages sheet=3/12 page=9 declared=4 found=3`.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.messages import Catalogue
from pipelines.splitting import Fault, Finding

_BETWEEN = "; "


def line(findings: Iterable[Finding]) -> str:
    """Return findings as facts, in one line. Never a name or a mã hồ sơ."""
    return _BETWEEN.join(_facts(finding) for finding in findings)


def _facts(finding: Finding) -> str:
    facts = (
        ("sheet", finding.sheet),
        ("page", finding.page),
        ("declared", finding.declared),
        ("found", finding.found),
        ("set", finding.set_id),
        ("box", finding.box.replace(";", ",").replace(" ", "_")),
    )
    return " ".join([finding.fault, *(f"{name}={value}" for name, value in facts if value)])


def told(facts: str, texts: Catalogue) -> str:
    """Return the sentences of a line of facts. What is no such line comes back as it is."""
    return _BETWEEN.join(_sentence(part, texts) for part in facts.split(_BETWEEN))


def _sentence(part: str, texts: Catalogue) -> str:
    name, *pairs = part.split(" ")
    if name not in set(Fault):
        return part
    given = dict(pair.partition("=")[::2] for pair in pairs)
    return texts(
        f"fault.{name}",
        place=_place(given, texts),
        declared=given.get("declared", "0"),
        found=given.get("found", "0"),
    )


def _place(given: dict[str, str], texts: Catalogue) -> str:
    places = []
    if "sheet" in given:
        sheet = texts("fault.sheet", sheet=given["sheet"])
        if "set" in given:
            sheet += texts("fault.in_set", set=given["set"])
        if "box" in given:
            sheet += texts("fault.in_box", box=given["box"].replace("_", " "))
        places.append(sheet)
    if "page" in given:
        places.append(texts("fault.page", page=given["page"]))
    return ", ".join(places)
