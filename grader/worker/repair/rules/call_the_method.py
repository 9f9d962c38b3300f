"""A method that is named without parentheses is never called: `x.grad.zero_` for `x.grad.zero_()`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import SIGN, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile

_ARGUMENTS = {"requires_grad_": "False"}
_METHODS = frozenset({"zero_", "zero_grad", "step", "backward", "detach_", "requires_grad_", "retain_grad", "eval", "train"})


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Parentheses behind each such method."""
    for each in file.statements:
        match each.node:
            case ast.Expr(value=ast.Attribute(attr=name) as method) if name in _METHODS:
                end = file.span(method)[1]
                text = f"({_ARGUMENTS.get(name, '')})"
                yield Proposal((TextChange(end, end, text),), "call-method", ("not-called",), SIGN, "call")
