"""The loop of `watch`: it waits for saved files and keys, performs the actions, and draws the page when the state changes."""

from __future__ import annotations

import contextlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader import library
from grader.assess.session import GradingSession
from grader.cli import last_report
from grader.cli.reset import restore_starter
from grader.cli.watching.files import events_of
from grader.cli.watching.keys import read_keys
from grader.cli.watching.mailbox import Letter, Mailbox
from grader.cli.watching.state import (
    ActionFailed,
    ExercisesRead,
    GradeExercises,
    KeyPressed,
    NewResults,
    ReadExercises,
    RestoreStarter,
    Started,
    StarterRestored,
    WatchAction,
    WatchEvent,
    after,
)
from grader.errors import GraderError, UsageError
from grader.records.exercise import Exercise
from grader.records.result import Report
from grader.records.watching import WatchState
from grader.reports.watching import WatchPage
from grader.reports.wording import watching

_END_OF_INPUT = b""


@dataclass(frozen=True, slots=True)
class CourseFolders:
    """The folders of the course, and the function that reads the exercises: again whenever one of their files is saved."""

    root: Path
    exercises: Path
    solutions: Path
    read_exercises: Callable[[], tuple[Exercise, ...]]


class WatchLoop:
    """With `keys`, `input` is the terminal. Otherwise the loop ends at the end of `input`; None means that there is no input."""

    def __init__(
        self, folders: CourseFolders, session: GradingSession, page: WatchPage, mailbox: Mailbox, input: int | None, *, keys: bool
    ) -> None:
        self._folders, self._session, self._page, self._mailbox = folders, session, page, mailbox
        self._input, self._keys = input, keys
        self._unsaved_reports: list[Report] = []

    def run(self, exercises: tuple[Exercise, ...]) -> None:
        """Run until the user quits. Raises UsageError if files cannot be watched."""
        state = self._handle(WatchState(exercises), [Started()])
        self._page.draw(state)
        while True:
            self._save_and_get_ready(state)
            new, redraw = self._wait(state)
            if new.is_over:
                return
            if new != state or redraw:
                self._page.draw(new)
            state = new

    def _wait(self, state: WatchState) -> tuple[WatchState, bool]:
        """The state after the next events, and whether the page must be drawn again in any case."""
        ready = self._mailbox.wait(*([] if self._input is None else [self._input]))
        letters = self._mailbox.take()
        events = [*self._file_events(letters, state), *(self._key_events() if ready else ())]
        return self._handle(state, events), None in letters

    def _file_events(self, letters: Sequence[Letter], state: WatchState) -> Iterator[WatchEvent]:
        for letter in letters:
            if isinstance(letter, Exception):
                raise UsageError(watching.cannot_watch(str(letter)))
        paths = {path for letter in letters if isinstance(letter, frozenset) for path in letter}
        yield from events_of(paths, state.exercises, self._folders.solutions, self._folders.exercises)

    def _key_events(self) -> Iterator[WatchEvent]:
        assert self._input is not None
        if self._keys:
            yield from (KeyPressed(key) for key in read_keys(self._input))
        elif os.read(self._input, 4096) == _END_OF_INPUT:
            yield KeyPressed("q")

    def _handle(self, state: WatchState, events: Sequence[WatchEvent]) -> WatchState:
        """The state after these events, and after the events of all actions that follow from them."""
        pending = deque(events)
        while pending:
            state, actions = after(state, pending.popleft())
            pending.extend(self._perform_action(action, state) for action in actions)
        return state

    def _perform_action(self, action: WatchAction, state: WatchState) -> WatchEvent:
        try:
            match action:
                case GradeExercises():
                    return self._grade(action, state)
                case ReadExercises():
                    return ExercisesRead(self._folders.read_exercises())
                case RestoreStarter():
                    return StarterRestored(" ".join(restore_starter(action.exercise, self._folders.solutions)))
        except GraderError as error:
            return ActionFailed(str(error))
        except OSError as error:
            return ActionFailed(watching.file_error(error))

    def _grade(self, action: GradeExercises, state: WatchState) -> NewResults:
        self._page.say(watching.GRADING)
        wanted = [exercise.id for exercise in state.exercises if exercise.id in action.exercises]
        report = library.grade_in_session(self._session, self._folders.solutions, exercises=state.exercises, select=wanted)
        self._unsaved_reports.append(report)
        saved = action.exercises if action.saved else frozenset[str]()
        return NewResults({result.exercise: result for result in report.results}, saved, time.strftime("%H:%M:%S"))

    def _save_and_get_ready(self, state: WatchState) -> None:
        """Save the reports and prepare the next grading. Both happen after the page is drawn, so the verdict is not delayed."""
        for report in self._unsaved_reports:
            with contextlib.suppress(OSError):
                last_report.save(self._folders.root, report)
        self._unsaved_reports.clear()
        with contextlib.suppress(GraderError):  # grading the exercise reports it
            self._session.get_ready(state.exercise)
