"""A tensor of zeros for None, or None for zeros: `x.grad.zero_()`, `x.grad = None`, `set_to_none=`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import is_empty
from grader.worker.repair.proposals import LIKELY, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile

_CAUSES = ("none-is-zero",)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The other kind of reset."""
    for each in file.statements:
        match each.node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Attribute(attr="grad") as gradient, attr="zero_"))):
                yield _proposal(file.replace(each.node, f"{file.source(gradient)} = None"), "none-not-zeros")
            case ast.Assign(targets=[ast.Attribute(attr="grad") as gradient], value=value) if is_empty(value):
                if isinstance(value, ast.Constant) and value.value is None:
                    yield _proposal(file.replace(each.node, f"{file.source(gradient)}.zero_()"), "zeros-not-none")
                else:
                    causes = () if isinstance(value, ast.Constant) else _CAUSES  # a number is neither of the two
                    yield _proposal(file.replace(value, "None"), "none-not-zeros", causes)
                    yield _proposal(file.replace(each.node, f"{file.source(gradient)}.zero_()"), "zeros-not-none", causes)
            case ast.Delete(targets=[ast.Attribute(attr="grad") as gradient]):
                yield _proposal(file.replace(each.node, f"{file.source(gradient)}.zero_()"), "zeros-not-none")
    for call, _ in file.calls("zero_grad"):
        flags = [keyword.value for keyword in call.keywords if keyword.arg == "set_to_none"] + call.args
        if not flags:
            end = file.span(call)[1] - 1
            yield _proposal(TextChange(end, end, "set_to_none=False"), "zeros-not-none")
        elif isinstance(flags[0], ast.Constant):
            new = not flags[0].value
            yield _proposal(file.replace(flags[0], str(new)), "none-not-zeros" if new else "zeros-not-none")


def _proposal(change: TextChange, why: str, causes: tuple[str, ...] = _CAUSES) -> Proposal:
    return Proposal((change,), why, causes, LIKELY, why)
