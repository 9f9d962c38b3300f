"""Every place in a notebook is a cell and a line in it."""

import pytest

from grader.records.assessed import Assessed
from grader.records.changed_lines import ChangedLines
from grader.records.exercise import Exercise, Setup
from grader.records.grade import Grade
from grader.records.result import Diagnosis, ErrorInfo
from grader.records.submission import SolutionFile
from grader.reports.results import describe
from grader.reports.terminal import Terminal
from grader.reports.where_to_look import explanation
from grader.reports.wording import course, places, verdicts
from grader.reports.wording.fixes import fix_of_changes

# Cell 2 makes lines 1 to 3 of the code, cell 5 those from 4 on.
CELLS = ((2, 1), (5, 4))


@pytest.mark.parametrize(("line", "name"), [(1, "cell 2, line 1"), (3, "cell 2, line 3"), (4, "cell 5, line 1")])
def test_a_line_is_named_by_its_cell(line, name):
    assert places.line_name(line, CELLS) == name


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        (places.where("hw/a.ipynb", 5, CELLS), "a.ipynb, cell 5, line 2: "),
        (places.where(None, 5, CELLS), "Cell 5, line 2: "),
        (places.call_line(5, 2, CELLS), "cell 5, line 2, from cell 2, line 2"),
        (places.called_from(2, CELLS), "called from cell 2, line 2"),
        (fix_of_changes((ChangedLines(3, (), ("step()",)),), CELLS), "insert `step()` after cell 2, line 2"),
        (fix_of_changes((ChangedLines(5, ("a()", "b()", "c()"), ()),), CELLS), "delete cell 5, line 2 to cell 5, line 4"),
        (fix_of_changes((ChangedLines(5, ("step",), ("step()",)),), CELLS), "change cell 5, line 2 to `step()`"),
    ],
)
def test_every_sentence_with_a_line_can_name_the_cell(sentence, said):
    assert sentence == said


def test_a_line_in_pythons_own_message_becomes_a_line_of_a_cell():
    error = ErrorInfo(type="IndentationError", message="expected an indented block after 'if' statement on line 4", line=5)
    summary = verdicts.summary(
        "error", score=0, max_score=1, error=error, first_wrong=None, seconds_limit=5.0, file="a.ipynb", cells=CELLS
    )
    assert summary == (
        "a.ipynb, cell 5, line 2: Python cannot read this line: "
        "expected an indented block after 'if' statement in cell 5, line 1."
    )


def test_the_report_names_cells_and_its_json_keeps_the_lines(a_row, a_result, report, screen, text_on, events):
    rows = (a_row("x.grad.zero_()", "wrong", 5, {"x.grad": [0.0]}, {"x.grad": [1.0]}, call="zero", called_from=2),)
    diagnosis = Diagnosis(misconception=None, message="Something else was emptied.", line=5)
    result = a_result("core/a", "failed", 0.0, 1.0, "a.ipynb", steps=rows, diagnoses=(diagnosis,), cells=CELLS)
    stream = screen()
    terminal = Terminal(stream, width=120)
    for event in events(report.model_copy(update={"results": (result,), "strays": ()})):
        terminal(event)
    text = text_on(stream)
    assert "cell 5, line 2, from cell 2, line 2" in text
    assert "a.ipynb, cell 5, line 2: Something else was emptied." in text
    assert "look at a.ipynb, cell 5, line 2." in text
    assert "a.ipynb, cell 5, line 2: Something else was emptied." in explanation(result)
    document = result.model_dump(mode="json")
    assert (document["steps"][0]["line"], document["cells"]) == (5, [[2, 1], [5, 4]])


def test_the_place_of_a_missing_call_may_be_between_two_cells(a_row, a_result):
    rows = (a_row("x.backward()", "matched", 2), a_row("x.grad.zero_()", "missing"), a_row("x.backward()", "matched", 5))
    result = a_result("core/a", "failed", 1.0, 3.0, "a.ipynb", steps=rows, cells=CELLS)
    assert "look at a.ipynb, cell 2, line 2 to cell 5, line 2." in course.next_line([result])


def test_the_cells_of_the_file_are_those_of_the_result():
    exercise = Exercise("core/a", "exercise.yaml", "A", "write", "solve", ("x",), Setup(), ())
    file = SolutionFile("a.ipynb", "a\nb\n\nc\n", cells=((2, 1), (2, 2), (2, 3), (5, 1)))
    result = describe(Assessed("ana", exercise, file, Grade("passed", 1.0, 1.0)))
    assert result.cells == CELLS
