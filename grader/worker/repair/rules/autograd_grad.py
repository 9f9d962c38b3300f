"""`torch.autograd.grad` in place of backward(), which alone writes to `.grad`; and backward() in place of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal
from grader.worker.repair.student_file import StudentFile, called_name, is_atom

_CAUSES = ("grad-vs-backward",)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each statement with such a call, and all of them."""
    for each in file.statements:
        call = _gradient_call(each.node)
        if call is not None and call.args:
            loss = call.args[0]
            text = file.source(loss) if is_atom(loss) else f"({file.source(loss)})"
            change = file.replace(each.node, f"{text}.backward()")
            yield Proposal((change,), "backward-not-grad", _CAUSES, LIKELY, "backward")
        match each.node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr="backward"), args=[], keywords=[])):
                grad, imports = file.spelled("torch.autograd.grad")
                for leaf in file.leaves[:1]:
                    loss_text = file.source(owner)
                    change = file.replace(each.node, f"(slope,) = {grad}({loss_text}, {leaf})")
                    yield Proposal((change, *imports), "grad-not-backward", _CAUSES, POSSIBLE)


def _gradient_call(node: ast.stmt) -> ast.Call | None:
    """The call of `torch.autograd.grad` that is all of a statement."""
    match node:
        case ast.Assign(value=value) | ast.Expr(value=value):
            pass
        case _:
            return None
    while isinstance(value, ast.Subscript):
        value = value.value
    return value if isinstance(value, ast.Call) and called_name(value) == "grad" else None
