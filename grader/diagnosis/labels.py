"""From an alignment to a wrong program: what each row that is not right would be, written as a step.

A missing step is left out, an unexpected call is put in, a wrong call is changed to what its effect says. What an effect
does not name is recorded: a step that does exactly what the student's call did, case by case. Performing the wrong
program then shows whether the rows explain everything (see `diagnose`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import hypot, isclose

from grader.diagnosis.contributions import (
    Contributions,
    contribution_of,
    contributions_of,
    is_sum,
    only,
    ratio,
    reached_by,
    same_contributions,
)
from grader.diagnosis.divisors import divisor_of
from grader.diagnosis.mutations.zero import updates
from grader.expressions import Attribute, Binary, Expr, FunctionCall, Name, Negative, Number, parse
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Comparison, Replays, compare
from grader.marking.expected_runs import ExpectedRuns
from grader.records.exercise import Backward, Clip, Exercise, OptimizerStep, Set, Step, Verb, Zero
from grader.records.trace import ReferenceRun, TensorValue, Trace

RECORDED = "recorded_"


@dataclass(frozen=True, slots=True)
class Label:
    """One row that is not right. `steps` stand in the wrong program where the right ones, with the indices `right`, stood.

    `misconception` is None where the effect has no name; `recorded` has what such steps read, by name, for each case.
    `options` are all the names that fit, each with its step, the likeliest first.
    """

    misconception: str | None
    right: tuple[int, ...]
    before: int
    steps: tuple[Step, ...]
    group: CallGroup | None = None
    recorded: tuple[Mapping[str, TensorValue], ...] = ()
    options: tuple[tuple[str, Step], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A mutant that changes one step only, and what that step adds to the gradients in every case."""

    index: int
    step: Step
    misconception: str
    contributions: Contributions


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that labels are made from."""

    asked: ExpectedRuns
    observed: Sequence[Trace]
    answers: Replays = field(default_factory=Replays)
    known: Sequence[Known] = ()

    @property
    def exercise(self) -> Exercise:
        return self.asked.exercise

    @property
    def expected(self) -> Sequence[ReferenceRun]:
        return self.asked.runs


def labels(evidence: Evidence) -> tuple[Label, ...] | None:
    """A label for each row that is not right, in the order of the steps; None where the cases take different paths."""
    comparisons = compare(evidence.asked, evidence.observed, evidence.answers)
    if len(comparisons) != 1 or len(evidence.observed) != len(evidence.expected):
        return None
    return tuple(_agreed(evidence.exercise, tuple(_labels(evidence, comparisons[0]))))


def _labels(evidence: Evidence, comparison: Comparison) -> Iterator[Label]:
    pairs = {pair.step: (pair, standing) for pair, standing in zip(comparison.pairs, comparison.effects, strict=True)}
    place = 0
    for number, group in enumerate(comparison.steps[0]):
        pair, standing = pairs.get(number, (None, ()))
        if pair is None:
            if any(index not in evidence.asked.optional for index in group.members):
                yield Label(_missing(evidence.exercise, group.members[0]), group.members, group.members[0], ())
            continue
        split = _split(evidence, comparison, group.members, range(place, pair.end))
        yield from split or _put_in(evidence, comparison, range(place, pair.start), group.members[0])
        place = pair.end
        if not split and "wrong" in standing:
            yield _changed(evidence, comparison, group.members, range(pair.start, pair.end))
    yield from _put_in(evidence, comparison, range(place, len(comparison.calls[0])), len(evidence.exercise.steps))


def _split(evidence: Evidence, comparison: Comparison, members: tuple[int, ...], places: range) -> list[Label]:
    """Several backwards in a row that add together what one was asked to add."""
    runs = [[calls[place] for place in places] for calls in comparison.calls]
    if len(places) < 2 or any(group.kind != "backward" or group.raised for groups in runs for group in groups):
        return []
    first = [groups[0] for groups in runs]
    own = contributions_of(evidence.exercise, evidence.expected, first, evidence.answers).get(members[0])
    whole = contribution_of([replace(groups[0], after=groups[-1].after) for groups in runs])
    if own is None or not same_contributions(whole, own):
        return []
    parts = [_record("loss-split", members, members[0], [groups[number] for groups in runs]) for number in range(len(places))]
    steps = tuple(step for part in parts for step in part.steps)
    recorded = tuple({name: value for part in parts for name, value in part.recorded[case].items()} for case in range(len(runs)))
    return [replace(parts[0], steps=steps, recorded=recorded)]


def _missing(exercise: Exercise, index: int) -> str:
    step = exercise.steps[index]
    if step.verb == "set":
        grads = isinstance(step.action, Set) and any(isinstance(target, Attribute) for target, _ in step.action.targets)
        return "not-unscaled" if grads else "step-missing"
    return {"zero": "zero-skipped", "backward": "backward-missing", "step": "step-missing"}.get(step.verb, "wrong-clip")


def _put_in(evidence: Evidence, comparison: Comparison, places: range, before: int) -> Iterator[Label]:
    for place in places:
        if place in comparison.unexpected:
            yield _unexpected(evidence, [calls[place] for calls in comparison.calls], before)


def _unexpected(evidence: Evidence, groups: Sequence[CallGroup], before: int) -> Label:
    group = groups[0]
    if group.kind == "zero":
        return Label(_extra_zero(evidence.exercise, before), (), before, _zeros(group), group)
    if group.is_step and group.calls[0].optimizer:
        return Label("step-too-early", (), before, (_step("step", OptimizerStep(group.calls[0].optimizer)),), group)
    if group.kind == "backward":
        seen = contribution_of(groups)
        for index, contributions in contributions_of(evidence.exercise, evidence.expected, groups, evidence.answers).items():
            if same_contributions(seen, contributions):
                return Label("backward-repeated", (), before, (_bare(evidence.exercise.steps[index]),), group)
    return _record(_extra_name(evidence.exercise, group, before), (), before, groups)


def _extra_name(exercise: Exercise, group: CallGroup, before: int) -> str | None:
    """What an edit or an update that no step asks for may be called."""
    if group.kind == "update":
        return None if any(updates(step) for step in exercise.steps) else "value-moved"
    if any(_is_clip(step.action, group) for step in exercise.steps if isinstance(step.action, Clip)):
        return "clip-too-early" if any(step.verb == "clip" for step in exercise.steps[before:]) else "clip-too-late"
    return None


def _is_clip(clip: Clip, group: CallGroup) -> bool:
    """Did an edit leave what this clip leaves: a gradient with just the norm, or the largest number, that is allowed?"""
    if group.kind != "edit":
        return False
    numbers = [number for name in group.touched if (grad := group.after[name].grad) is not None for number in grad.data]
    if clip.max_norm is not None:
        return isclose(hypot(*numbers), clip.max_norm, rel_tol=1e-3)
    return clip.clip_value is not None and isclose(max(map(abs, numbers), default=0.0), clip.clip_value, rel_tol=1e-3)


def _extra_zero(exercise: Exercise, before: int) -> str:
    following = next((step for step in exercise.steps[before:] if step.is_call), None)
    earlier = [step.verb for step in exercise.steps[:before] if step.is_call]
    if following is not None and following.verb == "step" and earlier[-1:] == ["backward"]:
        return "zero-before-step"
    return "zero-too-early" if following is not None else "zero-unneeded"


def _changed(evidence: Evidence, comparison: Comparison, members: tuple[int, ...], places: range) -> Label:
    groups = [calls[places.stop - 1] for calls in comparison.calls]
    if len(places) > 1 or len(members) > 1:
        return _changed_run(evidence, comparison, members, places)
    step = evidence.exercise.steps[members[0]]
    if groups[0].kind == "backward":
        return _changed_backward(evidence, members[0], groups)
    if groups[0].kind == "zero":
        return _changed_zero(comparison, step, members, groups)
    if groups[0].is_step and groups[0].calls[0].optimizer:
        other = _step("step", OptimizerStep(groups[0].calls[0].optimizer))
        return Label("wrong-optimizer", members, members[0], (other,), groups[0])
    if groups[0].is_step:
        return _record("wrong-optimizer", members, members[0], groups)
    misconception = "wrong-clip" if isinstance(step.action, Clip) else None
    return _record(misconception, members, members[0], groups)


def _changed_run(evidence: Evidence, comparison: Comparison, members: tuple[int, ...], places: range) -> Label:
    """Several calls for one step, or one for several: only what they did is known."""
    groups = [calls[places.stop - 1] for calls in comparison.calls]
    if groups[0].kind == "zero":
        return Label("wrong-tensor-zeroed", members, members[0], _zeros(groups[0]), groups[0])
    return _record(None, members, members[0], groups)


def _changed_zero(comparison: Comparison, step: Step, members: tuple[int, ...], groups: Sequence[CallGroup]) -> Label:
    wanted = next(group for group in comparison.steps[0] if group.members == members)
    same = wanted.touched == groups[0].touched
    return Label("none-is-zero" if same else "wrong-tensor-zeroed", members, members[0], _zeros(groups[0]), groups[0])


def _changed_backward(evidence: Evidence, index: int, groups: Sequence[CallGroup]) -> Label:
    seen = contribution_of(groups)
    own = contributions_of(evidence.exercise, evidence.expected, groups, evidence.answers).get(index)
    reaches = _reaches(seen, own)
    options = tuple(_explained(evidence, index, groups, seen)) if reaches is None else ()
    for misconception, step in options[:1]:
        return Label(misconception, (index,), index, (step,), groups[0], (), options)
    return _record(reaches or "wrong-formula", (index,), index, groups)


def _reaches(seen: Contributions, own: Contributions | None) -> str | None:
    """The right share, but in more leaves than it should reach, or in fewer."""
    if own is None:
        return None
    reached, asked = reached_by(seen), reached_by(own)
    if asked and asked < reached and same_contributions(only(seen, asked), only(own, asked)):
        return "leak"
    if reached and reached < asked and same_contributions(only(seen, reached), only(own, reached)):
        return "detached"
    return None


def _agreed(exercise: Exercise, found: Sequence[Label]) -> Iterator[Label]:
    """The passes of one step went wrong for one reason, if there is one that fits them all."""
    for label in found:
        passes = [other for other in found if other.options and label.options and _same_step(exercise, label, other)]
        shared = [option for option in label.options if all(option[0] in dict(other.options) for other in passes)]
        if shared and shared[0] != label.options[0]:
            yield replace(label, misconception=shared[0][0], steps=(shared[0][1],))
        else:
            yield label


def _same_step(exercise: Exercise, one: Label, other: Label) -> bool:
    return exercise.steps[one.right[0]].number == exercise.steps[other.right[0]].number


def _explained(evidence: Evidence, index: int, groups: Sequence[CallGroup], seen: Contributions) -> Iterator[tuple[str, Step]]:
    """The steps whose share is what the student's backward added, the likeliest first."""
    right = evidence.exercise.steps[index]
    contributions = contributions_of(evidence.exercise, evidence.expected, groups, evidence.answers)
    own = contributions.get(index)
    known: list[tuple[str, Step]] = []
    if own is not None and same_contributions(own, _expected_contributions(evidence, index)):
        alike = [each for each in evidence.known if each.index == index and same_contributions(seen, each.contributions)]
        known = [(each.misconception, each.step) for each in alike]
    yield from (option for option in known if option[0] != "wrong-formula")
    if own is not None and (factor := ratio(seen, own)) is not None:
        yield _scaled(evidence.exercise, right, factor, groups[0])
    yield from known
    for other, share in contributions.items():
        if other != index and same_contributions(seen, share):
            yield "wrong-formula", _bare(evidence.exercise.steps[other])
    if own is not None:
        for other, share in contributions.items():
            if other != index and is_sum(seen, own, share):
                name = "backward-repeated" if other < index else "losses-merged"
                yield name, _merged(right, evidence.exercise.steps[other])


