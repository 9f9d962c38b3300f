"""Which changes of the file fix a mistake: records with Python in the names of the exercise file. `reports` words them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeAlias

from grader.diagnosis.as_python.fix import LineWriter
from grader.diagnosis.cut_paths import cut_names, cuts_gradient, expressions_in
from grader.expressions.tree import Expr, FunctionCall, Name
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, Step, Zero
from grader.records.finding import Change, Finding
from grader.records.fix import (
    BackwardNotAssignment,
    Fix,
    Insert,
    InsertInLoop,
    InsertionLines,
    LetGradientThrough,
    Move,
    OneBackward,
    Remove,
    RunLastPass,
    SeparateBackwards,
    Unpack,
    UpdateInPlace,
    UseGivenTensors,
    UseLosses,
    Write,
)
from grader.records.misconceptions import MISCONCEPTIONS

MOST_FIXES = 3

# A line, and the fix for it; None if a change on this line cannot be fixed in one sentence.
_FixOnLine: TypeAlias = tuple[int | None, Fix | None]


def with_fixes(finding: Finding, exercise: Exercise) -> Finding:
    """The finding with its fixes. They are given only if they are proven, and if every misconception has the same ones."""
    if not finding.proven or not finding.one_fix or exercise.kind == "predict":
        return finding
    fixes = _fixes(finding, exercise)
    return replace(finding, fixes=fixes if len(fixes) <= MOST_FIXES else ())


def _fixes(finding: Finding, exercise: Exercise) -> tuple[Fix, ...]:
    match finding.misconceptions:
        case ("not-unpacked",):
            return (Unpack(),)
        case ("own-leaf",):
            return (UseGivenTensors(),)
    return _FixesOfChanges(finding, exercise).fixes() if finding.changes else ()


class _FixesOfChanges:
    """The fixes for the changes of one finding. Equal changes on one line have one fix."""

    def __init__(self, finding: Finding, exercise: Exercise) -> None:
        self.finding, self.exercise = finding, exercise
        self.word = finding.misconceptions[0] if finding.misconceptions else ""
        self.python = LineWriter(exercise)
        self.changes = _without_covered_and_idle([each for each in finding.changes if each.is_about_call] or finding.changes)
        self._written: dict[tuple[object, ...], str | None] = {}

    def fixes(self) -> tuple[Fix, ...]:
        """Empty if one of the changes has no fix."""
        whole = self._not_assigned() or self._separate() or self._one_backward() or self._last_pass()
        if whole:
            return (whole,)
        losses: list[Change] = []
        writes: list[Change] = []
        others: list[Change] = []
        for change in self.changes:
            if _is_other_loss(change) and not cuts_gradient(change):
                losses.append(change)
            else:
                (writes if _is_replaced(change) else others).append(change)
        on_lines = [(change.line, self._fix(change)) for change in others]
        on_lines += [*self._writes(writes), *self._losses(losses)]
        in_order = [fix for _, fix in sorted(on_lines, key=lambda each: each[0] or 0)]
        fixes = tuple(dict.fromkeys(fix for fix in in_order if fix))
        return fixes if None not in in_order else ()

    def _not_assigned(self) -> Fix | None:
        """Backwards are missing because `.grad` was assigned, in several places."""
        gone = [change.right for change in self.changes if change.what == "left-out" and change.right is not None]
        if self.finding.misconceptions != ("hand-written-grad",) or len(gone) < max(2, len(self.changes)):
            return None
        return BackwardNotAssignment(self._different_losses(gone))

    def _separate(self) -> Fix | None:
        """Backwards are missing because their losses are in the sum of another one."""
        backwards = [change.right for change in self.changes if change.right is not None and change.right.verb == "backward"]
        kinds = sorted(change.what for change in self.changes)
        is_one_sum = len(backwards) == len(kinds) > 1 and kinds == ["changed", *["left-out"] * (len(kinds) - 1)]
        return SeparateBackwards(self._different_losses(backwards)) if self.word == "losses-merged" and is_one_sum else None

    def _one_backward(self) -> Fix | None:
        """One backward of a sum became several, of its parts."""
        changed = [change.right for change in self.changes if change.what == "changed" and change.right is not None]
        is_known = self.word == "loss-split" and len(changed) == 1 and changed[0].verb == "backward"
        return OneBackward(self.python.loss(changed[0])) if is_known else None

    def _last_pass(self) -> Fix | None:
        """Everything of the last pass of a loop is missing."""
        gone = [change.right for change in self.changes if change.right is not None and change.what == "left-out"]
        loops = {step.loop[0] for step in gone if step.loop}
        is_one = len(gone) == len(self.changes) and all(step.loop for step in gone) and len(loops) == 1
        if not is_one or (len(gone) < 2 and self.word != "leftover-dropped"):
            return None
        variables, number = loops.pop()
        last = max(number for step in self.exercise.steps for name, number in step.loop[:1] if name == variables)
        return RunLastPass(variables) if number == last > 0 else None

    def _different_losses(self, steps: Sequence[Step]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(map(self.python.loss, steps)))

    def _fix(self, change: Change) -> Fix | None:
        right = change.right
        if right is not None and cuts_gradient(change):
            return LetGradientThrough(cut_names(change, self.exercise), _place_of_cut(change))
        code = None if right is None else self._line(right)
        line = change.taken_from or change.line
        match change.what:
            case "put-in" if grad := self._autograd_grad_of_same_loss(change.wrong):
                return Write(grad, line)
            case "put-in" if right is None:
                called_from = change.called_from if line == change.line else None
                return None if line is None else _remove(change.wrong, line, called_from)
            case "left-out" if code and self.word == "rebound-leaf":
                return UpdateInPlace(code)
            case "left-out" if code and self._belongs_on_line_of_fact(change):
                return Write(code, self.finding.line)
            case "left-out" if self.finding.misconceptions == ("copy-zeroed",):
                return None  # the call that was made instead may have to go
            case "left-out" if code and change.taken_from is None:
                return self._insert(code, change)
            case "moved" if change.between is None:
                return None
            case "left-out" | "put-in" | "moved" if code and right is not None:
                return Move(code, line if right.is_call else None, _insertion_lines(change))
        return None

    def _line(self, step: Step) -> str | None:
        """The step as one line; the passes of a loop that are written alike are written once."""
        key = step.as_written, step.action, step.loss
        if key not in self._written:
            self._written[key] = self.python.line(step)
        return self._written[key]

    def _insert(self, code: str, change: Change) -> Fix:
        """A backward that some passes have already belongs in a loop, but the lines around it need not be in that loop."""
        if change.right is not None and change.right.verb == "backward" and change.some_passes:
            return InsertInLoop(code, change.right.loop[-1][0])
        return Insert(code, _insertion_lines(change))

    def _autograd_grad_of_same_loss(self, wrong: Step | None) -> str | None:
        """The torch.autograd.grad that the exercise expects of the loss that got a backward instead."""
        if wrong is None or not isinstance(wrong.action, Backward):
            return None
        step = self._autograd_grads.get(wrong.action.of)
        return None if step is None else self._line(step)

    @cached_property
    def _autograd_grads(self) -> dict[tuple[Expr, ...], Step]:
        """For each loss, the first step that gives a name to a torch.autograd.grad of it."""
        found: dict[tuple[Expr, ...], Step] = {}
        for step in self.exercise.steps:
            for value in expressions_in(step) if isinstance(step.action, Let) else []:
                if isinstance(value, FunctionCall) and value.function == Name("grad"):
                    found.setdefault(value.arguments[:1], step)
        return found

    def _belongs_on_line_of_fact(self, change: Change) -> bool:
        """Does a fact name the line with another call in place of the missing one?"""
        line = self.finding.line
        calls_instead = any(MISCONCEPTIONS[word].calls_instead for word in self.finding.misconceptions)
        if self.finding.source != "fact" or change.right is None or not calls_instead:
            return False
        if not self._are_alike:
            return False
        before, after = change.between or (None, None)
        return line is not None and (before or 0) <= line <= (after or line)

    @cached_property
    def _are_alike(self) -> bool:
        """Are all changes of the finding the same change of the same step of the file?"""
        first = self.finding.changes[0]
        return all(each.what == first.what and _is_same_written_step(each, first) for each in self.finding.changes)

    def _writes(self, changes: Sequence[Change]) -> list[_FixOnLine]:
        """What to write in place of other steps; one fix for each line."""
        codes: dict[int | None, list[str | None]] = {}
        for change in changes:
            if change.right is not None:
                codes.setdefault(change.line if change.right.is_call else None, []).append(self._line(change.right))
        return [
            (line, Write("; ".join(dict.fromkeys(filter(None, lines))), line) if all(lines) else None)
            for line, lines in codes.items()
        ]

    def _losses(self, changes: Sequence[Change]) -> list[_FixOnLine]:
        """One fix for each line, even if a loop makes several losses there."""
        if any(change.wrong is not None and change.wrong.is_recorded for change in changes):
            return [(None, None)]
        texts: dict[int | None, list[str]] = {}
        runs: dict[int | None, tuple[Step, ...]] = {}
        for change in changes:
            if change.right is not None and not change.runs:
                texts.setdefault(change.line, []).append(self.python.loss(change.right))
            elif change.right is not None and runs.get(change.line) is not change.runs:
                runs[change.line] = change.runs
                texts[change.line] = list(map(self.python.loss, change.runs))
        on_lines = {line: tuple(text for text, _ in groupby(losses)) for line, losses in texts.items()}
        return [(line, UseLosses(losses, line) if len(losses) <= MOST_FIXES else None) for line, losses in on_lines.items()]


def _without_covered_and_idle(changes: Sequence[Change]) -> list[Change]:
    """Without passes of which only the effect is known, if another pass shows what is wrong on the line.

    And without missing resets that no call comes before, if the same reset is missing later too.
    """
    other_losses = {change.line for change in changes if _is_other_loss(change) and change.wrong and not change.wrong.is_recorded}
    left_out = Counter(each.right.as_written for each in changes if each.what == "left-out" and each.right is not None)
    return [
        change
        for change in changes
        if not (_has_only_effect(change) and change.line in other_losses)
        and not (_is_idle(change) and change.right is not None and left_out[change.right.as_written] > 1)
    ]


def _has_only_effect(change: Change) -> bool:
    """Is only the effect of another loss known?"""
    return _is_other_loss(change) and change.wrong is not None and change.wrong.is_recorded


def _is_idle(change: Change) -> bool:
    """Is it a missing reset that no call comes before?"""
    if change.what != "left-out" or change.right is None or not isinstance(change.right.action, Zero) or not change.once:
        return False
    return (change.between or (0,))[0] is None


def _is_same_written_step(one: Change, other: Change) -> bool:
    """Is the expected step the same step of the file in both, in whatever passes?"""
    return one.right is not None and other.right is not None and one.right.as_written == other.right.as_written


def _is_other_loss(change: Change) -> bool:
    """Is it a backward of another loss than expected?"""
    right, wrong = change.right, change.wrong
    if change.what != "changed" or right is None or wrong is None:
        return False
    return isinstance(right.action, Backward) and isinstance(wrong.action, Backward) and right.action.of != wrong.action.of


def _is_replaced(change: Change) -> bool:
    """Is it another step in place of the expected one, and neither a loss nor known by its effect only?"""
    is_recorded = change.wrong is not None and change.wrong.is_recorded
    return change.what == "changed" and not (_is_other_loss(change) or cuts_gradient(change) or is_recorded)


def _place_of_cut(change: Change) -> int | str | None:
    """The line of a loss; for tensors that are made before it, their names."""
    match change.right.action if change.right else None:
        case Let(names=pairs):
            return ", ".join(name for name, _ in pairs)
    return change.line


def _insertion_lines(change: Change) -> InsertionLines:
    """`once` is kept only where it makes a difference: not between one run of a loop and the next."""
    before, after = change.between or (None, None)
    is_same_run = before < after if before is not None and after is not None else before != after
    return InsertionLines(before, after, change.once and is_same_run)


def _remove(step: Step | None, line: int, called_from: int | None) -> Remove:
    optimizer = step.action.optimizer if step is not None and isinstance(step.action, OptimizerStep) else ""
    return Remove(_what_it_is(step), line, called_from, optimizer)


def _what_it_is(step: Step | None) -> Literal["reset", "backward", "step", "clip", "assignment", "change"]:
    match step.action if step else None:
        case Zero():
            return "reset"
        case Backward():
            return "backward"
        case OptimizerStep():
            return "step"
        case Clip():
            return "clip"
        case Let():
            return "assignment"
    return "change"
