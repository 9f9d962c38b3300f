"""The report a student reads: one line per exercise as it is graded, a timeline where it did not pass, one next step.

A listener: call it with each event. Rich draws; everything a student or a spec wrote is made harmless first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted
from grader.records.exercise import Exercise
from grader.records.result import Diagnosis, Report, Result, Verdict
from grader.reports import wording
from grader.reports.plain import can_show, encodable, harmless, wants_colour
from grader.reports.timeline import Pen, timeline

_WIDEST = 110
_ID_WIDTH = 36
_MOST_LINES = 12

_MARKS: Mapping[Verdict, str] = {"passed": "✓", "not_started": "·", "not_found": "·", "grader_error": "!"}
_STYLES: Mapping[str, str] = {"✓": "green", "✗": "red", "!": "yellow", "·": "dim"}
_ASCII_MARKS: Mapping[str, str] = {"✓": "+", "✗": "x", "·": "."}

_TRAILING_BLANKS = re.compile(r" +((?:\x1b\[[0-9;]*m)*)$", re.MULTILINE)


class Terminal:
    """Prints events on a stream. `exercises`, where known, give the next one a title."""

    def __init__(self, stream: TextIO, exercises: Sequence[Exercise] = (), *, width: int | None = None) -> None:
        self.exercises = exercises
        self.stream = stream
        self.encoding = stream.encoding or "utf-8"
        self.console = make_console(stream, width)
        self.pen = Pen(self.safe, self.symbol, self.console.width - 2)
        self._after_details: bool | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                for warning in event.run.warnings:
                    self.print(Text(warning, "yellow"))
            case ExerciseGraded():
                self._exercise(event.result)
            case RunFinished():
                self._end(event.report)

    def print(self, *what: RenderableType) -> None:
        """Print at once, without the blanks that rich fills lines with."""
        with self.console.capture() as captured:
            self.console.print(*what)
        self.stream.write(_TRAILING_BLANKS.sub(r"\1", captured.get()))
        self.stream.flush()

    def safe(self, text: str) -> str:
        return encodable(harmless(text), self.encoding)

    def symbol(self, mark: str) -> str:
        return mark if can_show("✓✗·", self.encoding) else _ASCII_MARKS.get(mark, mark)

    def _exercise(self, result: Result) -> None:
        details = self._details(result)
        if self._after_details or (details and self._after_details is not None):
            self.print()
        self.print(self._headline(result))
        for block in details:
            self.print(Padding(block, (1, 0, 0, 2)))
        self._after_details = bool(details)

    def _headline(self, result: Result) -> RenderableType:
        mark = _MARKS.get(result.verdict, "✗")
        style = _STYLES[mark]
        quiet = "dim" if result.verdict in wording.UNSTARTED else ""
        points = wording.points(result.score, result.max_score).rjust(5)
        summary = self.safe(result.summary)
        head = Text.assemble(
            (self.symbol(mark), style), " ", (self.safe(result.exercise).ljust(_ID_WIDTH), quiet or "bold"), (points, style)
        )
        if len(head) + 2 + len(summary) <= self.console.width:
            return Text.assemble(head, "  ", (summary, quiet))
        return Group(head, Padding(Text(summary, quiet), (0, 0, 0, 2)))

    def _details(self, result: Result) -> Sequence[RenderableType]:
        if result.verdict == "passed" or result.verdict in wording.UNSTARTED:
            return ()
        blocks: list[RenderableType] = []
        if result.steps:
            blocks.append(timeline(result, self.pen))
        if result.error is not None and wording.is_cut(result.error.message):
            blocks.append(self._block("the whole message", result.error.message))
        blocks += [self._diagnosis(diagnosis, result.file) for diagnosis in result.diagnoses]
        if result.output.strip():
            blocks.append(self._block("your output", result.output))
        return blocks

    def _diagnosis(self, diagnosis: Diagnosis, file: str | None) -> Text:
        text = Text(self.safe(wording.where(file, diagnosis.line) + diagnosis.message), "bold")
        if diagnosis.fix:
            text.append("\n" + self.safe(wording.fix(diagnosis.fix)), "not bold")
        return text

    def _block(self, title: str, content: str) -> RenderableType:
        lines = content.strip("\n").splitlines()
        shown = [self.safe(wording.cut_output(line)) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            shown.append(wording.more_lines(len(lines) - _MOST_LINES))
        return Group(Text(title, "dim"), Padding(Text("\n".join(shown)), (0, 0, 0, 2)))

    def _end(self, report: Report) -> None:
        self.print()
        for stray in report.strays:
            self.print(Text(self.safe(wording.stray(stray.path, stray.nearest)), "yellow"))
        if report.strays:
            self.print()
        run = report.run
        self.print(Text(wording.totals(report.results)))
        self.print(Text(self.safe(wording.run_line(run.torch, run.device, run.sandbox, run.seed)), "dim"))
        self.print(Text(self.safe(wording.next_line(report.results, self.exercises)), "bold"))


def make_console(stream: TextIO, width: int | None = None) -> Console:
    """A console that takes text as it is: no markup, no emoji, no highlighting; colours only where they are wanted."""
    colour = wants_colour(stream)
    console = Console(
        file=stream,
        markup=False,
        emoji=False,
        highlight=False,
        force_terminal=colour,
        color_system="standard" if colour else None,
        legacy_windows=False,
        width=width,
    )
    console.width = min(console.width, _WIDEST)
    return console
