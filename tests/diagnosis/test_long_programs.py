"""Long loops: the findings are those of the short loop, and the work grows with the length."""

from dataclasses import replace

import pytest
from helpers.costs import calls_in

from grader.assess.diagnosis import Diagnostician
from grader.assess.preparation import prepare
from grader.diagnosis.budget import ENOUGH_WORK, Budget
from grader.diagnosis.changes import changes
from grader.diagnosis.edits import ProgramEdits, edits_between
from grader.diagnosis.mutations import mutants
from grader.library import load_exercises
from grader.marking.grade import grade_traces
from grader.protocol.jobs import student_job
from grader.records.assessed import Assessed
from grader.records.grade import Grade, GradeRow
from grader.records.trace import Call
from grader.reports.results import describe
from grader.reports.wording.notes import NOT_LOOKED_INTO_FURTHER

EXERCISE = """\
id: long-loop
title: A long loop
concept: loops
level: 1
kind: write
none_is_zero: true
function: solve(w, optimizer)
task: Train.
tensors:
  w: [1.0, 0.5]
optimizers:
  optimizer: SGD([w], lr=0.01)
steps:
  - for: epoch
    in: range(3)
    do:
      - zero: optimizer
      - backward: sum((w - 3)**2) / 2
      - step: optimizer
hints: [one, two, three]
explain: It trains.
wrong: []
"""
ZERO, LOSS, BACKWARD, STEP_CALL = (
    "optimizer.zero_grad()",
    "loss = ((w - 3) ** 2).sum() / 2",
    "loss.backward()",
    "optimizer.step()",
)
STUDENTS = {
    "no reset": [LOSS, BACKWARD, STEP_CALL],
    "no reset in one pass": [f"if epoch != 1: {ZERO}", LOSS, BACKWARD, STEP_CALL],
    "another divisor": [ZERO, LOSS.replace("/ 2", "/ 3"), BACKWARD, STEP_CALL],
    "another loss": [ZERO, LOSS.replace("** 2", "** 4"), BACKWARD, STEP_CALL],
    "step before backward": [LOSS, ZERO, STEP_CALL, BACKWARD],
    "backward twice": [ZERO, LOSS, "loss.backward(retain_graph=True)", BACKWARD, STEP_CALL],
}


@pytest.fixture(scope="module")
def loop(tmp_path_factory):
    """The exercise with so many passes. The file has three of them."""
    folder = tmp_path_factory.mktemp("long") / "exercises"
    (folder / "core" / "01-long-loop").mkdir(parents=True)
    (folder / "core" / "01-long-loop" / "exercise.yaml").write_text(EXERCISE, encoding="utf-8")
    (three,) = load_exercises(folder)

    def of_passes(passes):
        one = [step for step in three.steps if step.loop[0][1] == 0]
        steps = tuple(replace(step, loop=((step.loop[0][0], number),)) for number in range(passes) for step in one)
        return replace(three, steps=steps)

    return of_passes


class CountedEngine:
    """Counts the steps that the reference performs."""

    def __init__(self, engine):
        self.engine, self.performed = engine, 0

    def __getattr__(self, name):
        return getattr(self.engine, name)

    def run_reference(self, job):
        programs = tuple(job.programs)
        self.performed += sum(len(each.steps) for each in programs)
        return self.engine.run_reference(replace(job, programs=programs))


def source(lines, passes):
    body = "".join(f"        {line}\n" for line in lines)
    return f"def solve(w, optimizer):\n    for epoch in range({passes}):\n{body}"


@pytest.fixture
def run_student(loop, session):
    """Run a student of a loop: the prepared exercise, the grade, and the traces."""

    def run_student(lines, passes, made=None):
        (prepared,) = prepare([loop(passes)], session.engine, session.settings)
        text = source(lines, made or passes)
        job = student_job(prepared.exercise, text, "it.py", prepared.case_lines, leaves=prepared.leaves)
        traces = next(session.engine.run_students((job,))).traces
        return prepared, grade_traces(prepared.expected_runs, traces, {}), traces

    return run_student


@pytest.fixture
def diagnose(run_student, session):
    """Diagnose a student of a loop: the findings, and how many steps the reference performed for it."""

    def diagnose(lines, passes):
        prepared, grade, traces = run_student(lines, passes)
        engine = CountedEngine(session.engine)
        diagnosed = Diagnostician(prepared, engine, session.settings).diagnose(grade, traces)
        return diagnosed.findings, engine.performed

    return diagnose


@pytest.mark.parametrize("name", STUDENTS)
def test_a_long_loop_has_the_findings_of_a_short_one(name, diagnose):
    short, _ = diagnose(STUDENTS[name], 3)
    long, _ = diagnose(STUDENTS[name], 60)
    assert [(each.misconceptions, each.line, each.between) for each in long] == [
        (each.misconceptions, each.line, each.between) for each in short
    ]
    assert short[0].misconceptions
    assert all(
        set(one.fixes) <= set(other.fixes) and bool(one.fixes) == bool(other.fixes)
        for one, other in zip(long, short, strict=False)
    )


@pytest.mark.parametrize("name", STUDENTS)
def test_the_performed_steps_grow_with_the_length(name, diagnose):
    (_, once), (_, twice) = diagnose(STUDENTS[name], 50), diagnose(STUDENTS[name], 100)
    assert twice <= 2.2 * once


