"""What to change, in words: one sentence for each change of a finding that is proven, with the Python to write."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TypeAlias, TypeGuard

from grader.expressions import Expr, FunctionCall, Name, names, to_text, transform, walk
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, Set, Step, Zero
from grader.records.finding import Change, Finding
from grader.reports.python_fix import FixWriter
from grader.reports.wording import fixes
from grader.reports.wording.fixes import LinesAroundOnce
from grader.reports.wording.places import Cells

MOST_FIXES_TOLD = 3

# Mistakes whose fact is a call in the place of another.
_CALLS_INSTEAD = frozenset(
    "not-called copy-zeroed wrong-tensor-zeroed wrong-optimizer hand-written-grad grad-vs-backward".split()
)

# A line, and the sentence about it if there is one.
_Told: TypeAlias = tuple[int | None, str | None]


def fix(finding: Finding, exercise: Exercise, cells: Cells = ()) -> str | None:
    """At most three things; edits that repeat on one line are one."""
    match finding.misconceptions:
        case ("not-unpacked",):
            return fixes.unpack()
        case ("own-leaf",):
            return fixes.use_given()
    told = _Fixes(finding, exercise, cells).sentences()
    return "; ".join(told) if 0 < len(told) <= MOST_FIXES_TOLD else None


class _Fixes:
    """The sentences for the changes of one finding."""

    def __init__(self, finding: Finding, exercise: Exercise, cells: Cells) -> None:
        self.finding, self.exercise, self.cells = finding, exercise, cells
        self.python = FixWriter(exercise)
        changes = [change for change in finding.changes if not _prepares(change)] or list(finding.changes)
        self.changes = [change for change in changes if not _is_told(change, changes) and not _is_idle(change, changes)]

    def sentences(self) -> list[str]:
        """None if one of the changes cannot be told, or nothing is."""
        whole = self._by_hand() or self._merged() or self._split() or self._last_pass()
        if whole:
            return [whole]
        losses = [change for change in self.changes if _is_loss(change) and not _is_cut(change)]
        writes = [change for change in self.changes if _is_written_over(change)]
        others = [change for change in self.changes if change not in losses and change not in writes]
        told = [(change.line, self._sentence(change)) for change in others]
        told += [*self._writes(writes), *self._losses(losses)]
        in_order = [text for _, text in sorted(told, key=lambda each: each[0] or 0)]
        return list(dict.fromkeys(each for each in in_order if each)) if all(in_order) else []

    def _by_hand(self) -> str | None:
        """Backwards that are missing because `.grad` was assigned, in several places."""
        gone = [change.right for change in self.changes if change.what == "left-out" and change.right is not None]
        if self.finding.misconceptions != ("hand-written-grad",) or len(gone) < max(2, len(self.changes)):
            return None
        return fixes.not_by_hand(list(dict.fromkeys(map(self.python.loss, gone))))

    def _merged(self) -> str | None:
        """Backwards that are missing because their losses are in the sum of another."""
        backwards = [change.right for change in self.changes if change.right is not None and change.right.verb == "backward"]
        whats = sorted(change.what for change in self.changes)
        is_one_sum = len(backwards) == len(whats) > 1 and whats == ["changed", *["left-out"] * (len(whats) - 1)]
        if self.finding.misconceptions[:1] != ("losses-merged",) or not is_one_sum:
            return None
        return fixes.apart(list(dict.fromkeys(map(self.python.loss, backwards))))

    def _split(self) -> str | None:
        """One backward of a sum that became several, of its parts."""
        asked = [change.right for change in self.changes if change.what == "changed" and change.right is not None]
        is_known = self.finding.misconceptions[:1] == ("loss-split",) and len(asked) == 1 and asked[0].verb == "backward"
        return fixes.in_one(self.python.loss(asked[0])) if is_known else None

    def _last_pass(self) -> str | None:
        """Everything of the last pass of a loop is missing."""
        gone = [change.right for change in self.changes if change.right is not None and change.what == "left-out"]
        loops = {step.loop[0] for step in gone if step.loop}
        is_one = len(gone) == len(self.changes) and all(step.loop for step in gone) and len(loops) == 1
        if not is_one or (len(gone) < 2 and self.finding.misconceptions[:1] != ("leftover-dropped",)):
            return None
        names, number = loops.pop()
        return fixes.last_too(names) if number == max(_passes(self.exercise, names)) > 0 else None

    def _sentence(self, change: Change) -> str | None:
        right, wrong = change.right, change.wrong
        if right is not None and _is_cut(change):
            return fixes.let_through(_cut_off(change, self.exercise), self._name_of_cut(change), self.cells)
        code = None if right is None else self.python.line(right)
        line = change.taken_from or change.line
        match change.what:
            case "put-in" if grad := self._grad_of_the_same(wrong):
                return fixes.write(grad, line, self.cells)
            case "put-in" if right is None:
                return self._take_out(change, line)
            case "left-out" if code and self.finding.misconceptions[:1] == ("rebound-leaf",):
                return fixes.in_place(code)
            case "left-out" if code and self._is_at_the_fact(change):
                return fixes.write(code, self.finding.line, self.cells)
            case "left-out" if self.finding.misconceptions == ("copy-zeroed",):
                return None  # what was zeroed instead may have to go
            case "left-out" if code and change.taken_from is None:
                return self._put_in(code, change)
            case "moved" if change.between is None:
                return None
            case "left-out" | "put-in" | "moved" if code and right is not None:
                return fixes.move(code, line if right.is_call else None, _gap(change), self.cells)
        return None

    def _take_out(self, change: Change, line: int | None) -> str | None:
        called_from = change.called_from if line == change.line else None
        return None if line is None else fixes.take_out(_kind(change.wrong), line, called_from, self.cells)

    def _put_in(self, code: str, change: Change) -> str:
        """A backward that only some passes have belongs in a loop, which its neighbours need not be in."""
        if change.right is not None and change.right.verb == "backward" and change.some_passes:
            return fixes.in_every_pass(code, change.right.loop[-1][0])
        return fixes.put_in(code, _gap(change), self.cells)

    def _grad_of_the_same(self, wrong: Step | None) -> str | None:
        """torch.autograd.grad as the exercise asks for it, of the very loss that had a backward."""
        if wrong is None or not isinstance(wrong.action, Backward):
            return None
        of = wrong.action.of
        for step in self.exercise.steps:
            values = _expressions(step) if isinstance(step.action, Let) else []
            if any(
                isinstance(each, FunctionCall) and each.function == Name("grad") and each.arguments[:1] == of for each in values
            ):
                return self.python.line(step)
        return None

    def _is_at_the_fact(self, change: Change) -> bool:
        """Does a fact name the line that did something else in the place of what is left out?"""
        line = self.finding.line
        if self.finding.source != "fact" or change.right is None or not set(self.finding.misconceptions) & _CALLS_INSTEAD:
            return False
        if any((each.what, each.right and each.right.text) != (change.what, change.right.text) for each in self.finding.changes):
            return False
        before, after = change.between or (None, None)
        return line is not None and (before or 0) <= line <= (after or line)

    def _name_of_cut(self, change: Change) -> int | str | None:
        """The line of a loss; of a tensor that is made first, its name."""
        match change.right.action if change.right else None:
            case Let(names=pairs):
                return ", ".join(name for name, _ in pairs)
        return change.line

    def _writes(self, changes: Sequence[Change]) -> list[_Told]:
        """What to write in the place of something else; one sentence for each line."""
        codes: dict[int | None, list[str | None]] = {}
        for change in changes:
            if change.right is not None:
                codes.setdefault(change.line if change.right.is_call else None, []).append(self.python.line(change.right))
        return [
            (line, fixes.write("; ".join(dict.fromkeys(filter(None, lines))), line, self.cells) if all(lines) else None)
            for line, lines in codes.items()
        ]

    def _losses(self, changes: Sequence[Change]) -> list[_Told]:
        """One sentence for each line, though a loop makes several losses there."""
        if any(_is_recorded_step(change.wrong) for change in changes):
            return [(None, None)]
        texts: dict[int | None, list[str]] = {}
        for change in changes:
            if change.right is not None:
                known = texts.setdefault(change.line, [])
                texts[change.line] = list(map(self.python.loss, change.runs)) or [*known, self.python.loss(change.right)]
        told = {line: [text for text, _ in groupby(losses)] for line, losses in texts.items()}
        few = {line: losses for line, losses in told.items() if len(losses) <= MOST_FIXES_TOLD}
        return [(line, fixes.use_loss(few[line], line, self.cells) if line in few else None) for line in told]


def _passes(exercise: Exercise, names: str) -> list[int]:
    return [number for step in exercise.steps for name, number in step.loop[:1] if name == names]


def _prepares(change: Change) -> bool:
    """Is it about a step that is no call? It is told only where nothing else is."""
    return not any(step.is_call for step in (change.right, change.wrong) if step)


def _is_told(change: Change, changes: Sequence[Change]) -> bool:
    """A pass of which only the effect is known, where another pass says what is wrong on that line."""
    if not _is_loss(change) or not _is_recorded_step(change.wrong):
        return False
    return any(each.line == change.line and _is_loss(each) and not _is_recorded_step(each.wrong) for each in changes)


def _is_idle(change: Change, changes: Sequence[Change]) -> bool:
    """A reset that nothing comes before, missing where it is missing later too."""
    if change.what != "left-out" or not isinstance(change.right and change.right.action, Zero) or not change.once:
        return False
    return (change.between or (0,))[0] is None and any(
        each is not change and each.what == "left-out" and each.right and change.right and each.right.text == change.right.text
        for each in changes
    )


def _is_loss(change: Change) -> bool:
    """Is it a backward of another loss than the one asked for?"""
    right, wrong = change.right, change.wrong
    if change.what != "changed" or right is None or wrong is None:
        return False
    return isinstance(right.action, Backward) and isinstance(wrong.action, Backward) and right.action.of != wrong.action.of


def _is_written_over(change: Change) -> bool:
    """Is it another step in the place of the one asked for, and neither a loss nor known by its effect only?"""
    return change.what == "changed" and not (_is_loss(change) or _is_cut(change) or _is_recorded_step(change.wrong))


def _is_cut(change: Change) -> bool:
    """Is it the right formula, but for a gradient that does not get through? Then its text may stand there as it should."""
    if change.what != "changed" or change.right is None or change.wrong is None:
        return False
    right, wrong = _expressions(change.right), _expressions(change.wrong)
    if list(map(_alive, right)) != list(map(_alive, wrong)):
        return False
    return sum(map(_detached, wrong)) > sum(map(_detached, right)) or bool(_inputs(change.wrong) and not _inputs(change.right))


def _inputs(step: Step | None) -> tuple[Expr, ...]:
    return step.action.inputs if step is not None and isinstance(step.action, Backward) else ()


def _alive(expr: Expr) -> Expr:
    return transform(expr, lambda node: node.arguments[0] if _is_detach(node) else node)


def _detached(expr: Expr) -> int:
    return sum(map(_is_detach, walk(expr)))


def _is_detach(node: Expr) -> TypeGuard[FunctionCall]:
    return isinstance(node, FunctionCall) and node.function == Name("detach")


def _cut_off(change: Change, exercise: Exercise) -> list[str]:
    """The tensors and modules that a gradient should reach and does not."""
    known = {*exercise.setup.tensors, *exercise.setup.modules}
    if only := _inputs(change.wrong):
        reached = {name.id for expr in only for name in names(expr)}
        every = [name.id for expr in _expressions(change.right) for name in names(expr) if name.id in known]
        return list(dict.fromkeys(each for each in every if each not in reached))
    asked = {node for expr in _expressions(change.right) for node in walk(expr) if _is_detach(node)}
    cut = [node for expr in _expressions(change.wrong) for node in walk(expr) if _is_detach(node) and node not in asked]
    return list(dict.fromkeys(name.id for node in cut for name in names(node) if name.id in known))


def _gap(change: Change) -> LinesAroundOnce:
    before, after = change.between or (None, None)
    return before, after, change.once


def _is_recorded_step(step: Step | None) -> bool:
    """Is only its effect known?"""
    return any("recorded_" in to_text(expr) for expr in _expressions(step))


def _expressions(step: Step | None) -> list[Expr]:
    match step.action if step else None:
        case Backward(of=of):
            return list(of)
        case Set(targets=targets):
            return [value for _, value in targets]
        case Let(names=pairs):
            return [value for _, value in pairs]
    return []


def _kind(step: Step | None) -> str:
    match step.action if step else None:
        case Zero():
            return "zeroing"
        case Backward():
            return "backward"
        case OptimizerStep(optimizer=name):
            return f"{name}.step()"
        case Clip():
            return "clipping"
        case Let():
            return "assignment"
    return "change"
