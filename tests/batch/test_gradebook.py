"""The gradebook, and Canvas's and Moodle's own files filled in."""

import csv
import io
import unicodedata
from functools import partial
from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.batch import gradebook, platform_gradebooks
from grader.batch.feedback import file_names
from grader.batch.store import GradedSubmission
from grader.errors import UsageError
from grader.records.result import Report, Result, RunInfo
from grader.reports import csv_report

RUN = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")


def exercise(slug, title=""):
    return SimpleNamespace(id=f"core/{slug}", slug=slug, title=title or slug)


EXERCISES = [exercise("first", "The first gradient"), exercise("second")]


def result(slug, score, verdict="failed", most=4.0):
    return Result(
        submission="s", exercise=f"core/{slug}", file=None, verdict=verdict, score=score, max_score=most, summary="Off."
    )


@pytest.fixture
def save(store):
    """Save a student with these scores, of 4 each."""

    def save(name, *scores, **about):
        results = [(result(each.slug, score), "k") for each, score in zip(EXERCISES, scores, strict=False)]
        store.save(GradedSubmission(name, "k", results, **about))

    return save


@pytest.fixture
def table(store):
    """The gradebook, row by row."""

    def table():
        stream = io.StringIO()
        gradebook.write(store, EXERCISES, RUN, stream)
        return list(csv.reader(io.StringIO(stream.getvalue())))

    return table


@pytest.fixture
def fill(store, tmp_path):
    """Fill in an export. Returns the new text and the remarks."""

    def fill(text, encoding="utf-8"):
        path = tmp_path / "export.csv"
        path.write_bytes(text.encode(encoding))
        export = platform_gradebooks.read_export(path, EXERCISES)
        stream = io.StringIO()
        export.write(store, EXERCISES, RUN, stream)
        return stream.getvalue(), export.remarks(store)

    return fill


def test_a_row_has_the_details_the_scores_the_total_and_a_note(save, table):
    save("bo", 4.0, 2.5, details={"id": "7", "layout": "canvas", "received": "x"}, notes=("The newest of two.",))
    save("ana", 1 / 3, 0.0, problem="No zip.")
    assert table() == [
        ["student", "id", "core/first", "core/second", "total", "of", "note"],
        ["ana", "", "0.33", "0", "0.33", "8", "No zip."],
        ["bo", "7", "4", "2.5", "6.5", "8", "The newest of two."],
    ]


def test_without_one_score_there_is_no_total(save, table):
    save("ana", None, 4.0)
    save("bo", 4.0)
    assert [row[1:5] for row in table()[1:]] == [["", "4", "", "8"], ["4", "", "", "4"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "＝", "  ="])
def test_text_of_a_student_is_never_a_formula(save, table, start):
    save(f"{start}1", 1.0, 1.0, details={"name": f"{start}2"}, notes=(f"{start}3",))
    row = table()[1]
    assert [row[0], row[1], row[-1]] == [f"'{start}1", f"'{start}2", f"'{start}3"]


@given(st.text())
def test_no_cell_of_a_report_is_a_formula(name):
    report = Report(run=RUN, results=[result("first", 1.0).model_copy(update={"submission": name})])
    (_, row) = csv.reader(io.StringIO(csv_report.to_text(report), newline=""))
    assert not row[0].strip().startswith(("=", "+", "-", "@"))
    assert not set(row[0]) & set("\r\n\x1b\0")


CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Homework (55),Current Score\r\n"
    "    Points Possible,,,,,10,(read only)\r\n"
    '"Doe, Jane",101,u1,jane,A,,50\r\n'
    "=Bo,102,u2,bo,A,,50\r\n"
    "Cy,103,u3,cy,A,,50\r\n"
)


def test_canvas_is_filled_in_by_id_on_its_own_scale_and_keeps_the_rest(save, fill):
    save("doejane", 4.0, 2.0, details={"id": "101", "layout": "canvas"})
    save("bo", 1.0, 0.0)
    filled, remarks = fill(CANVAS)
    assert filled == CANVAS.replace("A,,50", "A,7.5,50", 1).replace("bo,A,,50", "bo,A,1.25,50")
    assert remarks == ()


@pytest.mark.parametrize(
    ("name", "details"),
    [("u1", {}), ("x", {"username": "Jane"}), ("Jane Doe", {}), ("x", {"name": "doejane"}), ("x", {"name": "Doe, Jane"})],
)
def test_canvas_students_are_found_by_details_that_only_one_row_has(save, fill, name, details):
    save(name, 4.0, 4.0, details=details)
    assert "jane,A,10,50" in fill(CANVAS)[0]


