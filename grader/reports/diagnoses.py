"""A finding in words: what happened, where, why, and what to change."""

from __future__ import annotations

from typing import Any

from grader.expressions import Expr, to_text
from grader.records.exercise import Backward, Clip, Exercise, Let, OptimizerStep, Set, Step, Zero
from grader.records.finding import Change, Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import Diagnosis
from grader.reports import wording
from grader.reports.shown import shown

MOST_FIXES = 3


def diagnosis(finding: Finding, exercise: Exercise) -> Diagnosis:
    """What the report says of one mistake; a cure only if it is proven."""
    return Diagnosis(
        misconception=finding.misconceptions[0] if finding.misconceptions else None,
        message=message(finding),
        line=finding.line,
        called_from=finding.called_from,
        between=finding.between,
        fix=fix(finding) if finding.proven else None,
    )


def message(finding: Finding) -> str:
    """What happened, with numbers, and why."""
    happened = _happened(finding)
    why = [MISCONCEPTIONS[word] for word in finding.misconceptions]
    if not why:
        return happened
    if len(why) == 1:
        return f"{happened} {why[0]}".strip()
    return f"{happened} {wording.consistent_with(why[0], why[1])}".strip()


def _happened(finding: Finding) -> str:
    for name, expected in finding.expected.items():
        if name in finding.observed and shown(finding.observed[name]) != shown(expected):
            observed = shown(finding.observed[name])
            sentence = wording.is_not(name, observed, shown(expected))
            return f"{sentence} {_ratio(finding, observed, shown(expected))}".strip()
    return ""


def _ratio(finding: Finding, observed: Any, expected: Any) -> str:
    """How many times too large, where nothing else is known."""
    if finding.misconceptions:
        return ""
    pairs = list(zip(_flat(observed), _flat(expected), strict=False))
    ratios = {round(one / other, 4) for one, other in pairs if other}
    if len(ratios) == 1 and len(pairs) and all(other or not one for one, other in pairs):
        return wording.times(ratios.pop())
    return ""


def _flat(value: Any) -> list[float]:
    if isinstance(value, list):
        return [number for item in value for number in _flat(item)]
    return [float(value)] if isinstance(value, int | float) else []


def fix(finding: Finding) -> str | None:
    """What to change, at most three things; edits that repeat on one line are one."""
    sentences = [_instead(change, finding) or _fix(change) for change in finding.changes]
    told = list(dict.fromkeys(sentence for sentence in sentences if sentence))
    return "; ".join(told) if 0 < len(told) <= MOST_FIXES and all(sentences) else None


def _instead(change: Change, finding: Finding) -> str | None:
    """A fact names the line that did something else in the place of what is left out."""
    if finding.source != "fact" or change.what != "left-out" or change.right is None or len(finding.changes) > 1:
        return None
    before, after = change.between or (None, None)
    inside = finding.line is not None and (before or 0) <= finding.line <= (after or finding.line)
    return wording.write(change.right.text, finding.line) if inside else None


def _fix(change: Change) -> str | None:
    match change.what:
        case "left-out" if change.right is not None:
            return wording.put_in(change.right.text, change.between or (None, None))
        case "put-in":
            return wording.take_out(_kind(change.wrong), change.line) if change.line is not None else None
        case "moved" if change.right is not None:
            return wording.move(change.right.text, change.line, change.between or (None, None))
        case "changed" if change.right is not None and change.wrong is not None:
            return _change(change.right, change.wrong, change.line)
    return None


def _change(right: Step, wrong: Step, line: int | None) -> str | None:
    if any(_is_recorded(expr) for expr in _expressions(wrong)):
        return None
    if isinstance(right.action, Backward) and isinstance(wrong.action, Backward) and right.action.of != wrong.action.of:
        return wording.use_loss(" and ".join(to_text(loss) for loss in right.action.of), line)
    return wording.write(right.text, line)


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
