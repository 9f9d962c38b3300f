"""Submissions in any state: what cannot be read has a reason, and all others are graded."""

import os
import shutil
import zipfile

import pytest

from grader.records.submission import Stray
from grader.submissions.collect import collect_submissions
from grader.submissions.read import MOST_BYTES

PILE, RESET = "core/gradients-pile-up", "core/reset-to-none"


@pytest.fixture
def students(tmp_path, exercises):
    """The submissions in the folder `all`, by name."""

    def students(**more):
        return {submission.name: submission for submission in collect_submissions(tmp_path / "all", exercises, **more)}

    return students


def test_two_files_for_one_exercise_are_a_problem_of_this_exercise(write, students):
    write("all/ana/core/gradients_pile_up.py")
    write("all/ana/gradients_pile_up.ipynb")
    write("all/ana/reset_to_none.py")
    files = students()["ana"].files
    assert (files[PILE].text, files[PILE].problem) == (
        None,
        "There are 2 files for core/gradients-pile-up: ana/core/gradients_pile_up.py and ana/gradients_pile_up.ipynb. "
        "Ask the student which one to grade.",
    )
    assert files[RESET].text == "x = 1\n"


def test_a_file_that_cannot_be_read_is_its_own_problem(write, students):
    write("all/ana/gradients_pile_up.py", b"#" * (MOST_BYTES + 1))
    write("all/ana/reset_to_none.py", b"# \xe9")
    problems = [file.problem for file in students()["ana"].files.values()]
    assert problems == [
        "It has 1,000,001 bytes; a solution may have at most 1,000,000.",
        "It is not Python text (invalid or missing encoding declaration). Save it as UTF-8.",
    ]


def test_no_link_is_followed(write, tmp_path, students):
    secret = write("secret/gradients_pile_up.py", b"secret\n")
    write("all/ana/notes.txt")
    (tmp_path / "all/ana/gradients_pile_up.py").symlink_to(secret)
    (tmp_path / "all/ana/more").symlink_to(secret.parent)
    (tmp_path / "all/ben").symlink_to(secret.parent)
    found = students()
    assert found["ana"].files[PILE].problem == "It is a link. Submit the file itself."
    assert list(found["ana"].files) == [PILE]
    assert found["ben"].problem == "It is a link. Submit the file itself."


def test_a_pipe_is_not_waited_for(write, tmp_path, students):
    write("all/ana/reset_to_none.py")
    os.mkfifo(tmp_path / "all/ana/gradients_pile_up.py")
    assert students()["ana"].files[PILE].problem == "It is not a regular file."


def test_a_folder_that_disappears_is_a_submission_with_a_problem(write, tmp_path, exercises):
    write("all/ana/gradients_pile_up.py")
    write("all/ben/gradients_pile_up.py")
    submissions = collect_submissions(tmp_path / "all", exercises)
    next(submissions)
    shutil.rmtree(tmp_path / "all/ben")
    assert [each.problem for each in submissions] == ["It cannot be read: No such file or directory."]


def test_each_submission_is_read_when_the_iterator_reaches_it(write, tmp_path, exercises):
    for name in ("ana", "ben"):
        write(f"all/{name}/gradients_pile_up.py")
    submissions = collect_submissions(tmp_path / "all", exercises)
    next(submissions)
    write("all/ben/gradients_pile_up.py", b"late = 1\n")
    assert next(submissions).files[PILE].text == "late = 1\n"


def test_files_that_belong_to_no_exercise_are_unmatched(write, students):
    write("all/ana/gradient_pile_up.py")
    write("all/ana/helpers.py")
    write("all/ana/gradients_pile_up.py")
    ana = students()["ana"]
    assert ana.strays == (Stray("ana/gradient_pile_up.py", "core/gradients_pile_up.py"), Stray("ana/helpers.py"))
    assert ana.files[PILE].neighbours == ("gradient_pile_up.py", "helpers.py")


def test_very_many_unmatched_files_are_counted(write, students):
    for number in range(53):
        write(f"all/ana/file{number}.py")
    ana = students()["ana"]
    assert len(ana.strays) == 50
    assert ana.notes == ("3 more files belong to no exercise.",)


def test_an_empty_submission_has_a_note(write, students):
    write("all/ana/essay.pdf")
    assert students()["ana"].notes == ("The submission contains no .py or .ipynb file for these exercises.",)


