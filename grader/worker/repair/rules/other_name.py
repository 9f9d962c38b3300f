"""The wrong one of two things of one kind: `a.grad` for `b.grad`, `optG.step()` for `optD.step()`, `X` for `y`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal
from grader.worker.repair.student_file import StudentFile

_MOST = 3  # other names for one name


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each name replaced by another one of its kind."""
    leaves, optimizers = [each for each in file.leaves if "." not in each], file.optimizers
    zeroable = [*optimizers, *file.modules]
    skipped = {"torch", "nn", "F", *file.imports.values()}
    called = {id(node.func) for node, _ in file.expressions if isinstance(node, ast.Call)}
    for node, statement in file.expressions:
        if not isinstance(node, ast.Name) or not isinstance(node.ctx, ast.Load) or node.id in skipped:
            continue
        what = kind(file, statement) if not statement.is_compound else ""
        causes: tuple[str, ...]
        if what == "zero":
            is_computed = node.id not in (*file.arguments, *file.leaves)
            causes = ("non-leaf-grad",) if is_computed else ()
            causes, rank = ("wrong-tensor-zeroed", "wrong-optimizer", *causes), LIKELY
        elif what == "step":
            causes, rank = ("wrong-optimizer",), LIKELY
        elif what in ("freeze", "hook", "clip"):
            causes, rank = ("wrong-tensor", "wrong-clip"), LIKELY
        else:
            causes, rank = ("wrong-tensor", "wrong-target", "wrong-formula"), POSSIBLE
        if node.id in zeroable:
            others = zeroable if what == "zero" else optimizers if node.id in optimizers else file.modules
        elif node.id in leaves and id(node) not in called:
            others = leaves + [each for each in file.arguments if each not in zeroable]
        elif id(node) in called:
            continue
        else:
            others = [*file.names_before(statement)]
            rank += UNLIKELY - POSSIBLE if rank == POSSIBLE else 0
        for other in [each for each in dict.fromkeys(others) if each != node.id][:_MOST]:
            change = file.replace(node, other)
            yield Proposal((change,), "other-name", causes, rank, f"{node.id} {other}")