def test_every_member_of_a_group_gets_the_grade(save, fill):
    save("group", 4.0, 4.0, details={"id": "101; 103", "layout": "canvas"})
    filled, _ = fill(CANVAS)
    assert ("jane,A,10,50" in filled, "bo,A,,50" in filled, "cy,A,10,50" in filled) == (True, True, True)


def test_a_student_without_a_certain_row_or_a_grade_keeps_an_empty_cell(save, fill):
    twins = CANVAS.replace("Cy,103,u3,cy", "=Bo,103,u3,cy")
    save("=Bo", 4.0, 4.0)
    save("u1", None, 4.0)
    save("u2", 0.0, 0.0, problem="No zip.")
    filled, remarks = fill(twins)
    assert filled == twins
    assert remarks == (
        "Not filled in because no row of Canvas's file certainly belongs to them: =Bo.",
        "Not filled in because not everything could be read and graded: u1, u2.",
    )


def test_canvas_columns_named_after_exercises_get_their_points(save, fill):
    save("bo", 1.0, 2.0)
    text = "Student,ID,Section,Second (7),The first gradient (8),Exam (9)\nBo,102,A,,,90\n"
    assert fill(text)[0] == text.replace("A,,,90", "A,2,1,90")


def test_the_only_empty_assignment_of_canvas_is_filled_in(save, fill):
    save("bo", 1.0, 2.0)
    text = "Student,ID,Section,Week 1 (7),Week 2 (8)\nBo,102,A,5,\n"
    assert fill(text)[0] == text.replace("5,", "5,3")


def test_an_ambiguous_column_is_refused(fill):
    with pytest.raises(
        UsageError, match=r"it is not clear which assignment to fill in\. The file has: Week 1 \(7\), Week 2 \(8\)\."
    ):
        fill("Student,ID,Section,Week 1 (7),Week 2 (8)\nBo,102,A,,\n")


MOODLE = (
    "\ufeffIdentifier;Full name;Email address;Status;Grade;Maximum grade;Grade can be changed;Last modified (grade)\n"
    "Participant 11;Jane Doe;jane@example.org;Submitted;;100.00;Yes;Monday, 1 June 2026\n"
    "Participant 12;Bo Li;bo@example.org;Submitted;;100.00;No;-\n"
)


def test_moodle_is_filled_in_and_keeps_its_dates_separator_and_mark(save, fill):
    save("Jane Doe", 4.0, 2.0, details={"id": "11", "layout": "moodle"})
    save("bo", 4.0, 4.0, details={"email": "bo@example.org"})
    filled, remarks = fill(MOODLE)
    assert filled == MOODLE.replace("Submitted;;", "Submitted;75;", 1)
    assert remarks == ("Not filled in because Moodle does not allow changes of their grades: bo.",)


def test_an_id_of_another_platform_matches_nobody(save, fill):
    save("x", 4.0, 4.0, details={"id": "11", "layout": "canvas"})
    assert fill(MOODLE)[0] == MOODLE


GERMAN = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Bewertung kann geändert werden\n"
    'Teilnehmer/in 11,Jane Doe,jane@example.org,Abgegeben,,"100,00",Ja\n'
    'Teilnehmer/in 12,Bo Li,bo@example.org,Abgegeben,,"100,00",Nein\n'
)


def test_a_german_worksheet_is_filled_in_with_its_own_decimal_comma(save, fill):
    save("Jane Doe (11)", 4.0, 1.01, details={"id": "11", "layout": "moodle", "name": "Group_A-Jane Doe"})
    save("bo", 4.0, 4.0, details={"email": "bo@example.org"})
    filled, remarks = fill(GERMAN)
    assert filled == GERMAN.replace('Abgegeben,,"100', 'Abgegeben,"62,62","100', 1)
    assert remarks == ("Not filled in because Moodle does not allow changes of their grades: bo.",)


def test_a_worksheet_in_any_language_is_recognised_by_what_is_in_its_columns(save, fill):
    save("x", 4.0, 2.0, details={"id": "12", "layout": "moodle", "name": "Bo Li"})
    text = "Id.,Navn,E-post,Status,Karakter,Maks,Endret\n"
    text += "Deltaker 11,Jane Doe,j@x.org,-,,20.00,-\nDeltaker 12,Bo Li,b@x.org,-,,20.00,-\n"
    assert fill(text)[0] == text.replace("b@x.org,-,,", "b@x.org,-,15,")