@pytest.mark.parametrize("name", STUDENTS)
def test_a_wrong_loop_of_120_steps_costs_few_steps(name, diagnose):
    _, performed = diagnose(STUDENTS[name], 40)
    assert performed <= 8_000  # 100 to 200 microseconds each


def without_resets(steps):
    return tuple(step for step in steps if step.verb != "zero")


def without_one(steps):
    return (*steps[: len(steps) // 2], *steps[len(steps) // 2 + 1 :])


def resets_after_backward(steps):
    return tuple(steps[index + (1, -1, 0)[index % 3]] for index in range(len(steps)))


def one_pass_more(steps):
    return (*steps, *steps[:3])


def passed(wrong):
    """The grade of a student who makes each call of a program on the line of its step."""
    lines = {"zero": 3, "backward": 5, "step": 6}
    rows = [
        GradeRow("step", "matched", index, (Call(_KINDS[step.verb], ("w",), line=lines[step.verb], before={}, after={}),))
        for index, step in enumerate(wrong)
    ]
    return Grade("passed", 1.0, 1.0, tuple(rows))


_KINDS = {"zero": "zero", "backward": "backward", "step": "update"}
PROGRAMS = [without_resets, without_one, resets_after_backward, one_pass_more]


@pytest.mark.parametrize("mistake", PROGRAMS)
def test_the_edits_of_a_program_cost_in_proportion_to_its_length(loop, mistake):
    once, twice = (loop(passes).steps for passes in (400, 800))
    works = [calls_in(lambda right=right: edits_between(right, mistake(right))) for right in (once, twice)]
    assert works[1] <= 2.2 * works[0]


@pytest.mark.parametrize("mistake", PROGRAMS)
def test_locating_the_edits_costs_in_proportion_to_their_number(loop, mistake):
    works = []
    for passes in (400, 800):
        right = loop(passes).steps
        program, grade = ProgramEdits(right, mistake(right)), passed(mistake(right))
        assert program.edits
        works.append(calls_in(lambda program=program, grade=grade: changes(program, grade)))
    assert works[1] <= 2.2 * works[0]


def test_the_number_of_mutants_does_not_depend_on_the_length(loop):
    once, twice = (loop(passes) for passes in (100, 200))
    assert len(mutants(once)) == len(mutants(twice)) < 300
    assert calls_in(lambda: mutants(twice)) <= 2.2 * calls_in(lambda: mutants(once))


def test_the_edits_of_a_long_program_are_those_of_a_short_one(loop):
    for mistake in PROGRAMS:
        short, long = (
            {edit.what for edit in edits_between(right, mistake(right))} for right in (loop(10).steps, loop(300).steps)
        )
        assert short == long


HOPELESS = [
    "if epoch % 3 == 0: optimizer.zero_grad()",
    "(w ** 2 * (epoch % 5)).sum().backward()",
    "if epoch % 2: optimizer.step()",
    "if epoch % 7 == 0: w.grad = None",
    "(w * epoch).mean().backward()",
]


@pytest.mark.parametrize(("passes", "made"), [((3, 3), (100, 200)), ((60, 120), (60, 120))], ids=["short", "long"])
def test_hundreds_of_unrelated_calls_cost_in_proportion_to_their_number(run_student, session, passes, made):
    works, performed = [], []
    for expected, calls in zip(passes, made, strict=True):
        prepared, grade, traces = run_student(HOPELESS, expected, calls)
        engine = CountedEngine(session.engine)
        diagnostician = Diagnostician(prepared, engine, session.settings)
        diagnostician.get_ready()
        before = engine.performed
        works.append(calls_in(lambda d=diagnostician, grade=grade, traces=traces: d.diagnose(grade, traces)))
        performed.append(engine.performed - before)
    assert works[1] <= 2.2 * works[0]
    assert performed[1] <= 2.2 * performed[0]


def test_work_is_taken_only_as_far_as_it_goes():
    budget = Budget(10)
    assert budget.take(6)
    assert not budget.ended
    assert not budget.take(5)
    assert budget.ended


def test_the_cpu_time_of_a_diagnosis_is_limited_too():
    budget = Budget(ENOUGH_WORK, seconds=-1.0)
    assert not budget.take(1)
    assert budget.ended


def test_a_cause_that_was_not_looked_for_is_said_and_costs_no_points(run_student, session, monkeypatch):
    lines = [LOSS.replace("** 2", "** 4"), BACKWARD, f"if epoch == 1: {STEP_CALL}"]
    prepared, grade, traces = run_student(lines, 3)

    def result():
        found = Diagnostician(prepared, session.engine, session.settings).diagnose(grade, traces)
        return describe(Assessed("ana", prepared.exercise, None, grade, traces, found.findings, 5.0, found.is_complete))

    whole = result()
    assert whole.diagnosis_complete
    assert all(each.message != NOT_LOOKED_INTO_FURTHER for each in whole.diagnoses)

    def nothing_left(budget, work):
        budget.ended = True
        return False

    monkeypatch.setattr(Budget, "take", nothing_left)
    cut = result()
    assert not cut.diagnosis_complete
    assert cut.diagnoses[-1].message == NOT_LOOKED_INTO_FURTHER
    assert (cut.score, cut.verdict, cut.steps) == (whole.score, whole.verdict, whole.steps)
