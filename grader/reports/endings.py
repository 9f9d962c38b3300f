"""The error that a run ended with, as the report has it, and the sentence that explains it."""

from __future__ import annotations

import re

from grader.records.assessed import Assessed
from grader.records.result import ErrorInfo
from grader.records.trace import Raised
from grader.reports.wording import endings

# Patterns of Python's own messages.
_NEAR = re.compile(r"Did you mean: '(\w+)'")
_MODULE = re.compile(r"No module named '([^']+)'")


def error_info(assessed: Assessed) -> ErrorInfo | None:
    """The error, with a sentence of ours instead of its message where we have one."""
    error = assessed.grade.error
    if error is None:
        return None
    return ErrorInfo(type=error.type, message=sentence_for(assessed) or error.message, line=error.line)


def sentence_for(assessed: Assessed) -> str:
    """The sentence that replaces the error's message, or nothing if the message itself helps."""
    error, file = assessed.grade.error, assessed.file
    if error is None or assessed.grade.hidden_error:
        return ""
    if file is not None and file.text is None:
        return endings.unreadable(file.problem)
    return _without_function(assessed, error) or _failed_import(assessed, error)


def _without_function(assessed: Assessed, error: Raised) -> str:
    name, parameters = assessed.exercise.function, assessed.exercise.parameters
    match assessed.traces[0].ending.how if assessed.traces else "":
        case "no-function" if error.type == "NameError":
            near = _NEAR.search(error.message)
            return endings.no_function(name, parameters, near[1] if near else "")
        case "no-function":
            return endings.no_callable(name, parameters)
        case "wrong-signature":
            return endings.wrong_parameters(name, parameters, error.message)
    return ""


def _failed_import(assessed: Assessed, error: Raised) -> str:
    if "relative import" in error.message:
        return endings.RELATIVE_IMPORT
    missing = _MODULE.search(error.message) if error.type == "ModuleNotFoundError" else None
    if missing is None:
        return ""
    module = missing[1].partition(".")[0]
    neighbours = assessed.file.neighbours if assessed.file else ()
    neighbour = next((each for each in neighbours if each.removesuffix(".py") == module), None)
    return endings.neighbour_import(module, neighbour) if neighbour else endings.not_installed(missing[1])
