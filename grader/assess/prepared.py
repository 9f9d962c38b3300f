"""A prepared exercise, and the programs that the reference performs for it: steps, and replays for one student."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from grader.assess.replay_plans import ReplayPlan, ReplayPlans
from grader.engines import Engine
from grader.marking.expected_runs import ExpectedRuns
from grader.marking.ignored import state_without
from grader.marking.marker import Marker
from grader.marking.variants import with_variant
from grader.protocol.jobs import Program, ReferenceJob, case_line, program
from grader.protocol.replays import ReplayJob, ReplayProgram
from grader.records.case import Case
from grader.records.exercise import Exercise, Limits, Step
from grader.records.grade import Grade
from grader.records.states import with_changes
from grader.records.trace import ReferenceRun, ReplayRequest, State, TensorValue, Trace

LEAST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one grading run. `hidden` and `limits` replace those of the exercises."""

    seed: str
    hidden: int | None = None
    limits: Limits | None = None


@dataclass(frozen=True)
class Prepared:
    """An exercise with its cases and the reference run of each; the visible case is the first.

    `variants`: the exercise with other data, each with one case. A student's traces are those of `cases`, then one of each.
    """

    exercise: Exercise
    cases: tuple[Case, ...]
    expected: tuple[ReferenceRun, ...]
    variants: tuple[Prepared, ...] = ()

    @cached_property
    def case_lines(self) -> tuple[bytes, ...]:
        """The cases as they are sent to every student's worker process."""
        own = (case_line(self.exercise, case) for case in self.cases)
        return (*own, *(line for variant in self.variants for line in variant.case_lines))

    def own_traces(self, traces: Sequence[Trace]) -> Sequence[Trace]:
        """The traces of `cases`."""
        return traces[: len(self.cases)]

    def traces_of_variants(self, traces: Sequence[Trace]) -> Iterator[tuple[Prepared, Sequence[Trace]]]:
        """Each variant with its trace, or without one if a case before it ended the process."""
        for place, variant in enumerate(self.variants, len(self.cases)):
            yield variant, traces[place : place + 1]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The names of the watched leaves, which are the same in every case."""
        return tuple(self.expected[0].before)

    @cached_property
    def replay_plans(self) -> ReplayPlans:
        """How each step is replayed on a student's state."""
        return ReplayPlans(self.exercise, self.leaves, self.expected)

    @cached_property
    def expected_runs(self) -> ExpectedRuns:
        """What every student is compared with."""
        return ExpectedRuns(self.exercise, self.expected)


def run_steps(
    exercise: Exercise, runs: Sequence[tuple[Sequence[Step], Case]], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """Perform these steps on these cases."""
    programs = tuple(program(exercise, steps, case) for steps, case in runs)
    return run_reference([exercise], programs, engine, settings)


def run_reference(
    exercises: Sequence[Exercise], programs: Iterable[Program], engine: Engine, settings: Settings
) -> tuple[ReferenceRun, ...]:
    """Perform programs of these exercises in one worker process. A program has at least `LEAST_SECONDS`, and is made late."""
    limits = _generous_limits(exercises, settings)
    return engine.run_reference(ReferenceJob(programs, limits, any(each.uses_optimizer for each in exercises)))


def replay(
    prepared: Prepared, requests: Sequence[ReplayRequest], engine: Engine, settings: Settings
) -> Mapping[ReplayRequest, State]:
    """What the requested steps leave on the student's states. A request whose step makes no call is left out.

    Requests that must have the same answer are performed once.
    """
    plans, exercise = prepared.replay_plans, prepared.exercise
    asked: dict[_Question, list[ReplayRequest]] = {}
    for question in _in_order([_Question(request, plans.plan(request.case, request.step)) for request in requests]):
        asked.setdefault(question, []).append(question.request)
    if not asked:
        return {}
    replays = (question.replay(plans) for question in asked)
    cases, limits = [case.tensors for case in prepared.cases], _generous_limits([exercise], settings)
    job = ReplayJob(exercise.setup, cases, exercise.steps, replays, limits, exercise.uses_optimizer)
    return {
        request: state_without(with_changes(request.before, changes), exercise.ignored)
        for alike, changes in zip(asked.values(), engine.run_replays(job), strict=True)
        if changes is not None
        for request in alike
    }


def grade_with_replays(prepared: Prepared, traces: Sequence[Trace], engine: Engine, settings: Settings) -> Grade:
    """The grade of a student's traces, one of each prepared case, after the replays that it needs."""
    marker = Marker(prepared.expected_runs, prepared.own_traces(traces), prepared.replay_plans.representative)
    while marker.requests:
        marker.answer(replay(prepared, marker.requests, engine, settings))
    grade = marker.grade()
    for variant, own in prepared.traces_of_variants(traces):
        if own:
            found = grade_with_replays(variant, own, engine, settings)
            grade = with_variant(grade, prepared.expected_runs, variant.exercise, found)
    return grade


class _Question:
    """A request as its plan sees it: equal ones have the same answer."""

    __slots__ = ("_hash", "plan", "request")

    def __init__(self, request: ReplayRequest, plan: ReplayPlan) -> None:
        self.request, self.plan = request, plan
        self._hash = hash((request.case, plan.question, sum(hash((name, *map(id, parts))) for name, parts in self._parts())))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, _Question):
            return NotImplemented
        if (self._hash, self.request.case, self.plan.question) != (other._hash, other.request.case, other.plan.question):
            return False
        pairs = zip(self._parts(), other._parts(), strict=True)
        return all(value is same_value and grad is same_grad for (_, (value, grad)), (_, (same_value, same_grad)) in pairs)

    def replay(self, plans: ReplayPlans) -> ReplayProgram:
        plan, case = self.plan, self.request.case
        start, before = plans.start(case, plan), self.request.before
        return ReplayProgram(
            case, plan.first, plan.own, plan.last, plan.leaves, before, start, plan.flags, plan.from_setup, plan.walks
        )

    def _parts(self) -> Iterator[tuple[str, tuple[TensorValue, TensorValue | None]]]:
        before = self.request.before
        return ((name, ((leaf := before[name]).value, leaf.grad)) for name in self.plan.leaves)


def _in_order(questions: Sequence[_Question]) -> list[_Question]:
    """In the order of cases and states, so that little changes from one to the next; plans that walk follow their steps."""
    places: dict[tuple[int, int], int] = {}
    for question in questions:
        places.setdefault((question.request.case, question.request.identity), len(places))

    def place(question: _Question) -> tuple[int, bool, int]:
        request, plan = question.request, question.plan
        return request.case, plan.walks, plan.last if plan.walks else places[request.case, request.identity]

    return sorted(questions, key=place)


def _generous_limits(exercises: Sequence[Exercise], settings: Settings) -> Limits:
    limits = [settings.limits or exercise.limits for exercise in exercises]
    return Limits(max(LEAST_SECONDS, *(each.seconds for each in limits)), max(each.memory_mb for each in limits))
