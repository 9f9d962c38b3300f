"""How the cases ended, and the verdict that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from grader.records.exercise import Exercise
from grader.records.result import Verdict
from grader.records.trace import Ending, Raised, Trace

# Endings that give no points, and their verdicts.
_FATAL: Mapping[str, Verdict] = {"grader-error": "grader_error", "timeout": "timeout", "memory": "memory", "crashed": "crashed"}
FATAL_VERDICTS = frozenset(_FATAL.values())


def raising_step(exercise: Exercise) -> int | None:
    """The index of the step that must raise, if there is one."""
    return next((index for index, step in enumerate(exercise.steps) if step.raises is not None), None)


def ends_as_expected(exercise: Exercise, ending: Ending) -> bool:
    """Did the function return, or raise the error that the steps expect?"""
    index = raising_step(exercise)
    if index is None or exercise.kind == "predict":
        return ending.how == "returned"
    return ending.how == "raised" and ending.error is not None and (exercise.steps[index].raises or "") in ending.error.message


def fatal_verdict(traces: Sequence[Trace]) -> Verdict | None:
    """The verdict of the first case whose ending gives no points."""
    return next((_FATAL[trace.ending.how] for trace in traces if trace.ending.how in _FATAL), None)


def verdict_of(exercise: Exercise, traces: Sequence[Trace], *, faultless: bool) -> Verdict:
    """The verdict for cases that ended by themselves."""
    if any(trace.ending.how != "returned" and not ends_as_expected(exercise, trace.ending) for trace in traces):
        return "error"
    return "passed" if faultless else "failed"


def error_of(exercise: Exercise, traces: Sequence[Trace]) -> tuple[Raised | None, bool]:
    """The first error that the steps do not expect, and whether a hidden case raised it.

    An error of a hidden case keeps its class and line, never its message. A timeout gets the line of the last recorded call.
    """
    for case, trace in enumerate(traces):
        error = trace.ending.error
        if error is not None and not ends_as_expected(exercise, trace.ending):
            seen = replace(error, line=_last_line(trace)) if trace.ending.how == "timeout" else error
            return (replace(seen, message="") if case else seen), case > 0
    return None, False


def _last_line(trace: Trace) -> int | None:
    return next((call.line for call in reversed(trace.calls) if call.line is not None), None)
