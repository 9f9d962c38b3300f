"""From an alignment to a wrong program: what each row that is not right would be, written as a step.

A missing step is left out, an unexpected call is put in, a wrong call is changed to what its effect says. What an effect
does not name is recorded: a step that does exactly what the student's call did, case by case. Performing the wrong
program then shows whether the rows explain everything (see `diagnose`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import hypot, isclose

from grader.expressions import Attribute, Binary, Call, Expr, Name, Negative, Number, parse
from grader.grading.asked import Asked
from grader.grading.compare import Answers, Comparison, compare
from grader.grading.divisors import divisor_of
from grader.grading.mutations.zero import updates
from grader.grading.normal import Unit
from grader.grading.shares import Shares, is_sum, only, ratio, reached_by, same_shares, share_of, shares_of
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
    unit: Unit | None = None
    recorded: tuple[Mapping[str, TensorValue], ...] = ()
    options: tuple[tuple[str, Step], ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A mutant that changes one step only, and what that step adds to the gradients in every case."""

    index: int
    step: Step
    misconception: str
    shares: Shares


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that labels are made from."""

    asked: Asked
    observed: Sequence[Trace]
    answers: Answers = field(default_factory=Answers)
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
    pairs = {pair.step: (pair, standing) for pair, standing in zip(comparison.pairs, comparison.standings, strict=True)}
    place = 0
    for number, unit in enumerate(comparison.steps[0]):
        pair, standing = pairs.get(number, (None, ()))
        if pair is None:
            if any(index not in evidence.asked.optional for index in unit.members):
                yield Label(_missing(evidence.exercise, unit.members[0]), unit.members, unit.members[0], ())
            continue
        split = _split(evidence, comparison, unit.members, range(place, pair.end))
        yield from split or _put_in(evidence, comparison, range(place, pair.start), unit.members[0])
        place = pair.end
        if not split and "wrong" in standing:
            yield _changed(evidence, comparison, unit.members, range(pair.start, pair.end))
    yield from _put_in(evidence, comparison, range(place, len(comparison.calls[0])), len(evidence.exercise.steps))


def _split(evidence: Evidence, comparison: Comparison, members: tuple[int, ...], places: range) -> list[Label]:
    """Several backwards in a row that add together what one was asked to add."""
    runs = [[calls[place] for place in places] for calls in comparison.calls]
    if len(places) < 2 or any(unit.kind != "backward" or unit.raised for units in runs for unit in units):
        return []
    first = [units[0] for units in runs]
    own = shares_of(evidence.exercise, evidence.expected, first, evidence.answers).get(members[0])
    whole = share_of([replace(units[0], after=units[-1].after) for units in runs])
    if own is None or not same_shares(whole, own):
        return []
    parts = [_record("loss-split", members, members[0], [units[number] for units in runs]) for number in range(len(places))]
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


def _unexpected(evidence: Evidence, units: Sequence[Unit], before: int) -> Label:
    unit = units[0]
    if unit.kind == "zero":
        return Label(_extra_zero(evidence.exercise, before), (), before, _zeros(unit), unit)
    if unit.is_step and unit.calls[0].optimizer:
        return Label("step-too-early", (), before, (_step("step", OptimizerStep(unit.calls[0].optimizer)),), unit)
    if unit.kind == "backward":
        seen = share_of(units)
        for index, shares in shares_of(evidence.exercise, evidence.expected, units, evidence.answers).items():
            if same_shares(seen, shares):
                return Label("backward-repeated", (), before, (_bare(evidence.exercise.steps[index]),), unit)
    return _record(_extra_name(evidence.exercise, unit, before), (), before, units)


def _extra_name(exercise: Exercise, unit: Unit, before: int) -> str | None:
    """What an edit or an update that no step asks for may be called."""
    if unit.kind == "update":
        return None if any(updates(step) for step in exercise.steps) else "value-moved"
    if any(_is_clip(step.action, unit) for step in exercise.steps if isinstance(step.action, Clip)):
        return "clip-too-early" if any(step.verb == "clip" for step in exercise.steps[before:]) else "clip-too-late"
    return None


def _is_clip(clip: Clip, unit: Unit) -> bool:
    """Did an edit leave what this clip leaves: a gradient with just the norm, or the largest number, that is allowed?"""
    if unit.kind != "edit":
        return False
    numbers = [number for name in unit.touched if (grad := unit.after[name].grad) is not None for number in grad.data]
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
    units = [calls[places.stop - 1] for calls in comparison.calls]
    if len(places) > 1 or len(members) > 1:
        return _changed_run(evidence, comparison, members, places)
    step = evidence.exercise.steps[members[0]]
    if units[0].kind == "backward":
        return _changed_backward(evidence, members[0], units)
    if units[0].kind == "zero":
        return _changed_zero(comparison, step, members, units)
    if units[0].is_step and units[0].calls[0].optimizer:
        other = _step("step", OptimizerStep(units[0].calls[0].optimizer))
        return Label("wrong-optimizer", members, members[0], (other,), units[0])
    if units[0].is_step:
        return _record("wrong-optimizer", members, members[0], units)
    misconception = "wrong-clip" if isinstance(step.action, Clip) else None
    return _record(misconception, members, members[0], units)


def _changed_run(evidence: Evidence, comparison: Comparison, members: tuple[int, ...], places: range) -> Label:
    """Several calls for one step, or one for several: only what they did is known."""
    units = [calls[places.stop - 1] for calls in comparison.calls]
    if units[0].kind == "zero":
        return Label("wrong-tensor-zeroed", members, members[0], _zeros(units[0]), units[0])
    return _record(None, members, members[0], units)


def _changed_zero(comparison: Comparison, step: Step, members: tuple[int, ...], units: Sequence[Unit]) -> Label:
    wanted = next(unit for unit in comparison.steps[0] if unit.members == members)
    same = wanted.touched == units[0].touched
    return Label("none-is-zero" if same else "wrong-tensor-zeroed", members, members[0], _zeros(units[0]), units[0])


def _changed_backward(evidence: Evidence, index: int, units: Sequence[Unit]) -> Label:
    seen = share_of(units)
    own = shares_of(evidence.exercise, evidence.expected, units, evidence.answers).get(index)
    reaches = _reaches(seen, own)
    options = tuple(_explained(evidence, index, units, seen)) if reaches is None else ()
    for misconception, step in options[:1]:
        return Label(misconception, (index,), index, (step,), units[0], (), options)
    return _record(reaches or "wrong-formula", (index,), index, units)


def _reaches(seen: Shares, own: Shares | None) -> str | None:
    """The right share, but in more leaves than it should reach, or in fewer."""
    if own is None:
        return None
    reached, asked = reached_by(seen), reached_by(own)
    if asked and asked < reached and same_shares(only(seen, asked), only(own, asked)):
        return "leak"
    if reached and reached < asked and same_shares(only(seen, reached), only(own, reached)):
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


def _explained(evidence: Evidence, index: int, units: Sequence[Unit], seen: Shares) -> Iterator[tuple[str, Step]]:
    """The steps whose share is what the student's backward added, the likeliest first."""
    right = evidence.exercise.steps[index]
    shares = shares_of(evidence.exercise, evidence.expected, units, evidence.answers)
    own = shares.get(index)
    known: list[tuple[str, Step]] = []
    if own is not None and same_shares(own, _expected_shares(evidence, index)):
        alike = [each for each in evidence.known if each.index == index and same_shares(seen, each.shares)]
        known = [(each.misconception, each.step) for each in alike]
    yield from (option for option in known if option[0] != "wrong-formula")
    if own is not None and (factor := ratio(seen, own)) is not None:
        yield _scaled(evidence.exercise, right, factor, units[0])
    yield from known
    for other, share in shares.items():
        if other != index and same_shares(seen, share):
            yield "wrong-formula", _bare(evidence.exercise.steps[other])
    if own is not None:
        for other, share in shares.items():
            if other != index and is_sum(seen, own, share):
                name = "backward-repeated" if other < index else "losses-merged"
                yield name, _merged(right, evidence.exercise.steps[other])


