"""Another formula than the exercise's: the loss of a right solution, with the student's names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import kind
from grader.worker.repair.loss_difference import DEFAULT, causes_of_difference
from grader.worker.repair.proposals import LIKELY, POSSIBLE, UNLIKELY, Proposal, TextChange
from grader.worker.repair.right_solution import RightSolution, right_solutions, written_out
from grader.worker.repair.student_file import Statement, StudentFile, called_name

_CAUSES_OF = {
    "create_graph": ("no-create-graph",),
    "retain_graph": ("stale-graph",),
    "inputs": ("leak", "wrong-tensor"),
    "gradient": ("wrong-seed", "non-scalar-backward"),
}
_MOST = 4


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """The loss at the same place among all losses first, then the others."""
    places = _losses(file)
    for solution in right_solutions(file):
        for number, (node, statement) in enumerate(places):
            own = written_out(file, node, statement)
            for distance, index in _nearest(number, len(places), len(solution.losses)):
                right = solution.losses[index]
                causes = causes_of_difference(own, right.text)
                if not causes:  # this loss is right
                    break
                change = file.replace(node, _as_operand(file, node, right.text))
                rank = UNLIKELY if distance else LIKELY + 3 if causes is not DEFAULT else POSSIBLE + 3
                yield Proposal((change, *right.imports), "right-loss", causes, rank)
        yield from _all(file, solution, [node for node, _ in places])
        yield from _seeds(file, solution)
        yield from _in_place_of_writes(file, solution)


def _losses(file: StudentFile) -> list[tuple[ast.expr, Statement]]:
    """The expressions whose backward() is called; for a name, what was assigned to it last."""
    found: list[tuple[ast.expr, Statement]] = []
    for node, statement in file.expressions:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name) as owner, attr="backward")):
                value = _last_value(file, name, statement)
                found.append((value or owner, statement))
            case ast.Call(func=ast.Attribute(value=owner, attr="backward")) if "autograd" not in file.source(owner):
                found.append((owner, statement))
    for each in file.functions:  # what a helper returns
        if each.node is not file.main and isinstance(each.node, ast.FunctionDef):
            for part in each.node.body:
                if isinstance(part, ast.Return) and part.value is not None:
                    found.append((part.value, file.of(part)))
    return list({id(node): (node, statement) for node, statement in found}.values())


def _last_value(file: StudentFile, name: str, statement: Statement) -> ast.expr | None:
    for each in reversed(file.statements):
        match each.node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name and each.first < statement.first:
                return value
    return None


def _nearest(number: int, count: int, right_count: int) -> list[tuple[int, int]]:
    aligned = number if count >= right_count else round(number * right_count / max(count, 1))
    places = sorted(range(right_count), key=lambda index: (abs(index - aligned), index))
    return [(abs(index - aligned), index) for index in places[:_MOST]]


def _as_operand(file: StudentFile, node: ast.expr, text: str) -> str:
    start = file.span(node)[0]
    has_parentheses = file.text[:start].rstrip().endswith("(") or file.text[start : start + 1] == "("
    is_owner = file.text[file.span(node)[1] :].lstrip(" )\n").startswith(".backward")
    return f"({text})" if is_owner and not has_parentheses else text


def _all(file: StudentFile, solution: RightSolution, nodes: list[ast.expr]) -> Iterator[Proposal]:
    if 1 < len(nodes) == len(solution.losses):
        pairs = list(zip(nodes, solution.losses, strict=True))
        changes = tuple(file.replace(node, _as_operand(file, node, right.text)) for node, right in pairs)
        imports = tuple(dict.fromkeys(each for _, right in pairs for each in right.imports))
        yield Proposal((*changes, *imports), "right-loss", DEFAULT, POSSIBLE)


def _in_place_of_writes(file: StudentFile, solution: RightSolution) -> Iterator[Proposal]:
    """backward() in place of a `.grad` that is written by hand."""
    writes = [each for each in file.movable if kind(file, each) == "write" or _adds_to_gradient(each)]
    changes = []
    for each, right in zip(writes, solution.losses, strict=False):
        changes.append(file.replace(each.node, f"({right.text}).backward()"))
        yield Proposal((changes[-1], *right.imports), "backward-not-written", ("hand-written-grad",), LIKELY)
    if len(changes) > 1:
        yield Proposal(tuple(changes), "backward-not-written", ("hand-written-grad",), LIKELY)


def _adds_to_gradient(statement: Statement) -> bool:
    match statement.node:
        case ast.AugAssign(target=ast.Attribute(attr="grad"), op=ast.Add()):
            return True
    return False


def _seeds(file: StudentFile, solution: RightSolution) -> Iterator[Proposal]:
    """The arguments of backward() and the returned value of the right solution."""
    right_calls = [node for node in ast.walk(solution.tree) if isinstance(node, ast.Call) and called_name(node) == "backward"]
    scope = {
        node.targets[0].id: node.value
        for node in ast.walk(solution.tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    for right in right_calls:
        texts, imports = list[str](), list[TextChange]()
        for argument in [*right.args, *(keyword.value for keyword in right.keywords)]:
            each = solution.expression(argument, scope)
            texts.append(each.text)
            imports += each.imports
        names = [""] * len(right.args) + [f"{keyword.arg}=" for keyword in right.keywords]
        inside = ", ".join(name + text for name, text in zip(names, texts, strict=True))
        keywords = {keyword.arg or "" for keyword in right.keywords}
        causes = next((_CAUSES_OF[keyword] for keyword in _CAUSES_OF if keyword in keywords), ("wrong-seed",))
        rank = POSSIBLE if "_graph" in inside else LIKELY
        for call, _ in file.calls("backward"):
            start, end = file.span(call.func)[1], file.span(call)[1]
            if isinstance(call.func, ast.Attribute) and file.text[start:end] != f"({inside})":
                change = TextChange(start, end, f"({inside})")
                yield Proposal((change, *imports), "right-arguments", causes, rank)
