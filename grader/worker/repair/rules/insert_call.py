"""A call that is missing: a reset, a backward, a step, a freezing, at each place where it could stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from grader.worker.repair.kinds import MISSING, kind
from grader.worker.repair.places import InsertionPlace, insertion_places
from grader.worker.repair.proposals import LIKELY, POSSIBLE, Proposal
from grader.worker.repair.student_file import StudentFile

_LEAVES = 4  # a file with more watched tensors resets through its optimizer or its module
_RANKS = {"zero": LIKELY + 3, "step": LIKELY + 3, "backward": POSSIBLE, "unfreeze": POSSIBLE + 5, "freeze": POSSIBLE + 5}
_BACKWARDS = 2  # losses that are tried at one place


def proposals(file: StudentFile) -> Iterator[Proposal]:
    """With the student's own names; a reset also at all leaves together."""
    for place in insertion_places(file):
        if place.function.node is not file.main and len(file.functions) > 1 and not _has_calls(file, place):
            continue
        near = _is_near_a_call(file, place)
        for what, lines, is_usual in _missing(file, place):
            causes, rank = MISSING[what], _RANKS[what] + (0 if near else 6) + (0 if is_usual else 6)
            if what == "zero" and _is_beside_a_reset(file, place):
                causes = ("wrong-tensor-zeroed", *causes)
            yield Proposal((place.insert(file, lines),), f"insert-{what}", causes, rank)
    yield from _each_loss(file)


def _each_loss(file: StudentFile) -> Iterator[Proposal]:
    """A backward() behind each loss that has none, alone and for all together."""
    called = {
        node.func.value.id
        for node, _ in file.expressions
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name)
    }
    for each in file.movable:
        match each.node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.BinOp() | ast.Call()) if name not in called:
                change = file.insert([f"{name}.backward()"], after=each)
                yield Proposal((change,), "insert-backward", (*MISSING["backward"], "nothing-called"), POSSIBLE, "each")


def _frozen(file: StudentFile) -> list[str]:
    """The names whose requires_grad the file switches off."""
    found = []
    for each in file.statements:
        match each.node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr="requires_grad")]):
                found.append(name)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="requires_grad_"))):
                found.append(name)
    return list(dict.fromkeys(found))[:2]


def _missing(file: StudentFile, place: InsertionPlace) -> Iterator[tuple[str, list[str], bool]]:
    """The kind of each call, its lines, and whether it is the usual way here."""
    leaves, optimizers, modules = (
        file.names_in(place.function, names) for names in (_plain_leaves(file), file.optimizers, file.modules)
    )
    usual, unusual = _forms(file)
    for name in optimizers:
        yield "zero", [f"{name}.zero_grad()"], True
        yield "step", [f"{name}.step()"], True
    for form in (usual, unusual):
        if len(leaves) > 1:
            yield "zero", [form.format(leaf) for leaf in leaves], form is usual and not optimizers
        for leaf in leaves:
            yield "zero", [form.format(leaf)], form is usual and not optimizers
    for name in modules:
        yield "zero", [f"{name}.zero_grad()"], not optimizers
    if len(optimizers) > 1:
        yield "zero", [f"{name}.zero_grad()" for name in optimizers], True
    for loss in _losses(file, place):
        yield "backward", [f"{loss}.backward()"], True
    for name in _frozen(file):
        yield "unfreeze", [f"{name}.requires_grad_(True)"], True
    for leaf in leaves if len(leaves) > 1 else ():
        yield "freeze", [f"{leaf}.requires_grad_(False)"], True


def _plain_leaves(file: StudentFile) -> list[str]:
    return [each for each in file.leaves if "." not in each][:_LEAVES]


def _forms(file: StudentFile) -> tuple[str, str]:
    """How a gradient is reset: first as right solutions do it."""
    zero, none = "{}.grad.zero_()", "{}.grad = None"
    prefers_none = any(".grad = None" in text for text in file.hints.get("material", ()))
    return (none, zero) if prefers_none else (zero, none)


def _losses(file: StudentFile, place: InsertionPlace) -> list[str]:
    skipped = {*file.arguments, *file.optimizers, *file.leaves, *file.loop_variables}
    found = [name for name in file.names_before(place.beside) if name not in skipped]
    if place.after is not None:
        match place.after.node:
            case ast.Assign(targets=[ast.Name(id=name)]):
                found.insert(0, name)
    return list(dict.fromkeys(found))[:_BACKWARDS]


def _is_near_a_call(file: StudentFile, place: InsertionPlace) -> bool:
    """At the beginning or the end of a block, or beside a backward, a step or a reset."""
    beside = place.beside
    if place.after is not None or beside.index == 0:
        return True
    return any(
        kind(file, file.of(node)) in ("backward", "step", "zero") for node in beside.block[beside.index - 1 : beside.index + 1]
    )


def _is_beside_a_reset(file: StudentFile, place: InsertionPlace) -> bool:
    """Another gradient is reset there: only this one is forgotten."""
    index = place.beside.index + (place.after is not None)
    return any(kind(file, file.of(node)) == "zero" for node in place.beside.block[max(0, index - 1) : index + 1])


def _has_calls(file: StudentFile, place: InsertionPlace) -> bool:
    function = place.function
    return any(kind(file, each) for each in file.movable if file.inside(each, ast.FunctionDef) is function)