def _expected_contributions(evidence: Evidence, index: int) -> Contributions:
    calls = [run.steps[index].call for run in evidence.expected]
    groups = [CallGroup(call.kind, (index,), (call,), frozenset(call.touched), call.before, call.after) for call in calls if call]
    return contribution_of(groups)


def _scaled(exercise: Exercise, step: Step, factor: float, group: CallGroup) -> tuple[str, Step]:
    action = step.action
    assert isinstance(action, Backward)
    scaled = tuple(_times(loss, factor) for loss in action.of)
    return _name_of_factor(exercise, action, factor, group), replace(_bare(step), action=replace(action, of=scaled))


def _name_of_factor(exercise: Exercise, action: Backward, factor: float, group: CallGroup) -> str:
    if group.calls[0].gradient_given:
        return "wrong-seed"
    if factor == -1.0:
        return "sign"
    divisors = [divisor for loss in action.of if (divisor := divisor_of(exercise, loss)) is not None]
    if divisors and isclose(factor, divisors[0], rel_tol=1e-4):
        return "loss-not-divided"
    if divisors and isclose(factor * divisors[0], 1.0, rel_tol=1e-4):
        return "divided-twice"
    if any(isinstance(loss, Binary) and loss.operator == "/" for loss in action.of):
        return "wrong-divisor" if factor > 0 else "wrong-formula"
    passes = len({step.loop for step in exercise.steps if step.verb == "backward" and step.loop})
    return "divided-needlessly" if passes > 1 and isclose(factor * passes, 1.0, rel_tol=1e-4) else "wrong-formula"