def _expected_shares(evidence: Evidence, index: int) -> Shares:
    calls = [run.steps[index].call for run in evidence.expected]
    units = [Unit(call.kind, (index,), (call,), frozenset(call.touched), call.before, call.after) for call in calls if call]
    return share_of(units)


def _scaled(exercise: Exercise, step: Step, factor: float, unit: Unit) -> tuple[str, Step]:
    action = step.action
    assert isinstance(action, Backward)
    scaled = tuple(_times(loss, factor) for loss in action.of)
    return _name_of_factor(exercise, action, factor, unit), replace(_bare(step), action=replace(action, of=scaled))


def _name_of_factor(exercise: Exercise, action: Backward, factor: float, unit: Unit) -> str:
    if unit.calls[0].gradient_given:
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


def _zeros(unit: Unit) -> tuple[Step, ...]:
    """The zeroing as it was observed: some leaves to None, others to zeros."""
    none = [name for name in sorted(unit.touched) if unit.after[name].grad is None and unit.before[name].grad is not None]
    zeros = [name for name in sorted(unit.touched) if unit.after[name].grad is not None]
    return tuple(
        _step("zero", Zero(tuple(parse(name) for name in names), to_none))
        for names, to_none in ((none, True), (zeros, False))
        if names
    )


def _record(misconception: str | None, right: tuple[int, ...], before: int, units: Sequence[Unit]) -> Label:
    """Steps that leave what the student's call left, whatever it was."""
    unit = units[0]
    if unit.kind == "backward":
        step, recorded = _recorded_backward(units)
    elif unit.kind == "edit":
        step, recorded = _recorded_set(units, "grad")
    else:
        step, recorded = _recorded_set(units, "value")
    return Label(misconception, right, before, step, unit, recorded)


