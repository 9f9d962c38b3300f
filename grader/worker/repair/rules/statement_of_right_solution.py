"""A statement that a right solution has and the file lacks: an update, a clipping, a freezing, a hook, a whole backward()."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import MISSING
from grader.worker.repair.places import InsertionPlace, insertion_places
from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.right_solution import RightSolution, right_solutions
from grader.worker.repair.student_file import Statement, StudentFile, called_name

_KINDS = {
    "clip_grad_norm_": "clip",
    "clip_grad_value_": "clip",
    "requires_grad_": "freeze",
    "register_hook": "hook",
    "register_post_accumulate_grad_hook": "hook",
    "retain_grad": "hook",
}
_MOST_PLACES = 12


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """Each such statement at each place, and each backward() of the solution in place of the file's."""
    places = insertion_places(file)
    for solution in right_solutions(file):
        for what, text, imports, backwards in _missing(file, solution):
            nearest = sorted(places, key=lambda place: abs(_backwards_above(file, place) - backwards))[:_MOST_PLACES]
            for place in nearest:
                away = abs(_backwards_above(file, place) - backwards)
                rank = (POSSIBLE if what == "update" else LIKELY) + 3 * min(away, 3)
                yield Proposal((place.insert(file, text.split("\n")), *imports), f"insert-{what}", MISSING[what], rank)
        yield from _backwards(file, solution)


def _missing(file: StudentFile, solution: RightSolution) -> Iterator[tuple[str, str, tuple[TextChange, ...], int]]:
    """The kind of each such statement, its text, the imports it needs, and how many backward() stand above it."""
    own = {"".join(file.source(each.node).split()) for each in file.statements}
    backwards = 0
    for node, scope in solution.simple_statements:
        backwards += _is_backward(node)
        what = _kind(node)
        if not what:
            continue
        each = solution.statement(node, scope)
        if "".join(each.text.split()) in own:
            continue
        if what == "update" and solution.is_about_gradient(node):
            what = "unscale"
        elif what == "update":
            no_grad, imports = file.spelled("torch.no_grad")
            yield what, f"with {no_grad}():\n{file.indent_unit}{each.text}", (*each.imports, *imports), backwards
        yield what, each.text, each.imports, backwards


def _backwards_above(file: StudentFile, place: InsertionPlace) -> int:
    return sum(_is_backward(each.node) for each in file.movable if each.first < place.line)


def _kind(node: ast.stmt) -> str:
    match node:
        case ast.AugAssign():
            return "update"
        case ast.Expr(value=ast.Call() as call):
            return _KINDS.get(called_name(call), "")
    return ""


def _backwards(file: StudentFile, solution: RightSolution) -> Iterator[Proposal]:
    """The call at the same place among all, with its loss and its arguments."""
    own = [each for each in file.movable if _is_backward(each.node)]
    right = [(node, scope) for node, scope in solution.simple_statements if _is_backward(node)]
    if not right:
        return
    for number, each in enumerate(own):
        for node, scope in right[max(0, min(number, len(right) - 1) - 1) : number + 2]:
            found = solution.statement(node, scope)
            changes = (file.replace(each.node, found.text), *found.imports)
            yield Proposal(changes, "right-backward", ("wrong-formula", "wrong-seed", "wrong-tensor"), UNLIKELY)
            before = _assignment_of_owner(file, each)
            if before is not None:
                yield Proposal((*changes, file.delete(before)), "right-backward", ("wrong-formula", "wrong-seed"), UNLIKELY)


def _is_backward(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr="backward"))):
            return True
    return False


def _assignment_of_owner(file: StudentFile, statement: Statement) -> Statement | None:
    """The statement just above that binds the name whose backward() is called."""
    if not statement.index:
        return None
    above = file.of(statement.block[statement.index - 1])
    match statement.node, above.node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name)))), ast.Assign(targets=[ast.Name(id=bound)]):
            return above if name == bound and above.has_own_lines else None
    return None
