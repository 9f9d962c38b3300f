"""How a run ended, in the one sentence beside its verdict."""

from __future__ import annotations

from collections.abc import Sequence

from grader.records.result import NOT_RIGHT, ErrorInfo, Result, StepResult, Verdict
from grader.records.trace import WAITED
from grader.reports.values import first_difference, value
from grader.reports.wording.diagnoses import subject
from grader.reports.wording.messages import SYNTAX_PLACE, first_line
from grader.reports.wording.places import Cells, in_cells, place_of, where
from grader.reports.wording.timeline import RETURNED, only_visible, status

NOT_ALL_RIGHT = "Not everything is right."
OUT_OF_MEMORY = "The function used more memory than the exercise allows. Look for a tensor that keeps growing."


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
    """The one sentence about one exercise, with the place in front of it where one is known.

    `differs` are the names of `first_wrong` that are not as expected. A `sentence` replaces the message of an error, or
    the sentence about `first_wrong`.
    """
    match verdict:
        case "passed":
            return "Every step is right."
        case "failed":
            return sentence or failed(first_wrong, file, score, max_score, differs, cells)
        case "error":
            return place_of(file, error, cells) + (sentence or raised(error, cells))
        case "memory":
            return place_of(file, error, cells) + OUT_OF_MEMORY
        case "timeout":
            return place_of(file, error, cells) + timed_out(seconds_limit, error)
        case "crashed":
            return crashed(error)
        case "not_started":
            return "Not started: the file is still the starter."
        case "not_found":
            return f"No file yet: write {file}." if file else "No file yet."
        case "grader_error":
            return grader_error(error)


def not_shown(error_type: str) -> str:
    """Replaces a stored result that no report can show."""
    return (
        f"This result could not be shown: the grader itself failed ({error_type}). This is not your mistake, and it is not "
        "a score: tell your teacher."
    )


def sentence_for_class(result: Result) -> str:
    """A sentence for everybody whose run ended like this one: without the file and the line."""
    match result.verdict:
        case "failed":
            first_wrong = next((step for step in result.steps if step.status in NOT_RIGHT), None)
            if first_wrong is None:
                return NOT_ALL_RIGHT
            if all(step.expected is None for step in result.steps):  # answers
                return f"{first_wrong.step}: {first_wrong.note or status(first_wrong)}"
            return _wrong_step(first_wrong)
        case "error":
            about = raised(result.error, result.cells)
            message = result.error.message if result.error else ""
            return about if about in result.summary or not message else message  # a sentence of ours needs no type
        case "memory":
            return OUT_OF_MEMORY
        case "timeout":
            return "The function was still running when its time was up."
        case "crashed":
            return crashed(result.error)
        case _:
            return result.summary


def failed(
    first_wrong: StepResult | None,
    file: str | None,
    score: float | None,
    max_score: float,
    differs: Sequence[str] = (),
    cells: Cells = (),
) -> str:
    """Where the first wrong step is, and the observed value instead of the expected one."""
    if first_wrong is None:
        return f"Not everything is right yet: {points(score, max_score)} points."
    return where(file, first_wrong.line, cells) + _wrong_step(first_wrong, differs)


def _wrong_step(step: StepResult, differs: Sequence[str] = ()) -> str:
    if step.only_visible:
        return step.note or only_visible(step.status)
    if step.status == "missing":
        return missing(step.step)
    if step.step == RETURNED and step.note:
        return step.note
    if step.status == "unexpected":
        return f"The exercise does not ask for {step.step} here."
    difference = first_difference(step.expected, step.observed, differs)
    if difference is None:
        return step.note or f"`{step.step}` did not do what the exercise expects."
    name, expected, observed = difference
    return f"{subject(name or step.step)} is {observed}, {expected} was expected."


def raised(error: ErrorInfo | None, cells: Cells = ()) -> str:
    """An exception that the student's function raised."""
    if error is None:
        return "The function did not end as the exercise expects."
    message = first_line(error.message)
    match error.type:
        case "SyntaxError" | "IndentationError" | "TabError":
            reason = in_cells(SYNTAX_PLACE.sub("", message), cells) or "invalid syntax"
            return f"Python cannot read this line: {reason}."
        case "SystemExit":
            return "The program exits here (SystemExit). The function must return instead."
        case "KeyboardInterrupt":
            return "KeyboardInterrupt was raised. The function must return instead."
        case "RecursionError":
            return "A function calls itself endlessly (RecursionError)."
    return f"{error.type}: {message}" if message else f"{error.type} was raised."


def missing(step: str) -> str:
    """A step that ends with a bracket is a call."""
    return f"`{step}` {'was not called' if step.endswith(')') else 'is missing'}."


def timed_out(seconds: float, error: ErrorInfo | None = None) -> str:
    """If the error has a line, it is that of the last call that was seen."""
    last_call = "This is the last call that the grader saw. " if error is not None and error.line is not None else ""
    if error is not None and error.type == WAITED:
        waited = f"The function waited for {value(seconds)} s without computing and was stopped."
        return f"{last_call}{waited} Look for `sleep`, or for something that it waits for and that never comes."
    return f"{last_call}The function was still running after {value(seconds)} s and was stopped. Look for an endless loop."


def with_other_numbers(sentence: str) -> str:
    """Something that happened in a hidden case only."""
    return f"{sentence} This happened in a hidden case, with other numbers than those in the exercise."


def with_other_data(sentence: str) -> str:
    """Something that happened with the data of a variant only."""
    return f"{sentence} This happened in a hidden case, with other data: lists of another length or tensors of another size."


def crashed(error: ErrorInfo | None) -> str:
    """The child process ended without an answer."""
    return (
        f"The Python process ended before the function returned{_reason(error)}. "
        "Look for a loop that is too long, `os._exit`, very long output or a crash in native code."
    )


def grader_error(error: ErrorInfo | None) -> str:
    return f"The grader itself failed{_reason(error)}. This is not your mistake, and it does not count."


def points(score: float | None, max_score: float) -> str:
    return f"{'-' if score is None else value(score)}/{value(max_score)}"


def _reason(error: ErrorInfo | None) -> str:
    return f" ({first_line(error.message)})" if error and error.message else ""
