"""The software bill of materials (CycloneDX 1.6) and the list of licenses, for `docs.generate`.

From requirements.txt (what is locked, with its hashes) and what the installed packages say of
themselves.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
_CLASSIFIER = "License :: OSI Approved :: "
_NOT_HERE = "not installed on this system"
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True, slots=True)
class Locked:
    """One locked package. `license` is an SPDX expression where the package lets us tell."""

    name: str
    version: str
    hashes: tuple[str, ...]
    license: str
    needs: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name}@{self.version}"


def locked() -> tuple[Locked, ...]:
    """Return what requirements.txt locks, by name."""
    found: list[Locked] = []
    for block in _blocks((ROOT / "requirements.txt").read_text("utf-8")):
        match = _LOCKED.match(block)
        if match:
            name = _normal(match[1])
            hashes = tuple(sorted(_HASH.findall(block)))
            found.append(Locked(name, match[2], hashes, _license(name), _needs(name)))
    return tuple(sorted(found, key=lambda one: one.name))


def sbom() -> str:
    """Return the bill of materials, CycloneDX 1.6, JSON; the same for the same lock."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    packages = locked()
    own = f"pkg:pypi/{project['name']}@{project['version']}"
    direct = {_normal(_named(one)) for one in project["dependencies"]}
    plain = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": own,
                "name": project["name"],
                "version": project["version"],
                "purl": own,
                "licenses": [{"license": {"id": project["license"]}}],
            }
        },
        "components": [_component(one) for one in packages],
        "dependencies": [
            {"ref": own, "dependsOn": [one.purl for one in packages if one.name in direct]},
            *(
                {
                    "ref": one.purl,
                    "dependsOn": [other.purl for other in packages if other.name in one.needs],
                }
                for one in packages
            ),
        ],
    }
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def licenses() -> str:
    """Return docs/licenses.md."""
    lines = [
        "# Licenses of what is installed with sohoa",
        "",
        "Made by `python -m docs.generate` from requirements.txt and from what packages say of",
        "themselves; do not edit. In CycloneDX 1.6: [sbom.cdx.json](sbom.cdx.json).",
        "Packages of the system: [dependencies.md](dependencies.md).",
        "",
        "| package | version | license |",
        "|---|---|---|",
        *(f"| `{one.name}` | {one.version} | {one.license} |" for one in locked()),
    ]
    return "\n".join(lines) + "\n"


def _component(one: Locked) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "type": "library",
        "bom-ref": one.purl,
        "name": one.name,
        "version": one.version,
        "purl": one.purl,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in one.hashes],
    }
    if one.license == _NOT_HERE:
        return plain
    is_expression = bool(re.search(r" (AND|OR|WITH) ", one.license))
    if is_expression:
        return {**plain, "licenses": [{"expression": one.license}]}
    key = "id" if re.fullmatch(r"[A-Za-z0-9.+-]+", one.license) else "name"
    return {**plain, "licenses": [{"license": {key: one.license}}]}


def _blocks(text: str) -> Iterator[str]:
    """Yield one package's lines at a time: its own, and those that are indented below it."""
    block: list[str] = []
    for line in text.splitlines():
        if block and line[:1] not in {" ", "\t"}:
            yield "\n".join(block)
            block = []
        block.append(line)
    if block:
        yield "\n".join(block)


def _license(name: str) -> str:
    """Return the license a package states: its expression, else classifiers, else its words."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return _NOT_HERE
    if expression := told.get("License-Expression"):
        return str(expression)
    classifiers = [
        one.removeprefix(_CLASSIFIER)
        for one in told.get_all("Classifier") or ()
        if one.startswith(_CLASSIFIER)
    ]
    if classifiers:
        return " OR ".join(sorted({_SPDX.get(one, one) for one in classifiers}))
    words = str(told.get("License") or "").strip().partition("\n")[0]
    return _SPDX.get(words, words) or "not stated"


def _needs(name: str) -> tuple[str, ...]:
    try:
        return tuple(sorted({_normal(_named(one)) for one in requires(name) or ()}))
    except PackageNotFoundError:
        return ()


def _named(requirement: str) -> str:
    match = _NAME.match(requirement)
    return match[0] if match else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
