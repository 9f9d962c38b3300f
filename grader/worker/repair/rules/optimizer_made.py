"""An optimizer or scheduler that is made in the loop, over the wrong parameters, or though one was given."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, SIGN, Proposal
from grader.worker.repair.student_file import Statement, StudentFile, called_name

_OPTIMIZERS = frozenset({"SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Optimizer", "LBFGS", "NAdam", "RAdam"})


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Made before the loop, over the leaves or the module's parameters, or replaced by the given one."""
    for each in file.movable:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                pass
            case _:
                continue
        is_scheduler = "scheduler" in file.source(call.func) or called_name(call).endswith("LR")
        if called_name(call) not in _OPTIMIZERS and not is_scheduler:
            continue
        yield from _before_the_loop(file, each)
        if is_scheduler:
            yield from _without(file, each, name)
            continue
        for given in file.optimizers:
            if given in file.arguments and given != name:
                change = file.replace(call, given)
                yield Proposal((change,), "given-optimizer", ("wrong-optimizer",), LIKELY)
        if name in file.arguments:
            yield Proposal((file.delete(each),), "given-optimizer", ("wrong-optimizer",), SIGN)
        if call.args:
            for text in _parameters(file):
                change = file.replace(call.args[0], text)
                yield Proposal((change,), "optimizer-parameters", ("wrong-optimizer", "wrong-tensor-zeroed"), LIKELY)


def _before_the_loop(file: StudentFile, statement: Statement) -> Iterator[Proposal]:
    loop = file.inside(statement, (ast.For, ast.While))
    while loop is not None:
        changes = (file.delete(statement), file.insert(file.lines_of(statement), before=loop))
        yield Proposal(changes, "make-before-loop", ("wrong-optimizer",), SIGN)
        loop = file.inside(loop, (ast.For, ast.While))


def _without(file: StudentFile, statement: Statement, name: str) -> Iterator[Proposal]:
    """The scheduler and its steps deleted."""
    steps = [each for each in file.movable if file.source(each.node).startswith(f"{name}.step(")]
    yield Proposal((file.delete(statement), *map(file.delete, steps)), "no-scheduler", (), POSSIBLE)


def _parameters(file: StudentFile) -> Iterator[str]:
    for module in file.modules:
        yield f"{module}.parameters()"
    leaves = [each for each in file.leaves if "." not in each][:4]
    if len(leaves) > 1:
        yield f"[{', '.join(leaves)}]"
    for leaf in leaves:
        yield f"[{leaf}]"
