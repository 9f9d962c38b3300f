"""The export of each learning platform, as a folder and as an archive: student, attempt and file."""

import zipfile

import pytest

from grader.errors import UsageError
from grader.submissions.archive_container import open_archive
from grader.submissions.collect import collect_submissions
from grader.submissions.folder_container import FolderContainer
from grader.submissions.layouts.choose import LAYOUTS, choose_layout

PILE, RESET = "core/gradients-pile-up", "core/reset-to-none"
A, B = b"a = 1\n", b"b = 2\n"

# The export of each platform for the same two students. Ana has submitted more than once, if the platform shows that.
TREES = {
    "folders": {"ana/core/gradients_pile_up.py": A, "ana/reset_to_none.py": B, "ben/gradients_pile_up.py": B, "grades.csv": b""},
    "files": {
        "ana_gradients_pile_up.py": A,
        "ana_core_reset_to_none.py": B,
        "ben-gradients_pile_up.py": B,
        "readme.txt": b"",
    },
    "canvas": {
        "doeana_12345_7001_gradients_pile_up.py": B,
        "doeana_12345_7003_gradients_pile_up-1.py": A,
        "doeana_12345_7002_reset_to_none.py": B,
        "roeben_LATE_678_7004_gradients_pile_up.py": B,
        "roeben_LATE_678_text.html": b"<p>see my file</p>",
    },
    "moodle": {
        "Ana Doe_12345_assignsubmission_file_/core/gradients_pile_up.py": A,
        "Ana Doe_12345_assignsubmission_file_/reset_to_none.py": B,
        "Ana Doe_12345_assignsubmission_onlinetext_/onlinetext.html": b"<p>done</p>",
        "Ben Roe_678_assignsubmission_file/gradients_pile_up.py": B,
    },
    "blackboard": {
        "Homework 1_adoe_attempt_2026-03-01-10-00-00_gradients_pile_up.py": B,
        "Homework 1_adoe_attempt_2026-03-01-10-00-00.txt": b"receipt",
        "Homework 1_adoe_attempt_2026-03-02-09-30-00_gradients_pile_up.py": A,
        "Homework 1_adoe_attempt_2026-03-02-09-30-00_reset_to_none.py": B,
        "Homework 1_adoe_attempt_2026-03-02-09-30-00.txt": b"receipt",
        "Homework 1_broe_poging_2026-03-01-10-00-00_gradients_pile_up.py": B,
    },
    "brightspace": {
        "index.html": b"",
        "12345-901 - Ana Doe - Feb 28, 2026 1159 PM/gradients_pile_up.py": B,
        "12345-902 - Ana Doe - Mar 1, 2026 1030 AM/gradients_pile_up.py": A,
        "12345-902 - Ana Doe - Mar 1, 2026 1030 AM/reset_to_none.py": B,
        "678-903 - Ben Roe - Mar 1, 2026 1100 AM/gradients_pile_up.py": B,
    },
    "gradescope": {
        "submission_metadata.yml": b"""---
submission_11:
  :submitters:
  - :name: Ana Doe
    :sid: '12345'
    :email: ana@example.org
  :created_at: 2026-03-01 10:30:00.000000000 Z
  :score: !ruby/object:BigDecimal 18:0.3e1
  :results:
    output: |-
      :submitters:
submission_12:
  :submitters:
  - :name: Ben Roe
    :sid: '678'
    :email: ben@example.org
  - :name: Cleo Poe
    :email: cleo@example.org
""",
        "submission_11/gradients_pile_up.py": A,
        "submission_11/reset_to_none.py": B,
        "submission_12/gradients_pile_up.py": B,
    },
    "repositories": {
        "homework-1-ana/.git/HEAD": b"",
        "homework-1-ana/solutions/core/gradients_pile_up.py": A,
        "homework-1-ana/solutions/core/reset_to_none.py": B,
        "homework-1-ana/grader/core/gradients_pile_up.py": B,
        "homework-1-ben/.git/HEAD": b"",
        "homework-1-ben/gradients_pile_up.py": B,
    },
    "nbgrader": {
        "submitted/ana/hw1/gradients_pile_up.py": A,
        "submitted/ana/hw1/reset_to_none.py": B,
        "submitted/ana/hw1/timestamp.txt": b"2026-03-01 10:30:00 UTC",
        "submitted/ben/hw1/gradients_pile_up.py": B,
        "release/hw1/gradients_pile_up.py": B,
    },
}

