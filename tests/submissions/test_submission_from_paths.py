"""The exercise that each file belongs to."""

import os
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.records.submission import Stray
from grader.submissions.submission_from_paths import submission_from_paths


def found(submission):
    return {exercise: os.path.basename(file.path) for exercise, file in submission.files.items()}


def test_a_file_belongs_to_the_exercise_whose_path_ends_it(tmp_path, write, exercises):
    write("sub/core/gradients_pile_up.py")
    write("sub/pixels/capstone.py", b"y = 2\n")
    submission = submission_from_paths("ana", [tmp_path / "sub"], exercises)
    assert found(submission) == {"core/gradients-pile-up": "gradients_pile_up.py", "pixels/capstone": "capstone.py"}
    assert submission.files["pixels/capstone"].text == "y = 2\n"
    assert submission.name == "ana"
    assert submission.strays == ()


def test_a_file_belongs_to_the_only_exercise_with_its_name(tmp_path, write, exercises):
    write("sub/gradient_piling_up.py")
    assert found(submission_from_paths("ana", [tmp_path / "sub"], exercises)) == {
        "pixels/gradient-piling-up": "gradient_piling_up.py"
    }


def test_a_file_whose_name_two_exercises_have_is_unmatched(tmp_path, write, exercises):
    write("sub/capstone.py")
    submission = submission_from_paths("ana", [tmp_path / "sub"], exercises)
    assert submission.files == {}
    assert [stray.nearest for stray in submission.strays] == ["core/capstone.py"]


def test_the_folder_a_file_is_given_from_counts_as_its_track(monkeypatch, tmp_path, write, exercises):
    write("core/capstone.py")
    monkeypatch.chdir(tmp_path / "core")
    assert found(submission_from_paths("ana", [Path("capstone.py")], exercises)) == {"core/capstone": "capstone.py"}


def test_unmatched_files_are_listed_with_the_nearest_path(tmp_path, write, exercises):
    for name in ("core/gradient_pile_up.py", "notes.ipynb", "Gradients-Pile-Up.ipynb"):
        write(f"sub/{name}")
    root = tmp_path / "sub"
    strays = submission_from_paths("ana", [root], exercises).strays
    assert set(strays) == {
        Stray((root / "core/gradient_pile_up.py").as_posix(), "core/gradients_pile_up.py"),
        Stray((root / "Gradients-Pile-Up.ipynb").as_posix(), "core/gradients_pile_up.py"),
        Stray((root / "notes.ipynb").as_posix(), ""),
    }


@pytest.mark.parametrize(
    "path",
    [
        ".hidden/gradients_pile_up.py",
        "__pycache__/gradients_pile_up.py",
        "gradients_pile_up.py.bak",
        ".x.py",
        "data.csv",
        "v/a.py",
    ],
)
def test_files_that_nobody_wrote_are_ignored(tmp_path, write, exercises, path):
    write(f"sub/{path}")
    write("sub/v/pyvenv.cfg")
    submission = submission_from_paths("ana", [tmp_path / "sub"], exercises)
    assert (submission.files, submission.strays) == ({}, ())


def test_one_file_for_one_exercise_may_have_any_name(tmp_path, write, exercises):
    file = write("my attempt 3.txt", b"z = 3\n")
    submission = submission_from_paths("ana", [file], exercises, only=["core/reset-to-none"])
    assert submission.files["core/reset-to-none"].text == "z = 3\n"


def test_only_the_selected_exercises_have_files(tmp_path, write, exercises):
    write("sub/core/gradients_pile_up.py")
    write("sub/core/reset_to_none.py")
    submission = submission_from_paths("ana", [tmp_path / "sub"], exercises, only=["core/reset-to-none"])
    assert found(submission) == {"core/reset-to-none": "reset_to_none.py"}
    assert submission.strays == ()


def test_two_files_for_one_exercise_are_refused_by_name(tmp_path, write, exercises):
    nested, flat = write("sub/core/gradients_pile_up.py"), write("sub/gradients_pile_up.py")
    with pytest.raises(UsageError) as caught:
        submission_from_paths("ana", [tmp_path / "sub"], exercises)
    assert str(caught.value) == (
        f"There are two files for core/gradients-pile-up: {flat} and {nested}. Keep one of them. "
        "To grade the work of several students, use `python -m grader batch`."
    )


def test_a_file_given_twice_is_one_file(tmp_path, write, exercises):
    file = write("sub/core/gradients_pile_up.py")
    assert len(submission_from_paths("ana", [tmp_path / "sub", file], exercises).files) == 1


def test_a_missing_path_is_an_error(tmp_path, exercises):
    with pytest.raises(UsageError, match=r"There is no file or folder .*nothing"):
        submission_from_paths("ana", [tmp_path / "nothing"], exercises)


def test_a_linked_folder_is_unmatched_and_not_read(tmp_path, write, exercises):
    write("elsewhere/core/gradients_pile_up.py")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/core").symlink_to(tmp_path / "elsewhere/core")
    submission = submission_from_paths("ana", [tmp_path / "sub"], exercises)
    assert submission.files == {}
    assert [stray.path for stray in submission.strays] == [(tmp_path / "sub/core").as_posix()]
