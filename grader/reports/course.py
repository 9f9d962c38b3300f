"""The exercises of a course with the state of each: what `python -m grader list` shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import TextIO

from rich.text import Text

from grader.records.exercise import Exercise
from grader.records.result import UNSTARTED, Result
from grader.reports.printer import Printer
from grader.reports.wording import course

_STATE_WIDTH = 16
_LEAST_TOPIC = 50


def show_course(
    stream: TextIO, exercises: Sequence[Exercise], results: Mapping[str, Result], solutions: str, *, width: int | None = None
) -> None:
    """One or two lines for each exercise, then what to work on now. `results` are the last ones known, by id."""
    printer = Printer(stream, width)
    widest = max((len(exercise.id) for exercise in exercises), default=0)
    for exercise in exercises:
        printer.print(_course_line(exercise, results.get(exercise.id), widest, printer))
    undone = [each for each in exercises if not _is_passed(results.get(each.id))]
    printer.print()
    printer.print(Text(printer.safe(course.next_exercise(undone[0] if undone else None, solutions)), "bold"))


def _course_line(exercise: Exercise, result: Result | None, widest: int, printer: Printer) -> Text:
    """Mark, name, state and topic. The topic has its own line if the terminal is narrow."""
    line = Text.assemble(
        (state_mark(result, printer), state_style(result)),
        " ",
        (printer.safe(exercise.id).ljust(widest), "bold"),
        "  ",
        (course.state(result).ljust(_STATE_WIDTH), state_style(result)),
    )
    about = printer.safe(course.about(exercise))
    room = printer.width - len(line)
    if room >= _LEAST_TOPIC:
        return line.append(shorten(about, room, placeholder=" ..."), "dim")
    line.rstrip()
    return line.append(f"\n  {shorten(about, printer.width - 2, placeholder=' ...')}", "dim")


def _is_passed(result: Result | None) -> bool:
    return result is not None and result.verdict == "passed"


def _is_waiting(result: Result | None) -> bool:
    return result is None or result.verdict in UNSTARTED


def state_mark(result: Result | None, printer: Printer) -> str:
    return printer.symbol("✓" if _is_passed(result) else "·" if _is_waiting(result) else "✗")


def state_style(result: Result | None) -> str:
    return "green" if _is_passed(result) else "dim" if _is_waiting(result) else "red"
