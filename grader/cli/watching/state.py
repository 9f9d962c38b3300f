"""What `watch` does next: an event and a state give the next state and the actions it asks for.

Pure functions of plain values; the terminal, the files and the clock are elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from grader.records.exercise import Exercise
from grader.records.result import Result
from grader.records.watching import SavedChange, Watched
from grader.reports.wording import course, watching


@dataclass(frozen=True, slots=True)
class Started:
    pass


@dataclass(frozen=True, slots=True)
class Saved:
    """The files of these exercises changed."""

    exercises: frozenset[str]


@dataclass(frozen=True, slots=True)
class CourseSaved:
    """Something below the folder of exercises changed."""


@dataclass(frozen=True, slots=True)
class CourseRead:
    exercises: tuple[Exercise, ...]


@dataclass(frozen=True, slots=True)
class NewResults:
    """New results, at the time `at`; `saved` are the exercises that were graded because their files changed."""

    results: Mapping[str, Result]
    saved: frozenset[str] = frozenset()
    at: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that a person can mend keeps us from going on: sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class WasReset:
    """What became of the old file: a sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str


WatchEvent: TypeAlias = Started | Saved | CourseSaved | CourseRead | NewResults | Trouble | WasReset | Pressed


@dataclass(frozen=True, slots=True)
class GradeRequest:
    exercises: frozenset[str]
    saved: bool = False


@dataclass(frozen=True, slots=True)
class ReadCourse:
    pass


@dataclass(frozen=True, slots=True)
class Reset:
    exercise: Exercise


WatchAction: TypeAlias = GradeRequest | ReadCourse | Reset
Next: TypeAlias = tuple[Watched, tuple[WatchAction, ...]]


def after(state: Watched, event: WatchEvent) -> Next:
    """What is known after an event, and what is to be done."""
    match event:
        case Started():
            return state, (_grade_all(state),)
        case Saved():
            return state, (GradeRequest(event.exercises, saved=True),)
        case CourseSaved():
            return state, (ReadCourse(),)
        case CourseRead():
            return _read(state, event.exercises)
        case NewResults():
            return _graded(state, event), ()
        case Trouble():
            return replace(_somewhere(state), trouble=event.text), ()
        case WasReset():
            return replace(state, notice=event.text), ()
        case Pressed():
            return _answered(state, event.key) if state.asks_reset else _pressed(state, event.key)


def _grade_all(state: Watched) -> GradeRequest:
    return GradeRequest(frozenset(each.id for each in state.exercises))


def _read(state: Watched, exercises: tuple[Exercise, ...]) -> Next:
    """The exercises that are not what they were are graded anew, and those that could not be graded before."""
    known = {each.id for each in exercises}
    results = {name: result for name, result in state.results.items() if name in known}
    read = replace(state, exercises=exercises, results=results, trouble="")
    if state.current not in known:
        read = _moved(read, read.first_undone)
    new = frozenset(each.id for each in exercises if each.id not in results or each not in state.exercises)
    return read, (GradeRequest(new),) if new else ()


def _graded(state: Watched, event: NewResults) -> Watched:
    changes = tuple(
        SavedChange(each, state.results.get(each.id), event.results[each.id])
        for each in state.exercises
        if each.id in event.saved and each.id in event.results
    )
    known = _somewhere(replace(state, results={**state.results, **event.results}, trouble=""))
    if not changes:
        return replace(known, notice=watching.all_graded(event.at)) if known.page == "list" else known
    if len(changes) == 1 and changes[0].exercise.id != state.current:
        known = _moved(known, changes[0].exercise)
    return replace(known, page="exercise", changes=changes, changed_at=event.at)


def _somewhere(state: Watched) -> Watched:
    """With an exercise to work on, whatever happened at the start."""
    return state if state.current else replace(state, current=state.first_undone.id)


def _moved(state: Watched, exercise: Exercise) -> Watched:
    """At another exercise; what was said about the one before is forgotten."""
    return replace(state, current=exercise.id, page="exercise", hints=0, asks_reset=False, changes=(), notice="")


def _pressed(state: Watched, key: str) -> Next:
    press = _KEYS.get(key)
    return press(replace(state, notice="")) if press else (state, ())


def _enter(state: Watched) -> Next:
    """On, if there is a reason to; an Enter too many skips nothing."""
    if state.page == "list":
        return replace(state, page="exercise"), ()
    return _next(state) if state.passes(state.exercise) else (state, ())


def _next(state: Watched) -> Next:
    if state.following is not None:
        return _moved(state, state.following), ()
    notice = "" if state.passes(state.exercise) else watching.only_one_left()
    return replace(state, page="exercise", notice=notice), ()


def _hint(state: Watched) -> Next:
    many = len(state.exercise.hints)
    notice = "" if state.hints < many else course.no_more_hints(many)
    return replace(state, page="exercise", hints=min(state.hints + 1, many), notice=notice), ()


def _list(state: Watched) -> Next:
    return replace(state, page="exercise" if state.page == "list" else "list"), ()


def _all(state: Watched) -> Next:
    return replace(state, page="list"), (_grade_all(state),)


def _reset(state: Watched) -> Next:
    if state.exercise.starter is None:
        return replace(state, page="exercise", notice=course.no_starter(state.exercise)), ()
    return replace(state, page="exercise", asks_reset=True), ()


def _quit(state: Watched) -> Next:
    return replace(state, is_over=True), ()


def _answered(state: Watched, key: str) -> Next:
    """Only a `y` puts the starter back."""
    known = replace(state, asks_reset=False)
    return known, ((Reset(state.exercise),) if key == "y" else ())


_KEYS: Mapping[str, Callable[[Watched], Next]] = {
    "n": _next,
    "enter": _enter,
    "h": _hint,
    "l": _list,
    "a": _all,
    "r": _reset,
    "q": _quit,
}
