"""Manifests among the files of an inbox: which folders must wait, and what each file should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from digitizer.errors import ConfigError
from pipelines import manifest
from pipelines.expectation import of_row
from pipelines.gathering import Group
from pipelines.intake import Source
from pipelines.manifest import Declaration
from pipelines.outcome import MustWait, WaitReason


def is_manifest(source: Source) -> bool:
    """Claim that a file is a manifest, by its name; it is then no document."""
    return PurePosixPath(source.name).name.lower() in manifest.NAMES


def folders_of(group: Group) -> Iterator[str]:
    """Yield the folders a stack lies in, the nearest first, `.` for the inbox last."""
    yield from (str(parent) for parent in PurePosixPath(group.sources[0].name).parents)


def read_all(
    found: tuple[Source, ...],
) -> tuple[dict[str, MustWait], dict[str, Declaration]]:
    """Return the folders that wait because of their manifest, and each declared file's row."""
    troubles: dict[str, MustWait] = {}
    rows: dict[str, Declaration] = {}
    for listing in filter(is_manifest, found):
        folder = str(PurePosixPath(listing.name).parent)
        prefix = "" if folder == "." else f"{folder}/"
        there = [
            source.name.removeprefix(prefix)
            for source in found
            if source.name.startswith(prefix) and not is_manifest(source)
        ]
        try:
            declared = manifest.read_manifest(listing.path, of_files=True)
        except ConfigError as error:
            troubles[folder] = MustWait(WaitReason.MANIFEST, error.detail)
            continue
        rows |= {f"{prefix}{row.file}": row for row in declared}
        gone, extra = manifest.missing(declared, there), manifest.undeclared(declared, there)
        if gone or extra:
            troubles[folder] = MustWait(
                WaitReason.MANIFEST, " ".join([*(f"-{n}" for n in gone), *(f"+{n}" for n in extra)])
            )
    return troubles, rows


def expecting(group: Group, rows: dict[str, Declaration]) -> Group:
    """Add to a single file what its manifest says of it."""
    row = rows.get(group.sources[0].name)
    if row is None or len(group.files) > 1:
        return group
    return replace(group, sources=(replace(group.sources[0], expected=of_row(row)),))