# The name of the submission of Ana, and its details.
ANA = {
    "folders": ("ana", {"id": "ana"}),
    "files": ("ana", {"id": "ana"}),
    "canvas": ("doeana (12345)", {"id": "12345", "name": "doeana"}),
    "moodle": ("Ana Doe (12345)", {"id": "12345", "name": "Ana Doe"}),
    "blackboard": ("adoe", {"id": "adoe", "username": "adoe", "attempt": "2026-03-02-09-30-00"}),
    "brightspace": ("Ana Doe (12345)", {"id": "12345", "name": "Ana Doe", "attempt": "Mar 1, 2026 1030 AM"}),
    "gradescope": ("Ana Doe (11)", {"id": "12345", "name": "Ana Doe", "email": "ana@example.org"}),
    "repositories": ("homework-1-ana", {"id": "ana", "username": "ana"}),
    "nbgrader": ("ana", {"id": "ana", "username": "ana"}),
}

NOTES = {
    "canvas": ("Graded gradients_pile_up-1.py, the last upload for core/gradients-pile-up. Not graded: gradients_pile_up.py.",),
    "moodle": ("Text that is typed into Moodle is not graded. Ask the student for a file.",),
    "blackboard": ("Graded the newest of 2 attempts (2026-03-02-09-30-00). Not graded: 2026-03-01-10-00-00.",),
    "brightspace": ("Graded the newest of 2 attempts (Mar 1, 2026 1030 AM). Not graded: Feb 28, 2026 1159 PM.",),
}


@pytest.fixture(params=["folder", "archive", "wrapped archive"])
def laid_out(request, tmp_path, write):
    """An export on the disk."""

    def laid_out(tree):
        if request.param == "folder":
            for name, content in tree.items():
                write(f"export/{name}", content)
            return tmp_path / "export"
        with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
            for name, content in tree.items():
                archive.writestr(f"assignment_9_export/{name}" if request.param == "wrapped archive" else name, content)
        return tmp_path / "export.zip"

    return laid_out


