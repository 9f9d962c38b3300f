"""The catalogue of the mistakes that the grader can name. The list is closed: an exercise file may use no other word.

`Misconception` explains the fields. Students read the sentences, so each is one plain statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

# What finds a mistake: PyTorch's own message, a fact seen in the run, the labels of an alignment, or the operators of mutants.
Finder: TypeAlias = Literal[
    "message",
    "fact",
    "alignment",
    "mutations.backward",
    "mutations.clip",
    "mutations.losses",
    "mutations.others",
    "mutations.sets",
    "mutations.step",
    "mutations.zero",
]


@dataclass(frozen=True, slots=True)
class Misconception:
    """A mistake with a name.

    `word`: its name in exercise files and reports. `sentence`: what a student reads.
    `kind`: a `belief` can also show in the answers to a `predict` exercise, a `slip` only in code.
    `found_by`: what finds it. If empty, only an author's `wrong` entry names it.
    `page`: where PyTorch's documentation explains it.

    How it relates to other words:
    `implies`: words that are not named beside it.
    `also_says`: words whose sentence is left out beside its own.
    `less_exact_than`: words for mistakes of which this word is also true, but says less.
    `is_vague`: it says that a loss is wrong, but not in which way.
    `is_wide`: if one line has several mistakes, it is true of them together.

    What follows from it:
    `about_derivative`: the right derivative explains it.
    `calls_instead`: its fact is a call on the line where the right call belongs.
    `calls_nothing`: with this mistake, a function may make no call at all.
    """

    word: str
    sentence: str
    kind: Literal["belief", "slip"] = "slip"
    found_by: tuple[Finder, ...] = ()
    page: str = ""
    implies: tuple[str, ...] = ()
    also_says: tuple[str, ...] = ()
    less_exact_than: tuple[str, ...] = ()
    is_vague: bool = False
    is_wide: bool = False
    about_derivative: bool = False
    calls_instead: bool = False
    calls_nothing: bool = False


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_DOCS = "https://docs.pytorch.org/docs/stable"
_AUTOGRAD = f"{_DOCS}/notes/autograd.html"
_BACKWARD = f"{_DOCS}/generated/torch.Tensor.backward.html"
_AUTOGRAD_GRAD = f"{_DOCS}/generated/torch.autograd.grad.html"
_GRAD = f"{_DOCS}/generated/torch.Tensor.grad.html"
_ZERO_GRAD = f"{_DOCS}/generated/torch.optim.Optimizer.zero_grad.html"
_DETACH = f"{_DOCS}/generated/torch.Tensor.detach.html"
_NO_GRAD = f"{_DOCS}/generated/torch.no_grad.html"
_STEP = f"{_DOCS}/optim.html#taking-an-optimization-step"
_CLIP = f"{_DOCS}/generated/torch.nn.utils.clip_grad_norm_.html"
_ACCUMULATION = f"{_DOCS}/notes/amp_examples.html#gradient-accumulation"
_SCALED_CLIP = f"{_DOCS}/notes/amp_examples.html#gradient-clipping"
_REDUCTION = f"{_DOCS}/generated/torch.nn.MSELoss.html"
_FROZEN = f"{_AUTOGRAD}#setting-requires-grad"
_HOOK = f"{_DOCS}/generated/torch.Tensor.register_hook.html"
_POST_HOOK = f"{_DOCS}/generated/torch.Tensor.register_post_accumulate_grad_hook.html"

_RESETS = (
    Misconception(
        "zero-skipped",
        "A reset of the gradient is missing, so backward() added to what an earlier backward() had left.",
        kind="belief",
        found_by=("alignment", "mutations.zero"),
        page=_ZERO_GRAD,
        less_exact_than=_words("copy-zeroed not-called wrong-tensor-zeroed zero-outside-loop"),
    ),
    Misconception(
        "zero-too-early",
        "The gradient was reset before all contributions that belong together had been added.",
        found_by=("alignment", "mutations.zero"),
        page=_ACCUMULATION,
    ),
    Misconception(
        "zero-too-late",
        "The gradient was reset only after a backward() that should have started without an old gradient.",
        found_by=("alignment", "mutations.zero"),
        page=_ZERO_GRAD,
    ),
    Misconception(
        "zero-before-step",
        "The gradient was reset between backward() and step(), so step() had no gradient to use.",
        found_by=("alignment", "mutations.zero"),
        page=_STEP,
    ),
    Misconception(
        "zero-outside-loop",
        "The gradient was reset once outside the loop instead of in every pass.",
        found_by=("mutations.zero",),
        page=_STEP,
    ),
    Misconception(
        "zero-unneeded",
        "The gradient was reset at the end, where the exercise expects no reset.",
        found_by=("alignment", "mutations.zero"),
        page=_ZERO_GRAD,
        less_exact_than=_words("zero-too-late"),
    ),
    Misconception(
        "wrong-tensor-zeroed",
        "The reset did not reach the gradient that had to be reset.",
        kind="belief",
        found_by=("fact", "alignment", "mutations.zero"),
        page=_ZERO_GRAD,
        less_exact_than=_words("stale-grad"),
        calls_instead=True,
    ),
    Misconception(
        "copy-zeroed",
        "A copy of the gradient, or the tensor itself, was set to zero; `.grad` did not change.",
        found_by=("fact",),
        page=_GRAD,
        calls_instead=True,
    ),
    Misconception(
        "none-is-zero",
        "None and a tensor of zeros were treated as the same thing.",
        kind="belief",
        found_by=("message", "fact", "alignment", "mutations.others", "mutations.step", "mutations.zero"),
        page=_ZERO_GRAD,
    ),
    Misconception(
        "overwrite",
        "backward() was expected to replace `.grad`, but it adds to `.grad`.",
        kind="belief",
        found_by=("mutations.others",),
        page=_GRAD,
    ),
)

_LOSSES = (
    Misconception(
        "loss-overwritten",
        "A later loss replaced an earlier one, so backward() was never called on the earlier loss.",
        found_by=("mutations.backward",),
        page=_BACKWARD,
        less_exact_than=_words("backward-missing"),
    ),
    Misconception(
        "losses-merged",
        "Two losses were added and backward() was called once on the sum, instead of once on each loss.",
        found_by=("mutations.backward",),
        page=_BACKWARD,
    ),
    Misconception(
        "loss-split",
        "One loss was split and backward() was called on each part, instead of once on the whole loss.",
        found_by=("alignment",),
        page=_BACKWARD,
    ),
    Misconception(
        "loss-not-divided",
        "The loss of a micro-batch was not divided by the number of micro-batches.",
        kind="belief",
        found_by=("alignment", "mutations.losses"),
        page=_ACCUMULATION,
        about_derivative=True,
    ),
    Misconception(
        "divided-twice",
        "The loss was divided once more than it should be.",
        found_by=("alignment", "mutations.losses", "mutations.sets"),
        page=_ACCUMULATION,
        about_derivative=True,
    ),
    Misconception(
        "divided-needlessly",
        "The loss was divided, although a sum over the batch needs no division.",
        kind="belief",
        found_by=("mutations.losses",),
        page=_REDUCTION,
        about_derivative=True,
    ),
    Misconception(
        "wrong-divisor",
        "The loss was divided by the wrong number.",
        found_by=("alignment", "mutations.losses"),
        page=_ACCUMULATION,
        less_exact_than=_words(
            "loss-not-divided divided-twice divided-needlessly mean-of-means mean-for-sum sum-for-mean mask-ignored"
        ),
        is_wide=True,
        about_derivative=True,
    ),
    Misconception(
        "mean-for-sum",
        "The mean was computed where the exercise expects the sum.",
        kind="belief",
        found_by=("alignment", "mutations.losses"),
        page=_REDUCTION,
        about_derivative=True,
    ),
    Misconception(
        "sum-for-mean",
        "The sum was computed where the exercise expects the mean.",
        kind="belief",
        found_by=("mutations.losses",),
        page=_REDUCTION,
        about_derivative=True,
    ),
    Misconception(
        "mean-of-means",
        "Each micro-batch was averaged separately, although the micro-batches differ in size.",
        found_by=("alignment", "mutations.losses"),
        page=_REDUCTION,
    ),
    Misconception(
        "mask-ignored", "Padding was counted as if it were data.", page=f"{_DOCS}/generated/torch.nn.CrossEntropyLoss.html"
    ),
    Misconception(
        "wrong-formula",
        "backward() was called on a different loss than the exercise expects.",
        kind="belief",
        found_by=("alignment", "mutations.backward", "mutations.losses"),
        page=_BACKWARD,
        less_exact_than=_words(
            "sign mean-for-sum sum-for-mean mean-of-means loss-not-divided divided-twice divided-needlessly wrong-divisor "
            "mask-ignored wrong-target wrong-tensor wrong-seed value-for-gradient detached not-detached loss-overwritten "
            "losses-merged"
        ),
        is_vague=True,
        about_derivative=True,
    ),
    Misconception(
        "wrong-target", "The loss was computed against a different target than the exercise expects.", about_derivative=True
    ),
    Misconception(
        "wrong-tensor",
        "The right operation was applied to the wrong tensor.",
        found_by=("alignment", "mutations.backward", "mutations.others"),
    ),
    Misconception(
        "value-for-gradient",
        "The value of the loss was given where the exercise expects its gradient.",
        page=_AUTOGRAD,
        about_derivative=True,
    ),
    Misconception(
        "wrong-seed",
        "backward() received a different `gradient` argument than the exercise expects.",
        kind="belief",
        found_by=("fact", "alignment", "mutations.backward"),
        page=_BACKWARD,
    ),
    Misconception(
        "sign",
        "The sign is wrong: minus in place of plus, or plus in place of minus.",
        kind="belief",
        found_by=("alignment", "mutations.losses", "mutations.sets"),
        about_derivative=True,
    ),
)

_GRAPHS = (
    Misconception(
        "stale-graph",
        "backward() was called on a graph that an earlier backward() had already freed.",
        kind="belief",
        found_by=("message", "mutations.backward", "mutations.others"),
        page=_BACKWARD,
    ),
    Misconception(
        "detached",
        "A path that should carry a gradient was cut.",
        kind="belief",
        found_by=("message", "mutations.losses", "mutations.others"),
        page=_DETACH,
        less_exact_than=_words("no-grad-loss"),
    ),
    Misconception(
        "not-detached",
        "A path that should be cut carried a gradient.",
        kind="belief",
        found_by=("alignment", "mutations.losses"),
        page=_DETACH,
    ),
    Misconception(
        "no-grad-loss",
        "The loss has no graph: it was computed under torch.no_grad(), or from tensors that do not require grad.",
        found_by=("message",),
        page=_NO_GRAD,
        also_says=_words("detached"),
    ),
    Misconception(
        "leak",
        "A loss sent a gradient into parameters that it should not reach.",
        kind="belief",
        found_by=("alignment", "mutations.backward", "mutations.losses"),
        page=_DETACH,
        less_exact_than=_words("not-detached"),
    ),
    Misconception(
        "non-leaf-grad",
        "The `.grad` of a non-leaf tensor was read; it stays None unless retain_grad() was called.",
        kind="belief",
        found_by=("message", "mutations.others"),
        page=f"{_DOCS}/generated/torch.Tensor.retain_grad.html",
    ),
    Misconception(
        "non-scalar-backward",
        "backward() was called on a tensor with more than one number, without a `gradient` argument.",
        found_by=("message", "mutations.backward", "mutations.losses"),
        page=_BACKWARD,
    ),
    Misconception(
        "rebound-leaf",
        "The name was bound to a new tensor; the leaf itself was not updated in place.",
        kind="belief",
        found_by=("fact", "mutations.sets"),
        page=_NO_GRAD,
    ),
    Misconception(
        "leaf-in-place",
        "A leaf was changed in place while autograd was recording; such a change belongs under torch.no_grad().",
        found_by=("message",),
        page=_NO_GRAD,
    ),
    Misconception(
        "own-leaf",
        "The gradient went into a tensor that the function created, not into the tensor that it was given.",
        found_by=("fact",),
        page=f"{_DOCS}/generated/torch.Tensor.clone.html",
        calls_nothing=True,
    ),
    Misconception(
        "grad-vs-backward",
        "torch.autograd.grad and backward() were confused: only backward() writes to `.grad`.",
        kind="belief",
        found_by=("fact", "mutations.backward"),
        page=_AUTOGRAD_GRAD,
        calls_instead=True,
        calls_nothing=True,
    ),
    Misconception(
        "no-create-graph",
        "The gradient must be differentiated once more, but create_graph=True is missing.",
        found_by=("message", "mutations.backward"),
        page=_AUTOGRAD_GRAD,
    ),
    Misconception(
        "backward-repeated",
        "The same backward() was called once more than the exercise expects.",
        found_by=("fact", "alignment", "mutations.backward"),
        page=_BACKWARD,
    ),
    Misconception(
        "backward-missing",
        "A backward() that the exercise expects was never called.",
        found_by=("alignment", "mutations.backward"),
        page=_BACKWARD,
        implies=_words("loss-overwritten"),
        less_exact_than=_words("leftover-dropped loss-overwritten own-leaf not-called grad-vs-backward hand-written-grad"),
        calls_nothing=True,
    ),
)

_STEPS = (
    Misconception(
        "step-too-early",
        "The optimizer stepped before all contributions to the gradient had been added.",
        found_by=("alignment", "mutations.sets", "mutations.step"),
        page=_ACCUMULATION,
    ),
    Misconception(
        "step-too-late", "The optimizer stepped later than it should.", found_by=("mutations.sets", "mutations.step"), page=_STEP
    ),
    Misconception(
        "step-missing",
        "An update that should change the values is missing.",
        found_by=("alignment", "mutations.sets", "mutations.step"),
        page=_STEP,
        less_exact_than=_words("step-outside-loop not-called wrong-optimizer"),
    ),
    Misconception(
        "step-outside-loop",
        "The optimizer stepped once after the loop instead of in every pass.",
        found_by=("mutations.step",),
        page=_STEP,
    ),
    Misconception(
        "wrong-optimizer",
        "A different optimizer stepped than the exercise expects.",
        found_by=("fact", "alignment", "mutations.step"),
        page=_STEP,
        calls_instead=True,
    ),
    Misconception(
        "leftover-dropped",
        "The last, shorter part of the data was left out.",
        found_by=("alignment", "mutations.backward", "mutations.step"),
        page=_ACCUMULATION,
    ),
    Misconception(
        "off-by-one", "The window of micro-batches begins or ends one micro-batch too early or too late.", page=_ACCUMULATION
    ),
)

_CLIPPING = (
    Misconception(
        "clip-too-early",
        "The gradient was clipped before all its contributions had been added.",
        found_by=("alignment", "mutations.clip"),
        page=_CLIP,
    ),
    Misconception(
        "clip-too-late",
        "The gradient was clipped after the step that should have used it.",
        found_by=("alignment", "mutations.clip"),
        page=_CLIP,
    ),
    Misconception(
        "clip-scaled",
        "The gradient was clipped while it was still multiplied by the loss scale.",
        found_by=("alignment", "mutations.clip"),
        page=_SCALED_CLIP,
    ),
    Misconception(
        "wrong-clip",
        "The gradient was not clipped in the way that the exercise expects.",
        kind="belief",
        found_by=("alignment", "mutations.clip"),
        page=_CLIP,
    ),
    Misconception(
        "not-unscaled",
        "The gradient was never divided by the loss scale.",
        found_by=("alignment", "mutations.sets"),
        page=_SCALED_CLIP,
    ),
)

_NAMES_AND_HOOKS = (
    Misconception(
        "alias",
        "A second name for `.grad` was treated as a copy, but it changes together with `.grad`.",
        kind="belief",
        found_by=("mutations.others",),
        page=f"{_DOCS}/generated/torch.clone.html",
    ),
    Misconception(
        "name-outlives-grad",
        "A name keeps the old gradient after `.grad = None`, but it was expected to follow `.grad`.",
        kind="belief",
        page=_GRAD,
    ),
    Misconception("stale-grad", "An old gradient was left in `.grad` and was used again.", page=_ZERO_GRAD),
    Misconception(
        "not-frozen",
        "A tensor that should be frozen still requires grad.",
        kind="belief",
        found_by=("fact", "mutations.others"),
        page=_FROZEN,
    ),
    Misconception(
        "hook-order",
        "A hook on each contribution and a hook on the accumulated gradient were confused.",
        kind="belief",
        page=_POST_HOOK,
    ),
    Misconception("hook-late", "The hook was registered after the backward() that it should have seen.", page=_HOOK),
    Misconception("hook-twice", "The hook was registered twice, so it acted twice.", page=_HOOK),
    Misconception(
        "batch-statistics",
        "Statistics of a micro-batch were treated as the statistics of the whole batch.",
        kind="belief",
        page=f"{_DOCS}/generated/torch.nn.BatchNorm1d.html",
    ),
    Misconception(
        "not-recomputed",
        "A checkpoint runs its forward again during backward(), but this second run was not counted.",
        kind="belief",
        page=f"{_DOCS}/checkpoint.html",
    ),
)

_PROGRAMS = (
    Misconception(
        "hand-written-grad",
        "`.grad` was assigned by hand instead of being computed by backward().",
        found_by=("fact",),
        page=_BACKWARD,
        about_derivative=True,
        calls_instead=True,
    ),
    Misconception(
        "hard-coded",
        "The result does not depend on the input as it should: it is right for the data in the exercise only.",
        found_by=("fact",),
    ),
    Misconception("nothing-called", "The function never called backward().", found_by=("fact",), page=_BACKWARD),
    Misconception(
        "not-unpacked",
        "The answer was returned inside a tuple or a list, but the exercise expects the answer itself.",
        found_by=("fact",),
        page=_AUTOGRAD_GRAD,
    ),
    Misconception(
        "not-called", "A method was named without parentheses, so it was never called.", found_by=("fact",), calls_instead=True
    ),
    Misconception(
        "value-moved", "The value of a tensor changed, although only its gradient should change.", found_by=("alignment",)
    ),
)

MISCONCEPTIONS: Mapping[str, Misconception] = {
    each.word: each for each in (*_RESETS, *_LOSSES, *_GRAPHS, *_STEPS, *_CLIPPING, *_NAMES_AND_HOOKS, *_PROGRAMS)
}
