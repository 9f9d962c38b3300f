"""A finding in words: what happened, where and why; `fixes` says what to change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.expressions import Expr
from grader.records.exercise import Backward, Exercise, Step
from grader.records.finding import Finding
from grader.records.misconceptions import MISCONCEPTIONS
from grader.records.result import Diagnosis
from grader.reports.derivative import derivative
from grader.reports.fixes import fix
from grader.reports.shown import shown
from grader.reports.wording import diagnoses
from grader.reports.wording.places import Cells

MOST_WORDS = 2

# Where one sentence says what two mistakes have in common.
_SAYS_BOTH: Mapping[tuple[str, ...], tuple[str, ...]] = {("detached", "no-grad-loss"): ("no-grad-loss",)}

# A wrong number that the right derivative explains.
_ABOUT_SLOPES = frozenset(
    "wrong-formula wrong-target sign mean-for-sum sum-for-mean wrong-divisor loss-not-divided divided-twice divided-needlessly "
    "value-for-gradient hand-written-grad".split()
)


def diagnosis(finding: Finding, exercise: Exercise, cells: Cells = ()) -> Diagnosis:
    """What the report says of one mistake; a cure only if it is proven."""
    return Diagnosis(
        misconception=finding.misconceptions[0] if finding.misconceptions else None,
        message=message(finding, exercise),
        line=finding.line,
        called_from=finding.called_from,
        between=finding.between,
        fix=fix(finding, exercise, cells) if finding.proven and finding.one_fix and exercise.kind != "predict" else None,
    )


def message(finding: Finding, exercise: Exercise) -> str:
    """What happened, with numbers, and why. What a prediction should have said is not told."""
    why = [MISCONCEPTIONS[word] for word in _SAYS_BOTH.get(finding.misconceptions, finding.misconceptions[:MOST_WORDS])]
    if exercise.kind == "predict":
        return diagnoses.answers_fit(why) if why else diagnoses.another_way()
    parts = (_happened(finding), diagnoses.either(why) if len(why) > 1 else "".join(why), _slope(finding, exercise))
    return " ".join(part for part in parts if part) or diagnoses.another_way()


def _slope(finding: Finding, exercise: Exercise) -> str:
    """The derivative that was asked for, where another loss or none was differentiated."""
    name = _first_difference(finding)
    if not set(finding.misconceptions) & _ABOUT_SLOPES or name is None or not name.endswith(".grad"):
        return ""
    for change in finding.changes:
        right, call = change.right, change.call
        if change.what == "changed" and right is not None and call is not None and (loss := _only_loss(right)) is not None:
            return diagnoses.slope(derivative(loss, name.removesuffix(".grad"), call.before, exercise))
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
    return f"{diagnoses.is_not(name, observed, expected)} {_ratio(finding, observed, expected)}".strip()


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
        return diagnoses.times(ratios.pop())
    return ""


def _pairs(observed: Any, expected: Any) -> list[tuple[float, float]] | None:
    """The numbers of two values side by side; None if the values have not the same shape."""
    if isinstance(observed, list) and isinstance(expected, list) and len(observed) == len(expected):
        parts = [_pairs(*pair) for pair in zip(observed, expected, strict=True)]
        return None if None in parts else [pair for part in parts for pair in part or ()]
    if isinstance(observed, int | float) and isinstance(expected, int | float):
        return [(float(observed), float(expected))]
    return None