def test_the_number_of_a_group_in_moodle_is_not_that_of_a_student(save, fill):
    save("Team (11)", 4.0, 4.0, details={"id": "11", "layout": "moodle", "name": "Team"})
    filled, remarks = fill(MOODLE)
    assert filled == MOODLE
    assert remarks == ("Not filled in because no row of Moodle's file certainly belongs to them: Team (11).",)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Bo", {}), ("bo", {})),
        (("x", {"id": "102", "layout": "canvas"}), ("=Bo", {})),
        (("x", {"id": "102; 101", "layout": "canvas"}), ("y", {"username": "bo"})),
    ],
)
def test_two_submissions_that_could_be_one_rows_are_both_left_out_and_named(save, fill, one, other):
    for name, details in (one, other):
        save(name, 4.0, 4.0, details=details)
    filled, remarks = fill(CANVAS)
    assert filled == CANVAS
    assert remarks == (
        f"Not filled in because no row of Canvas's file certainly belongs to them: {', '.join(sorted((one[0], other[0])))}.",
    )


@pytest.mark.parametrize(
    "names", [("José Li", "Jose Li"), ("Jos\u00e9 Li", "Jose\u0301 Li"), ("Li, Bo", "bo li"), ("ANA", "ana")]
)
def test_two_rows_that_could_be_one_students_stay_empty(save, fill, names):
    text = "Student,ID,Section,Homework (7)\n" + "".join(f'"{name}",{index},A,\n' for index, name in enumerate(names))
    save(names[0], 4.0, 4.0)
    filled, remarks = fill(text)
    assert list(csv.reader(io.StringIO(filled))) == list(csv.reader(io.StringIO(text)))
    assert remarks == (f"Not filled in because no row of Canvas's file certainly belongs to them: {names[0]}.",)


@pytest.mark.parametrize(("name", "row"), [("José Li", "Jose\u0301 Li"), ("JANE doe", "Doe, Jane")])
def test_a_name_is_found_however_it_is_written(save, fill, name, row):
    save(name, 4.0, 4.0)
    assert fill(f'Student,ID,Section,Homework (7)\n"{row}",1,A,\n')[0].endswith("1,A,8\n")


def test_a_name_without_its_accent_is_not_certain(save, fill):
    save("Jose", 4.0, 4.0)
    text = "Student,ID,Section,Homework (7)\nJosé,1,A,\n"
    assert fill(text)[0] == text


def test_a_submission_whose_owner_is_uncertain_is_left_out_and_named(save, fill):
    save("bo", 4.0, 4.0, details={"id": "102", "layout": "canvas", "owner": "uncertain"})
    filled, remarks = fill(CANVAS)
    assert filled == CANVAS
    assert remarks == ("Not filled in because no row of Canvas's file certainly belongs to them: bo.",)


@pytest.mark.parametrize("details", [{"id": "101; 999", "layout": "canvas"}, {"email": "u1", "name": "Jane Doe; Nobody"}])
def test_a_group_with_a_member_who_is_not_found_is_left_out_and_named(save, fill, details):
    save("group", 4.0, 4.0, details=details)
    filled, remarks = fill(CANVAS)
    assert filled == CANVAS
    assert remarks == ("Not filled in because no row of Canvas's file certainly belongs to them: group.",)


@pytest.mark.parametrize(("rows", "filled"), [("smith", 0), ("d-smith", 0), ("d-smith smith", None), ("x", None)])
def test_the_user_of_a_repository_is_certain_only_if_one_row_fits(save, fill, rows, filled):
    save("hw-1-d-smith", 4.0, 4.0, details={"id": "smith", "username": "smith", "layout": "repositories"})
    lines = [f"{name},{number},A," for number, name in enumerate(rows.split())]
    found, _ = fill("\n".join(["Student,ID,Section,Homework (7)", *lines, ""]))
    expected = [f"{line}8" if number == filled else line for number, line in enumerate(lines)]
    assert found.splitlines()[1:] == expected


def test_a_number_that_two_rows_have_is_not_certain(save, fill):
    save("x", 4.0, 4.0, details={"id": "102", "layout": "canvas"})
    text = CANVAS.replace("Cy,103", "Cy,102")
    assert fill(text)[0] == text


