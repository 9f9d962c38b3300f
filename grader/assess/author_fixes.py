"""What the author of an exercise can do about an error that PyTorch raises in a step."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grader.records.trace import Raised

_FIXES: Mapping[str, str] = {
    r"grad can be implicitly created only for scalar": "make the loss a single number with sum() or mean(), or give `gradient`",
    r"backward through the graph a second time": (
        "write `retain_graph: true` in the backward before this step, or compute the loss again"
    ),
    r"does not require grad and does not have a grad_fn": "the loss must depend on a leaf: check `detach` and `requires_grad`",
    r"NoneType": "this `.grad` is still None: put a backward before this step",
    r"must match the size|shapes cannot be multiplied|[Ss]ize mismatch|size of tensor|inconsistent tensor size|"
    r"shape .* (is invalid|doesn't match)|Mismatch in shape|[Dd]imension out of range": (
        "the shapes do not fit together: compare the numbers under `tensors` and `data`"
    ),
    r"modified by an inplace operation": "compute the loss again after a tensor that it uses has changed",
    r"leaf Variable that requires grad": "change a leaf with `set`, which runs under no_grad",
    r"Found dtype|expected scalar type|same dtype": "give the tensors the same `dtype`",
}


def author_fix(raised: Raised) -> str:
    """A fix for this error message; a general one where the message is unknown."""
    fixes = (fix for pattern, fix in _FIXES.items() if re.search(pattern, raised.message))
    return next(fixes, "fix the step, or add `raises` if the error is intended")
