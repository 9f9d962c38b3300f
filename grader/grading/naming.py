"""The name of a mistake: what PyTorch's own error says, then what was seen on the way, then what the steps say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.records.finding import Change
from grader.records.trace import Fact, Raised, Trace

# A part of PyTorch's message, and the mistakes it may stand for, the plainest first.
MESSAGES: Mapping[str, tuple[str, ...]] = {
    "Trying to backward through the graph a second time": ("stale-graph",),
    "does not require grad and does not have a grad_fn": ("detached", "no-grad-loss", "no-create-graph"),
    "grad can be implicitly created only for scalar outputs": ("non-scalar-backward",),
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
        ("zeroed-other", "other"): "wrong-tensor-zeroed",
    },
    "backward": {
        ("own-leaf", ""): "own-leaf",
        ("grad-assigned", ""): "hand-written-grad",
        ("autograd-grad", ""): "grad-vs-backward",
    },
    "step": {("optimizer-other", "step"): "wrong-optimizer"},
}


def of_message(raised: Raised | None, traces: Sequence[Trace]) -> tuple[str, ...]:
    """The mistakes that an error of PyTorch's can stand for; none if the message is not one of the fixed ones."""
    if raised is None:
        return ()
    found = next((names for text, names in MESSAGES.items() if text in raised.message), ())
    facts = {fact.name for trace in traces[:1] for fact in trace.facts}
    if "non-leaf-grad" in found:
        return ("non-leaf-grad",) if NON_LEAF_WARNING in traces[0].output else ("none-is-zero",)
    if "no-create-graph" in found and "autograd-grad" in facts:
        return ("no-create-graph", "detached")
    return found


def of_facts(changes: Sequence[Change], trace: Trace) -> tuple[str, Fact] | None:
    """The fact that explains what is left out, if every change is a step of one kind left out."""
    verbs = {change.right.verb for change in changes if change.what == "left-out" and change.right is not None}
    if len(verbs) != 1 or any(change.what == "moved" for change in changes):
        return None
    known = _MISSING.get(next(iter(verbs)), {})
    for (name, what), misconception in known.items():
        for fact in trace.facts:
            if fact.name == name and what in ("", fact.what):
                return misconception, fact
    return None
