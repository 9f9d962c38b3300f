"""Notebooks from the file to the report: the code of the cells is run, and the report names cells."""

import json

import pytest

from grader.library import grade_in_session

ID = "core/gradients-pile-up"


@pytest.fixture
def grade_notebook(session, course, tmp_path):
    """The result of a notebook with a cell of text, a cell of magics and imports, and this cell."""

    def grade_notebook(*lines):
        cells = [
            {"cell_type": "markdown", "source": "# Homework"},
            {"cell_type": "code", "source": ["%matplotlib inline\n", "import torch"]},
            {"cell_type": "code", "source": "\n".join(lines)},
        ]
        path = tmp_path / "gradients_pile_up.ipynb"
        path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}), encoding="utf-8")
        (result,) = grade_in_session(session, path, exercises=[course[ID]], select=[ID]).results
        return result

    return grade_notebook


def test_a_right_notebook_passes(grade_notebook):
    result = grade_notebook(
        "def solve(x):",
        "    (x**2).backward()",
        "    (x**3).backward()",
        "    x.grad.zero_()",
        "    (x**2 + x).backward()",
    )
    assert result.verdict == "passed"


def test_a_mistake_is_found_in_its_cell(grade_notebook):
    result = grade_notebook("def solve(x):", "    (x**2).backward()", "    (x**3).backward()", "    (x**2 + x).backward()")
    assert (result.verdict, result.cells) == ("failed", ((2, 1), (3, 3)))
    (diagnosis,) = result.diagnoses
    assert diagnosis.line == 6
    assert diagnosis.fix == "insert `x.grad.zero_()` after cell 3, line 3"
    assert "--- a/" in diagnosis.patch
    assert "+    x.grad.zero_()" in diagnosis.patch


def test_an_exception_names_the_cell(grade_notebook):
    result = grade_notebook("def solve(x):", "    (x**2).backward()", "    torch.nothing()")
    assert result.verdict == "error"
    assert result.summary.startswith("gradients_pile_up.ipynb, cell 3, line 3: AttributeError: ")


def test_a_syntax_error_names_the_cells_too(grade_notebook):
    result = grade_notebook("def solve(x):", "    if x:", "    x = 1")
    assert result.summary == (
        "gradients_pile_up.ipynb, cell 3, line 3: Python cannot read this line: "
        "expected an indented block after 'if' statement in cell 3, line 2."
    )
