"""Facts of a run that explain why an expected call is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

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
        ("grad-bound-then-constant", ""): "wrong-tensor-zeroed",
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


class ExplainingFacts:
    """The facts of one run that explain missing calls."""

    def __init__(self, exercise: Exercise, trace: Trace) -> None:
        self.exercise, self.trace = exercise, trace
        self._known: dict[str, tuple[str, Fact] | None] = {}

    def of(self, changes: Sequence[Change]) -> tuple[str, Fact] | None:
        """The misconception and the fact that explain what is missing: all changes of calls are missing calls of one verb."""
        verbs = {_missing_verb(change) for change in changes if change.is_about_call}
        if len(verbs) != 1:
            return None
        verb = verbs.pop() or ""
        if verb not in self._known:
            self._known[verb] = self._of_verb(verb)
        return self._known[verb]

    def _of_verb(self, verb: str) -> tuple[str, Fact] | None:
        for (name, what), misconception in FACTS.get(verb, {}).items():
            for fact in self.trace.facts:
                if fact.name == name and what in ("", fact.what) and not self._is_expected(fact):
                    return misconception, fact
        return None

    def _is_expected(self, fact: Fact) -> bool:
        """Is it a torch.autograd.grad, and do the steps call it at least as often as the student?"""
        return fact.name == "autograd-grad" and self._expects_all_autograd_grads

    @cached_property
    def _expects_all_autograd_grads(self) -> bool:
        expressions = expressions_of([step.action for step in self.exercise.steps])
        expected = sum(any(map(_is_autograd_grad, walk(expression))) for expression in expressions)
        return sum(each.name == "autograd-grad" for each in self.trace.facts) <= expected


def _missing_verb(change: Change) -> str | None:
    """The verb of a step that is missing, or of a reset that reaches fewer tensors than expected."""
    if change.right is None:
        return None
    if change.what == "left-out":
        return change.right.verb
    right, wrong = change.right.action, change.wrong.action if change.wrong else None
    reaches_less = isinstance(right, Zero) and isinstance(wrong, Zero) and set(wrong.of) < set(right.of)
    return "zero" if change.what == "changed" and reaches_less else None


def _is_autograd_grad(node: Expr) -> bool:
    return isinstance(node, FunctionCall) and node.function == Name("grad")
