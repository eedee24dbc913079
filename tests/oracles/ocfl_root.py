"""Runs inside `.venv/oracles`: validate an OCFL storage root and print what was found as JSON.

`StorageRoot.validate` of ocfl-py 2.1.0 returns True when objects are invalid, so the counts and the
errors are told. Warnings count as errors here.
"""

import json
import sys

import ocfl

root = ocfl.StorageRoot(root=sys.argv[1])
is_valid = root.validate(check_digests=True, log_warnings=True)
told = {
    "is_valid": is_valid,
    "objects": getattr(root, "num_objects", 0),
    "good": getattr(root, "good_objects", 0),
    "told": [f"{place}: {text}" for place, text in getattr(root, "errors", [])],
    "log": root.log.status_str() if root.log else "",
}
print(json.dumps(told))  # noqa: T201
