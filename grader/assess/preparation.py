"""Prepares exercises: the reference performs the visible case, and hidden cases until each is fit to grade on.

One worker process performs the programs of all exercises, because the first backward of a process costs more time than
most programs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.assess.cases import draw_case, visible_case
from grader.assess.exercise_problems import exercise_problems
from grader.assess.prepared import Prepared, Settings, run_reference
from grader.assess.usable_cases import is_usable_case, would_pass
from grader.diagnosis.mutations.program import without
from grader.engines import Engine
from grader.errors import Problem, raise_if_any
from grader.protocol.jobs import Program, program
from grader.records.case import Case
from grader.records.exercise import Exercise
from grader.records.trace import ReferenceRun

MOST_DRAWS = 50


def prepare(exercises: Sequence[Exercise], engine: Engine, settings: Settings) -> tuple[Prepared, ...]:
    """Run the reference on the visible and the hidden cases. Raises SpecError with the problems of all exercises."""
    exercises_with_drafts = [_Draft(exercise, settings) for exercise in exercises]
    drafts = [draft for each in exercises_with_drafts for draft in (*each.variants, each)]
    for attempt in range(MOST_DRAWS):
        unfinished = [draft for draft in drafts if draft.plan_round(attempt)]
        if not unfinished:
            break
        for draft, runs in _run_drafts(unfinished, engine, settings):
            draft.finish_round(runs)
    raise_if_any([problem for draft in drafts for problem in draft.problems()])
    return tuple(draft.prepared() for draft in exercises_with_drafts)


class _Draft:
    """An exercise while it is prepared. `programs` are those that the reference performs in this round.

    `variants` are prepared before it: a mistake that one of them shows need not show in the other hidden cases.
    """

    def __init__(self, exercise: Exercise, settings: Settings) -> None:
        self.exercise, self.seed = exercise, settings.seed
        self.programs: list[Program] = []
        self._optional = [number for number, step in enumerate(exercise.steps) if step.optional]
        self._right_and_wrong = [exercise.steps, *(wrong.steps for wrong in exercise.wrong)]
        self._visible: ReferenceRun | None = None
        self._problems: tuple[Problem, ...] = ()
        self._drawn: list[Case] = []
        self._hidden: dict[int, tuple[Case, ReferenceRun] | None] = dict.fromkeys(_hidden_numbers(exercise, settings))
        are_run = settings.hidden != 0
        self.variants = [_VariantDraft(each, number, settings) for number, each in enumerate(exercise.variants) if are_run]

    def plan_round(self, attempt: int) -> bool:
        """Set `programs`, and draw the hidden cases that are still missing. False if there is nothing to perform."""
        missing = [number for number, found in self._hidden.items() if found is None and not self._problems]
        self._drawn = [draw_case(self.exercise, self.seed, number, attempt) for number in missing]
        self.programs = self._visible_programs() if self._visible is None else []
        self.programs += [program(self.exercise, steps, case) for case in self._drawn for steps in self._right_and_wrong]
        return bool(self.programs)

    def finish_round(self, runs: Sequence[ReferenceRun]) -> None:
        """Use the runs of `programs`. A case that is not usable is drawn again in the next round."""
        if self._visible is None:
            self._visible, *others = runs
            shorter, runs = others[: len(self._optional)], others[len(self._optional) :]
            without_optional = dict(zip(self._optional, shorter, strict=True))
            self._problems = exercise_problems(self.exercise, self._visible, without_optional)
        for index, case in enumerate(self._drawn):
            right, *wrong = runs[index * len(self._right_and_wrong) : (index + 1) * len(self._right_and_wrong)]
            if self._is_usable(right, wrong):
                self._hidden[case.number] = case, right

    def _is_usable(self, right: ReferenceRun, wrong: Sequence[ReferenceRun]) -> bool:
        shown = set[int]().union(*(each.shown for each in self.variants))
        return is_usable_case(self.exercise, right, [run for place, run in enumerate(wrong) if place not in shown])

    def problems(self) -> tuple[Problem, ...]:
        return self._problems or ((_no_usable_case(self.exercise),) if None in self._hidden.values() else ())

    def prepared(self) -> Prepared:
        assert self._visible is not None
        hidden = [found for found in self._hidden.values() if found is not None]
        return Prepared(
            self.exercise,
            (visible_case(self.exercise), *(case for case, _ in hidden)),
            (self._visible, *(right for _, right in hidden)),
            tuple(each.prepared() for each in self.variants),
        )

    def _visible_programs(self) -> list[Program]:
        """All steps, then for each optional step the steps without it."""
        steps, case = self.exercise.steps, visible_case(self.exercise)
        return [program(self.exercise, each, case) for each in (steps, *(without(steps, number) for number in self._optional))]


class _VariantDraft(_Draft):
    """The exercise with the data of one variant. `shown`: the mistakes of the file that do not pass with these data."""

    def __init__(self, variant: Exercise, number: int, settings: Settings) -> None:
        super().__init__(variant, replace(settings, hidden=1, seed=f"{settings.seed}/variant {number}"))
        self.shown: set[int] = set()

    def problems(self) -> tuple[Problem, ...]:
        """At the variant, not at the step that cannot run with its data."""
        where = self.exercise.where
        return tuple(Problem(f"With this variant: {each.message}", where, each.fix) for each in super().problems())

    def prepared(self) -> Prepared:
        """Only the redrawn case, if there is one."""
        whole = super().prepared()
        return Prepared(self.exercise, whole.cases[-1:], whole.expected[-1:])

    def _is_usable(self, right: ReferenceRun, wrong: Sequence[ReferenceRun]) -> bool:
        usable = is_usable_case(self.exercise, right, ())
        self.shown = {place for place, run in enumerate(wrong) if not would_pass(self.exercise, right, run)} if usable else set()
        return usable


def _run_drafts(
    drafts: Sequence[_Draft], engine: Engine, settings: Settings
) -> Iterator[tuple[_Draft, tuple[ReferenceRun, ...]]]:
    """The runs of each draft. An exercise with `code` has its own worker process, which its code may leave changed."""
    plain = [draft for draft in drafts if not draft.exercise.has_code]
    for group in (plain, *([draft] for draft in drafts if draft.exercise.has_code)):
        if group:
            programs = [each for draft in group for each in draft.programs]
            runs = iter(run_reference([draft.exercise for draft in group], programs, engine, settings))
            yield from ((draft, tuple(next(runs) for _ in draft.programs)) for draft in group)


def _hidden_numbers(exercise: Exercise, settings: Settings) -> range:
    if exercise.kind == "predict" or not exercise.setup.tensors:
        return range(0)
    return range(1, 1 + (exercise.hidden if settings.hidden is None else settings.hidden))


def _no_usable_case(exercise: Exercise) -> Problem:
    return Problem(
        f"no usable hidden case of `{exercise.id}` was found in {MOST_DRAWS} draws: on the redrawn numbers the steps fail, "
        "or a `wrong` entry leaves what the right steps leave.",
        exercise.where,
        "narrow the numbers with `redraw: {low, high}`, or write `cases: {hidden: 0}`",
    )
