"""The exercises of a course and how each of them stands: what `python -m grader list` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TextIO

from rich.text import Text

from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.reports import wording
from grader.reports.printer import Printer

_STATE_WIDTH = 16
_LEAST_ABOUT = 50


def show_course(
    stream: TextIO, exercises: Sequence[Exercise], results: Mapping[str, Result], solutions: str, *, width: int | None = None
) -> None:
    """One line for each exercise, or two. `results` are the last ones known, by id; the last line says what to work on now."""
    printer = Printer(stream, width)
    widest = max((len(exercise.id) for exercise in exercises), default=0)
    for exercise in exercises:
        printer.print(_line(exercise, results.get(exercise.id), widest, printer))
    undone = [each for each in exercises if not _is_passed(results.get(each.id))]
    printer.print()
    printer.print(Text(printer.safe(wording.next_exercise(undone[0] if undone else None, solutions)), "bold"))


def _line(exercise: Exercise, result: Result | None, widest: int, printer: Printer) -> Text:
    """Mark, name, state and what it is about: on one line where there is room, else with the last beneath."""
    line = Text.assemble(
        (mark(result, printer), style(result)),
        " ",
        (printer.safe(exercise.id).ljust(widest), "bold"),
        "  ",
        (wording.state(result).ljust(_STATE_WIDTH), style(result)),
    )
    about = printer.safe(wording.about(exercise))
    room = printer.width - len(line)
    if room >= _LEAST_ABOUT:
        return line.append(shorten(about, room, placeholder=" ..."), "dim")
    line.rstrip()
    return line.append(f"\n  {shorten(about, printer.width - 2, placeholder=' ...')}", "dim")


def _is_passed(result: Result | None) -> bool:
    return result is not None and result.verdict == "passed"


def _is_waiting(result: Result | None) -> bool:
    return result is None or result.verdict in wording.UNSTARTED


def mark(result: Result | None, printer: Printer) -> str:
    return printer.symbol("✓" if _is_passed(result) else "·" if _is_waiting(result) else "✗")


def style(result: Result | None) -> str:
    return "green" if _is_passed(result) else "dim" if _is_waiting(result) else "red"