def _times(loss: Expr, factor: float) -> Expr:
    if factor == -1.0:
        return Negative(loss)
    if 0 < factor < 1 and abs(1 / factor - round(1 / factor)) < 1e-4:
        return Binary("/", loss, Number(round(1 / factor)))
    return Binary("*", Number(int(factor) if float(factor).is_integer() else factor), loss)


def _merged(one: Step, other: Step) -> Step:
    first, second = one.action, other.action
    assert isinstance(first, Backward)
    assert isinstance(second, Backward)
    return replace(_bare(one), action=replace(first, of=(*first.of, *second.of), gradient=()))


def _zeros(group: CallGroup) -> tuple[Step, ...]:
    """The zeroing as it was observed: some leaves to None, others to zeros."""
    none = [name for name in sorted(group.touched) if group.after[name].grad is None and group.before[name].grad is not None]
    zeros = [name for name in sorted(group.touched) if group.after[name].grad is not None]
    return tuple(
        _step("zero", Zero(tuple(parse(name) for name in names), to_none))
        for names, to_none in ((none, True), (zeros, False))
        if names
    )


def _record(misconception: str | None, right: tuple[int, ...], before: int, groups: Sequence[CallGroup]) -> Label:
    """Steps that leave what the student's call left, whatever it was."""
    group = groups[0]
    if group.kind == "backward":
        step, recorded = _recorded_backward(groups)
    elif group.kind == "edit":
        step, recorded = _recorded_set(groups, "grad")
    else:
        step, recorded = _recorded_set(groups, "value")
    return Label(misconception, right, before, step, group, recorded)


