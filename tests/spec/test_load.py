"""A folder of exercises is found and read; the exercises of the course have no problems."""

import shutil
from pathlib import Path

import pytest

from grader.errors import SpecError
from grader.spec.load import load_exercises

COURSE = Path(__file__).parents[2] / "exercises"


@pytest.fixture
def folder(tmp_path, monkeypatch, sample):
    """Writes files into a folder `exercises` and loads it by its relative path."""
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


def texts(steps):
    return [step.text for step in steps]


def test_all_exercises_of_the_course_load_in_order():
    exercises = load_exercises(COURSE)
    folders = sorted(file.parent for file in COURSE.glob("*/*/exercise.yaml"))
    assert len(folders) >= 45
    assert [f"{each.track}/{each.order:02}-{each.slug}" for each in exercises] == [
        folder.relative_to(COURSE).as_posix() for folder in folders
    ]
    for exercise in exercises:
        assert any(step.expect for step in exercise.steps)
        with_all_data = (exercise, *exercise.variants)
        for place in range(len(exercise.wrong)):
            assert any(texts(each.wrong[place].steps) != texts(each.steps) for each in with_all_data)


def test_starter_and_reference_are_beside_the_file(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("core/01-a/starter.py", "\ufeffdef solve(x): ...\n")
    (exercise,) = folder.load()
    assert exercise.starter == "def solve(x): ...\n"
    assert exercise.reference is None


def test_exercises_are_sorted_by_track_and_number(folder):
    for path in ("pixels/01-z", "core/10-b", "core/2-c"):
        folder.write(f"{path}/exercise.yaml")
    assert [each.id for each in folder.load()] == ["core/c", "core/b", "pixels/z"]


def test_files_and_hidden_folders_are_not_exercises(folder):
    folder.write("core/01-a/exercise.yaml")
    (folder.root / "exercise.schema.json").write_text("{}")
    (folder.root / "__pycache__").mkdir()
    (folder.root / "core" / ".cache").mkdir()
    assert len(folder.load()) == 1


def test_all_problems_of_all_files_are_reported_at_once(folder):
    folder.write("core/01-a/exercise.yaml", "")
    folder.write("core/02-b/exercise.yaml", "id: b\n")
    folder.write("pixels/01-c/exercise.yaml")
    problems = folder.problems()
    assert problems[0] == "exercises/core/01-a/exercise.yaml: this file is empty. Begin with `id: …`."
    assert problems[1].startswith("exercises/core/02-b/exercise.yaml:1:1: an exercise needs the key `title`.")
    assert len(problems) == 6


def test_the_error_about_a_repeated_id_names_both_files(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("core/02-a/exercise.yaml")
    assert folder.problems() == [
        "exercises/core/02-a/exercise.yaml:1:5: exercises/core/01-a/exercise.yaml has the same id, `core/a`.\n"
        "    1 | id: a\n"
        "      |     ^ give each exercise its own id"
    ]


def test_the_same_slug_in_two_tracks_is_two_exercises(folder):
    folder.write("core/01-a/exercise.yaml")
    folder.write("pixels/01-a/exercise.yaml")
    assert [each.id for each in folder.load()] == ["core/a", "pixels/a"]


def test_a_folder_without_an_exercise_file_is_reported(folder):
    folder.write("core/01-a/notes.txt", "")
    assert folder.problems() == ["exercises/core/01-a: this folder has no exercise.yaml. Add one, or remove the folder."]


def test_a_folder_without_a_number_is_reported(folder):
    folder.write("core/a/exercise.yaml")
    assert folder.problems() == [
        "exercises/core/a: the name of an exercise's folder must be <NN>-<slug>. Rename it, for example to 01-a."
    ]


def test_an_exercise_outside_of_a_track_is_reported(folder):
    folder.write("01-a/exercise.yaml")
    assert folder.problems() == ["exercises/01-a: this exercise is not in a track. Move its folder into one, for example core/."]


def test_a_starter_that_is_not_utf8_is_reported(folder):
    folder.write("core/01-a/exercise.yaml")
    (folder.root / "core/01-a/starter.py").write_bytes(b"# \xff\n")
    assert folder.problems() == ["exercises/core/01-a/starter.py: this file is not UTF-8. Save it as UTF-8."]


def test_a_folder_without_exercises_is_reported(folder):
    folder.root.mkdir()
    assert folder.problems() == ["There are no exercises in exercises: no file matches <track>/<NN>-<slug>/exercise.yaml."]


def test_a_missing_folder_is_reported(folder):
    assert folder.problems() == ["There is no folder exercises."]


def test_one_mistake_in_the_whole_course_is_the_only_problem(tmp_path):
    shutil.copytree(COURSE, tmp_path / "exercises")
    file = tmp_path / "exercises/core/02-gradients-pile-up/exercise.yaml"
    file.write_text(file.read_text().replace("- zero: x\n", "- zeroo: x\n", 1))
    with pytest.raises(SpecError) as caught:
        load_exercises(tmp_path / "exercises")
    (problem,) = caught.value.problems
    assert str(problem).startswith(f"{file}:")
    assert "unknown key `zeroo` in a step." in str(problem)
    assert str(problem).endswith("^^^^^ did you mean `zero`?")
