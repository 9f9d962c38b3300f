"""The page of `watch`: one exercise with its verdict, or the list of all, and the keys. Written at once, so nothing flickers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TextIO

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records.exercise import Exercise
from grader.records.result import UNSTARTED
from grader.records.watching import WatchState
from grader.reports.course import state_mark, state_style
from grader.reports.plain import flowing
from grader.reports.printer import Printer
from grader.reports.terminal import Terminal
from grader.reports.wording import course, watching

_CLEAR = "\x1b[H\x1b[2J"
_START_OF_LINE = "\r\x1b[K"
_KEYS = ("next", "hint", "fix", "list", "all", "reset", "quit")
_BESIDE_THE_LIST = 6
_BESIDE_A_TITLE = 20


class WatchPage:
    """Draws on a stream: with `keys` pages that fill the terminal, otherwise lines that follow each other."""

    def __init__(self, stream: TextIO, *, keys: bool, solutions: str, width: int | None = None) -> None:
        self._stream, self._keys, self._solutions, self._width = stream, keys, solutions, width

    def say(self, sentence: str) -> None:
        """Show a sentence until the next page is drawn."""
        if self._keys:
            self._stream.write(f"{_START_OF_LINE}{sentence}")
        self._stream.flush()

    def draw(self, state: WatchState) -> None:
        buffer = _Buffer(self._stream)
        printer = Printer(buffer, self._width)
        if state.page == "list":
            self._draw_list(state, printer)
        else:
            self._draw_exercise(state, printer)
        _print_notices(state, printer)
        printer.print()
        if self._keys and not state.asks_reset:
            printer.print(_keys_line(state))
        self._stream.write((_CLEAR if self._keys else "") + buffer.getvalue())
        self._stream.flush()

    def _draw_exercise(self, state: WatchState, printer: Printer) -> None:
        exercise, result = state.exercise, state.results.get(state.current)
        printer.print(_title(Text(printer.safe(exercise.title), "bold"), state))
        file = (result and result.file) or f"{self._solutions}/{exercise.solution_path}"
        printer.print(Text(printer.safe(file), "dim"))
        if result is not None:
            printer.print()
            without_file = result.model_copy(update={"file": None})  # it is printed above
            Terminal(printer.stream, (exercise,), width=printer.width, feedback="cause").exercise(without_file)
        if exercise.task and (result is None or result.verdict in UNSTARTED):
            printer.print(Padding(Text(printer.safe(flowing(exercise.task))), (1, 0, 0, 2)))
        for number, text in enumerate(exercise.hints[: state.hints], 1):
            hint = course.hint(number, len(exercise.hints), flowing(text))
            printer.print(Padding(Text(printer.safe(hint), "cyan"), (1, 0, 0, 0)))
        if state.shows_fix and result is not None:
            printer.print()
            printer.diff("".join(each.patch for each in result.diagnoses if each.patch))
        if state.passes(exercise):
            printer.print(Padding(Text(printer.safe(watching.onward(state.next_not_passed)), "bold"), (1, 0, 0, 0)))

    def _draw_list(self, state: WatchState, printer: Printer) -> None:
        printer.print(_title(Text(watching.ALL_EXERCISES, "bold"), state))
        printer.print()
        rows = [_list_row(exercise, state, printer) for exercise in state.exercises]
        room = printer.console.height - _BESIDE_THE_LIST if self._keys else len(rows)
        for row in _visible_rows(state.exercises.index(state.exercise), rows, room):
            printer.print(row)


class _Buffer(io.StringIO):
    """Collects what is drawn. Its encoding and `isatty()` are those of the stream."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._encoding, self._is_terminal = stream.encoding, stream.isatty()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding or "utf-8"

    def isatty(self) -> bool:
        return self._is_terminal


def _title(left: Text, state: WatchState) -> Table:
    passed = sum(state.passes(each) for each in state.exercises)
    table = Table.grid(expand=True, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(ratio=1)
    table.add_column(justify="right", no_wrap=True)
    table.add_row(left, Text(watching.progress(passed, len(state.exercises)), "dim"))
    return table


def _print_notices(state: WatchState, printer: Printer) -> None:
    """The changed files, the error, the notice, and the question whether to reset."""
    lines = [
        Text(printer.safe(watching.change(state.changed_at, _file_name(each.exercise), each.before, each.after)), "dim")
        for each in state.changes
    ]
    lines += [Text(printer.safe(text), "yellow") for text in (state.error, state.notice) if text]
    if state.asks_reset:
        lines.append(Text(watching.ask_reset(_file_name(state.exercise)), "bold"))
    if lines:
        printer.print()
    for line in lines:
        printer.print(line)


def _file_name(exercise: Exercise) -> str:
    return exercise.solution_path.rpartition("/")[2]


def _keys_line(state: WatchState) -> Text:
    text = Text()
    for name in _KEYS:
        is_wanted = name == "next" and state.passes(state.exercise)
        text.append(name[0], "bold green" if is_wanted else "bold").append(f" {name}  ", "dim")
    return text


def _visible_rows(current: int, rows: Sequence[Text], room: int) -> list[Text]:
    """At most `room` rows, with the current one among them."""
    if len(rows) <= room:
        return list(rows)
    shown = max(1, room - 2)
    first = max(0, min(current - shown // 2, len(rows) - shown))
    above, below = first, len(rows) - first - shown
    return [*_more_rows(above, "above"), *rows[first : first + shown], *_more_rows(below, "below")]


def _more_rows(count: int, where: str) -> list[Text]:
    return [Text(watching.others(count, where), "dim")] if count else []


def _list_row(exercise: Exercise, state: WatchState, printer: Printer) -> Text:
    """One line. On a narrow terminal the title is cut."""
    result = state.results.get(exercise.id)
    is_current = exercise.id == state.current
    widest = max(len(each.title) for each in state.exercises)
    title = Text(printer.safe(exercise.title), "bold" if is_current else "")
    title.truncate(max(10, min(widest, printer.width - _BESIDE_A_TITLE)), overflow="ellipsis", pad=True)
    row = Text.assemble(
        (f"{'>' if is_current else ' '} {state_mark(result, printer)} ", state_style(result)),
        title,
        (f"  {course.state(result)}", state_style(result)),
    )
    row.truncate(printer.width)
    return row
