"""The wrong programs of one exercise, and what they leave. They run once for a class.

If all of them together are cheap, all run on the visible case. In a long exercise, and in one with many numbers, only the
first steps of each run: they show which programs a student's trace makes likely, and only those run as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property

from grader.assess.prepared import Prepared
from grader.diagnosis.budget import ENOUGH_WORK, Budget, costs_of
from grader.diagnosis.changes import changes
from grader.diagnosis.contributions import contribution_of
from grader.diagnosis.edits import ProgramEdits, edits_between
from grader.diagnosis.explain import (
    Footprint,
    begins_like,
    explains,
    footprint,
    footprint_of_run,
    may_be_same_footprint,
    may_explain,
    place_of_first_difference,
    runnable,
)
from grader.diagnosis.from_mutants import ExplainingMutant
from grader.diagnosis.label import BackwardMutant
from grader.diagnosis.mutations import Mutant, mutants
from grader.protocol.jobs import Program, program
from grader.records.exercise import Step
from grader.records.trace import ReferenceRun, Trace

# The beginning of a long program: the first two passes of its loop, but at least and at most so many steps. With many
# numbers the first pass is enough.
_SHORTEST_BEGINNING, _LEAST_BEGINNING, _LONGEST_BEGINNING = 3, 12, 60
# The work for one student: so many times the right program, in every case.
_TIMES_RIGHT = 3
# What a beginning leaves undecided, a beginning so many times as long decides.
_TIMES_LONGER = 6

RunPrograms = Callable[[Sequence[Program]], tuple[ReferenceRun, ...]]


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What the first steps of a mutant leave (None: the same as the right ones, or unknown). `ended`: they raised an error."""

    left: Footprint | None
    ended: bool = False
    is_unknown: bool = False

    @property
    def gradients(self) -> int:
        return sum(map(len, (self.left or {}).values()))


