"""Two names for one tensor: `a.grad = b.grad = torch.zeros(1)`, `y = x` where a copy is needed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, SIGN, UNLIKELY, Proposal
from grader.worker.repair.student_file import StudentFile

_CAUSES = ("alias",)


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """A statement for each target, and a copy in place of a second name."""
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[_, _, *_] as targets, value=value) if each.has_own_lines:
                indent = "\n" + file.indentation(each)
                text = indent.join(f"{file.source(target)} = {file.source(value)}" for target in targets)
                yield Proposal((file.replace(each.node, text),), "split-assignment", _CAUSES, SIGN, "split")
            case ast.Assign(targets=[_], value=ast.Attribute(attr="grad") as value):
                change = file.replace(value, f"{file.source(value)}.clone()")
                yield Proposal((change,), "copy-gradient", (*_CAUSES, "name-outlives-grad"), LIKELY, "clone")
            case ast.Assign(targets=[ast.Attribute(attr="grad")], value=ast.Name(id=name) as value):
                yield Proposal((file.replace(value, f"{name}.clone()"),), "copy-gradient", _CAUSES, LIKELY, "clone")
            case ast.Assign(targets=[ast.Name()], value=ast.Name(id=name) as value):
                yield Proposal((file.replace(value, f"{name}.clone()"),), "copy-gradient", _CAUSES, UNLIKELY, "clone")
