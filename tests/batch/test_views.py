"""The files of a class when something is wrong with single results: everything else is written."""

import csv
import json
import sqlite3
from importlib import import_module
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.batch import gradebook, platform_gradebooks, views
from grader.batch.store import GradedSubmission, Store
from grader.records.result import Result, RunInfo
from grader.reports import json_report

RUN = RunInfo(grader="0", torch="2", device="cpu", sandbox="none", seed="s")
EXERCISES = [SimpleNamespace(id=f"core/{name}", slug=name, title=name, explain="") for name in ("first", "second")]
CANVAS = "Student,ID,Section,First (5)\n    Points Possible,,,4\n"
HUGE = "9" * 400


def result(student, slug="first", score=1.0, verdict="failed", **more):
    fields = {"submission": student, "exercise": f"core/{slug}", "file": f"{slug}.py", "max_score": 4.0, "summary": "Off."}
    return Result(verdict=verdict, score=score, **fields, **more)


@pytest.fixture
def save(store):
    def save(student, score=1.0, **more):
        results = [result(student, "first", score, **more), result(student, "second", 2.0)]
        store.save(GradedSubmission(student, "k", [(each, "k") for each in results], details={"id": student}))

    return save


@pytest.fixture
def damage(store):
    """Change a stored document of core/first, as another version of the grader could have written it."""

    def damage(student, change):
        with sqlite3.connect(store.path) as connection:
            number, document = connection.execute(
                "SELECT id, document FROM submissions JOIN results ON submission = id WHERE name = ? AND exercise = 'core/first'",
                (student,),
            ).fetchone()
            connection.execute(
                "UPDATE results SET document = ? WHERE submission = ? AND exercise = 'core/first'", (change(document), number)
            )
        connection.close()

    return damage


@pytest.fixture
def write(store, tmp_path):
    """Write all views, with a file of Canvas that has a row for each student."""

    def write():
        path = tmp_path / "canvas-export.csv"
        path.write_text(CANVAS + "".join(f'"{name}",{name},A,\n' for name in store.names()), encoding="utf-8")
        export = platform_gradebooks.read_export(path, EXERCISES)
        return views.write(store, tmp_path / "out", EXERCISES, RUN, "made of", {export.file_name: export.write})

    return write


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return {row[0]: row for row in csv.reader(file)}


def row_of(observed, a_row):
    return (a_row("(x**2).backward()", "wrong", 3, {"x.grad": [2.0]}, observed),)


DAMAGES = {
    "no JSON": lambda _: "{",
    "a key of another version": lambda document: json.dumps({**json.loads(document), "new": 1}),
    "a missing key": lambda document: json.dumps({"submission": json.loads(document)["submission"]}),
    "a lone surrogate": lambda document: document.replace("Off.", "\\ud800"),
    "too deep": lambda document: document.replace("[4.0]", "[" * 5000 + "]" * 5000),
}