def _recorded_backward(units: Sequence[Unit]) -> tuple[tuple[Step, ...], tuple[Mapping[str, TensorValue], ...]]:
    """A loss whose slope is the observed share: the sum of each leaf times it."""
    shares = share_of(units)
    names = [name for name in sorted(units[0].touched) if all(name in share for share in shares)]
    terms = [Call(Name("sum"), (Binary("*", parse(name), Name(_recorded(units[0], name))),)) for name in names]
    if not terms:
        return (), ()
    loss: Expr = terms[0]
    for term in terms[1:]:
        loss = Binary("+", loss, term)
    recorded = tuple({_recorded(units[0], name): share[name] for name in names} for share in shares)
    return (_step("backward", Backward((loss,))),), recorded


def _recorded_set(units: Sequence[Unit], what: str) -> tuple[tuple[Step, ...], tuple[Mapping[str, TensorValue], ...]]:
    left = [{name: getattr(unit.after[name], what) for name in unit.touched} for unit in units]
    names = [name for name in sorted(units[0].touched) if all(case.get(name) is not None for case in left)]
    if not names:
        return (), ()
    targets = [Attribute(parse(name), "grad") if what == "grad" else parse(name) for name in names]
    values = [Name(_recorded(units[0], name)) for name in names]
    recorded = tuple({_recorded(units[0], name): case[name] for name in names} for case in left)
    return (_step("set", Set(tuple(zip(targets, values, strict=True)))),), recorded


def _recorded(unit: Unit, leaf: str) -> str:
    return f"{RECORDED}{unit.members[0]}_{leaf.replace('.', '_')}"


def _bare(step: Step) -> Step:
    return replace(step, expect=(), raises=None, optional=False)


def _step(verb: Verb, action: Backward | Zero | OptimizerStep | Set) -> Step:
    return Step(verb=verb, action=action, number=0, text="")
