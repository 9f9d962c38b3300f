"""Jobs, from the parent to a child: JSON lines, nothing else.

A student's job never holds steps, expected values or other cases. A reference job holds programs of steps; expressions
travel as text and are parsed again on the other side with the same `expressions.parse`. One line each:
    {"job": "hello", "device"}                            first of all; the child answers when its device is ready
    {"job": "student", "source", "filename", "function", "parameters", "memory_mb"}
        then, for each case, {"case": setup}, sent when the child has ended the one before
    {"job": "reference", "memory_mb", "programs": [program, …]}
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from grader.expressions.tree import Expr
from grader.expressions.write import to_text
from grader.records.case import Case
from grader.records.exercise import (
    Backward,
    Clip,
    Code,
    Data,
    Exercise,
    Let,
    Limits,
    OptimizerStep,
    RequiresGrad,
    RetainGrad,
    Set,
    Setup,
    Step,
    TensorSpec,
    Zero,
)
from grader.records.trace import State, TensorValue

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class StudentJob:
    """One exercise of one submission: the source, the function to call and, as `case_line` has them, the cases."""

    exercise: str
    source: str
    filename: str
    function: str
    parameters: tuple[str, ...]
    cases: tuple[bytes, ...]
    limits: Limits
    needs_optimizer: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """Steps to perform on one case. With `override`, the watched state is set to it before the last step (and the
    steps since the last call, which prepare it): what would this step have done to the student's state?"""

    setup: Json
    steps: tuple[Json, ...]
    returns: Json = None
    override: Json = None


@dataclass(frozen=True, slots=True)
class ReferenceJob:
    """Programs that one child performs one after another."""

    programs: tuple[Program, ...]
    limits: Limits
    needs_optimizer: bool = False


def student_job(
    exercise: Exercise, source: str, filename: str, cases: Sequence[bytes], limits: Limits | None = None
) -> StudentJob:
    """`filename` is what the student's lines are known by inside the child; no path of the parent's."""
    return StudentJob(
        exercise.id,
        source,
        filename,
        exercise.function,
        exercise.parameters,
        tuple(cases),
        limits or exercise.limits,
        exercise.uses_optimizer or "optim" in source,
    )


def program(
    exercise: Exercise, steps: Sequence[Step], case: Case, *, returns: bool = True, override: State | None = None
) -> Program:
    """The program of these steps on this case, with the exercise's `returns` unless told otherwise."""
    return Program(
        setup_document(exercise.setup, case.tensors),
        tuple(step_document(step) for step in steps),
        returns_document(exercise.returns) if returns else None,
        None if override is None else state_document(override),
    )


def hello_line(device: str) -> bytes:
    """The first line that a child reads: which device to use ("auto", "cpu", "cuda", "cuda:N", "mps", "xpu")."""
    return _json_line({"job": "hello", "device": device})


def student_line(job: StudentJob) -> bytes:
    """A student's job without its cases."""
    names = ("source", "filename", "function", "parameters")
    return _json_line({"job": "student", "memory_mb": job.limits.memory_mb} | {name: getattr(job, name) for name in names})


def case_line(exercise: Exercise, case: Case) -> bytes:
    """What one case starts from."""
    return _json_line({"case": setup_document(exercise.setup, case.tensors)})


def reference_line(programs: Sequence[Program], memory_mb: int) -> bytes:
    documents = [{each.name: getattr(item, each.name) for each in fields(item)} for item in programs]
    return _json_line({"job": "reference", "memory_mb": memory_mb, "programs": documents})


def setup_document(setup: Setup, tensors: Mapping[str, TensorSpec]) -> Json:
    """Everything a case starts from: data, modules, tensors, optimizers, in the order declared."""
    return {
        "data": {name: _data_document(data) for name, data in setup.data.items()},
        "modules": {name: to_text(expr) for name, expr in setup.modules.items()},
        "tensors": {name: _tensor_spec_document(spec) for name, spec in tensors.items()},
        "optimizers": {name: to_text(expr) for name, expr in setup.optimizers.items()},
    }


def step_document(step: Step) -> Json:
    """A step without its expected values: only which expressions to look at afterwards."""
    looks = [to_text(each.expression) for each in step.expect]
    return {"verb": step.verb, "is_call": step.is_call, "look": looks, **_action_document(step)}


def returns_document(returns: tuple[Expr, ...] | Expr | None) -> Json:
    if returns is None:
        return None
    return [to_text(each) for each in returns] if isinstance(returns, tuple) else to_text(returns)


def state_document(state: State) -> Json:
    return {name: {"value": tensor_document(leaf.value), "grad": tensor_document(leaf.grad)} for name, leaf in state.items()}


def tensor_document(tensor: TensorValue | None) -> Json:
    if tensor is None:
        return None
    return {"shape": list(tensor.shape), "dtype": tensor.dtype, "device": tensor.device, "data": list(tensor.data)}


def _json_line(document: Json) -> bytes:
    return json.dumps(document).encode() + b"\n"


def _action_document(step: Step) -> dict[str, Json]:
    match step.action:
        case Backward() | Zero() | Clip() as action:
            return {each.name: _json_value(getattr(action, each.name)) for each in fields(action)}
        case OptimizerStep(optimizer=name):
            return {"optimizer": name}
        case Set(targets=targets):
            return {"targets": [[to_text(target), to_text(value)] for target, value in targets]}
        case RequiresGrad(of=of):
            return {"of": [[to_text(target), on] for target, on in of]}
        case Let(names=names):
            return {"names": [[name, to_text(value)] for name, value in names]}
        case RetainGrad(of=of):
            return {"of": to_text(of)}
        case Code(source=source):
            return {"source": source}
    return {}


def _json_value(value: object) -> Json:
    if isinstance(value, tuple):
        return [_json_value(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return to_text(value)  # type: ignore[arg-type]


def _data_document(data: Data) -> Json:
    if data.names is not None:
        return {"names": _json_value(data.names)}
    return {"value": _json_value(data.value), "dtype": data.dtype}


def _tensor_spec_document(spec: TensorSpec) -> Json:
    return {"tied_to": spec.tied_to} if spec.tied_to else {"value": _json_value(spec.value), "dtype": spec.dtype}