def texts(submission):
    return {exercise: file.text for exercise, file in submission.files.items()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_export_is_recognised_and_read(layout, laid_out, exercises):
    root = laid_out(TREES[layout])
    submissions = {submission.name: submission for submission in collect_submissions(root, exercises)}
    assert len(submissions) == 2
    name, details = ANA[layout]
    ana = submissions[name]
    assert texts(ana) == {PILE: A.decode(), RESET: B.decode()}
    assert ana.problem == ""
    assert ana.strays == ()
    assert {key: value for key, value in ana.details.items() if key != "received"} == {"layout": layout, **details}
    assert ana.notes == NOTES.get(layout, ())
    (ben,) = (submission for submission in submissions.values() if submission.name != name)
    assert texts(ben) == {PILE: B.decode()}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_that_is_named_is_read_the_same(layout, laid_out, exercises):
    root = laid_out(TREES[layout])
    assert list(collect_submissions(root, exercises, layout)) == list(collect_submissions(root, exercises))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_is_recognised_by_its_names(layout, tmp_path, write, exercises, packed):
    for name, content in TREES[layout].items():
        write(f"export/{name}", content)
    assert choose_layout(FolderContainer(tmp_path / "export"), exercises)[1].name == layout
    (tmp_path / "all.zip").write_bytes(packed(TREES[layout]))
    with (tmp_path / "all.zip").open("rb") as file:
        assert choose_layout(open_archive("all.zip", file), exercises)[1].name == layout


@pytest.mark.parametrize("layout", ["canvas", "moodle", "blackboard", "brightspace"])
def test_one_students_file_names_do_not_change_which_layout_is_recognised(layout, write, tmp_path, exercises):
    first = {
        "canvas": "aaa_1_{}_",
        "moodle": "Aaa_1_assignsubmission_file_{}",
        "blackboard": "HW 1_aaa_attempt_2026-03-01-10-00-00_{}",
        "brightspace": "1-1 - Aaa - Mar 1, 2026 1030 AM - {}",
    }[layout]
    for number, tail in enumerate(["x_y_attempt_2026-01-01-00-00-00_a.py", "_9_assignsubmission_file_a.py", "a_9_99_a.py"] * 10):
        write(f"export/{first.format(number)}{tail}")
    for name, content in TREES[layout].items():
        write(f"export/{name}", content)
    assert choose_layout(FolderContainer(tmp_path / "export"), exercises)[1].name == layout


@pytest.mark.parametrize("name", ["mal/.git/HEAD", "mal/core/timestamp.txt", "submission_metadata.yml", "submission_1/a.py"])
def test_one_students_files_do_not_change_how_the_others_are_read(write, tmp_path, exercises, name):
    for student in ("hw-anna", "mal"):
        write(f"export/{student}/core/gradients_pile_up.py", A)
    expected = next(collect_submissions(tmp_path / "export", exercises))
    write(f"export/{name}")
    assert choose_layout(FolderContainer(tmp_path / "export"), exercises)[1].name == "folders"
    assert next(collect_submissions(tmp_path / "export", exercises)) == expected


def test_a_late_submission_has_a_note(laid_out, exercises):
    ben = list(collect_submissions(laid_out(TREES["canvas"]), exercises))[1]
    assert ben.details["late"] == "yes"
    assert ben.details["received"] == "roeben_LATE_678_7004_gradients_pile_up.py"
    assert ben.notes == ("Submitted late.", "Text that is typed into Canvas is not graded. Ask the student for a file.")


def test_a_group_is_one_submission_with_all_its_members(laid_out, exercises):
    group = list(collect_submissions(laid_out(TREES["gradescope"]), exercises))[1]
    assert group.name == "Ben Roe; Cleo Poe (12)"
    assert group.details["email"] == "ben@example.org; cleo@example.org"


@pytest.mark.parametrize(
    "metadata", [b"", b"- 1", b"{", b"submission_11: 3", b"submission_11:\n  :submitters: [1, [2]]", b"\xff"]
)
def test_the_metadata_of_gradescope_may_be_damaged(laid_out, exercises, metadata):
    tree = TREES["gradescope"] | {"submission_metadata.yml": metadata}
    assert [each.name for each in collect_submissions(laid_out(tree), exercises)] == ["11", "12"]


@pytest.mark.parametrize(
    ("name", "student", "details"),
    [
        ("anon_a1B2_7001_gradients_pile_up.py", "anon_a1B2", {"id": "anon_a1B2"}),
        ("LATE_anon_a1B2_7001_gradients_pile_up.py", "anon_a1B2", {"id": "anon_a1B2", "late": "yes"}),
        ("doejané_LATE_12_34_gradients_pile_up.py", "doejané (12)", {"id": "12", "name": "doejané", "late": "yes"}),
        ("de_la_cruz_12_34_56_gradients_pile_up.py", "de_la_cruz (12)", {"id": "12", "name": "de_la_cruz"}),
    ],
)
def test_canvas_names_of_all_shapes(write, tmp_path, exercises, name, student, details):
    write(f"all/{name}", A)
    (submission,) = collect_submissions(tmp_path / "all", exercises, "canvas")
    assert submission.name == student
    assert details.items() <= submission.details.items()


@pytest.mark.parametrize(
    ("layout", "name", "student"),
    [
        ("moodle", "Ana Doe_12_assignsubmission_file_gradients_pile_up.py", "Ana Doe (12)"),
        ("moodle", "Participant_12_assignsubmission_file/gradients_pile_up.py", "Participant (12)"),
        ("brightspace", "12-3 - Ana Doe - Mar 1, 2026 1030 AM - gradients_pile_up.py", "Ana Doe (12)"),
        ("brightspace", "12-3 - Ana Doe - 1 mars 2026 1030/gradients_pile_up.py", "Ana Doe (12)"),
        ("blackboard", "A_B_C_ana.doe_Versuch_2026-01-02-03-04-05_gradients_pile_up.py", "ana.doe"),
        ("files", "Ana Doe_gradients_pile_up.py", "Ana Doe"),
        ("files", "ana-core_gradients_pile_up.py", "ana"),
        ("files", "gradients_pile_up.py", "all"),
        ("files", "core/gradients_pile_up.py", "all"),
    ],
)
def test_other_shapes_of_a_platforms_names(write, tmp_path, exercises, layout, name, student):
    write(f"all/{name}", A)
    (submission,) = collect_submissions(tmp_path / "all", exercises)
    assert (submission.name, submission.details["layout"], texts(submission)) == (student, layout, {PILE: A.decode()})


def test_the_last_attempt_wins_whatever_language_its_date_is_in(write, tmp_path, exercises):
    write("all/12-9 - Ana Doe - 2 mars 2026 1030/gradients_pile_up.py", B)
    write("all/12-10 - Ana Doe - 1 avril 2026 1030/gradients_pile_up.py", A)
    (submission,) = collect_submissions(tmp_path / "all", exercises)
    assert texts(submission) == {PILE: A.decode()}


def test_if_one_exercise_is_graded_a_file_may_have_only_the_name_of_the_student(write, tmp_path, exercises):
    write("all/ana.py", A)
    write("all/ben.ipynb", b"{")
    ana, ben = collect_submissions(tmp_path / "all", exercises, only=[PILE])
    assert (ana.name, texts(ana)) == ("ana", {PILE: A.decode()})
    assert ben.files[PILE].problem == "It is not a notebook: it is not JSON. Save it again in Jupyter."


def test_if_one_exercise_is_graded_the_only_file_is_its_solution(write, tmp_path, exercises):
    write("all/12-3 - Ana Doe - Mar 1, 2026 1030 AM/my work.py", A)
    (submission,) = collect_submissions(tmp_path / "all", exercises, only=[PILE])
    assert texts(submission) == {PILE: A.decode()}
    assert submission.notes == (
        "12-3 - Ana Doe - Mar 1, 2026 1030 AM/my work.py was graded as core/gradients-pile-up because it is the only file.",
    )


def test_a_name_without_a_student_is_a_submission_with_a_problem(write, tmp_path, exercises):
    for name in TREES["canvas"]:
        write(f"all/{name}", A)
    write("all/solution.py", A)
    problems = {each.name: each.problem for each in collect_submissions(tmp_path / "all", exercises) if each.problem}
    assert problems == {
        "solution.py": "Its name contains no student (layout canvas, Canvas). Rename it, or use another `--layout`."
    }


def test_a_file_of_an_ambiguous_exercise_is_a_submission_with_a_problem(write, tmp_path, exercises):
    for name in ("ana_gradients_pile_up.py", "ben_gradients_pile_up.py", "cleo_capstone.py"):
        write(f"all/{name}", A)
    assert [bool(each.problem) for each in collect_submissions(tmp_path / "all", exercises)] == [False, False, True]


@pytest.mark.parametrize(
    ("layout", "sentence"),
    [
        ("canvass", "`--layout canvass`: there is no such layout. Did you mean `canvas`?"),
        (
            "x",
            "`--layout x`: there is no such layout. Use auto, folders, files, brightspace, blackboard, moodle, canvas, "
            "gradescope, repositories, nbgrader.",
        ),
        ("canvas", "No name in {root} fits the layout canvas (Canvas). Try `--layout auto`."),
    ],
)
def test_a_wrong_layout_is_refused(write, tmp_path, exercises, layout, sentence):
    write("all/ana/gradients_pile_up.py")
    with pytest.raises(UsageError) as caught:
        list(collect_submissions(tmp_path / "all", exercises, layout))
    assert str(caught.value) == sentence.format(root=tmp_path / "all")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("gone", None, "There is no file or folder {root}."),
        ("empty/.keep", b"", "There is nothing to grade in {root}."),
        ("lists/grades.csv", b"", "There is nothing to grade in {root}."),
        ("a.py", A, "{root} is neither a folder nor a zip archive. To grade one file, use `python -m grader grade {root}`."),
        ("a.zip", b"PK", "{root} cannot be read. It is a damaged archive (File is not a zip file). Create the archive again."),
    ],
)
def test_nothing_to_grade_is_an_error(write, tmp_path, exercises, name, content, sentence):
    if content is not None:
        write(name, content)
    root = tmp_path / name.partition("/")[0]
    with pytest.raises(UsageError) as caught:
        list(collect_submissions(root, exercises))
    assert str(caught.value) == sentence.format(root=root)
