"""What a label is: one row of an alignment that is not right, written as an edit of the steps."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from grader.diagnosis.budget import ENOUGH_WORK, NUMBER, STEP, TENSOR, Budget, work_of_leaves
from grader.diagnosis.contributions import Contributions
from grader.diagnosis.step_order import StepOrder
from grader.marking.call_groups import CallGroup
from grader.marking.compare import Replays
from grader.marking.expected_runs import ExpectedRuns
from grader.records.exercise import Exercise, Step
from grader.records.trace import ReferenceRun, TensorValue, Trace


@dataclass(frozen=True, slots=True)
class Label:
    """One row that is not right. In the wrong program `steps` replace the right steps with the indices `right`.

    `before` is the index of the right step before which they are put. `misconception` is None if the effect has no name.
    `recorded` has the data that recorded steps read, by name, for each case. `options` are all the names that fit, each
    with its step, the likeliest first.
    """

    misconception: str | None
    right: tuple[int, ...]
    before: int
    steps: tuple[Step, ...]
    group: CallGroup | None = None
    recorded: tuple[Mapping[str, TensorValue], ...] = ()
    options: tuple[tuple[str, Step], ...] = ()


@dataclass(frozen=True, slots=True)
class BackwardMutant:
    """A mutant that changes one backward only: its `step` replaces the right step with this `index`."""

    index: int
    step: Step
    misconception: str
    contributions: Contributions


@dataclass(frozen=True)
class LabelInputs:
    """Everything that labels are computed from. `budget` is for comparing contributions."""

    expected_runs: ExpectedRuns
    traces: Sequence[Trace]
    replays: Replays = field(default_factory=Replays)
    backward_mutants: Sequence[BackwardMutant] = ()
    budget: Budget = field(default_factory=lambda: Budget(ENOUGH_WORK))

    @property
    def exercise(self) -> Exercise:
        return self.expected_runs.exercise

    @property
    def runs(self) -> Sequence[ReferenceRun]:
        return self.expected_runs.runs

    @cached_property
    def asked(self) -> Counter[int]:
        """For each step of the file, how many of its passes have asked for replays."""
        return Counter()

    @cached_property
    def work_of_leaves(self) -> int:
        """The work of comparing all leaves once."""
        start = self.runs[0].before
        return work_of_leaves(start, start)

    @cached_property
    def order(self) -> StepOrder:
        return StepOrder(self.exercise, self.runs[0])

    @cached_property
    def mutants_of_backward(self) -> Mapping[int, Sequence[BackwardMutant]]:
        """The mutants that change the backward with this index."""
        found: dict[int, list[BackwardMutant]] = {}
        for mutant in self.backward_mutants:
            found.setdefault(mutant.index, []).append(mutant)
        return found


def work_of_recorded(labels: Sequence[Label]) -> int:
    """The work of sending what the recorded steps of these labels read."""
    tensors = [tensor for label in labels for case in label.recorded for tensor in case.values()]
    return sum(STEP + TENSOR + NUMBER * len(tensor.data) for tensor in tensors)


def without_expectations(step: Step) -> Step:
    """The step as a part of a wrong program: it expects nothing and may not be left out."""
    return replace(step, expect=(), raises=None, optional=False)