class KnownMutants:
    """The mutants of one exercise. `run` performs programs."""

    def __init__(self, prepared: Prepared, run: RunPrograms) -> None:
        self.prepared, self.exercise, self._run = prepared, prepared.exercise, run
        self.costs = costs_of(prepared.expected[0])
        self._visible: dict[int, ReferenceRun] = {}
        self._hidden: dict[int, tuple[ReferenceRun, ...]] = {}
        self._footprints: dict[int, Footprint] = {}
        self._room = ENOUGH_WORK

    @cached_property
    def mutants(self) -> tuple[Mutant, ...]:
        return mutants(self.exercise)

    @cached_property
    def are_cheap(self) -> bool:
        """May all of them run as a whole?"""
        return sum(self.costs.of_program(len(each.steps)) for each in self.mutants) <= ENOUGH_WORK

    def get_ready(self) -> None:
        """Run what is run once for all students."""
        if self.are_cheap:
            self.visible_runs(range(len(self.mutants)))
        elif self.exercise.kind != "predict":
            _ = self._beginnings

    def steps(self, number: int) -> tuple[Step, ...]:
        """The steps of a mutant as the reference performs them."""
        return runnable(self.exercise, self.mutants[number].steps)

    def affordable(self) -> Sequence[int]:
        """The numbers of the mutants that may run as a whole for one purpose: all if they are cheap."""
        numbers = range(len(self.mutants))
        return numbers if self.are_cheap else self._within(numbers, self._budget(), 1)

    def visible_runs(self, numbers: Iterable[int]) -> Mapping[int, ReferenceRun]:
        """What these mutants leave on the visible case. All unknown ones run together."""
        numbers = tuple(numbers)
        unknown = [number for number in numbers if number not in self._visible]
        case = self.prepared.cases[0]
        new = self._run_in_halves([program(self.exercise, self.steps(number), case) for number in unknown])
        found = self._visible | dict(zip(unknown, new, strict=True))
        self._visible |= {number: found[number] for number in unknown if self._has_room(number, 1)}
        return {number: found[number] for number in numbers}

    def in_all_cases(self, numbers: Iterable[int]) -> Mapping[int, tuple[ReferenceRun, ...]]:
        """What these mutants leave in every case. All unknown ones run together."""
        numbers = tuple(numbers)
        visible, hidden = self.visible_runs(numbers), self.prepared.cases[1:]
        unknown = [number for number in numbers if number not in self._hidden]
        runs = self._run([program(self.exercise, steps, case) for steps in map(self.steps, unknown) for case in hidden])
        found = self._hidden | _runs_of_each(unknown, runs, len(hidden))
        self._hidden |= {number: found[number] for number in unknown if self._has_room(number, len(hidden))}
        return {number: (visible[number], *found[number]) for number in numbers}

    def _has_room(self, number: int, cases: int) -> bool:
        """May these runs be kept for the next students?"""
        if not self.are_cheap:
            self._room -= cases * self.costs.of_program(len(self.mutants[number].steps))
        return self._room >= 0

    def explaining(self, traces: Sequence[Trace]) -> tuple[list[ExplainingMutant], bool]:
        """The mutants that explain the traces in every case. Was every mutant looked at that might?"""
        observed, budget = footprint(traces[0].calls), self._budget()
        if self.are_cheap:
            numbers: Sequence[int] = range(len(self.mutants))
        else:
            numbers = sorted(self._within(self._likeliest(self._candidates(observed), observed), budget, 1))
        visible = self.visible_runs(numbers)
        likely = [number for number in numbers if self._is_likely(number, visible[number], traces[0], observed)]
        if not self.are_cheap:
            budget_of_cases = self._budget()
            likely = self._within(likely, budget_of_cases, len(self.prepared.cases))
            budget.ended |= budget_of_cases.ended
        explaining = []
        for number, runs in self.in_all_cases(likely).items():
            steps = self.steps(number)
            passed = explains(self.exercise, steps, runs, traces)
            if passed is not None:
                found = changes(ProgramEdits(self.exercise.steps, steps), passed)
                explaining.append(ExplainingMutant(self.mutants[number], passed, found))
        return explaining, not budget.ended

    def _budget(self) -> Budget:
        return Budget.for_cases(self.costs, len(self.prepared.cases), _TIMES_RIGHT)

    def _within(self, numbers: Iterable[int], budget: Budget, cases: int) -> list[int]:
        """The first of these mutants, as far as the budget allows them to run in so many cases."""
        found = []
        for number in numbers:
            if not budget.take(cases * self.costs.of_program(len(self.mutants[number].steps))):
                break
            found.append(number)
        return found

    def _is_likely(self, number: int, visible: ReferenceRun, trace: Trace, observed: Footprint) -> bool:
        """Does the mutant explain the visible case? The quick tests come first."""
        if self.exercise.kind != "predict" and not may_be_same_footprint(self._footprint(number, visible), observed):
            return False
        if not may_explain(self.exercise, visible, trace):
            return False
        return explains(self.exercise, self.steps(number), (visible,), (trace,)) is not None

    def _footprint(self, number: int, visible: ReferenceRun) -> Footprint:
        if not self.are_cheap:
            return footprint_of_run(visible)
        if number not in self._footprints:
            self._footprints[number] = footprint_of_run(visible)
        return self._footprints[number]

    def _candidates(self, observed: Footprint) -> list[int]:
        """The mutants of which the beginning may be that of the trace; first those that say most about it."""
        if self.exercise.kind == "predict":
            return list(range(len(self.mutants)))
        right = self.prepared.expected[0]
        wrong = place_of_first_difference(right, observed, self.exercise)
        begun = enumerate(zip(self._first_edits, self._beginnings, strict=True))
        return _most_gradients_first(
            {number: each for number, (edit, each) in begun if edit <= wrong and self._may_begin(each, observed)}
        )

    def _likeliest(self, candidates: Sequence[int], observed: Footprint) -> Sequence[int]:
        """The candidates whose longer beginning may be that of the trace too, as far as the budget allows."""
        length = _TIMES_LONGER * self._length_of_beginning
        if self.exercise.kind == "predict" or length >= len(self.exercise.steps):
            return candidates
        budget = self._budget()
        tried = [number for number in candidates if budget.take(self.costs.of_program(length))]
        begun = self._begun(tried, length)
        kept = {number: each for number, each in begun.items() if self._may_begin(each, observed)}
        return [*_most_gradients_first(kept), *(number for number in candidates if number not in begun)]

    def _may_begin(self, begun: _Beginning, observed: Footprint) -> bool:
        if begun.left is None:
            return True
        return may_be_same_footprint(begun.left, observed) if begun.ended else begins_like(begun.left, observed, self.exercise)

    @cached_property
    def _first_edits(self) -> tuple[int, ...]:
        """For each mutant, the index of its first step that is not the right one."""
        return tuple(_first_edit(self.exercise.steps, each.steps) for each in self.mutants)

    @cached_property
    def _beginnings(self) -> tuple[_Beginning, ...]:
        """The beginning of every mutant, as far as the budget allows."""
        length, right = self._length_of_beginning, self.exercise.steps
        edits, budget = self._first_edits, self._budget()
        early = [
            number
            for number in sorted(range(len(edits)), key=lambda number: _priority(right, self.mutants[number], edits[number]))
            if edits[number] < length and budget.take(self.costs.of_program(length))
        ]
        begun = [_Beginning(None, is_unknown=edit < length) for edit in edits]
        for number, each in self._begun(early, length).items():
            begun[number] = each
        return tuple(begun)

    def _begun(self, numbers: Sequence[int], length: int) -> dict[int, _Beginning]:
        """What the first steps of these mutants leave."""
        case = self.prepared.cases[0]
        beginnings = [runnable(self.exercise, self.mutants[number].steps[:length]) for number in numbers]
        runs = self._run_in_halves([replace(program(self.exercise, steps, case), returns=None) for steps in beginnings])
        found = {}
        for number, run in zip(numbers, runs, strict=True):
            ended = bool(run.steps and run.steps[-1].raised)
            found[number] = _Beginning(footprint_of_run(run), ended)
        return found

    @cached_property
    def _length_of_beginning(self) -> int:
        length = min(max(_LEAST_BEGINNING, self._end_of_pass(1)), _LONGEST_BEGINNING)
        if len(self.mutants) * self.costs.of_program(length) > ENOUGH_WORK:
            length = min(length, max(_SHORTEST_BEGINNING, self._end_of_pass(0)))
        return length

    def _end_of_pass(self, number: int) -> int:
        """The place after the last step of this pass of a loop; 0 without loops."""
        steps = self.exercise.steps
        return max((index + 1 for index, step in enumerate(steps) if step.loop and step.loop[0][1] <= number), default=0)

    @cached_property
    def of_one_backward(self) -> tuple[BackwardMutant, ...]:
        """The mutants that change one backward only, and what it adds in every case. In a long program, only early ones."""
        places = self._changes_of_one_backward
        runs = self.in_all_cases(places) if self.are_cheap else self._in_all_cases_up_to(places)
        found = []
        for number, place in places.items():
            done = [run.steps[place].call for run in runs[number] if place < len(run.steps)]
            calls = [call for call in done if call is not None]
            if len(calls) == len(self.prepared.cases) and calls[0].kind == "backward" and calls[0].raised is None:
                mutant, step = self.mutants[number], self.steps(number)[place]
                found.append(BackwardMutant(place, step, mutant.misconception, contribution_of(calls)))
        return tuple(found)

    def _in_all_cases_up_to(self, places: Mapping[int, int]) -> Mapping[int, tuple[ReferenceRun, ...]]:
        """What these mutants leave in every case if they end after the step at their place."""
        beginnings, cases = [self.steps(number)[: place + 1] for number, place in places.items()], self.prepared.cases
        programs = [replace(program(self.exercise, steps, case), returns=None) for steps in beginnings for case in cases]
        return _runs_of_each(places, self._run(programs), len(cases))

    @cached_property
    def _changes_of_one_backward(self) -> Mapping[int, int]:
        """The mutants that change one backward and nothing else, and its index: the same in the right program and in theirs."""
        if not self.are_cheap:
            return self._early_changes_of_one_backward()
        found = {}
        for number, visible in self.visible_runs(range(len(self.mutants))).items():
            steps = self.mutants[number].steps
            edits = edits_between(self.exercise.steps, steps)
            if len(edits) == 1 and edits[0].what == "changed" and len(visible.steps) == len(steps):
                call = visible.steps[edits[0].wrong].call
                if call is not None and call.kind == "backward":
                    found[number] = edits[0].wrong
        return found

    def _early_changes_of_one_backward(self) -> Mapping[int, int]:
        """Those whose change is in the beginning, as far as the budget allows."""
        right, budget = self.exercise.steps, self._budget()
        found = {}
        for number, place in enumerate(self._first_edits):
            is_early = place < self._length_of_beginning and _is_only_change(right, self.mutants[number].steps, place)
            work = len(self.prepared.cases) * self.costs.of_program(place + 1)
            if is_early and right[place].verb == "backward" and budget.take(work):
                found[number] = place
        return found

    def _run_in_halves(self, programs: Sequence[Program]) -> list[ReferenceRun]:
        """There may be hundreds, and two processes finish sooner than one."""
        half = len(programs) // 2
        with ThreadPoolExecutor(2) as pool:
            return [run for part in pool.map(self._run, (programs[:half], programs[half:])) for run in part]


