"""Places: a file and a line, or a cell of a notebook and a line in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import TypeAlias

from grader.records.result import ErrorInfo

# The number of each code cell of a notebook, and its first line in the code of all cells.
Cells: TypeAlias = Sequence[tuple[int, int]]


def called_from(line: int, cells: Cells = ()) -> str:
    return f"called from {line_name(line, cells)}"


def call_line(line: int | None, called_from: int | None = None, cells: Cells = ()) -> str:
    """The place of a student's call: `line 5`, or `line 5, from line 12` inside a function that the student wrote."""
    if line is None:
        return ""
    here = line_name(line, cells)
    return here if called_from is None else f"{here}, from {line_name(called_from, cells)}"


def line_name(line: int, cells: Cells = ()) -> str:
    """`line 5`, or in a notebook `cell 3, line 5`."""
    for cell, first in reversed(cells):
        if first <= line:
            return f"cell {cell}, line {line - first + 1}"
    return f"line {line}"


def on_line(line: int, cells: Cells) -> str:
    return f"{'in' if cells else 'on'} {line_name(line, cells)}"


def where(file: str | None, line: int | None, cells: Cells = ()) -> str:
    """The beginning of a sentence: `gradients_pile_up.py:9: `, or in a notebook `gradients_pile_up.ipynb, cell 3, line 5: `.

    Without a file `Line 9: `; without a line nothing.
    """
    if line is None:
        return ""
    return f"{at_line(PurePath(file).name, line, cells)}: " if file else f"{line_name(line, cells).capitalize()}: "


def at_line(file: str, line: int, cells: Cells) -> str:
    return f"{file}, {line_name(line, cells)}" if cells else f"{file}:{line}"


def place_of(file: str | None, error: ErrorInfo | None, cells: Cells) -> str:
    return where(file, error.line, cells) if error else ""


def in_cells(message: str, cells: Cells) -> str:
    """Python's own message, with each line that it names as a line of its cell."""
    return re.sub(r"\bon line (\d{1,9})\b", lambda found: on_line(int(found[1]), cells), message)
