"""How a run ended, in the one sentence beside its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.result import ErrorInfo, StepResult, Verdict
from grader.reports.values import first_difference, value
from grader.reports.wording.diagnoses import subject
from grader.reports.wording.messages import SYNTAX_PLACE, first_line
from grader.reports.wording.places import Cells, in_cells, place_of, where
from grader.reports.wording.timeline import only_visible

UNSTARTED: tuple[Verdict, ...] = ("not_started", "not_found")


def summary(
    verdict: Verdict,
    *,
    score: float | None,
    max_score: float,
    error: ErrorInfo | None,
    first_wrong: StepResult | None,
    seconds_limit: float,
    file: str | None,
    differs: Sequence[str] = (),
    sentence: str = "",
    cells: Cells = (),
) -> str:
    """The one sentence about one exercise.

    `differs` are the names that `first_wrong` is about; a `sentence` stands in the place of an error's message, or of
    what would be said about `first_wrong`.
    """
    match verdict:
        case "passed":
            return "Every step is right."
        case "failed":
            return sentence or failed(first_wrong, file, score, max_score, differs, cells)
        case "error":
            return f"{place_of(file, error, cells)}{sentence}" if sentence else raised(error, file, cells)
        case "memory":
            return place_of(file, error, cells) + out_of_memory()
        case "timeout":
            return timed_out(seconds_limit, file, error, cells)
        case "crashed":
            return crashed(error)
        case "not_started":
            return "Not started: the file is still the starter."
        case "not_found":
            return f"No file yet: write {file}." if file else "No file yet."
        case "grader_error":
            return grader_error(error)


def failed(
    first_wrong: StepResult | None,
    file: str | None,
    score: float | None,
    max_score: float,
    differs: Sequence[str] = (),
    cells: Cells = (),
) -> str:
    """Where the first wrong step is, and what it left instead of what was expected."""
    if first_wrong is None:
        return f"Not everything is right yet: {points(score, max_score)} points."
    place = where(file, first_wrong.line, cells)
    if first_wrong.only_visible:
        return f"{place}{only_visible(first_wrong.status)}"
    if first_wrong.status == "missing":
        return f"{place}{missing(first_wrong.step)}"
    if first_wrong.status == "unexpected":
        return f"{place}here is {first_wrong.step} that no step asks for."
    difference = first_difference(first_wrong.expected, first_wrong.observed, differs)
    if difference is None:
        return place + (first_wrong.note or f"`{first_wrong.step}` did not do what was asked.")
    name, expected, observed = difference
    return f"{place}{subject(name or first_wrong.step)} is {observed} here, {expected} was expected."


def raised(error: ErrorInfo | None, file: str | None, cells: Cells = ()) -> str:
    """An exception of the student's."""
    if error is None:
        return "The function did not end as the exercise says."
    place = where(file, error.line, cells)
    message = first_line(error.message)
    match error.type:
        case "SyntaxError" | "IndentationError" | "TabError":
            reason = in_cells(SYNTAX_PLACE.sub("", message), cells) or "invalid syntax"
            return f"{place}Python cannot read this line: {reason}."
        case "SystemExit":
            return f"{place}The program ended itself here; the function must return instead."
        case "KeyboardInterrupt":
            return f"{place}KeyboardInterrupt was raised here; the function must return instead."
        case "RecursionError":
            return f"{place}A function called itself without end (RecursionError)."
    return place + (f"{error.type}: {message}" if message else f"{error.type} was raised here.")


def out_of_memory() -> str:
    return "The function asked for more memory than the exercise allows. Look for a tensor that grows."


def missing(step: str) -> str:
    """A call ends with a bracket; anything else is done."""
    return f"`{step}` was not {'called' if step.endswith(')') else 'done'}."


def timed_out(seconds: float, file: str | None = None, error: ErrorInfo | None = None, cells: Cells = ()) -> str:
    """Where the error has a line, it is that of the last call that was seen."""
    if error is None or error.line is None:
        return f"Still running after {value(seconds)} s, so it was stopped. Look for a loop without end."
    return (
        f"{place_of(file, error, cells)}Here was the last call; {value(seconds)} s after the start the function was still "
        "running, so it was stopped. Look for a loop without end."
    )


def with_other_numbers(sentence: str) -> str:
    """Something that happened in a hidden case only."""
    return f"{sentence} This happened with other numbers than those in the exercise."


def crashed(error: ErrorInfo | None) -> str:
    """The child process ended without a last word."""
    reason = f" ({first_line(error.message)})" if error and error.message else ""
    return f"Python itself stopped before the function returned{reason}. Look for os._exit, very long output or a crash in C."


def grader_error(error: ErrorInfo | None) -> str:
    reason = f" ({first_line(error.message)})" if error and error.message else ""
    return f"The grader failed here, not you; this counts neither way{reason}."


def points(score: float | None, max_score: float) -> str:
    return f"{'-' if score is None else value(score)}/{value(max_score)}"
