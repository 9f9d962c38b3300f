"""Decides what `watch` does next: a state and an event give the next state and the actions to perform.

These are pure functions. The terminal, the files and the clock are in other modules.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.records.watching import SavedChange, WatchState
from grader.reports.wording import course, watching


@dataclass(frozen=True, slots=True)
class Started:
    pass


@dataclass(frozen=True, slots=True)
class SolutionsSaved:
    """The solutions of these exercises changed."""

    exercises: frozenset[str]


@dataclass(frozen=True, slots=True)
class ExercisesSaved:
    """A file of an exercise changed."""


@dataclass(frozen=True, slots=True)
class ExercisesRead:
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class NewResults:
    """Results by id of the exercise, at the time `at`. `saved` are those that were graded because their files changed."""

    results: Mapping[str, Result]
    saved: frozenset[str] = frozenset()
    at: str = ""


@dataclass(frozen=True, slots=True)
class StarterRestored:
    """`text` says what happened to the files."""

    text: str


@dataclass(frozen=True, slots=True)
class ActionFailed:
    """`text` says why, and what to do."""

    text: str


@dataclass(frozen=True, slots=True)
class KeyPressed:
    key: str


WatchEvent: TypeAlias = (
    Started | SolutionsSaved | ExercisesSaved | ExercisesRead | NewResults | StarterRestored | ActionFailed | KeyPressed
)


@dataclass(frozen=True, slots=True)
class GradeExercises:
    """Grade these. `saved`: because their files changed."""

    exercises: frozenset[str]
    saved: bool = False


@dataclass(frozen=True, slots=True)
class ReadExercises:
    pass


@dataclass(frozen=True, slots=True)
class RestoreStarter:
    exercise: Exercise


WatchAction: TypeAlias = GradeExercises | ReadExercises | RestoreStarter
StateAndActions: TypeAlias = tuple[WatchState, tuple[WatchAction, ...]]


def after(state: WatchState, event: WatchEvent) -> StateAndActions:
    """The state after an event, and the actions that follow from it."""
    match event:
        case Started():
            return state, (_grade_all(state),)
        case SolutionsSaved():
            return state, (GradeExercises(event.exercises, saved=True),)
        case ExercisesSaved():
            return state, (ReadExercises(),)
        case ExercisesRead():
            return _with_exercises(state, event.exercises)
        case NewResults():
            return _with_results(state, event), ()
        case StarterRestored():
            return replace(state, notice=event.text), ()
        case ActionFailed():
            return replace(_with_current(state), error=event.text), ()
        case KeyPressed():
            return _answer_reset(state, event.key) if state.asks_reset else _press(state, event.key)


def _grade_all(state: WatchState) -> GradeExercises:
    return GradeExercises(frozenset(each.id for each in state.exercises))


def _with_exercises(state: WatchState, exercises: tuple[Exercise, ...]) -> StateAndActions:
    """Grade the exercises that changed, and those that have no result yet."""
    ids = {each.id for each in exercises}
    results = {name: result for name, result in state.results.items() if name in ids}
    new_state = replace(state, exercises=exercises, results=results, error="")
    if state.current not in ids:
        new_state = _at_exercise(new_state, new_state.first_not_passed)
    to_grade = frozenset(each.id for each in exercises if each.id not in results or each not in state.exercises)
    return new_state, (GradeExercises(to_grade),) if to_grade else ()


def _with_results(state: WatchState, event: NewResults) -> WatchState:
    changes = tuple(
        SavedChange(each, state.results.get(each.id), event.results[each.id])
        for each in state.exercises
        if each.id in event.saved and each.id in event.results
    )
    new_state = _with_current(replace(state, results={**state.results, **event.results}, error=""))
    if not changes:
        return replace(new_state, notice=watching.all_graded(event.at)) if new_state.page == "list" else new_state
    if len(changes) == 1 and changes[0].exercise.id != state.current:
        new_state = _at_exercise(new_state, changes[0].exercise)
    return replace(new_state, page="exercise", shows_fix=False, changes=changes, changed_at=event.at)


def _with_current(state: WatchState) -> WatchState:
    """The same state with a current exercise, also if the first action failed."""
    return state if state.current else replace(state, current=state.first_not_passed.id)


def _at_exercise(state: WatchState, exercise: Exercise) -> WatchState:
    """Go to another exercise. The hints, changes and notice of the one before are dropped."""
    return replace(state, current=exercise.id, page="exercise", hints=0, shows_fix=False, asks_reset=False, changes=(), notice="")


def _press(state: WatchState, key: str) -> StateAndActions:
    press = _KEYS.get(key)
    return press(replace(state, notice="")) if press else (state, ())


def _press_enter(state: WatchState) -> StateAndActions:
    """Leave the list, or go to the next exercise. An exercise that does not pass is not skipped."""
    if state.page == "list":
        return replace(state, page="exercise"), ()
    return _press_next(state) if state.passes(state.exercise) else (state, ())


def _press_next(state: WatchState) -> StateAndActions:
    if state.next_not_passed is not None:
        return _at_exercise(state, state.next_not_passed), ()
    notice = "" if state.passes(state.exercise) else watching.ONLY_ONE_LEFT
    return replace(state, page="exercise", notice=notice), ()


def _press_hint(state: WatchState) -> StateAndActions:
    count = len(state.exercise.hints)
    notice = "" if state.hints < count else course.no_more_hints(count)
    return replace(state, page="exercise", hints=min(state.hints + 1, count), notice=notice), ()


def _press_fix(state: WatchState) -> StateAndActions:
    """Show the fix, or hide it again."""
    result = state.results.get(state.current)
    if result is None or not any(each.patch for each in result.diagnoses):
        return replace(state, page="exercise", notice=watching.no_fix(result)), ()
    return replace(state, page="exercise", shows_fix=not state.shows_fix), ()


def _press_list(state: WatchState) -> StateAndActions:
    return replace(state, page="exercise" if state.page == "list" else "list"), ()


def _press_all(state: WatchState) -> StateAndActions:
    return replace(state, page="list"), (_grade_all(state),)


def _press_reset(state: WatchState) -> StateAndActions:
    if state.exercise.starter is None:
        return replace(state, page="exercise", notice=course.no_starter(state.exercise)), ()
    return replace(state, page="exercise", asks_reset=True), ()


def _press_quit(state: WatchState) -> StateAndActions:
    return replace(state, is_over=True), ()


def _answer_reset(state: WatchState, key: str) -> StateAndActions:
    """Only `y` restores the starter; every other key cancels."""
    return replace(state, asks_reset=False), ((RestoreStarter(state.exercise),) if key == "y" else ())


_KEYS: Mapping[str, Callable[[WatchState], StateAndActions]] = {
    "n": _press_next,
    "enter": _press_enter,
    "h": _press_hint,
    "f": _press_fix,
    "l": _press_list,
    "a": _press_all,
    "r": _press_reset,
    "q": _press_quit,
}
