"""`python -m benchmarks.signing.bulk PAPERS OUT KEYS`: seal a folder of PDF/As in one process.

This is the process that is measured: it opens the key once and seals every paper visibly as B-B.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from digitizer.model import DocumentId, PdfA, StoredFile
from signing.seal import seal
from signing.settings import SigningSettings
from signing.signer import open_signer


def main(papers: Path, out: Path, keys: Path) -> int:
    """Seal all, one folder a document, as the run does."""
    settings = SigningSettings(agency="Ủy ban nhân dân xã Thử Nghiệm")
    signer = open_signer(settings, keys_folder=keys, now=datetime.now(UTC))
    for file in sorted(papers.glob("*.pdf")):
        folder = out / file.stem
        folder.mkdir(parents=True)
        stored = StoredFile.of(file)
        pdf_a = PdfA(DocumentId(stored.sha256[:32]), stored, 1)
        seal(pdf_a, signer=signer, settings=settings, folder=folder, now=datetime.now(UTC))
    signer.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*map(Path, sys.argv[1:4])))
