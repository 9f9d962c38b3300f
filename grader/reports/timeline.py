"""The timeline of one exercise on a terminal: each step with the student's call, the expected and the observed values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records.result import NOT_RIGHT, Result, Status, StepResult
from grader.reports.fold_code import fold_code
from grader.reports.printer import Printer
from grader.reports.step_table import StepTable, step_table, value_texts
from grader.reports.wording import places, timeline
from grader.reports.wording.places import Cells

_TABLE_FROM = 84
_GAP = 2
_MARK = 1
_STEP_FROM = 34  # the least width that a long step gets
_COLOURED = frozenset({"observed", "status"})
_MARKS: Mapping[Status, str] = {"matched": "✓", "carried": "✓", "skipped": "·"}
_STYLES: Mapping[Status, str] = {"matched": "green", "carried": "yellow", "skipped": "dim"}


def render_timeline(result: Result, printer: Printer, width: int) -> RenderableType:
    """The file, a table if `width` has room for one, else a few short lines for each step, and the notes."""
    rows = _wide_table(result, printer, width) if width >= _TABLE_FROM else _narrow_rows(result, printer, width)
    notes = [Text(printer.safe(note), "dim") for note in _notes(result)]
    file = [Text(printer.safe(result.file), "dim")] if result.file else []
    return Group(*file, rows, *(Padding(note, (1, 0, 0, 0)) for note in notes))


def _wide_table(result: Result, printer: Printer, width: int) -> Table:
    texts = step_table(result, "\n".join)
    steps = _folded_steps(texts, width)
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for index, heading in enumerate(texts.headings):
        table.add_column(printer.safe(heading), overflow="fold", no_wrap=index == 0)
    for step, code, row in zip(result.steps, steps, texts.rows, strict=True):
        styles = (_style(step) if column in _COLOURED else "" for column in texts.columns)
        cells = zip((code, *row[1:]), styles, strict=True)
        table.add_row(_mark(step, printer), *(Text(printer.safe(text), style) for text, style in cells))
    return table


def _folded_steps(table: StepTable, width: int) -> list[str]:
    """The column of steps. It gets the room that the other columns leave, so that a short step is not broken."""
    others = zip(table.headings[1:], *(row[1:] for row in table.rows), strict=True)
    room = width - _MARK - _GAP - sum(_widest(texts) + _GAP for texts in others)
    return [fold_code(row[0], max(room, _STEP_FROM)) for row in table.rows]


def _widest(texts: Sequence[str]) -> int:
    return max((len(line) for text in texts for line in text.splitlines()), default=0)


def _narrow_rows(result: Result, printer: Printer, width: int) -> Table:
    calls = [places.call_line(step.line, cells=result.cells) for step in result.steps]
    has_calls = any(calls)
    room = width - _MARK - _GAP - (_widest(calls) + _GAP if has_calls else 0)
    grid = Table.grid(padding=(0, _GAP, 0, 0))
    for _ in range(1 + has_calls):
        grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for step, call in zip(result.steps, calls, strict=True):
        place = (call,) if has_calls else ()
        grid.add_row(_mark(step, printer), *place, Text(printer.safe(fold_code(step.step, room))))
        for text in _lines_below(step, result.cells):
            grid.add_row("", *("" for _ in place), Text(printer.safe(text), _style(step)))
    return grid


def _lines_below(step: StepResult, cells: Cells) -> Iterator[str]:
    """What the wide table has in its other columns."""
    if step.status != "matched":
        yield timeline.status(step)
    if step.called_from is not None:
        yield places.called_from(step.called_from, cells)
    if step.status in NOT_RIGHT:
        if step.expected is not None:
            yield timeline.expected(", ".join(value_texts(step.expected)))
        if step.observed is not None:
            is_answer = step.expected is None and step.call is None
            yield timeline.observed(", ".join(value_texts(step.observed)), answers=is_answer)


def _notes(result: Result) -> list[str]:
    """Each note once, with the steps it is about. The summary has said one of them already, if it ends with it."""
    about: dict[str, list[str]] = {}
    for step in result.steps:
        if step.note and not result.summary.endswith(step.note):
            about.setdefault(step.note, []).append(step.step)
    return [timeline.note(note, steps) for note, steps in about.items()]


def _mark(step: StepResult, printer: Printer) -> Text:
    return Text(printer.symbol(_MARKS.get(step.status, "✗")), _style(step))


def _style(step: StepResult) -> str:
    return _STYLES.get(step.status, "red")
