"""`requires_grad` steps: whether the leaves that they are about require grad where it matters.

Only a backward reads `requires_grad`. So a program may freeze a leaf anywhere before the next backward, or until its end.
Such a row is worth no points of its own: the steps are. But without it an exercise is not passed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from grader.expressions.write import to_text
from grader.marking.compare import Comparison
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.score import is_right_only_visibly, worst_status
from grader.records.exercise import RequiresGrad
from grader.records.grade import GradeRow
from grader.records.result import Status
from grader.records.trace import Trace

REQUIRES_GRAD = ".requires_grad"


def frozen_rows(expected_runs: ExpectedRuns, observed: Sequence[Trace], comparisons: Sequence[Comparison]) -> Iterator[GradeRow]:
    """A row for each `requires_grad` step that the reference reached."""
    for index, step in enumerate(expected_runs.exercise.steps[: len(expected_runs.runs[0].steps)]):
        if isinstance(step.action, RequiresGrad):
            yield _row(index, step.action, expected_runs, observed, comparisons)


def _row(
    index: int,
    action: RequiresGrad,
    expected_runs: ExpectedRuns,
    observed: Sequence[Trace],
    comparisons: Sequence[Comparison],
) -> GradeRow:
    names = _leaves_of(action, expected_runs.runs[0].before)
    found: dict[int, Status] = {}
    for comparison in comparisons:
        for place, case in enumerate(comparison.cases):
            expected, seen = _frozen_at_next_backward(index, case, place, expected_runs, observed, comparison)
            found[case] = "matched" if names.isdisjoint(expected ^ seen) else "wrong"
            if case == 0:
                right, left = _flags(names, expected), _flags(names, seen)
    statuses = [found[case] for case in sorted(found)]
    return GradeRow(
        "step",
        worst_status(statuses),
        index,
        expected=right,
        observed=left,
        differs=tuple(name for name, value in right.items() if left[name] != value),
        only_visible=is_right_only_visibly(statuses),
    )


def _flags(names: Iterable[str], frozen: Collection[str]) -> dict[str, bool]:
    return {name + REQUIRES_GRAD: name not in frozen for name in sorted(names)}


def _leaves_of(action: RequiresGrad, leaves: Iterable[str]) -> frozenset[str]:
    """The leaves that a step is about: a module has those of its parameters. All, if they cannot be told from the text."""
    targets = [to_text(expr) for expr, _ in action.of]
    found = frozenset(leaf for leaf in leaves for target in targets if leaf == target or leaf.startswith(f"{target}."))
    return found or frozenset(leaves)


def _frozen_at_next_backward(
    index: int, case: int, place: int, expected_runs: ExpectedRuns, observed: Sequence[Trace], comparison: Comparison
) -> tuple[frozenset[str], frozenset[str]]:
    """The leaves that do not require grad at the next backward, or at the end: the expected ones, and the student's."""
    run, trace = expected_runs.runs[case], observed[case]
    groups = comparison.steps[place]
    step = next((i for i, group in enumerate(groups) if group.kind == "backward" and group.members[0] > index), None)
    if step is None:
        return frozenset(run.frozen), frozenset(trace.frozen)
    pair = next((pair for pair in comparison.pairs if pair.step == step), None)
    seen = trace.frozen if pair is None else comparison.calls[place][pair.start].calls[0].frozen
    return frozenset(groups[step].calls[0].frozen), frozenset(seen)
