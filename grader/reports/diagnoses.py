"""A finding in words: what happened, where, why, and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grader.expressions.tree import Expr
from grader.marking.values import Rules, rules_of
from grader.records.changed_lines import ChangedLines, changed_lines
from grader.records.exercise import Backward, Exercise, Step
from grader.records.finding import Finding
from grader.records.misconceptions import MISCONCEPTIONS, Misconception
from grader.records.repair import Repair
from grader.records.result import Diagnosis
from grader.records.submission import SolutionFile
from grader.records.trace import Value
from grader.reports.derivative import derivative
from grader.reports.patch import patch
from grader.reports.returned import other_kind
from grader.reports.shown import furthest_number, shown, whole
from grader.reports.wording import diagnoses as wording
from grader.reports.wording.fixes import fix_of_changes
from grader.reports.wording.places import Cells

MOST_WORDS = 2


def diagnosis(finding: Finding, exercise: Exercise, file: SolutionFile | None = None, cells: Cells = ()) -> Diagnosis:
    """What the report says about one mistake."""
    repair = finding.repair if file is not None else None
    changes = _changes(file, repair)
    return Diagnosis(
        misconception=finding.misconceptions[0] if finding.misconceptions else None,
        message=message(finding, exercise),
        line=_line(finding, changes),
        called_from=finding.called_from,
        between=finding.between,
        fix=fix_of_changes(changes, cells) if changes is not None else None,
        patch=patch(file, repair.text, exercise.solution_path) if file and repair else None,
        proven=repair is not None,
    )


def _changes(file: SolutionFile | None, repair: Repair | None) -> Sequence[ChangedLines] | None:
    if file is None or file.text is None or repair is None:
        return None
    return changed_lines(file.text.split("\n"), repair.text.split("\n"))


def _line(finding: Finding, changes: Sequence[ChangedLines] | None) -> int | None:
    """The line of the finding. A finding without a place, as about the returned value, is where its fix begins."""
    if finding.line is None and finding.between is None and changes and changes[0].old:
        return changes[0].line
    return finding.line


def message(finding: Finding, exercise: Exercise) -> str:
    """What happened, with numbers, and why. It never gives the right answer to a prediction."""
    mistakes = [MISCONCEPTIONS[word] for word in finding.misconceptions[:MOST_WORDS]]
    why = [each.sentence for each in mistakes if not _is_said_by_another(each, mistakes)]
    if exercise.kind == "predict":
        return wording.answers_fit(why) if why else wording.CALLS_DIFFER
    name = _first_difference(finding)
    parts = (
        _returned_kind(finding, exercise) or _what_happened(finding, name),
        wording.either(why) if len(why) > 1 else "".join(why),
        _derivative_of_loss(finding, exercise, name),
    )
    return " ".join(part for part in parts if part) or wording.CALLS_DIFFER


def _is_said_by_another(mistake: Misconception, mistakes: Sequence[Misconception]) -> bool:
    return any(mistake.word in other.also_says for other in mistakes)


def _derivative_of_loss(finding: Finding, exercise: Exercise, name: str | None) -> str:
    """The derivative of the expected loss, if another loss or none was differentiated. `name` is the first that differs."""
    is_about_derivative = any(MISCONCEPTIONS[word].about_derivative for word in finding.misconceptions)
    if not is_about_derivative or name is None or not name.endswith(".grad"):
        return ""
    for change in finding.changes:
        right, call = change.right, change.call
        if change.what == "changed" and right is not None and call is not None and (loss := _only_loss(right)) is not None:
            return wording.expected_derivative(derivative(loss, name.removesuffix(".grad"), call.before, exercise))
    return ""


def _only_loss(step: Step) -> Expr | None:
    """The loss of a backward that has one loss and no `gradient`."""
    match step.action:
        case Backward(of=(loss,), gradient=()):
            return loss
    return None


def _returned_kind(finding: Finding, exercise: Exercise) -> str:
    """A number was returned for a tensor, or a tensor for a number."""
    name = "return"
    if name not in finding.expected or name not in finding.observed:
        return ""
    return other_kind(finding.observed[name], finding.expected[name], rules_of(exercise))


def _what_happened(finding: Finding, name: str | None) -> str:
    """The two values of the first name that differs."""
    if name is None:
        return ""
    observed, expected = finding.observed[name], finding.expected[name]
    furthest = furthest_number(observed, expected, Rules())
    sentence = wording.is_not(name, shown(observed, furthest=furthest), shown(expected, furthest=furthest))
    return f"{sentence} {_ratio(finding, observed, expected)}".strip()


def _first_difference(finding: Finding) -> str | None:
    """The first name whose value differs from the expected one."""
    both = [name for name in finding.expected if name in finding.observed]
    return next((name for name in both if whole(finding.observed[name]) != whole(finding.expected[name])), None)


def _ratio(finding: Finding, observed: Value, expected: Value) -> str:
    """How many times too large, if nothing else is known."""
    if finding.misconceptions:
        return ""
    pairs = _number_pairs(whole(observed), whole(expected))
    ratios = {round(one / other, 4) for one, other in pairs or () if other}
    if pairs and len(ratios) == 1 and all(other or not one for one, other in pairs):
        return wording.times(ratios.pop())
    return ""


def _number_pairs(observed: Any, expected: Any) -> list[tuple[float, float]] | None:
    """The numbers of two values side by side; None if the values do not have the same shape."""
    if isinstance(observed, list) and isinstance(expected, list) and len(observed) == len(expected):
        parts = [_number_pairs(*pair) for pair in zip(observed, expected, strict=True)]
        return None if None in parts else [pair for part in parts for pair in part or ()]
    if isinstance(observed, int | float) and isinstance(expected, int | float):
        return [(float(observed), float(expected))]
    return None
