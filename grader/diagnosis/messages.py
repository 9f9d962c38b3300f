"""Errors of PyTorch whose message names the mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.diagnosis.from_mutants import ExplainingMutant
from grader.records.finding import Finding
from grader.records.trace import Raised, Trace

# A part of PyTorch's message, and the mistakes that can cause it, the simplest first.
MESSAGES: Mapping[str, tuple[str, ...]] = {
    "Trying to backward through the graph a second time": ("stale-graph",),
    "does not require grad and does not have a grad_fn": ("detached", "no-grad-loss"),
    "grad can be implicitly created only for scalar outputs": ("non-scalar-backward",),
    "a leaf Variable that requires grad is being used in an in-place operation": ("leaf-in-place",),
    "'NoneType' object has no attribute 'zero_'": ("none-is-zero", "non-leaf-grad"),
}

# Words for which the message alone is no proof: other mistakes cause it too.
AMBIGUOUS = frozenset({"none-is-zero", "detached", "no-grad-loss"})

_NON_LEAF_WARNING = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed"


def from_message(raised: Raised, traces: Sequence[Trace], explaining: Sequence[ExplainingMutant]) -> Finding | None:
    """A finding for an error of PyTorch; None if its message does not name a mistake.

    The name of a mutant that explains the traces is more exact, so it is used if it fits the message or is the author's.
    """
    names = _names_of(raised, traces[0])
    if not names:
        return None
    fits = next((each for each in explaining if each.mutant.authored or each.mutant.misconception in names), None)
    named = (fits.mutant.misconception,) if fits and fits.mutant.authored else names
    call = next((call for call in traces[0].calls if call.raised is not None), None)
    line = call.line if call else raised.line
    changes = fits.changes if fits else ()
    return Finding(named, "message", line, call.called_from if call else None, changes=changes, proven=bool(fits))


def may_cause(word: str, raised: Raised) -> bool:
    """Is this mistake one of those that PyTorch's message can come from?"""
    return any(text in raised.message and word in names for text, names in MESSAGES.items())


def _names_of(raised: Raised, trace: Trace) -> tuple[str, ...]:
    names = next((names for text, names in MESSAGES.items() if text in raised.message), ())
    if "non-leaf-grad" in names:
        return ("non-leaf-grad",) if _NON_LEAF_WARNING in trace.output else ("none-is-zero",)
    if "no-grad-loss" in names and any(fact.name == "autograd-grad" for fact in trace.facts):
        return ("no-create-graph",)
    return names
