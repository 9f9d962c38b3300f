"""A solution is read as Python reads it, or has a reason why it cannot be read."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submissions.read import MOST_BYTES, MOST_NOTEBOOK_BYTES, read_solution, same_text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"x = 1\n", "x = 1\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2", "x = 1\ny = 2"),
        ("# é\n".encode(), "# é\n"),
        (b"# -*- coding: latin-1 -*-\n# \xe9\n", "# -*- coding: latin-1 -*-\n# é\n"),
        (
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n# \x80\n",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n# €\n",
        ),
        (b"", ""),
    ],
)
def test_text_is_decoded_as_python_does(write, tmp_path, content, text):
    assert read_solution(write("a.py", content), tmp_path).text == text


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"# \xe9\n", "It is not Python text (invalid or missing encoding declaration). Save it as UTF-8."),
        (b"x = 1\n\n\n\n# \xe9\n", "It is not utf-8 text. Save it as UTF-8."),
        (b"# coding: nonsense\n", "It is not Python text (unknown encoding: nonsense). Save it as UTF-8."),
        (b"# coding: rot13\n", "It is not rot13 text. Save it as UTF-8."),
        (b"# coding: punycode\n", "Its first lines declare the encoding punycode, which is not supported. Save it as UTF-8."),
        (b"#" * (MOST_BYTES + 1), "It has 1,000,001 bytes; a solution may have at most 1,000,000."),
    ],
)
def test_an_unreadable_solution_has_a_reason(write, tmp_path, content, problem):
    solution = read_solution(write("a.py", content), tmp_path)
    assert (solution.text, solution.problem) == (None, problem)


def test_the_python_files_in_the_same_folder_are_known(write, tmp_path):
    write("helpers.py")
    write("notes.txt")
    assert read_solution(write("a.py"), tmp_path).neighbours == ("helpers.py",)


def test_a_notebook_is_read_as_a_module_of_its_cells(write, tmp_path):
    notebook = b'{"nbformat": 4, "cells": [{"cell_type": "markdown"}, {"cell_type": "code", "source": "a = 1"}]}'
    solution = read_solution(write("a.ipynb", notebook), tmp_path)
    assert (solution.text, solution.cells, solution.problem) == ("a = 1\n", ((2, 1),), "")


def test_a_notebook_may_be_larger_than_a_file_but_is_limited(write, tmp_path):
    file = write("a.ipynb", b"")
    os.truncate(file, MOST_NOTEBOOK_BYTES + 1)
    assert read_solution(file, tmp_path).problem == (
        "It has 10,000,001 bytes; a notebook may have at most 10,000,000. Clear the outputs of its cells."
    )


def test_a_link_out_of_the_folder_is_not_followed(write, tmp_path):
    secret = write("secret.py")
    (tmp_path / "sub").mkdir()
    link = tmp_path / "sub/a.py"
    link.symlink_to(secret)
    solution = read_solution(link, tmp_path / "sub")
    assert (solution.text, solution.problem) == (None, "It is a link to a place outside the folder. Submit the file itself.")


def test_a_link_inside_the_folder_is_followed(write, tmp_path):
    (tmp_path / "b.py").symlink_to(write("a.py", b"a = 1\n"))
    assert read_solution(tmp_path / "b.py", tmp_path).text == "a = 1\n"


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.py")
    assert read_solution(tmp_path / "a.py", tmp_path).problem == "It is not a regular file."


def test_a_broken_link_is_a_problem_of_that_file_only(tmp_path):
    (tmp_path / "a.py").symlink_to(tmp_path / "gone.py")
    assert read_solution(tmp_path / "a.py", tmp_path).problem == "It cannot be read: No such file or directory."


@given(st.lists(st.text(alphabet="abc =1\t", max_size=9), max_size=6))
def test_line_ends_and_trailing_spaces_do_not_change_a_starter(lines):
    starter = "\n".join(lines) + "\n"
    edited = "\ufeff" + "".join(f"{line}  \r\n" for line in lines) + "\n\n"
    assert same_text(edited, starter)


def test_another_line_is_another_text():
    assert not same_text("x = 1\n", "x = 2\n")
    assert not same_text(" x = 1\n", "x = 1\n")
