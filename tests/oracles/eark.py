"""Runs inside `.venv/oracles`: validate one package and print the report as JSON.

The validator fetches its vocabularies from the network as it is imported; it also ships them.
"""

import sys
import urllib.request
from importlib.resources import files
from pathlib import Path

import eark_validator.ipxml.resources.vocabs as vocabularies


def shipped(uri):
    """Open the vocabulary that came with the package."""
    return files(vocabularies).joinpath(uri.rpartition("/")[2]).open("rb")


urllib.request.urlopen = shipped

from eark_validator import packages  # noqa: E402
from eark_validator.specifications.specification import SpecificationVersion  # noqa: E402

found = packages.PackageValidator(Path(sys.argv[1]), SpecificationVersion.V2_1_0)
print(found.validation_report.model_dump_json())  # noqa: T201