@pytest.mark.parametrize("change", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_stored_document_that_cannot_be_read_is_its_students_row_only(save, damage, write, out, store, a_row, change):
    for student in ("ana", "bo", "cy"):
        save(student, steps=row_of({"x.grad": [4.0]}, a_row))
    damage("bo", change)
    written = write()
    assert set(written.files) == {"gradebook.csv", "report.html", "report.json", "canvas.csv"}
    assert list(written.retracted) == ["bo"]
    assert len(written.faults) == 1
    assert [row[2:5] for row in rows(out / "gradebook.csv").values()][1:] == [["1", "2", "3"], ["", "2", ""], ["1", "2", "3"]]
    assert [row[3] for row in rows(out / "canvas.csv").values()][2:] == ["1", "", "1"]
    report = json_report.from_text((out / "report.json").read_text(encoding="utf-8"))
    assert [each.verdict for each in report.results] == ["failed", "failed", "grader_error", "failed", "failed", "failed"]
    assert '<td class="q">?</td>' in (out / "report.html").read_text(encoding="utf-8")
    feedback = {path.name: path.read_text(encoding="utf-8") for path in (out / "feedback").iterdir()}
    assert feedback.keys() == {"ana.txt", "bo.txt", "cy.txt"}
    assert ["This result could not be shown" in feedback[f"{name}.txt"] for name in ("ana", "bo", "cy")] == [False, True, False]
    assert store.keys("bo")[1] == {"core/first": "", "core/second": "k"}  # the next run grades it again


@pytest.mark.parametrize("where", ["grader.batch.feedback.Terminal.__call__", "grader.batch.class_page.shown_trace"])
def test_a_fault_of_a_view_costs_only_the_results_that_meet_it(save, write, out, a_row, monkeypatch, where):
    for student in ("ana", "bo", "cy"):
        save(student, steps=row_of({"x.grad": [float(len(student))]}, a_row))
    module, _, name = where.rpartition(".")
    owner = import_module(module.removesuffix(".Terminal"))
    owner = owner.Terminal if module.endswith("Terminal") else owner
    right = getattr(owner, name)

    def faulty(*given, **more):
        about = getattr(given[-1], "result", given[-1])
        if about.submission == "bo" and about.steps:
            raise OverflowError("too large")
        return right(*given, **more)

    monkeypatch.setattr(owner, name, faulty)
    written = write()
    assert list(written.retracted) == ["bo"]
    assert [type(each) for each in written.faults] == [OverflowError]
    assert [row[2] for row in rows(out / "gradebook.csv").values()][1:] == ["1", "", "1"]
    assert len(list((out / "feedback").iterdir())) == 3


def test_many_results_with_trouble_do_not_write_every_file_many_times(save, damage, write, monkeypatch):
    writes = []
    whole = views.write_whole
    monkeypatch.setattr(views, "write_whole", lambda path, fill: writes.append(path.name) or whole(path, fill))
    for number in range(30):
        save(f"student {number:02}")
    for number in range(20):
        damage(f"student {number:02}", lambda _: "{")
    written = write()
    assert len(written.retracted) == 20
    assert len(written.faults) == 5
    assert writes.count("report.html") <= 3
    assert writes.count("gradebook.csv") <= 2


def test_trouble_with_a_note_is_its_students_row_and_costs_one_more_pass(store, write, out, monkeypatch):
    rows_made = []
    safe_texts = gradebook.safe_texts

    def faulty(cells):
        rows_made.append(cells)
        if any("boom" in cell for cell in cells):
            raise IndexError
        return safe_texts(cells)

    monkeypatch.setattr(gradebook, "safe_texts", faulty)
    for number in range(30):
        notes = ("boom",) if number < 10 else ()
        name = f"s{number:02}"
        store.save(GradedSubmission(name, "k", [(result(name), "k"), (result(name, "second"), "k")], notes=notes))
    assert list(write().retracted) == [f"s{number:02}" for number in range(10)]
    table = rows(out / "gradebook.csv")
    assert table["s00"][1:3] == ["", ""]
    assert "This result could not be shown" in table["s00"][-1]
    assert table["s10"][1:3] == ["1", "1"]
    assert store.keys("s00") == ("", {"core/first": "", "core/second": ""})
    assert len(rows_made) < 5 * 2 * 30


def test_damaged_details_are_a_note(save, store, write, out):
    save("ana")
    save("bo")
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE submissions SET strays = '[[]' WHERE name = 'bo'")
    connection.close()
    write()
    assert rows(out / "gradebook.csv")["bo"][-1] == "The details of this submission are damaged in the store."
    assert rows(out / "gradebook.csv")["ana"][-1] == ""


@pytest.mark.parametrize(
    ("observed", "shown"),
    [
        ({"x.grad": int(HUGE)}, "1e+400"),
        ({"x.grad": [-int(HUGE)]}, "-1e+400"),
        ({float("nan"): 1.0}, "nan"),
        ({"x.grad": "\ud800"}, "\\ud800"),
        ({"\udfff": 1.0}, "\\udfff"),
        ({"x.grad": {1, 2}}, "set"),
    ],
)
def test_values_that_no_format_knows_are_shown_all_the_same(save, write, out, a_row, observed, shown):
    save("ana", steps=row_of(observed, a_row))
    assert not write().retracted
    for name in ("report.html", "feedback/ana.txt"):
        assert shown in (out / name).read_text(encoding="utf-8")
    json_report.from_text((out / "report.json").read_text(encoding="utf-8"))


def test_a_forged_number_in_an_old_store_is_shown(save, damage, write, out, a_row):
    save("ana", steps=row_of({"x.grad": [4.5]}, a_row))
    damage("ana", lambda document: document.replace("4.5", HUGE))
    assert not write().retracted
    assert "1e+400" in (out / "feedback/ana.txt").read_text(encoding="utf-8")
    assert rows(out / "gradebook.csv")["ana"][2] == "1"


@pytest.mark.parametrize("branches", [1, 3])
def test_a_value_without_an_end_is_cut(save, write, a_row, branches):
    value = []
    value += [value] * branches if branches == 1 else [value]
    save("ana", steps=row_of({"x.grad": value}, a_row))
    assert not write().retracted


def test_a_feedback_file_that_the_system_refuses_is_named_and_all_others_are_written(save, write, out):
    save("ana")
    save("bo")
    (out / "feedback" / "ana.txt").mkdir(parents=True)
    written = write()
    assert list(written.without_feedback) == ["ana"]
    assert written.feedback == {"bo.txt"}
    assert set(written.files) == {"gradebook.csv", "report.html", "report.json", "canvas.csv"}
    assert not written.retracted


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    classes=st.lists(st.tuples(st.sampled_from([0.0, 1.0, 3.5, None]), st.booleans()), min_size=1, max_size=6),
)
def test_a_result_without_a_score_leaves_an_empty_cell_and_changes_no_other(classes, tmp_path_factory):
    """Of any class: each student has a score or met an error of the grader (None), and may have a damaged document."""
    folder = tmp_path_factory.mktemp("class")
    store = Store(folder / "out")
    names = [f"s{number}" for number in range(len(classes))]
    for name, (score, _) in zip(names, classes, strict=True):
        first = result(name, "first", score, "grader_error" if score is None else "failed")
        results = [(first, ""), (result(name, "second", 2.0), "k")]
        store.save(GradedSubmission(name, "k", results, details={"id": name, "layout": "canvas"}))
    with sqlite3.connect(store.path) as connection:
        for name, (_, is_damaged) in zip(names, classes, strict=True):
            if is_damaged:
                connection.execute(
                    "UPDATE results SET document = '{' WHERE exercise = 'core/first' AND submission ="
                    " (SELECT id FROM submissions WHERE name = ?)",
                    (name,),
                )
    connection.close()
    path = folder / "canvas-export.csv"
    path.write_text(CANVAS + "".join(f"{name},{name},A,old\n" for name in names), encoding="utf-8")
    export = platform_gradebooks.read_export(path, EXERCISES)
    views.write(store, folder / "out", EXERCISES, RUN, "made of", {export.file_name: export.write})
    ungraded = [name for name, (score, is_damaged) in zip(names, classes, strict=True) if score is None or is_damaged]
    texts = {name: f"{score:g}" for name, (score, _) in zip(names, classes, strict=True) if name not in ungraded}
    gradebook, canvas = rows(folder / "out/gradebook.csv"), rows(folder / "out/canvas.csv")
    assert {name: gradebook[name][2] for name in names} == {name: texts.get(name, "") for name in names}
    assert {name: gradebook[name][3] for name in names} == dict.fromkeys(names, "2")
    assert {name: canvas[name][3] for name in names} == {name: texts.get(name, "old") for name in names}
    page = (folder / "out/report.html").read_text(encoding="utf-8")
    assert page.count('<td class="q">?</td>') == len(ungraded)
    assert bool(ungraded) == any("not everything could be read and graded" in each for each in export.remarks(store))
    store.close()