def _most_gradients_first(begun: Mapping[int, _Beginning]) -> list[int]:
    """The mutants whose beginnings say most about a trace come first."""
    most = max((each.gradients for each in begun.values()), default=0)

    def importance(number: int) -> int:
        each = begun[number]
        return most if each.left is None and not each.is_unknown else each.gradients

    return sorted(begun, key=importance, reverse=True)


def _priority(right: Sequence[Step], mutant: Mutant, edit: int) -> int:
    """The author's mistakes come first, then those in every pass of a loop, then the others."""
    if mutant.authored:
        return 0
    longest = min(len(right), len(mutant.steps)) - edit
    same = next((back for back in range(longest) if right[-1 - back] is not mutant.steps[-1 - back]), longest)
    return 1 if 2 * (longest - same) > len(right) else 2


def _first_edit(right: Sequence[Step], wrong: Sequence[Step]) -> int:
    """The index of the first step of the wrong program that is not the right one."""
    pairs = enumerate(zip(right, wrong, strict=False))
    return next((index for index, (one, other) in pairs if one is not other and one != other), min(len(right), len(wrong)))


def _is_only_change(right: Sequence[Step], wrong: Sequence[Step], place: int) -> bool:
    """Is the step at this place, where the programs first differ, the only one that is another one?"""
    if len(right) != len(wrong) or place == len(wrong) or wrong[place].verb != right[place].verb:
        return False
    return wrong[place + 1 :] == right[place + 1 :]


def _runs_of_each(numbers: Iterable[int], runs: tuple[ReferenceRun, ...], cases: int) -> dict[int, tuple[ReferenceRun, ...]]:
    """The runs of each number, if those of one number follow each other."""
    return {number: runs[place * cases : (place + 1) * cases] for place, number in enumerate(numbers)}
