"""The events for changed paths, and that changes arrive."""

from pathlib import Path

import pytest

from grader.cli.watching.files import events_of, watched_files
from grader.cli.watching.mailbox import Mailbox
from grader.cli.watching.state import ExercisesSaved, SolutionsSaved
from grader.library import load_exercises

BOTH = frozenset({"core/first", "core/second"})


@pytest.fixture
def meant(course):
    exercises = load_exercises("exercises")

    def meant(*paths):
        return list(events_of([Path(path) for path in paths], exercises, Path("solutions"), Path("exercises")))

    return meant


@pytest.mark.parametrize("path", ["solutions/core/first.py", "solutions/first.py"])
def test_a_solution_belongs_to_its_exercise(meant, course, path):
    assert meant(path) == meant(course / path) == [SolutionsSaved(frozenset({"core/first"}))]


@pytest.mark.parametrize("path", ["solutions", "solutions/core"])
def test_a_folder_that_appears_or_disappears_means_every_exercise_in_it(meant, path):
    assert meant(path) == [SolutionsSaved(BOTH)]


def test_several_files_are_one_event(meant):
    assert meant("solutions/core/first.py", "solutions/core/second.py") == [SolutionsSaved(BOTH)]


@pytest.mark.parametrize(
    "name",
    [
        "4913",
        "first.py~",
        ".first.py.swp",
        ".first.py.swx",
        ".#first.py",
        "#first.py#",
        "first.py___jb_tmp___",
        "first.py.tmp.4711",
        "first.py.bak",
        ".goutputstream-ABC",
        "__pycache__/first.cpython-311.pyc",
        "notes.md",
    ],
)
def test_what_editors_leave_beside_a_file_means_nothing(meant, name):
    assert meant(f"solutions/core/{name}") == []


@pytest.mark.parametrize("name", ["core/01-first/exercise.yaml", "core/01-first/starter.py", "core/03-third"])
def test_a_file_of_an_exercise_means_that_exercises_were_saved(meant, name):
    assert meant(f"exercises/{name}") == [ExercisesSaved()]


@pytest.mark.parametrize("name", ["core/01-first/.exercise.yaml.swp", "core/01-first/exercise.yaml~", "exercise.schema.json"])
def test_other_files_beside_an_exercise_mean_nothing(meant, name):
    assert meant(f"exercises/{name}") == []


def test_files_elsewhere_mean_nothing(meant):
    assert meant("core/first.py", "../first.py", "exercise.yaml") == []


def test_a_linked_folder_is_the_same_folder(meant, course):
    (course / "link").symlink_to("solutions")
    assert meant("link/core/first.py") == [SolutionsSaved(frozenset({"core/first"}))]


def test_the_mailbox_wakes_for_every_letter_and_keeps_their_order():
    with Mailbox() as mailbox:
        for count in range(100_000):
            mailbox.put(frozenset({Path(str(count))}))
        assert mailbox.wait() == []
        assert [str(*letter) for letter in mailbox.take()] == [str(count) for count in range(100_000)]
        assert mailbox.take() == []


def test_folders_that_cannot_be_watched_are_an_error(tmp_path):
    with Mailbox() as mailbox, watched_files([tmp_path / "nowhere"], mailbox):
        mailbox.wait()
        (letter,) = mailbox.take()
    assert isinstance(letter, FileNotFoundError)
