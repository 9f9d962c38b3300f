"""A number that differs from the exercise's: a learning rate, a norm, an exponent, a coefficient, a count of passes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal
from grader.worker.repair.right_solution import right_solutions
from grader.worker.repair.student_file import StudentFile

_COUNTS = ("off-by-one", "backward-missing", "step-missing", "leftover-dropped")
_MOST = 4  # numbers of right solutions that are tried at one place


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each number, replaced by those of right solutions; where it counts or is a power, also by its neighbours."""
    right = list(dict.fromkeys(each for solution in right_solutions(file) for each in solution.numbers))
    wanted = [each for each in right if each not in file.own_numbers][:_MOST]
    others = [each for each in right if each in file.own_numbers][:_MOST]
    powers = {id(node.right) for node, _ in file.expressions if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)}
    counts = {
        id(argument)
        for node, _ in file.expressions
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"
        for argument in ast.walk(node)
    }
    counts |= {id(part) for node, _ in file.expressions if isinstance(node, ast.Compare) for part in ast.walk(node)}
    for node, _ in file.expressions:
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool) or not isinstance(node.value, int | float):
            continue
        is_power, is_count = id(node) in powers, id(node) in counts
        causes = ("wrong-formula",) if is_power else _COUNTS if is_count else ("wrong-formula", "wrong-clip", "wrong-divisor")
        for text in wanted:
            yield Proposal((file.replace(node, text),), "other-number", causes, LIKELY, f"{node.value} {text}")
        for text in others:
            yield Proposal((file.replace(node, text),), "other-number", causes, UNLIKELY, f"{node.value} {text}")
        if isinstance(node.value, int) and (is_power or is_count):
            for number in (node.value - 1, node.value + 1):
                if number >= 0:
                    change = file.replace(node, str(number))
                    yield Proposal((change,), "other-number", causes, POSSIBLE, f"{node.value} {number}")
    yield from _powers(file)


def _powers(file: StudentFile) -> Iterator[Proposal]:
    """`x` for `x**2`, in a product, a sum or a backward."""
    for node, _ in file.expressions:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as owner, attr="backward")) if name in file.leaves:
                yield Proposal((file.replace(owner, f"({name}**2)"),), "other-power", ("wrong-formula",), UNLIKELY)
            case ast.BinOp(left=ast.Name() as left, op=ast.Sub() | ast.Add(), right=_):
                start_end = file.source(node)
                change = file.replace(node, f"({start_end}) ** 2")
                if left.id in file.leaves:
                    yield Proposal((change,), "other-power", ("wrong-formula",), UNLIKELY)
