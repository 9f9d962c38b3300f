"""Finding and reading a folder of exercises; those of the course load as they are."""

import shutil
from pathlib import Path

import pytest

from grader.errors import SpecError
from grader.spec.load import load_exercises

COURSE = Path(__file__).parents[2] / "exercises"


@pytest.fixture
def folder(tmp_path, monkeypatch, sample):
    """Writes files below a folder `exercises` and loads it, known by its relative path."""
    monkeypatch.chdir(tmp_path)

    class Folder:
        root = Path("exercises")

        def write(self, path, text=None):
            slug = path.split("/")[-2].partition("-")[2]
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(sample(head=f"id: {slug}\ntitle: T\nkind: write\n") if text is None else text)

        def load(self):
            return load_exercises(self.root)

        def problems(self):
            with pytest.raises(SpecError) as caught:
                self.load()
            return [str(problem) for problem in caught.value.problems]

    return Folder()


def test_the_exercises_of_the_course_all_load_in_their_order():
    exercises = load_exercises(COURSE)
    folders = sorted(file.parent for file in COURSE.glob("*/*/exercise.yaml"))
    assert len(folders) >= 45
    assert [f"{each.track}/{each.order:02}-{each.slug}" for each in exercises] == [
        folder.relative_to(COURSE).as_posix() for folder in folders
    ]
    for exercise in exercises:
        assert any(step.expect for step in exercise.steps)
        for wrong in exercise.wrong:
            assert [step.text for step in wrong.steps] != [step.text for step in exercise.steps]


def test_starter_and_reference_lie_beside_the_file(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("core/01-a/starter.py", "\ufeffdef solve(x): ...\n")
    (exercise,) = folder.load()
    assert exercise.starter == "def solve(x): ...\n"
    assert exercise.reference is None


def test_exercises_are_sorted_by_track_and_number(folder):
    for path in ("pixels/01-z", "core/10-b", "core/2-c"):
        folder.write(f"{path}/exercise.yaml")
    assert [each.id for each in folder.load()] == ["core/c", "core/b", "pixels/z"]


def test_files_and_hidden_folders_are_no_exercises(folder):
    folder.write("core/01-a/exercise.yaml")
    (folder.root / "exercise.schema.json").write_text("{}")
    (folder.root / "__pycache__").mkdir()
    (folder.root / "core" / ".cache").mkdir()
    assert len(folder.load()) == 1


def test_all_problems_of_all_files_are_told_at_once(folder):
    folder.write("core/01-a/exercise.yaml", "")
    folder.write("core/02-b/exercise.yaml", "id: b\n")
    folder.write("pixels/01-c/exercise.yaml")
    problems = folder.problems()
    assert problems[0] == "exercises/core/01-a/exercise.yaml: this file is empty. An exercise begins with `id:`."
    assert problems[1].startswith("exercises/core/02-b/exercise.yaml:1:1: an exercise needs `title`.")
    assert len(problems) == 6


def test_two_exercises_with_one_id_name_both_files(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("core/02-a/exercise.yaml")
    assert folder.problems() == [
        "exercises/core/02-a/exercise.yaml:1:5: exercises/core/01-a/exercise.yaml has the same id, `core/a`.\n"
        "    1 | id: a\n"
        "      |     ^ an id names one exercise only"
    ]


def test_one_slug_in_two_tracks_is_two_exercises(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("pixels/01-a/exercise.yaml")
    assert [each.id for each in folder.load()] == ["core/a", "pixels/a"]


def test_a_folder_without_its_file_is_told(folder):
    folder.write("core/01-a/notes.txt", "")
    assert folder.problems() == ["exercises/core/01-a: this folder has no exercise.yaml. Write one, or remove the folder."]


def test_a_folder_without_a_number_is_told(folder):
    folder.write("core/a/exercise.yaml")
    assert folder.problems() == [
        "exercises/core/a: the folder of an exercise is named <NN>-<slug>. Rename it, to 01-a for example."
    ]


def test_an_exercise_outside_every_track_is_told(folder):
    folder.write("01-a/exercise.yaml")
    assert folder.problems() == ["exercises/01-a: this exercise is in no track. Move its folder into one: core/, for example."]


def test_a_starter_that_is_not_utf8_is_told(folder):
    folder.write("core/01-a/exercise.yaml")
    (folder.root / "core/01-a/starter.py").write_bytes(b"# \xff\n")
    assert folder.problems() == ["exercises/core/01-a/starter.py: this file cannot be read as UTF-8. Save it as UTF-8."]


def test_a_folder_without_any_exercise_is_told(folder):
    folder.root.mkdir()
    assert folder.problems() == ["There is no exercise in exercises: none of its folders is <track>/<NN>-<slug>/exercise.yaml."]


def test_a_folder_that_is_not_there_is_told(folder):
    assert folder.problems() == ["exercises is not a folder of exercises."]


def test_one_mistake_among_many_exercises_is_the_only_problem(tmp_path):
    shutil.copytree(COURSE, tmp_path / "exercises")
    file = tmp_path / "exercises/core/02-gradients-pile-up/exercise.yaml"
    file.write_text(file.read_text().replace("- zero: x\n", "- zeroo: x\n", 1))
    with pytest.raises(SpecError) as caught:
        load_exercises(tmp_path / "exercises")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{file}:")
    assert "`zeroo` is not a kind of step." in str(problem)
    assert str(problem).endswith("^^^^^ did you mean `zero`?")
