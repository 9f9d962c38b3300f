"""Clipping of another kind or of other tensors: `clip_grad_value_` for `clip_grad_norm_`, `w` for its gradient."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal, TextChange
from grader.worker.repair.student_file import StudentFile, called_name

_OTHER = {"clip_grad_value_": "clip_grad_norm_", "clip_grad_norm_": "clip_grad_value_", "clip_grad_norm": "clip_grad_norm_"}
_CAUSES = ("wrong-clip",)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The other function of `torch.nn.utils`, of each leaf or of all."""
    for call, statement in file.calls(*_OTHER):
        new = _OTHER[called_name(call)]
        spelled, imports = file.spelled(f"torch.nn.utils.{new}")
        if isinstance(call.func, ast.Name) and imports:
            changes = [file.replace(call.func, new), *_renamed_import(file, call.func.id, new)]
        else:
            changes = [file.replace(call.func, spelled), *imports]
        arguments = [keyword for keyword in call.keywords if keyword.arg in ("clip_value", "max_norm", "norm_type")]
        for keyword in arguments:
            start = file.offset(keyword.lineno, keyword.col_offset)
            name = "max_norm" if "norm" in new else "clip_value"
            changes.append(TextChange(start, start + len(keyword.arg or ""), name))
        yield Proposal(tuple(changes), "other-clip", _CAUSES, LIKELY, "clip")
        if call.args:
            for text in _tensors(file):
                yield Proposal((file.replace(call.args[0], text),), "clip-of", _CAUSES, POSSIBLE)
        if isinstance(statement.node, ast.Expr) is False and statement.has_own_lines:
            yield Proposal((file.replace(statement.node, file.source(call)),), "other-clip", _CAUSES, POSSIBLE)
    yield from _scaled_bound(file)
    for call, statement in file.calls("clamp_", "clamp", "clip", "clip_"):
        for leaf in file.leaves[:2]:
            number = file.source(call.args[-1] if call.args else call.keywords[-1].value) if call.args or call.keywords else "1.0"
            spelled, imports = file.spelled("torch.nn.utils.clip_grad_norm_")
            text = f"{spelled}([{leaf}], max_norm={number})"
            yield Proposal((file.replace(statement.node, text), *imports), "other-clip", _CAUSES, POSSIBLE)


def _scaled_bound(file: StudentFile) -> Iterator[Proposal]:
    """The bound is scaled in place of the gradient: it is clipped behind the next division, with the bound itself."""
    for call, statement in file.calls(*_OTHER):
        following = file.next(statement)
        if following is None or kind(file, following) != "update" or not statement.has_own_lines or not following.has_own_lines:
            continue
        for argument in [*call.args[1:], *(keyword.value for keyword in call.keywords)]:
            match argument:
                case ast.BinOp(left=left, op=ast.Mult(), right=right):
                    text, (start, end) = "\n".join(file.lines_of(statement)), file.span(argument)
                    for factor in (left, right):
                        lines = text.replace(file.text[start:end], file.source(factor), 1).split("\n")
                        changes = (file.delete(statement), file.insert(lines, after=following))
                        yield Proposal(changes, "clip-unscaled", ("clip-scaled", "wrong-clip"), LIKELY)


def _renamed_import(file: StudentFile, old: str, new: str) -> Iterator[TextChange]:
    for node in file.tree.body:
        if isinstance(node, ast.ImportFrom):
            for each in node.names:
                if each.name == old and each.asname is None:
                    start = file.offset(each.lineno, each.col_offset)
                    yield TextChange(start, start + len(old), new)


def _tensors(file: StudentFile) -> Iterator[str]:
    for module in file.modules:
        yield f"{module}.parameters()"
    leaves = [each for each in file.leaves if "." not in each][:3]
    yield from (f"[{leaf}]" for leaf in leaves)
    if len(leaves) > 1:
        yield f"[{', '.join(leaves)}]"
