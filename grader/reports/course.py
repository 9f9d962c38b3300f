"""The exercises of a course and how each of them stands: what `python -m grader list` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.reports import wording
from grader.reports.printer import Printer

_TABLE_FROM = 100


def show_course(
    stream: TextIO, exercises: Sequence[Exercise], results: Mapping[str, Result], solutions: str, *, width: int | None = None
) -> None:
    """`results` are the last ones known, by the id of the exercise; the last line says what to work on now."""
    printer = Printer(stream, width)
    if printer.width >= _TABLE_FROM:
        printer.print(_table(exercises, results, printer))
    else:
        for exercise in exercises:
            _two_lines(exercise, results.get(exercise.id), printer)
    undone = [each for each in exercises if not _is_passed(results.get(each.id))]
    printer.print()
    printer.print(Text(printer.safe(wording.next_exercise(undone[0] if undone else None, solutions)), "bold"))


def _table(exercises: Sequence[Exercise], results: Mapping[str, Result], printer: Printer) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for heading in ("exercise", "level", "title", "concept", "state"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("exercise", "level"))
    for exercise in exercises:
        result = results.get(exercise.id)
        table.add_row(
            Text(mark(result, printer), style(result)),
            Text(printer.safe(exercise.id), "bold"),
            str(exercise.level),
            Text(printer.safe(exercise.title)),
            Text(printer.safe(exercise.concept), "dim"),
            Text(wording.state(result), style(result)),
        )
    return table


def _two_lines(exercise: Exercise, result: Result | None, printer: Printer) -> None:
    state = (wording.state(result), style(result))
    head = (f"{printer.safe(exercise.id):<36}", "bold")
    printer.print(Text.assemble((mark(result, printer), style(result)), " ", head, "  ", state))
    about = f"level {exercise.level}, {exercise.title}" + (f": {exercise.concept}" if exercise.concept else "")
    printer.print(Padding(Text(printer.safe(about), "dim"), (0, 0, 0, 2)))


def _is_passed(result: Result | None) -> bool:
    return result is not None and result.verdict == "passed"


def _is_waiting(result: Result | None) -> bool:
    return result is None or result.verdict in wording.UNSTARTED


def mark(result: Result | None, printer: Printer) -> str:
    return printer.symbol("✓" if _is_passed(result) else "·" if _is_waiting(result) else "✗")


def style(result: Result | None) -> str:
    return "green" if _is_passed(result) else "dim" if _is_waiting(result) else "red"
