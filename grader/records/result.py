"""The outcome of grading, as it is reported. `Report` is the document that `--format json` writes.

It is complete before anything is printed; reporters only turn it into text. NaN and infinities are the strings "nan",
"inf" and "-inf" in JSON, and an integer beyond the range of float64 is a string such as "1e+400".

Every text and value can be encoded and written, whatever a student's code returned.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

SCHEMA: Final = "autograd-grader/report/v1"

Verdict: TypeAlias = Literal[
    "passed", "failed", "error", "memory", "crashed", "timeout", "not_started", "not_found", "grader_error"
]
Status: TypeAlias = Literal["matched", "carried", "wrong", "missing", "not_reached", "unexpected", "skipped"]
UNSTARTED: frozenset[Verdict] = frozenset({"not_started", "not_found"})
NOT_RIGHT: frozenset[Status] = frozenset({"wrong", "missing", "not_reached", "unexpected"})

_LARGEST = int(1.7976931348623157e308)  # of float64
_DEEPEST = 24  # levels of nested lists and mappings; below them is `…`

# Text that UTF-8 can encode: a lone surrogate is escaped.
Text: TypeAlias = Annotated[str, BeforeValidator(lambda value: without_surrogates(value) if isinstance(value, str) else value)]

# A number that JSON can write.
FiniteNumber: TypeAlias = Annotated[float, Field(allow_inf_nan=False)]

# A value in the JSON document: nested lists of numbers, None, text, or a mapping from names to these.
Shown: TypeAlias = Annotated[
    Any, BeforeValidator(lambda value: showable(value)), PlainSerializer(lambda value: _json_from(value))
]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StepResult(_Model):
    """One row of the timeline: a step with the call that corresponds to it, or an unexpected call.

    `expected` and `observed` map names (`x.grad`, `w`) to values; a `predict` exercise never reports `expected`. The status
    of an optional step that was left out is `skipped`; a step behind the point where the function ended is `not_reached`.
    `only_visible`: the status comes from a hidden case, the numbers come from the visible one.
    """

    step: Text
    status: Status
    call: Text | None = None
    line: int | None = None
    called_from: int | None = None
    expected: Shown = None
    observed: Shown = None
    points: FiniteNumber = 0.0
    max_points: FiniteNumber = 0.0
    only_visible: bool = False
    note: Text = ""


class Diagnosis(_Model):
    """Why it went wrong. `between`: the lines around a missing call.

    `patch`: a change of the student's file as a unified diff, which `git apply` accepts; of a notebook, of its cells. It was
    run and passed in every case, and with other numbers: `proven`. `fix` says in words what it changes.
    """

    misconception: Text | None
    message: Text
    line: int | None = None
    called_from: int | None = None
    between: tuple[int | None, int | None] | None = None
    fix: Text | None = None
    patch: Text | None = None
    proven: bool = False


class ErrorInfo(_Model):
    type: Text
    message: Text
    line: int | None = None


class Result(_Model):
    """One exercise of one submission. `score` is None only if the grader itself failed.

    `diagnosis_complete` is False if no cause is certain and the grader stopped looking for one: the last of `diagnoses` says so.

    The lines of a notebook are counted through the code of all its cells; `cells` has the number of each code cell and the
    line on which it begins.
    """

    submission: Text
    exercise: Text
    file: Text | None
    verdict: Verdict
    score: FiniteNumber | None
    max_score: FiniteNumber
    summary: Text
    steps: tuple[StepResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    error: ErrorInfo | None = None
    output: Text = ""
    seconds: FiniteNumber = 0.0
    cells: tuple[tuple[int, int], ...] = ()
    diagnosis_complete: bool = True


class RunInfo(_Model):
    grader: str
    torch: str
    device: str
    sandbox: Literal["full", "none"]
    seed: str
    warnings: tuple[str, ...] = ()


class StrayFile(_Model):
    submission: Text
    path: Text
    nearest: Text = ""


class Report(_Model):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    schema_: Literal["autograd-grader/report/v1"] = Field(default=SCHEMA, alias="schema")
    run: RunInfo
    results: tuple[Result, ...] = ()
    strays: tuple[StrayFile, ...] = ()

    @property
    def passed(self) -> bool:
        """Did every graded exercise pass?"""
        return all(result.verdict == "passed" for result in self.results)


def _json_from(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, list | tuple):
        return [_json_from(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _json_from(item) for key, item in value.items()}
    return value


def showable(value: Any, depth: int = 0) -> Any:
    """The value if the report can show it, otherwise a text in its place."""
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST else _scientific(value)
    if isinstance(value, str):
        return float(value) if value in ("nan", "inf", "-inf") else without_surrogates(value)
    if depth == _DEEPEST:
        return "…"
    if isinstance(value, list | tuple):
        return [showable(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {without_surrogates(str(key)): showable(item, depth + 1) for key, item in value.items()}
    return type(value).__name__


def _scientific(number: int) -> str:
    return f"{Decimal(f'{Decimal(number):.6g}').normalize():g}"


def without_surrogates(text: str) -> str:
    """The text with lone surrogates escaped. File names with bytes that are not text have them, and UTF-8 cannot encode them."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
