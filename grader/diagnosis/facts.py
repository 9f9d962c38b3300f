"""Facts of a run that explain why an expected call is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.diagnosis.as_python.expressions import expressions_of
from grader.expressions.tree import Expr, FunctionCall, Name, walk
from grader.records.exercise import Exercise, Zero
from grader.records.finding import Change
from grader.records.trace import Fact, Trace

# By the verb of the missing step: the facts (their `name` and `what`; "" is any) that explain it, and their misconceptions.
FACTS: Mapping[str, Mapping[tuple[str, str], str]] = {
    "zero": {
        ("zero-not-called", ""): "not-called",
        ("zeroed-other", "copy-of-grad"): "copy-zeroed",
        ("zeroed-other", "value"): "copy-zeroed",
        ("grad-bound-then-constant", ""): "copy-zeroed",
        ("optimizer-other", "zero_grad"): "wrong-tensor-zeroed",
    },
    "backward": {
        ("backward-not-called", ""): "not-called",
        ("own-leaf", ""): "own-leaf",
        ("grad-assigned", ""): "hand-written-grad",
        ("autograd-grad", ""): "grad-vs-backward",
    },
    "step": {("step-not-called", ""): "not-called", ("optimizer-other", "step"): "wrong-optimizer"},
    "set": {("own-leaf", ""): "rebound-leaf"},
}


def explaining_fact(exercise: Exercise, changes: Sequence[Change], trace: Trace) -> tuple[str, Fact] | None:
    """The misconception and the fact that explain what is missing, if every change of a call is a missing call of one verb."""
    verbs = {_missing_verb(change) for change in changes if change.is_about_call}
    if len(verbs) != 1:
        return None
    for (name, what), misconception in FACTS.get(verbs.pop() or "", {}).items():
        for fact in trace.facts:
            if fact.name == name and what in ("", fact.what) and not _is_expected(exercise, fact, trace):
                return misconception, fact
    return None


def _missing_verb(change: Change) -> str | None:
    """The verb of a step that is missing, or of a reset that reaches fewer tensors than expected."""
    if change.right is None:
        return None
    if change.what == "left-out":
        return change.right.verb
    right, wrong = change.right.action, change.wrong.action if change.wrong else None
    reaches_less = isinstance(right, Zero) and isinstance(wrong, Zero) and set(wrong.of) < set(right.of)
    return "zero" if change.what == "changed" and reaches_less else None


def _is_expected(exercise: Exercise, fact: Fact, trace: Trace) -> bool:
    """Is it a torch.autograd.grad, and do the steps call it at least as often as the student?"""
    if fact.name != "autograd-grad":
        return False
    expressions = expressions_of([step.action for step in exercise.steps])
    expected = sum(any(map(_is_autograd_grad, walk(expression))) for expression in expressions)
    return sum(each.name == fact.name for each in trace.facts) <= expected


def _is_autograd_grad(node: Expr) -> bool:
    return isinstance(node, FunctionCall) and node.function == Name("grad")
