"""The report on a terminal: one line per exercise as it is graded, a timeline if it did not pass, and one thing to do next.

A listener: call it with each event. Everything that a student or an author wrote is made harmless before Rich draws it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TextIO

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from grader.records.events import Event, ExerciseGraded, RunFinished, RunStarted
from grader.records.exercise import Exercise
from grader.records.feedback import Feedback
from grader.records.result import UNSTARTED, Diagnosis, Report, Result, Verdict
from grader.reports.feedback import limited
from grader.reports.printer import Printer
from grader.reports.timeline import render_timeline
from grader.reports.wording import course, fixes, messages, notes, places, verdicts

_ID_WIDTH = 36
_MOST_LINES = 12
_MOST_WAITING = 3

_MARKS: Mapping[Verdict, str] = {"passed": "✓", "not_started": "·", "not_found": "·", "grader_error": "!"}
_STYLES: Mapping[str, str] = {"✓": "green", "✗": "red", "!": "yellow", "·": "dim"}


class Terminal:
    """Prints events on a stream. Exercises that are not started come last; of many only their number is printed.

    `exercises` give the next exercise its title, and a passed one its explanation unless its id is in `explained`.
    `shows_seed`: the reader may draw the hidden cases again. `offers_fix`: the reader may look at a fix that is not shown.
    """

    def __init__(
        self,
        stream: TextIO,
        exercises: Sequence[Exercise] = (),
        *,
        explained: Collection[str] = (),
        width: int | None = None,
        shows_seed: bool = True,
        colour: bool | None = None,
        feedback: Feedback = "fix",
        offers_fix: bool = False,
    ) -> None:
        self.feedback, self.offers_fix = feedback, offers_fix
        self.shows_seed = shows_seed
        self.exercises = exercises
        self.explanations = {each.id: each.explain for each in exercises if each.explain and each.id not in explained}
        self.printer = Printer(stream, width, colour=colour)
        self.print, self.safe = self.printer.print, self.printer.safe
        self.id_width = max((len(each.id) for each in exercises), default=_ID_WIDTH)
        self._after_details: bool | None = None
        self._waiting: list[Result] = []

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                for warning in event.run.warnings:
                    self.print(Text(self.safe(warning), "yellow"))
            case ExerciseGraded() if event.result.verdict in UNSTARTED:
                self._waiting.append(event.result)
            case ExerciseGraded():
                self.exercise(event.result)
            case RunFinished():
                self._end(event.report)

    def exercise(self, result: Result) -> None:
        """Print one result, also one that is not started."""
        shown = limited(result, self.feedback)
        details = self._details(shown)
        if self.offers_fix and self.feedback == "cause" and any(each.patch for each in result.diagnoses):
            details = [*details, Text(fixes.on_demand(result.exercise))]
        explanation = self.explanations.get(result.exercise) if result.verdict == "passed" else None
        if self._after_details or ((details or explanation) and self._after_details is not None):
            self.print()
        self.print(self._headline(shown))
        for block in details:
            self.print(Padding(block, (1, 0, 0, 2)))
        if explanation:
            self.print()
            self.printer.prose(explanation, indent=2)
        self._after_details = bool(details or explanation)

    def _headline(self, result: Result) -> RenderableType:
        mark = _MARKS.get(result.verdict, "✗")
        style = _STYLES[mark]
        quiet = "dim" if result.verdict in UNSTARTED else ""
        points = verdicts.points(result.score, result.max_score).rjust(5)
        summary = self.safe(result.summary)
        name = self.safe(result.exercise).ljust(self.id_width)
        head = Text.assemble((self.printer.symbol(mark), style), " ", (name, quiet or "bold"), (points, style))
        if len(head) + 2 + len(summary) <= self.printer.width:
            return Text.assemble(head, "  ", (summary, quiet))
        return Group(head, Padding(Text(summary, quiet), (0, 0, 0, 2)))

    def _details(self, result: Result) -> Sequence[RenderableType]:
        if result.verdict == "passed" or result.verdict in UNSTARTED:
            return ()
        blocks: list[RenderableType] = []
        if result.steps and (result.verdict == "failed" or any(step.line is not None for step in result.steps)):
            blocks.append(render_timeline(result, self.printer, self.printer.width - 2))
        if result.error is not None and not result.diagnoses and messages.is_cut(result.error.message):
            blocks.append(self._block("the full message", result.error.message))
        blocks += [self._diagnosis(diagnosis, result) for diagnosis in result.diagnoses]
        if result.output.strip():
            blocks.append(self._block("your output", result.output))
        return blocks

    def _diagnosis(self, diagnosis: Diagnosis, result: Result) -> Text:
        text = Text(self.safe(places.where(result.file, diagnosis.line, result.cells) + diagnosis.message), "bold")
        if diagnosis.fix:
            text.append("\n" + self.safe(fixes.fix(diagnosis.fix)), "not bold")
        return text

    def _block(self, title: str, content: str) -> RenderableType:
        lines = self.safe(content).strip("\n").split("\n")
        shown = [notes.cut_output(line) for line in lines[:_MOST_LINES]]
        if len(lines) > _MOST_LINES:
            shown.append(notes.more_lines(len(lines) - _MOST_LINES))
        return Group(Text(title, "dim"), Padding(Text("\n".join(shown)), (0, 0, 0, 2)))

    def _end(self, report: Report) -> None:
        """Print what is not started, the unmatched files, the totals and the next thing to do."""
        if len(self._waiting) <= _MOST_WAITING:
            for result in self._waiting:
                self.exercise(result)
        self.print()
        for stray in report.strays:
            self.print(Text(self.safe(course.unmatched(stray.path, stray.nearest)), "yellow"))
        if report.strays:
            self.print()
        run, seed = report.run, report.run.seed if self.shows_seed else None
        self.print(Text(course.totals(report.results)))
        self.print(Text(self.safe(notes.run_line(run.torch, run.device, run.sandbox, seed)), "dim"))
        results = [limited(each, self.feedback) for each in report.results]
        self.print(Text(self.safe(course.next_line(results, self.exercises)), "bold"))
