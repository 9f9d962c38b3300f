"""The timeline of one exercise: each step, the call that stands for it, what it should have left and what it left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records.result import NOT_RIGHT, Result, Status, StepResult
from grader.reports import wording
from grader.reports.printer import Printer
from grader.reports.values import by_name

_TABLE_FROM = 84
_COLOURED = (3, 4)  # what was observed, and how the step stands
_MARKS: Mapping[Status, str] = {"matched": "✓", "carried": "✓", "skipped": "·"}
_STYLES: Mapping[Status, str] = {"matched": "green", "carried": "yellow", "skipped": "dim"}


def timeline(result: Result, printer: Printer, width: int) -> RenderableType:
    """The file, then a table where there is room for one, else a few short lines per step, then the notes."""
    names = {name for step in result.steps for shown in (step.expected, step.observed) for name in by_name(shown)}
    only_name = names.pop() if len(names) == 1 else ""
    rows = _table(result, printer, only_name) if width >= _TABLE_FROM else _list(result, printer)
    notes = [Text(printer.safe(note), "dim") for note in _notes(result)]
    file = [Text(printer.safe(result.file), "dim")] if result.file else []
    return Group(*file, rows, *(Padding(note, (1, 0, 0, 0)) for note in notes))


def _table(result: Result, printer: Printer, only_name: str) -> Table:
    """If all steps speak of one name (`only_name`), it is said once, in the heading; what is empty has no column."""
    headings = wording.headings(only_name, answers=all(step.expected is None for step in result.steps))
    rows = [_columns(step, only_name, result.cells) for step in result.steps]
    filled = [column for column in range(len(headings)) if any(row[column] for row in rows)]
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    table.add_column("", no_wrap=True)
    for column in filled:
        table.add_column(printer.safe(headings[column]), overflow="fold")
    for step, row in zip(result.steps, rows, strict=True):
        cells = [Text(printer.safe(row[column]), _style(step) if column in _COLOURED else "") for column in filled]
        table.add_row(_mark(step, printer), *cells)
    return table


def _columns(step: StepResult, only_name: str, cells: wording.Cells) -> tuple[str, ...]:
    return (
        step.step,
        wording.call_line(step.line, step.called_from, cells),
        _shown(step.expected, only_name),
        _shown(step.observed, only_name),
        wording.status(step),
    )


def _list(result: Result, printer: Printer) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for step in result.steps:
        grid.add_row(_mark(step, printer), wording.call_line(step.line, cells=result.cells), Text(printer.safe(step.step)))
        for text in _beneath(step, result.cells):
            grid.add_row("", "", Text(printer.safe(text), _style(step)))
    return grid


def _beneath(step: StepResult, cells: wording.Cells) -> Iterator[str]:
    """What stands under a step where there is no room for columns."""
    if step.status != "matched":
        yield wording.status(step)
    if step.called_from is not None:
        yield wording.called_from(step.called_from, cells)
    if step.status in NOT_RIGHT:
        if step.expected is not None:
            yield f"expected {_shown(step.expected, between=', ')}"
        if step.observed is not None:
            yield wording.observed(_shown(step.observed, between=", "), answers=step.expected is None and step.call is None)


def _notes(result: Result) -> list[str]:
    """Each note once, with the steps it is about."""
    steps: dict[str, list[str]] = {}
    for step in result.steps:
        if step.note:
            steps.setdefault(step.note, []).append(step.step)
    return [wording.note(note, about) for note, about in steps.items()]


def _mark(step: StepResult, printer: Printer) -> Text:
    return Text(printer.symbol(_MARKS.get(step.status, "✗")), _style(step))


def _style(step: StepResult) -> str:
    return _STYLES.get(step.status, "red")


def _shown(shown: object, only_name: str = "", between: str = "\n") -> str:
    texts = by_name(shown)
    if only_name:
        return texts.get(only_name, "")
    return between.join(f"{name} {text}".strip() for name, text in texts.items())
