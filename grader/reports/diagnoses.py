"""A finding in words: what happened, where, why, and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.expressions import Expr, to_text
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, Set, Step, Zero
from grader.records.finding import Change, Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import Diagnosis
from grader.reports import wording
from grader.reports.derivative import derivative
from grader.reports.shown import shown

MOST_FIXES = 3
MOST_WORDS = 2

# A wrong number that the right derivative explains.
_ABOUT_SLOPES = frozenset(
    "wrong-formula wrong-target sign mean-for-sum sum-for-mean wrong-divisor loss-not-divided divided-twice divided-needlessly "
    "value-for-gradient hand-written-grad".split()
)


def diagnosis(finding: Finding, exercise: Exercise, cells: wording.Cells = ()) -> Diagnosis:
    """What the report says of one mistake; a cure only if it is proven."""
    return Diagnosis(
        misconception=finding.misconceptions[0] if finding.misconceptions else None,
        message=message(finding, exercise),
        line=finding.line,
        called_from=finding.called_from,
        between=finding.between,
        fix=fix(finding, cells) if finding.proven and exercise.kind != "predict" else None,
    )


def message(finding: Finding, exercise: Exercise) -> str:
    """What happened, with numbers, and why. What a prediction should have said is not told."""
    why = [MISCONCEPTIONS[word] for word in finding.misconceptions[:MOST_WORDS]]
    if exercise.kind == "predict":
        return wording.answers_fit(why) if why else wording.another_way()
    parts = (_happened(finding), wording.either(why) if len(why) > 1 else "".join(why), _slope(finding, exercise))
    return " ".join(part for part in parts if part) or wording.another_way()


def _slope(finding: Finding, exercise: Exercise) -> str:
    """The derivative that was asked for, where another loss or none was differentiated."""
    name = _first_difference(finding)
    if not set(finding.misconceptions) & _ABOUT_SLOPES or name is None or not name.endswith(".grad"):
        return ""
    for change in finding.changes:
        right, call = change.right, change.call
        if change.what == "changed" and right is not None and call is not None and (loss := _only_loss(right)) is not None:
            return wording.slope(derivative(loss, name.removesuffix(".grad"), call.before, exercise))
    return ""


def _only_loss(step: Step) -> Expr | None:
    """The loss of a backward that has one, and no `gradient`."""
    match step.action:
        case Backward(of=(loss,), gradient=()):
            return loss
    return None


def _happened(finding: Finding) -> str:
    name = _first_difference(finding)
    if name is None:
        return ""
    observed, expected = shown(finding.observed[name]), shown(finding.expected[name])
    return f"{wording.is_not(name, observed, expected)} {_ratio(finding, observed, expected)}".strip()


def _first_difference(finding: Finding) -> str | None:
    """The first name that holds something else than it should."""
    both = [name for name in finding.expected if name in finding.observed]
    return next((name for name in both if shown(finding.observed[name]) != shown(finding.expected[name])), None)


def _ratio(finding: Finding, observed: Any, expected: Any) -> str:
    """How many times too large, where nothing else is known."""
    if finding.misconceptions:
        return ""
    pairs = _pairs(observed, expected)
    ratios = {round(one / other, 4) for one, other in pairs or () if other}
    if pairs and len(ratios) == 1 and all(other or not one for one, other in pairs):
        return wording.times(ratios.pop())
    return ""


def _pairs(observed: Any, expected: Any) -> list[tuple[float, float]] | None:
    """The numbers of two values side by side; None if the values have not the same shape."""
    if isinstance(observed, list) and isinstance(expected, list) and len(observed) == len(expected):
        parts = [_pairs(*pair) for pair in zip(observed, expected, strict=True)]
        return None if None in parts else [pair for part in parts for pair in part or ()]
    if isinstance(observed, int | float) and isinstance(expected, int | float):
        return [(float(observed), float(expected))]
    return None


def fix(finding: Finding, cells: wording.Cells = ()) -> str | None:
    """What to change, at most three things; edits that repeat on one line are one."""
    if finding.misconceptions == ("not-unpacked",):
        return wording.unpack()
    changes = [change for change in finding.changes if not _prepares(change)] or list(finding.changes)
    left = [change for change in changes if not _is_told(change, changes)]
    sentences = [_instead(change, finding, cells) or _fix(change, cells) for change in left if not _is_loss(change)]
    sentences += _losses([change for change in left if _is_loss(change)], cells)
    told = list(dict.fromkeys(sentence for sentence in sentences if sentence))
    return "; ".join(told) if 0 < len(told) <= MOST_FIXES and all(sentences) else None


def _is_loss(change: Change) -> bool:
    """Is it a backward of another loss than the one asked for?"""
    right, wrong = change.right, change.wrong
    if change.what != "changed" or right is None or wrong is None:
        return False
    return isinstance(right.action, Backward) and isinstance(wrong.action, Backward) and right.action.of != wrong.action.of


def _is_told(change: Change, changes: Sequence[Change]) -> bool:
    """A pass of which only the effect is known, where another pass says what is wrong on that line."""
    if not _is_loss(change) or not _is_recorded_step(change.wrong):
        return False
    return any(each.line == change.line and _is_loss(each) and not _is_recorded_step(each.wrong) for each in changes)


def _losses(changes: Sequence[Change], cells: wording.Cells) -> list[str | None]:
    """One sentence for each line, though a loop makes several losses there."""
    if any(_is_recorded_step(change.wrong) for change in changes):
        return [None]
    texts: dict[int | None, list[str]] = {}
    for change in changes:
        if change.right is not None:
            texts.setdefault(change.line, []).append(change.right.text.rpartition(" .backward(")[0])
    return [wording.use_loss(list(dict.fromkeys(losses)), line, cells) for line, losses in texts.items()]


def _prepares(change: Change) -> bool:
    """Is it about a step that is no call? It is told only where nothing else is."""
    return not any(step.is_call for step in (change.right, change.wrong) if step)


def _instead(change: Change, finding: Finding, cells: wording.Cells) -> str | None:
    """A fact names the line that did something else in the place of what is left out."""
    if finding.source != "fact" or change.what != "left-out" or change.right is None:
        return None
    if any((each.what, each.right and each.right.text) != (change.what, change.right.text) for each in finding.changes):
        return None
    before, after = change.between or (None, None)
    inside = finding.line is not None and (before or 0) <= finding.line <= (after or finding.line)
    return wording.write(_as_code(change.right), finding.line, cells) if inside else None


def _fix(change: Change, cells: wording.Cells) -> str | None:
    match change.what:
        case "left-out" if change.right is not None:
            return wording.put_in(_as_code(change.right), change.between or (None, None), cells)
        case "put-in":
            return wording.take_out(_kind(change.wrong), change.line, cells) if change.line is not None else None
        case "moved" if change.right is not None:
            return wording.move(_as_code(change.right), change.line, change.between or (None, None), cells)
        case "changed" if change.right is not None and change.wrong is not None:
            return None if _is_recorded_step(change.wrong) else wording.write(_as_code(change.right), change.line, cells)
    return None


def _as_code(step: Step) -> str:
    """The step as Python: a loss has brackets around it, or its last number would have the backward."""
    loss, called, arguments = step.text.rpartition(" .backward(")
    if not called or loss.startswith("["):
        return step.text
    return f"{loss}.backward({arguments}" if loss.isidentifier() else f"({loss}).backward({arguments}"


def _is_recorded_step(step: Step | None) -> bool:
    return step is not None and any(_is_recorded(expr) for expr in _expressions(step))


def _expressions(step: Step) -> list[Expr]:
    match step.action:
        case Backward(of=of):
            return list(of)
        case Set(targets=targets):
            return [value for _, value in targets]
    return []


def _is_recorded(expr: Expr) -> bool:
    return "recorded_" in to_text(expr)


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