def _recorded_backward(groups: Sequence[CallGroup]) -> tuple[tuple[Step, ...], tuple[Mapping[str, TensorValue], ...]]:
    """A loss whose slope is the observed share: the sum of each leaf times it."""
    contributions = contribution_of(groups)
    names = [name for name in sorted(groups[0].touched) if all(name in share for share in contributions)]
    terms = [FunctionCall(Name("sum"), (Binary("*", parse(name), Name(_recorded(groups[0], name))),)) for name in names]
    if not terms:
        return (), ()
    loss: Expr = terms[0]
    for term in terms[1:]:
        loss = Binary("+", loss, term)
    recorded = tuple({_recorded(groups[0], name): share[name] for name in names} for share in contributions)
    return (_step("backward", Backward((loss,))),), recorded


def _recorded_set(groups: Sequence[CallGroup], what: str) -> tuple[tuple[Step, ...], tuple[Mapping[str, TensorValue], ...]]:
    left = [{name: getattr(group.after[name], what) for name in group.touched} for group in groups]
    names = [name for name in sorted(groups[0].touched) if all(case.get(name) is not None for case in left)]
    if not names:
        return (), ()
    targets = [Attribute(parse(name), "grad") if what == "grad" else parse(name) for name in names]
    values = [Name(_recorded(groups[0], name)) for name in names]
    recorded = tuple({_recorded(groups[0], name): case[name] for name in names} for case in left)
    return (_step("set", Set(tuple(zip(targets, values, strict=True)))),), recorded


def _recorded(group: CallGroup, leaf: str) -> str:
    return f"{RECORDED}{group.members[0]}_{leaf.replace('.', '_')}"


def _bare(step: Step) -> Step:
    return replace(step, expect=(), raises=None, optional=False)


def _step(verb: Verb, action: Backward | Zero | OptimizerStep | Set) -> Step:
    return Step(verb=verb, action=action, number=0, text="")