@pytest.mark.parametrize(
    "name", ["gradients_pile_up (1).py", "gradients_pile_up-2.py", "Gradients_Pile_Up.PY", "CORE/GRADIENTS_PILE_UP.py"]
)
def test_changes_that_browsers_and_systems_make_to_names_are_undone(write, students, name):
    write(f"all/ana/{name}", b"a = 1\n")
    assert students()["ana"].files[PILE].text == "a = 1\n"


def test_names_that_look_the_same_are_the_same(write, students):
    write("all/Ane\u0301.zip", b"")
    write("all/Ané/gradients_pile_up.py")
    assert list(students()) == ["Ané"]


def test_a_notebook_is_a_solution(write, students, notebook):
    write("all/ana/core/gradients_pile_up.ipynb", notebook("import torch", "def solve(x):\n    pass"))
    file = students()["ana"].files[PILE]
    assert file.text == "import torch\ndef solve(x):\n    pass\n"
    assert file.cells == ((2, 1), (3, 1), (3, 2))


def test_junk_files_are_ignored(write, students):
    for name in (
        "__MACOSX/._a.py",
        ".DS_Store",
        "Thumbs.db",
        "ana/.git/a.py",
        "ana/__pycache__/a.py",
        "ana/venv/a.py",
        "venv/a.py",
    ):
        write(f"all/{name}")
    for folder in ("ana/venv", "venv"):
        write(f"all/{folder}/pyvenv.cfg")
    write("all/ana/reset_to_none.py")
    found = students()
    assert list(found) == ["ana"]
    assert found["ana"].strays == ()


def test_a_students_archive_is_opened(write, students, packed):
    write("all/ana.zip", packed({"work/core/gradients_pile_up.py": "a = 1\n", "work/core/reset_to_none.py": "b = 2\n"}))
    write("all/ben/homework.zip", packed({"gradients_pile_up.py": "c = 3\n", "helpers.py": ""}))
    found = students()
    assert {name: file.text for name, file in found["ana"].files.items()} == {PILE: "a = 1\n", RESET: "b = 2\n"}
    assert found["ana"].files[PILE].path == "ana.zip/work/core/gradients_pile_up.py"
    assert found["ben"].files[PILE].neighbours == ("helpers.py",)


def test_an_archive_in_an_export_is_opened(tmp_path, write, exercises, packed):
    inner = packed({"gradients_pile_up.py": "a = 1\n"})
    write("canvas.zip", packed({"doe_12_34_work.zip": inner, "roe_56_78_gradients_pile_up.py": "b = 2\n"}))
    doe, roe = collect_submissions(tmp_path / "canvas.zip", exercises)
    assert (doe.files[PILE].text, roe.files[PILE].text) == ("a = 1\n", "b = 2\n")


@pytest.mark.parametrize("name", ["work.rar", "work.7z", "work.tar.gz"])
def test_other_archives_are_not_opened(write, students, name):
    write(f"all/ana/{name}")
    write(f"all/ben/{name}")
    write("all/ben/gradients_pile_up.py")
    found = students()
    assert found["ana"].problem == (
        f"ana/{name}: only zip archives are opened. Ask the student for a zip archive, or for the files."
    )
    assert found["ben"].problem == ""
    assert found["ben"].notes == (f"ben/{name} was not opened: only zip archives are opened.",)


def test_a_repository_is_read_where_its_solutions_are(write, students):
    write("all/ana/.git/HEAD")
    write("all/ana/gradients_pile_up.py", b"no = 1\n")
    write("all/ana/solutions/core/gradients_pile_up.py", b"yes = 1\n")
    ana = students()["ana"]
    assert ana.files[PILE].text == "yes = 1\n"
    assert ana.files[PILE].path == "ana/solutions/core/gradients_pile_up.py"


def test_only_the_selected_exercises_have_files(write, students):
    write("all/ana/core/gradients_pile_up.py")
    write("all/ana/core/reset_to_none.py")
    ana = students(only=[RESET])["ana"]
    assert list(ana.files) == [RESET]
    assert ana.strays == ()


def test_many_small_submissions_are_found_in_an_archive(tmp_path, exercises):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for number in range(500):
            archive.writestr(f"student{number:03}/core/gradients_pile_up.py", f"n = {number}\n")
    texts = [submission.files[PILE].text for submission in collect_submissions(tmp_path / "all.zip", exercises)]
    assert texts == [f"n = {number}\n" for number in range(500)]
