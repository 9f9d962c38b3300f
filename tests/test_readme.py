"""The README is true: its commands, the exercise in ten lines, its example, and the exercises in this repository."""

import io
import re
from pathlib import Path

import pytest
import yaml

from grader.library import grade_with_listeners, load_exercises
from grader.reports.feedback import limited
from grader.reports.terminal import Terminal
from grader.reports.wording import course

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXERCISES = load_exercises(ROOT / "exercises")
WORKED = ("core/gradients-pile-up", "pixels/gradient-piling-up")
COMPLETE = [exercise for exercise in EXERCISES if exercise.reference is not None and exercise.starter is not None]


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_the_ci_script_runs_the_test_command_of_the_readme():
    (command,) = [block.strip() for block in blocks("sh") if "pytest" in block]
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_exercise_in_the_readme_can_be_passed(tmp_path, grade_source):
    (text,) = [block for block in blocks("yaml") if "steps:" in block]
    assert len(text.splitlines()) <= 10
    folder = tmp_path / "exercises" / "core" / f"40-{yaml.safe_load(text)['id']}"
    folder.mkdir(parents=True)
    (folder / "exercise.yaml").write_text(text, encoding="utf-8")
    (exercise,) = load_exercises(tmp_path / "exercises")
    solution = "def solve(w):\n    (w**2).backward()\n    (3 * w).backward()\n"
    assert grade_source(exercise, solution).verdict == "passed"


def test_the_example_in_the_readme_is_what_the_grader_prints(grade_source, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    (solution,) = [block for block in blocks("python") if "def solve" in block]
    (shown,) = [block for block in blocks("text") if "gradients-pile-up" in block]
    exercise = next(each for each in EXERCISES if each.id == "core/gradients-pile-up")
    result = grade_source(exercise, solution).model_copy(update={"file": f"solutions/{exercise.solution_path}"})
    stream = io.StringIO()
    terminal = Terminal(stream, EXERCISES, width=100, feedback="cause", offers_fix=True)
    terminal.exercise(result)
    terminal.print("\n" + course.next_line([limited(result, "cause")]))
    assert stream.getvalue() == shown


@pytest.mark.parametrize("exercise", COMPLETE, ids=lambda exercise: exercise.id)
def test_a_shipped_reference_passes_and_its_starter_is_not_started(exercise, grade_source):
    assert grade_source(exercise, exercise.reference).verdict == "passed"
    assert grade_source(exercise, exercise.starter).verdict == "not_started"


def test_the_shipped_solutions_are_two_worked_examples_and_the_starters(engine):
    report = grade_with_listeners(ROOT / "solutions", exercises=EXERCISES, engine=engine)
    assert {result.exercise: result.verdict for result in report.results} == {
        **dict.fromkeys((exercise.id for exercise in EXERCISES), "not_started"),
        **dict.fromkeys(WORKED, "passed"),
    }


def test_the_shipped_starters_are_in_the_solutions_folder_byte_for_byte():
    starters = [exercise for exercise in EXERCISES if exercise.id not in WORKED]
    shipped = {exercise.id: (ROOT / "solutions" / exercise.solution_path).read_bytes() for exercise in starters}
    assert shipped == {each.id: (ROOT / each.path).with_name("starter.py").read_bytes() for each in starters}


def test_the_readme_has_the_number_of_exercises():
    assert f"Of the {len(EXERCISES)} exercises" in README
