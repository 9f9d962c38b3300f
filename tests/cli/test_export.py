"""The students' edition: what it contains, what it does not, and that it grades in a fresh environment."""

import json
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli.main import main
from grader.spec.load import load_exercises

ROOT = Path(__file__).parents[2]
PLAIN = {
    "core/gradients-pile-up": "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n    (x**2 + x).backward()\n",
    "core/the-first-gradient": "def predict():\n    return [0.0, 6.0]\n",
}


@pytest.fixture(scope="module")
def edition(tmp_path_factory):
    """The students' edition of the whole course."""
    folder = tmp_path_factory.mktemp("students") / "course"
    assert main(["export", str(folder), "--exercises", str(ROOT / "exercises")]) == 0
    return folder


def as_students_see(exercise, root):
    """The exercise without the parts that students must not see."""
    steps = exercise.steps
    if exercise.kind == "predict":
        promises = [tuple(replace(each, value=None, digits=0, is_promised=False) for each in step.expect) for step in steps]
        steps = tuple(replace(step, note="", expect=expect) for step, expect in zip(steps, promises, strict=True))
    path = (root / Path(exercise.path).relative_to(ROOT)).as_posix()
    return replace(exercise, path=path, steps=steps, wrong=(), invisible=(), variants=(), reference=None)


def test_the_exercises_are_the_same_without_what_is_for_authors(edition):
    authors = load_exercises(ROOT / "exercises")
    assert load_exercises(edition / "exercises") == tuple(as_students_see(each, edition) for each in authors)


def test_the_solutions_folder_contains_the_starters_and_no_solution(edition):
    exercises = load_exercises(edition / "exercises")
    files = {path.relative_to(edition / "solutions").as_posix(): path for path in (edition / "solutions").rglob("*.py")}
    assert {name: path.read_text(encoding="utf-8") for name, path in files.items()} == {
        each.solution_path: each.starter for each in exercises
    }


def test_the_edition_contains_nothing_else(edition):
    assert sorted(path.name for path in edition.iterdir()) == sorted(
        [".gitignore", "README.md", "requirements.txt", "exercises", "solutions", "grader"]
    )
    beside = {path.name for path in (edition / "exercises").rglob("*") if path.is_file()}
    assert beside == {"exercise.schema.json", "exercise.yaml", "starter.py"}
    assert not list(edition.rglob("__pycache__"))
    assert (edition / "grader/LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_readme_has_two_commands(edition):
    readme = (edition / "README.md").read_text(encoding="utf-8")
    (commands,) = readme.split("```sh\n")[1:]
    assert commands.partition("```")[0].splitlines() == [
        "python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        ".venv/bin/python -m grader watch",
    ]
    assert "`core`: 38 exercises, from *The first gradient* to *Capstone: accumulate, clip, step, twice*" in readme
    assert "torch>=" in (edition / "requirements.txt").read_text(encoding="utf-8")


@pytest.fixture
def python(tmp_path):
    """The Python of a fresh environment with the requirements of the grader."""
    venv.create(tmp_path / "venv", symlinks=True)
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    (packages / "what-it-needs.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return str(tmp_path / "venv/bin/python")


@pytest.fixture
def own_edition(edition, tmp_path):
    """A copy of the edition in which a test may write."""
    return shutil.copytree(edition, tmp_path / "course")


@pytest.mark.processes
def test_the_edition_grades_and_names_misconceptions(own_edition, python, tmp_path):
    authors = {each.id: each for each in load_exercises(ROOT / "exercises")}
    right = ["core/micro-batches-with-a-mean-loss", "pixels/first-feedback-spell"]
    for id, text in PLAIN.items() | {(id, authors[id].reference) for id in right}:
        (own_edition / "solutions" / authors[id].solution_path).write_text(text, encoding="utf-8")
    where = subprocess.run(
        [python, "-c", "import grader; print(grader.__file__)"], cwd=own_edition, capture_output=True, text=True
    )
    assert Path(where.stdout.strip()).parent == own_edition / "grader"
    command = [python, "-m", "grader", *PLAIN, *right, "--device", "cpu", "--format", f"json={tmp_path / 'report.json'}"]
    done = subprocess.run(command, cwd=own_edition, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
    assert done.returncode == 1, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    verdicts = {each["exercise"]: each["verdict"] for each in report["results"]}
    assert verdicts == dict.fromkeys(PLAIN, "failed") | dict.fromkeys(right, "passed")
    named = {each["exercise"]: [found["misconception"] for found in each["diagnoses"]] for each in report["results"]}
    assert named["core/gradients-pile-up"] == ["zero-skipped"]
    assert named["core/the-first-gradient"] == ["none-is-zero"]


@pytest.mark.processes
def test_export_needs_the_requirements_of_the_grader(own_edition):
    """The licence and the requirements come from a clone or from an installation."""
    say = "from grader.cli.own_package import own_package; print(own_package().requirements, own_package().python)"
    command = [sys.executable, "-S", "-c", say]  # `-S`: without the installed packages
    done = subprocess.run(command, cwd=own_edition, capture_output=True, text=True)
    assert (
        f"The requirements of the grader in {own_edition} are not known. Export with an installed grader or from a clone."
        in done.stderr
    )
    installed = own_edition / "autograd_grader-1.dist-info"
    (installed / "licenses").mkdir(parents=True)
    (installed / "licenses/LICENSE").write_text("MIT", encoding="utf-8")
    needs = "Requires-Python: >=3.11\nRequires-Dist: torch>=2.6\nRequires-Dist: pytest; extra == 'dev'\n"
    (installed / "METADATA").write_text(f"Metadata-Version: 2.4\nName: autograd-grader\nVersion: 1\n{needs}", encoding="utf-8")
    done = subprocess.run(command, cwd=own_edition, capture_output=True, text=True)
    assert done.stdout == "('torch>=2.6',) 3.11\n"


def test_only_selected_exercises_are_exported(run, tmp_path):
    folder = tmp_path / "few"
    code, out, _ = run("export", folder, "--exercises", ROOT / "exercises", "--exercise", "core/gradients-pile-up")
    said = (
        f"Wrote {folder} with 1 exercise for students. It has no references, expected mistakes or answers of predictions, "
        "but the steps of each exercise can be read in it.\n"
    )
    assert (code, out) == (0, said)
    assert [path.name for path in (folder / "exercises").glob("*/*")] == ["02-gradients-pile-up"]


def test_an_exercise_without_a_starter_has_no_solution_file(run, course, tmp_path):
    assert run("export", tmp_path / "students")[0] == 0
    assert [path.name for path in (tmp_path / "students/solutions").rglob("*.py")] == ["first.py"]


def test_nothing_is_overwritten(run, course):
    said = "solutions is not an empty folder. Name a new one: `export` overwrites nothing.\n"
    assert run("export", "solutions") == (2, "", said)
    assert run("export", "solutions/core/first.py")[0] == 2


def test_an_empty_folder_is_accepted(run, course, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run("export", tmp_path / "empty")[0] == 0


def test_a_broken_exercise_is_reported_before_anything_is_written(run, course, tmp_path):
    (course / "exercises/core/01-first/exercise.yaml").write_text("id: [", encoding="utf-8")
    assert run("export", tmp_path / "students")[0] == 2
    assert not (tmp_path / "students").exists()
