"""Recorded steps: they leave what the student's call left, case by case, whatever that call was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce

from grader.diagnosis.contributions import contribution_of
from grader.diagnosis.label import Label
from grader.expressions.parse import parse
from grader.expressions.tree import Attribute, Binary, Expr, FunctionCall, Name
from grader.marking.call_groups import CallGroup
from grader.records.exercise import Backward, Set, Step, Verb
from grader.records.trace import TensorValue

# For each case the values that recorded steps read, by name.
_Recorded = tuple[Mapping[str, TensorValue], ...]


def recorded_label(misconception: str | None, right: tuple[int, ...], before: int, groups: Sequence[CallGroup]) -> Label:
    """A label whose step was recorded from these calls, one per case."""
    group = groups[0]
    if group.kind == "backward":
        steps, recorded = _recorded_backward(groups)
    elif group.kind == "edit":
        steps, recorded = _recorded_set(groups, "grad")
    else:
        steps, recorded = _recorded_set(groups, "value")
    return Label(misconception, right, before, steps, group, recorded)


def _recorded_backward(groups: Sequence[CallGroup]) -> tuple[tuple[Step, ...], _Recorded]:
    """A loss whose gradient is the observed contribution: the sum of each leaf times its contribution."""
    contributions = contribution_of(groups)
    leaves = [leaf for leaf in sorted(groups[0].touched) if all(leaf in case for case in contributions)]
    terms: list[Expr] = [
        FunctionCall(Name("sum"), (Binary("*", parse(leaf), Name(_data_name(groups[0], leaf))),)) for leaf in leaves
    ]
    if not terms:
        return (), ()
    loss = reduce(lambda total, term: Binary("+", total, term), terms)
    recorded = tuple({_data_name(groups[0], leaf): case[leaf] for leaf in leaves} for case in contributions)
    return (_recorded_step("backward", Backward((loss,))),), recorded


def _recorded_set(groups: Sequence[CallGroup], attribute: str) -> tuple[tuple[Step, ...], _Recorded]:
    cases = [{leaf: getattr(group.after[leaf], attribute) for leaf in group.touched} for group in groups]
    leaves = [leaf for leaf in sorted(groups[0].touched) if all(case.get(leaf) is not None for case in cases)]
    if not leaves:
        return (), ()
    targets = [Attribute(parse(leaf), "grad") if attribute == "grad" else parse(leaf) for leaf in leaves]
    values = [Name(_data_name(groups[0], leaf)) for leaf in leaves]
    recorded = tuple({_data_name(groups[0], leaf): case[leaf] for leaf in leaves} for case in cases)
    return (_recorded_step("set", Set(tuple(zip(targets, values, strict=True)))),), recorded


def _recorded_step(verb: Verb, action: Backward | Set) -> Step:
    return Step(verb=verb, action=action, number=0, text="", is_recorded=True)


def _data_name(group: CallGroup, leaf: str) -> str:
    return f"recorded_{group.members[0]}_{leaf.replace('.', '_')}"