def test_any_other_file_is_refused(fill):
    with pytest.raises(UsageError, match=r"is neither Canvas's export of the gradebook .* nor Moodle's grading worksheet"):
        fill("Name,Points\nBo,1\n")


def test_a_file_in_another_encoding_is_refused(fill):
    with pytest.raises(UsageError, match=r"is not UTF-8: use the file as the platform exported it\."):
        fill("Identifier,Grade,Full name\n,,Zoé\n", "latin-1")


FOLDS = (
    str.casefold,
    str.lower,
    str.upper,
    *(partial(unicodedata.normalize, form) for form in ("NFC", "NFD", "NFKC", "NFKD")),
    lambda name: unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold()),
    lambda name: unicodedata.normalize("NFC", name.upper()),
)


def alike(name):
    """Names that some file system takes for the same file, or that are the file name of another student."""
    others = [fold(name) for fold in FOLDS]
    return [name, *others, *(file_names([each])[each].removesuffix(".txt") for each in (name, *others))]


STUDENTS = st.lists(
    st.text(st.sampled_from("aAéE\u0301ıIiİßSsﬁK\u212a/:. _-1con") | st.characters(exclude_categories=["Cs"]), max_size=6),
    max_size=4,
)


@given(STUDENTS, st.randoms())
def test_no_file_system_takes_the_feedback_files_of_two_students_for_the_same(names, draw):
    names = list(dict.fromkeys(each for name in names for each in alike(name)))
    names = list(dict.fromkeys(each for name in names for each in (name, *alike(name)))) if len(names) < 20 else names
    draw.shuffle(names)
    files = list(file_names(names).values())
    for fold in FOLDS:
        assert len({fold(each) for each in files}) == len(names)
    assert not any(set(each) & set('/\\:*?"<>|\0') or each.startswith((".", " ")) for each in files)
    assert all(len(each.encode()) < 250 for each in files)


@given(STUDENTS, STUDENTS)
def test_further_students_do_not_change_a_feedback_file(names, more):
    before = file_names(dict.fromkeys(names))
    assert file_names(dict.fromkeys([*names, *more])).items() >= before.items()


def test_honest_names_stay_as_they_are_and_a_name_like_anothers_file_is_another_file():
    honest = ["ana", "Jane Doe", "o'neil", "doe, jane (2)", "Zoë"]
    files = file_names(honest)
    assert [files[name] for name in honest if name != "o'neil"] == ["ana.txt", "Jane Doe.txt", "doe, jane (2).txt", "Zoë.txt"]
    thief = files["o'neil"].removesuffix(".txt")
    assert file_names([*honest, thief, "ANA"]) == {
        **files,
        thief: f"{thief}-{sha256(thief.encode()).hexdigest()[:8]}.txt",
        "ANA": f"ANA-{sha256(b'ANA').hexdigest()[:8]}.txt",
    }


@pytest.mark.parametrize("name", ["con", "NUL.x", "Com1", "aux. b", "lpt9 "])
def test_names_that_windows_reserves_are_not_used(name):
    assert file_names([name])[name].startswith("student-")
    assert file_names(["connie"])["connie"] == "connie.txt"


@pytest.mark.parametrize(
    "text", ["Student,ID,Section,Second (5)\n" + "a" * 200_000, 'Student,ID,Section\n"open,1,A\n' + "a" * 200_000]
)
def test_a_file_that_python_cannot_read_as_csv_is_refused(fill, text):
    with pytest.raises(UsageError, match=r"is not CSV \(field larger than field limit \(131072\)\)"):
        fill(text)


def test_an_ambiguous_file_with_many_columns_names_a_few(fill):
    with pytest.raises(UsageError, match=r"A0 \(0\), A1 \(1\), .* and 45 more") as refused:
        fill("Student,ID,Section," + ",".join(f"A{number} ({number})" for number in range(50)) + "\nBo,102,A\n")
    assert len(str(refused.value)) < 500


@pytest.mark.parametrize("most", ["inf", "nan", "-1e999", "text"])
def test_a_maximum_that_is_no_number_does_not_scale_the_points(save, fill, most):
    save("bo", 4.0, 2.0)
    text = f"Identifier,Full name,Grade,Maximum grade\nParticipant 1,Bo,,{most}\n"
    assert fill(text)[0] == text.replace("Bo,,", "Bo,6,")
