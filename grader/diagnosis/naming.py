"""The name of a mistake: what PyTorch's own error says, then what was seen on the way, then what the steps say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.expressions.tree import Expr
from grader.expressions.write import to_text
from grader.records.exercise import Backward, Exercise, Let, Step, Zero
from grader.records.finding import Change
from grader.records.trace import Fact, Raised, Trace

# A part of PyTorch's message, and the mistakes it may stand for, the plainest first.
MESSAGES: Mapping[str, tuple[str, ...]] = {
    "Trying to backward through the graph a second time": ("stale-graph",),
    "does not require grad and does not have a grad_fn": ("detached", "no-grad-loss"),
    "grad can be implicitly created only for scalar outputs": ("non-scalar-backward",),
    "a leaf Variable that requires grad is being used in an in-place operation": ("leaf-in-place",),
    "'NoneType' object has no attribute 'zero_'": ("none-is-zero", "non-leaf-grad"),
}

NON_LEAF_WARNING = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"

# For a step that is left out: the facts that explain why it is, and their names.
_MISSING: Mapping[str, Mapping[tuple[str, str], str]] = {
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


def of_message(raised: Raised | None, traces: Sequence[Trace]) -> tuple[str, ...]:
    """The mistakes that an error of PyTorch's can stand for; none if the message is not one of the fixed ones."""
    if raised is None:
        return ()
    found = next((names for text, names in MESSAGES.items() if text in raised.message), ())
    facts = {fact.name for trace in traces[:1] for fact in trace.facts}
    if "non-leaf-grad" in found:
        return ("non-leaf-grad",) if NON_LEAF_WARNING in traces[0].output else ("none-is-zero",)
    if "no-grad-loss" in found and "autograd-grad" in facts:
        return ("no-create-graph",)
    return found


def of_facts(exercise: Exercise, changes: Sequence[Change], trace: Trace) -> tuple[str, Fact] | None:
    """The fact that explains what is left out, if every change leaves out calls of one kind."""
    verbs = {_left_out(change) for change in changes if any(step.is_call for step in (change.right, change.wrong) if step)}
    if len(verbs) != 1 or None in verbs:
        return None
    known = _MISSING.get(verbs.pop() or "", {})
    for (name, what), misconception in known.items():
        for fact in trace.facts:
            if fact.name == name and what in ("", fact.what) and not _is_asked_for(exercise, fact, trace):
                return misconception, fact
    return None


def _left_out(change: Change) -> str | None:
    """The verb of a step that is missing, or of a zero that reaches too little."""
    if change.right is None:
        return None
    if change.what == "left-out":
        return change.right.verb
    right, wrong = change.right.action, change.wrong.action if change.wrong else None
    reaches_less = isinstance(right, Zero) and isinstance(wrong, Zero) and set(wrong.of) < set(right.of)
    return "zero" if change.what == "changed" and reaches_less else None


def _is_asked_for(exercise: Exercise, fact: Fact, trace: Trace) -> bool:
    """torch.autograd.grad, where the steps call it as often themselves."""
    if fact.name != "autograd-grad":
        return False
    asked = sum("grad(" in to_text(value) for step in exercise.steps for value in _values(step))
    return sum(each.name == fact.name for each in trace.facts) <= asked


def _values(step: Step) -> Sequence[Expr]:
    match step.action:
        case Let(names=names):
            return [value for _, value in names]
        case Backward(of=of):
            return of
    return ()
