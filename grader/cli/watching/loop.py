"""`watch` at work: waits for saves and keys, carries out what the state asks for, and draws when something is new."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import library
from grader.assess import GradingSession
from grader.cli import last_report
from grader.cli.reset import put_back
from grader.cli.watching.files import meaning
from grader.cli.watching.keys import read_keys
from grader.cli.watching.mailbox import Letter, Mailbox
from grader.cli.watching.state import (
    CourseRead,
    GradeRequest,
    NewResults,
    Pressed,
    ReadCourse,
    Reset,
    Started,
    Trouble,
    WasReset,
    WatchAction,
    WatchEvent,
    after,
)
from grader.errors import GraderError, UsageError
from grader.records.exercise import Exercise
from grader.records.result import Report
from grader.records.watching import Watched
from grader.reports.watching import WatchPage
from grader.reports.wording import watching

_END_OF_INPUT = b""


@dataclass(frozen=True, slots=True)
class CourseFolders:
    """Where everything lies, and how the exercises are read: again whenever one of their files is saved."""

    root: Path
    exercises: Path
    solutions: Path
    read: Callable[[], tuple[Exercise, ...]]


class Loop:
    """One session. `input` is where keys come from, or what ends the session by ending; None if there is nothing."""

    def __init__(
        self, place: CourseFolders, session: GradingSession, page: WatchPage, mailbox: Mailbox, input: int | None, *, keys: bool
    ) -> None:
        self._place, self._session, self._page, self._mailbox = place, session, page, mailbox
        self._input, self._keys = input, keys
        self._reports: list[Report] = []

    def run(self, exercises: tuple[Exercise, ...]) -> None:
        """Until somebody quits. Raises UsageError where files cannot be watched."""
        state = self._happen(Watched(exercises), [Started()])
        self._page.draw(state)
        while True:
            self._use_the_pause(state)
            new, draw_again = self._wait(state)
            if new.is_over:
                return
            if new != state or draw_again:
                self._page.draw(new)
            state = new

    def _wait(self, state: Watched) -> tuple[Watched, bool]:
        ready = self._mailbox.wait(*([] if self._input is None else [self._input]))
        letters = self._mailbox.take()
        events = [*self._changes(letters, state), *(self._pressed() if ready else ())]
        return self._happen(state, events), None in letters

    def _changes(self, letters: Sequence[Letter], state: Watched) -> Iterator[WatchEvent]:
        for letter in letters:
            if isinstance(letter, Exception):
                raise UsageError(watching.cannot_watch(str(letter)))
        paths = {path for letter in letters if isinstance(letter, frozenset) for path in letter}
        yield from meaning(paths, state.exercises, self._place.solutions, self._place.exercises)

    def _pressed(self) -> Iterator[WatchEvent]:
        assert self._input is not None
        if self._keys:
            yield from (Pressed(key) for key in read_keys(self._input))
        elif os.read(self._input, 4096) == _END_OF_INPUT:
            yield Pressed("q")

    def _happen(self, state: Watched, events: Sequence[WatchEvent]) -> Watched:
        """The state after these events and everything that follows from them."""
        pending = deque(events)
        while pending:
            state, actions = after(state, pending.popleft())
            pending.extend(self._carried_out(action, state) for action in actions)
        return state

    def _carried_out(self, action: WatchAction, state: Watched) -> WatchEvent:
        try:
            match action:
                case GradeRequest():
                    return self._grade(action, state)
                case ReadCourse():
                    return CourseRead(self._place.read())
                case Reset():
                    return WasReset(" ".join(put_back(action.exercise, self._place.solutions)))
        except GraderError as error:
            return Trouble(str(error))
        except OSError as error:
            return Trouble(watching.file_trouble(error))

    def _grade(self, action: GradeRequest, state: Watched) -> NewResults:
        self._page.say(watching.grading())
        wanted = [exercise.id for exercise in state.exercises if exercise.id in action.exercises]
        report = library.grade_at(self._session, self._place.solutions, exercises=state.exercises, select=wanted)
        self._reports.append(report)
        saved = action.exercises if action.saved else frozenset[str]()
        return NewResults({result.exercise: result for result in report.results}, saved, time.strftime("%H:%M:%S"))

    def _use_the_pause(self, state: Watched) -> None:
        """What can wait until a verdict is on the page: remembering it, and getting ready for the next save."""
        for report in self._reports:
            with contextlib.suppress(OSError):
                last_report.save(self._place.root, report)
        self._reports.clear()
        with contextlib.suppress(GraderError):  # told when the exercise is graded
            self._session.get_ready(state.exercise)
