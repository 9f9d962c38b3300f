"""The timeline of one exercise: each step, the call that stands for it, what it should have left and what it left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from grader.records.result import Result, Status, StepResult
from grader.reports import wording
from grader.reports.printer import Printer
from grader.reports.values import by_name

_TABLE_FROM = 84
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
    """If all steps speak of one name (`only_name`), it is said once, in the heading."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    of = printer.safe(f" {only_name}" if only_name else "")
    table.add_column("", no_wrap=True)
    for heading in ("step", "your call", f"expected{of}", f"observed{of}", "status"):
        table.add_column(heading, overflow="fold")
    for step in result.steps:
        style = _style(step)
        table.add_row(
            _mark(step, printer),
            Text(printer.safe(step.step)),
            Text(wording.call_line(step.line, step.called_from)),
            Text(printer.safe(_shown(step.expected, only_name))),
            Text(printer.safe(_shown(step.observed, only_name)), style),
            Text(wording.STATUS[step.status], style),
        )
    return table


def _list(result: Result, printer: Printer) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for step in result.steps:
        grid.add_row(_mark(step, printer), wording.call_line(step.line), Text(printer.safe(step.step)))
        for text in _beneath(step):
            grid.add_row("", "", Text(printer.safe(text), _style(step)))
    return grid


def _beneath(step: StepResult) -> Iterator[str]:
    """What stands under a step where there is no room for columns."""
    if step.status != "matched":
        yield wording.STATUS[step.status]
    if step.called_from is not None:
        yield wording.called_from(step.called_from)
    if step.status in ("wrong", "missing", "unexpected"):
        if step.expected is not None:
            yield f"expected {_shown(step.expected, between=', ')}"
        if step.observed is not None:
            yield f"observed {_shown(step.observed, between=', ')}"


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
