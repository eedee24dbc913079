"""What the noisiest debugger would print of an error."""

from __future__ import annotations

import traceback


def everything_of(error: BaseException) -> str:
    """Return an error with its causes, every frame but the tests' own, every local variable."""
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    part: traceback.TracebackException | None = whole
    while part is not None:
        kept = [frame for frame in part.stack if "/tests/" not in frame.filename]
        part.stack = traceback.StackSummary.from_list(kept)
        part = part.__cause__ or part.__context__
    return "".join(whole.format()) + repr(error) + str(error)
