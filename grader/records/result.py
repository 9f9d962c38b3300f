"""The outcome of grading, as it is reported: `Report` is the document `--format json` writes.

Complete before anyone prints; reporters only turn it into text. NaN and infinities are the strings "nan", "inf", "-inf".
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

SCHEMA = "autograd-grader/report/v1"

Verdict: TypeAlias = Literal[
    "passed", "failed", "error", "memory", "crashed", "timeout", "not_started", "not_found", "grader_error"
]
Status: TypeAlias = Literal["matched", "carried", "wrong", "missing", "unexpected", "skipped"]
UNSTARTED: frozenset[Verdict] = frozenset({"not_started", "not_found"})
NOT_RIGHT: frozenset[Status] = frozenset({"wrong", "missing", "unexpected"})

# Nested lists of numbers, None, text, or a mapping by name. What the JSON document shows of a value.
Shown: TypeAlias = Annotated[
    Any, BeforeValidator(lambda value: _from_json(value)), PlainSerializer(lambda value: _to_json(value))
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepResult(_Model):
    """One row of the timeline: a step with the call that stands for it, or a call that no step asked for.

    `expected` and `observed` map names (`x.grad`, `w`) to values; `skipped` is an optional step that was left out. Of a
    `predict` exercise `expected` is never told. `only_visible`: the status is that of a hidden case, the numbers are not.
    """

    step: str
    status: Status
    call: str | None = None
    line: int | None = None
    called_from: int | None = None
    expected: Shown = None
    observed: Shown = None
    points: float = 0.0
    max_points: float = 0.0
    only_visible: bool = False
    note: str = ""


class Diagnosis(_Model):
    """Why it went wrong. `between` are the lines around something that is missing; `fix` is printed only if proven."""

    misconception: str | None
    message: str
    line: int | None = None
    called_from: int | None = None
    between: tuple[int | None, int | None] | None = None
    fix: str | None = None


class ErrorInfo(_Model):
    type: str
    message: str
    line: int | None = None


class Result(_Model):
    """One exercise of one submission. `score` is None only when the grader itself failed.

    Of a notebook lines count through the code of all its cells; `cells` has the number of each code cell, and the line
    on which it begins.
    """

    submission: str
    exercise: str
    file: str | None
    verdict: Verdict
    score: float | None
    max_score: float
    summary: str
    steps: tuple[StepResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    error: ErrorInfo | None = None
    output: str = ""
    seconds: float = 0.0
    cells: tuple[tuple[int, int], ...] = ()


class RunInfo(_Model):
    grader: str
    torch: str
    device: str
    sandbox: Literal["full", "none"]
    seed: str
    warnings: tuple[str, ...] = ()


class StrayFile(_Model):
    submission: str
    path: str
    nearest: str = ""


class Report(_Model):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["autograd-grader/report/v1"] = Field(default="autograd-grader/report/v1", alias="schema")
    run: RunInfo
    results: tuple[Result, ...] = ()
    strays: tuple[StrayFile, ...] = ()

    @property
    def passed(self) -> bool:
        """Did every exercise that was graded pass?"""
        return all(result.verdict == "passed" for result in self.results)


def _to_json(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _to_json(item) for key, item in value.items()}
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, float):
        return value
    if isinstance(value, str) and value in ("nan", "inf", "-inf"):
        return float(value)
    if isinstance(value, list | tuple):
        return [_from_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _from_json(item) for key, item in value.items()}
    return value
