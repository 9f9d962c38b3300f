"""Makes exercises ready to be graded: the reference performs the visible case, and hidden ones until they are fit to grade on.

One child performs the programs of all exercises, for the first backward of a process costs more than most programs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.assess.prepared import Prepared, Settings, run_reference
from grader.diagnosis.mutations.program import without
from grader.engines import Engine
from grader.errors import Problem, raise_if_any
from grader.marking import cases, confirm
from grader.protocol.jobs import Program, program
from grader.records.case import Case
from grader.records.exercise import Exercise
from grader.records.trace import ReferenceRun

MAX_DRAWS = 50


def prepare(exercises: Sequence[Exercise], engine: Engine, settings: Settings) -> tuple[Prepared, ...]:
    """Run the reference on the visible case and on hidden ones. Raises SpecError with what every exercise has wrong."""
    drafts = [_Draft(exercise, settings) for exercise in exercises]
    for attempt in range(MAX_DRAWS):
        asking = [draft for draft in drafts if draft.asks(attempt)]
        if not asking:
            break
        for draft, runs in _answered(asking, engine, settings):
            draft.hear(runs)
    raise_if_any([problem for draft in drafts for problem in draft.problems()])
    return tuple(draft.prepared() for draft in drafts)


class _Draft:
    """An exercise that is being prepared. `programs` are what the reference is to perform next."""

    def __init__(self, exercise: Exercise, settings: Settings) -> None:
        self.exercise, self.seed = exercise, settings.seed
        self.programs: list[Program] = []
        self._optional = [number for number, step in enumerate(exercise.steps) if step.optional]
        self._told_apart = [exercise.steps, *(wrong.steps for wrong in exercise.wrong)]
        self._visible: ReferenceRun | None = None
        self._problems: tuple[Problem, ...] = ()
        self._drawn: list[Case] = []
        self._hidden: dict[int, tuple[Case, ReferenceRun] | None] = dict.fromkeys(_hidden_numbers(exercise, settings))

    def asks(self, attempt: int) -> bool:
        """Is there something to perform in this round?"""
        missing = [number for number, found in self._hidden.items() if found is None and not self._problems]
        self._drawn = [cases.draw(self.exercise, self.seed, number, attempt) for number in missing]
        self.programs = self._on_the_visible_case() if self._visible is None else []
        self.programs += [program(self.exercise, steps, case) for case in self._drawn for steps in self._told_apart]
        return bool(self.programs)

    def hear(self, runs: Sequence[ReferenceRun]) -> None:
        """Learn what the programs left. A draw that is not fit is drawn again in the next round."""
        if self._visible is None:
            visible, *others = runs
            shorter, runs = others[: len(self._optional)], others[len(self._optional) :]
            self._visible = visible
            self._problems = confirm.problems(self.exercise, visible, dict(zip(self._optional, shorter, strict=True)))
        for index, case in enumerate(self._drawn):
            right, *wrong = runs[index * len(self._told_apart) : (index + 1) * len(self._told_apart)]
            if confirm.usable(self.exercise, right, wrong):
                self._hidden[case.number] = case, right

    def problems(self) -> tuple[Problem, ...]:
        return self._problems or ((_cannot_draw(self.exercise),) if None in self._hidden.values() else ())

    def prepared(self) -> Prepared:
        assert self._visible is not None
        hidden = [found for found in self._hidden.values() if found is not None]
        return Prepared(
            self.exercise,
            (cases.visible(self.exercise), *(case for case, _ in hidden)),
            (self._visible, *(right for _, right in hidden)),
        )

    def _on_the_visible_case(self) -> list[Program]:
        """All steps, and all but one for each that is said to be optional."""
        steps, case = self.exercise.steps, cases.visible(self.exercise)
        return [program(self.exercise, each, case) for each in (steps, *(without(steps, number) for number in self._optional))]


def _answered(drafts: Sequence[_Draft], engine: Engine, settings: Settings) -> Iterator[tuple[_Draft, tuple[ReferenceRun, ...]]]:
    """What the programs of each left. An exercise with `code` has a child of its own: nobody knows what that leaves behind."""
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


def _cannot_draw(exercise: Exercise) -> Problem:
    return Problem(
        f"no hidden case of `{exercise.id}` could be drawn in {MAX_DRAWS} tries: on redrawn numbers the steps fail, "
        "or a `wrong` entry gives what the right steps give.",
        exercise.where,
        "narrow the numbers with `redraw: {low, high}`, or write `cases: {hidden: 0}`",
    )
