"""How a run ended that did not end well: the error as the report has it, and the sentence that explains it."""

from __future__ import annotations

import re

from grader.records.assessed import Assessed
from grader.records.result import ErrorInfo
from grader.records.trace import Raised
from grader.reports import wording

# Python's own words.
_NEAR = re.compile(r"Did you mean: '(\w+)'")
_MODULE = re.compile(r"No module named '([^']+)'")


def error_info(assessed: Assessed) -> ErrorInfo | None:
    """The error, with a sentence in the place of its message where one is known."""
    error = assessed.grade.error
    if error is None:
        return None
    return ErrorInfo(type=error.type, message=sentence(assessed) or error.message, line=error.line)


def sentence(assessed: Assessed) -> str:
    """What stands in the place of the error's message, if its own words do not help."""
    error, file = assessed.grade.error, assessed.file
    if error is None or assessed.grade.hidden_error:
        return ""
    if file is not None and file.text is None:
        return wording.unreadable(file.problem)
    return _nothing_to_call(assessed, error) or _import(assessed, error)


def _nothing_to_call(assessed: Assessed, error: Raised) -> str:
    name, parameters = assessed.exercise.function, assessed.exercise.parameters
    match assessed.traces[0].ending.how if assessed.traces else "":
        case "no-function" if error.type == "NameError":
            near = _NEAR.search(error.message)
            return wording.no_function(name, parameters, near[1] if near else "")
        case "no-function":
            return wording.no_callable(name, parameters)
        case "wrong-signature":
            return wording.wrong_parameters(name, parameters, error.message)
    return ""


def _import(assessed: Assessed, error: Raised) -> str:
    if "relative import" in error.message:
        return wording.relative_import()
    missing = _MODULE.search(error.message) if error.type == "ModuleNotFoundError" else None
    if missing is None:
        return ""
    module = missing[1].partition(".")[0]
    neighbours = assessed.file.neighbours if assessed.file else ()
    neighbour = next((each for each in neighbours if each.removesuffix(".py") == module), None)
    return wording.neighbour_import(module, neighbour) if neighbour else wording.not_installed(missing[1])
