"""The frame of a report and the way through the course: totals, the state of each exercise, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.exercise import Exercise
from grader.records.result import NOT_RIGHT, UNSTARTED, Result
from grader.reports.values import counted
from grader.reports.wording.places import at_line, line_name
from grader.reports.wording.verdicts import points


def totals(results: Sequence[Result]) -> str:
    """`2 of 3 exercises pass, 7/9 points. 4 exercises are not started yet.` The points are those of the started ones."""
    started = [result for result in results if result.verdict not in UNSTARTED]
    waiting = len(results) - len(started)
    rest = f" {counted(waiting, 'exercise')} {'is' if waiting == 1 else 'are'} not started yet." if waiting else ""
    if not started:
        return rest.strip() or "Nothing was graded."
    passed = sum(result.verdict == "passed" for result in started)
    earned = points(sum(result.score or 0 for result in started), sum(result.max_score for result in started))
    verb = "passes" if len(started) == 1 else "pass"
    return f"{passed} of {counted(len(started), 'exercise')} {verb}, {earned} points.{rest}"


def next_line(results: Sequence[Result], exercises: Sequence[Exercise] = ()) -> str:
    """The one thing to do now. `exercises` are those of the course, in its order, where they are known."""
    for result in results:
        if result.verdict not in ("passed", "grader_error", *UNSTARTED):
            return f"Next: {_what_to_fix(result)} For a hint: python -m grader hint {result.exercise}"
    for result in results:
        if result.verdict in UNSTARTED:
            return f"Next: {_start(result, exercises)}"
    if any(result.verdict == "grader_error" for result in results):
        return "Next: run the grader again; if it fails again, show this to your teacher."
    if not results:
        return "Next: write a solution and run the grader again."
    following = _following(results, exercises)
    return f"Next: continue with {titled(following)}." if following else "Next: nothing is left to do here. Well done."


def _following(results: Sequence[Result], exercises: Sequence[Exercise]) -> Exercise | None:
    """The exercise after the last one that was graded."""
    graded = {result.exercise for result in results}
    places = [place for place, exercise in enumerate(exercises) if exercise.id in graded]
    return next(iter(exercises[places[-1] + 1 :]), None) if places else None


def titled(exercise: Exercise) -> str:
    return f"{exercise.id} ({exercise.title})"


def state(result: Result | None) -> str:
    """The state of an exercise in a word or two, for the list of the course."""
    if result is None:
        return "not graded yet"
    match result.verdict:
        case "failed" | "error":
            return f"{points(result.score, result.max_score)} points"
        case "memory":
            return "out of memory"
        case "timeout":
            return "timed out"
        case verdict:
            return verdict.replace("_", " ")


def about(exercise: Exercise) -> str:
    """The level of an exercise and what it teaches, for the list of the course."""
    return f"level {exercise.level}, {exercise.concept or exercise.title}"


def next_exercise(exercise: Exercise | None, solutions: str) -> str:
    """The last line of the list: what to work on now."""
    if exercise is None:
        return "Next: nothing is left to do here. Well done."
    return f"Next: {titled(exercise)} in {solutions}/{exercise.solution_path}"


def hint(number: int, many: int, text: str) -> str:
    return f"Hint {number} of {many}: {text.strip()}"


def no_more_hints(many: int) -> str:
    return "That was the last hint." if many else "This exercise has no hints."


def no_starter(exercise: Exercise) -> str:
    return f"{exercise.id} has no starter: write {exercise.solution_path} yourself."


def unmatched(path: str, nearest: str) -> str:
    fix = f"rename it to {nearest}." if nearest else "give it the name of its exercise, see `python -m grader list`."
    name = path.replace("\n", "\\n")  # a line break in a file name could fake a line of the report
    return f"{name} was not graded, because no exercise has this file name. If it is a solution, {fix}"


def _what_to_fix(result: Result) -> str:
    fixes = [diagnosis.fix for diagnosis in result.diagnoses if diagnosis.fix]
    if fixes:
        return f"{fixes[0].rstrip('.')} in {result.file or result.exercise}."
    return f"look at {_place_to_look(result)}."


def _place_to_look(result: Result) -> str:
    """`file:9`, or the lines around a missing call."""
    file = result.file or result.exercise
    line = next((each.line for each in result.diagnoses if each.line), None) or (result.error.line if result.error else None)
    if line is not None:
        return at_line(file, line, result.cells)
    for index, step in enumerate(result.steps):
        if step.status in NOT_RIGHT:
            return at_line(file, step.line, result.cells) if step.line is not None else _around_missing(result, index, file)
    return file


def _around_missing(result: Result, index: int, file: str) -> str:
    before = [step.line for step in result.steps[:index] if step.line is not None]
    after = [step.line for step in result.steps[index:] if step.line is not None]
    if before and after:
        return f"{at_line(file, before[-1], result.cells)} to {line_name(after[0], result.cells)}"
    if before:
        return f"{at_line(file, before[-1], result.cells)} and the lines after it"
    return f"{at_line(file, after[0], result.cells)} and the lines before it" if after else file


def _start(result: Result, exercises: Sequence[Exercise]) -> str:
    known = next((exercise for exercise in exercises if exercise.id == result.exercise), None)
    title = f" ({known.title})" if known else ""
    file = result.file or (known.solution_path if known else None)
    return f"start {result.exercise}{title}" + (f" in {file}." if file else ".")
