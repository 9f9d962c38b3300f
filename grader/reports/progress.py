"""The progress of a batch, as a bar on a terminal or as lines elsewhere, and the lines at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

from grader.records.events import BatchEvent, BatchFinished, BatchStarted, BatchSubmission
from grader.reports.plain import harmless
from grader.reports.printer import Printer
from grader.reports.values import counted, some

Clock = Callable[[], float]

_SECONDS_BETWEEN_LINES = 5.0
_SHARE_BETWEEN_LINES = 0.01


class Pace:
    """Counts what is done and estimates the time that the rest will take."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.total = self.done = self.failed = self.kept = 0
        self._first = 0.0

    def start(self, event: BatchStarted) -> None:
        self.total, self.kept = event.submissions - event.kept, event.kept

    def count(self, failed: bool) -> None:
        if self.done == 0:
            self._first = self.clock()
        self.done += 1
        self.failed += failed

    @property
    def rate(self) -> float:
        """Submissions per second since the first one was graded, because everything before it is done only once."""
        return (self.done - 1) / max(self.clock() - self._first, 1e-3)

    def __str__(self) -> str:
        if self.done < 2:
            return f"{self.failed} not graded"
        return f"{self.failed} not graded, {self.rate:.1f} per second, {_duration((self.total - self.done) / self.rate)} left"


class LineProgress:
    """Lines for a file or a pipe: one at the start, one for each percent but at most every five seconds, and those at the end."""

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        self._stream, self.pace = stream, Pace(clock)
        self._next_time, self._next_done = 0.0, 0

    def __call__(self, event: BatchEvent) -> None:
        match event:
            case BatchStarted():
                self.pace.start(event)
                self._next_time = self.pace.clock() + _SECONDS_BETWEEN_LINES
                self._say(started(event))
            case BatchSubmission():
                self.pace.count(event.failed)
                self._line_if_due()
            case BatchFinished():
                for line in finished(event):
                    self._say(line)

    @property
    def kept(self) -> int:
        """The number of submissions that are stored now."""
        return self.pace.kept + self.pace.done

    def close(self) -> None:
        """Does nothing: lines need no end."""

    def _line_if_due(self) -> None:
        pace = self.pace
        if pace.done < self._next_done or pace.clock() < self._next_time:
            return
        self._next_time = pace.clock() + _SECONDS_BETWEEN_LINES
        self._next_done = pace.done + int(pace.total * _SHARE_BETWEEN_LINES)
        self._say(f"{pace.done} of {pace.total} submissions, {pace}")

    def _say(self, line: str) -> None:
        print(harmless(line), file=self._stream, flush=True)


class Bar:
    """A bar for a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = LineProgress(stream)
        self._pace = self._lines.pace
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[pace]}"))
        self._progress = Progress(*columns, console=Printer(stream).console, transient=True)
        self._task: TaskID | None = None

    def __call__(self, event: BatchEvent) -> None:
        match event:
            case BatchStarted():
                self._lines(event)
                if self._pace.total:
                    self._progress.start()
                    self._task = self._progress.add_task("", total=self._pace.total, pace="")
            case BatchSubmission():
                self._pace.count(event.failed)
                if self._task is not None:
                    self._progress.update(self._task, completed=self._pace.done, pace=str(self._pace))
            case BatchFinished():
                self.close()
                self._lines(event)

    @property
    def kept(self) -> int:
        """The number of submissions that are stored now."""
        return self._lines.kept

    def close(self) -> None:
        """Remove the bar."""
        self._progress.stop()


def started(event: BatchStarted) -> str:
    kept = f", {event.kept} of them graded earlier" if event.kept else ""
    return f"{counted(event.submissions, 'submission')}{kept}. PyTorch {event.run.torch}, sandbox {event.run.sandbox}."


def finished(event: BatchFinished) -> list[str]:
    """What a teacher must know at the end, one line each."""
    kept = event.submissions - event.graded
    lines = [f"{counted(event.submissions, 'submission')}: {event.graded} graded now, {kept} graded earlier."]
    if event.unreadable:
        lines.append(f"{event.unreadable} could not be read: the notes in the gradebook say why.")
    if event.grader_errors:
        lines.append(f"The grader itself failed on {event.grader_errors}: no score. To retry them, run the same command again.")
    if event.retracted:
        lines.append(
            f"The results of {counted(len(event.retracted), 'student')} could not be shown, and have no score: "
            f"{some(event.retracted)}. All other results are written. To retry them, run the same command again."
        )
    if event.without_feedback:
        lines.append(f"No feedback file, because the system refuses its name: {some(event.without_feedback)}.")
    if event.gone:
        lines.append(f"No longer among the submissions, but still in the results: {event.gone}.")
    lines += event.remarks
    lines.append(f"Written: {', '.join(event.written)}." if event.written else "Nothing has changed, so no file was written.")
    return lines


def interrupted(kept: int, fresh: bool) -> str:
    """After Ctrl-C: what is stored, and how to continue."""
    without = ", without `--fresh`" if fresh else ""
    done = f" {counted(kept, 'submission')} graded and stored." if kept else ""
    return f"Interrupted.{done} To continue, run the same command again{without}."


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
