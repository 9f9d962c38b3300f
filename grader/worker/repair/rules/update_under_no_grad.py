"""A leaf that is changed in place while autograd records: the change belongs under `torch.no_grad()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import LIKELY, Proposal
from grader.worker.repair.student_file import StudentFile


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each in-place update under `torch.no_grad()`."""
    for each in file.movable:
        if not each.is_compound and kind(file, each) == "update" and file.inside(each, ast.With) is None:
            no_grad, imports = file.spelled("torch.no_grad")
            changes = (file.wrapped(each, f"with {no_grad}():"), *imports)
            yield Proposal(changes, "under-no-grad", ("leaf-in-place",), LIKELY, "wrap")
