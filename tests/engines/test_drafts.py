"""Every number that the exercises promise comes out of the reference run: file, wire, worker and engine agree."""

from dataclasses import replace
from pathlib import Path

import pytest

from grader.engines.local import LocalEngine
from grader.grading import cases, confirm
from grader.spec.load import load_exercises
from grader.wire import ReferenceJob, program

EXERCISES = load_exercises(Path(__file__).parent.parent / "drafts")


@pytest.fixture(scope="module")
def reference():
    """A function that performs programs with a generous limit."""
    engine = LocalEngine(device="cpu", optimizer=True)

    def perform(exercise, programs):
        limits = replace(exercise.limits, seconds=20.0)
        return engine.run_reference(ReferenceJob(tuple(programs), limits, exercise.uses_optimizer))

    yield perform
    engine.close()


def without(steps, number):
    return [step for index, step in enumerate(steps) if index != number]


def test_the_drafts_are_all_there():
    assert len(EXERCISES) == 45


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.id)
def test_what_an_exercise_promises_comes_true(exercise, reference):
    case = cases.visible(exercise)
    optional = [number for number, step in enumerate(exercise.steps) if step.optional]
    programs = [exercise.steps, *(without(exercise.steps, number) for number in optional)]
    right, *shorter = reference(exercise, [program(exercise, steps, case) for steps in programs])
    problems = confirm.problems(exercise, right, dict(zip(optional, shorter, strict=True)))
    assert [str(problem) for problem in problems] == []
    assert len(right.steps) == len(exercise.steps)
    assert [len(done.values) for done in right.steps if not done.raised] == [
        len(step.expect) for step in exercise.steps if not step.raises
    ]


@pytest.mark.parametrize("exercise", [each for each in EXERCISES if each.wrong], ids=lambda exercise: exercise.id)
def test_each_mistake_that_an_exercise_names_is_told_from_the_right_steps(exercise, reference):
    case = cases.visible(exercise)
    programs = [exercise.steps, *(wrong.steps for wrong in exercise.wrong)]
    right, *wrong = reference(exercise, [program(exercise, steps, case) for steps in programs])
    assert [
        mistake.name for mistake, run in zip(exercise.wrong, wrong, strict=True) if confirm.agrees(exercise, right, run)
    ] == []
