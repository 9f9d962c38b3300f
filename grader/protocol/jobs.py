"""Jobs, from the parent process to a worker process, as lines of JSON.

A student's job never contains steps, expected values or other cases. A reference job contains programs of steps, in which
expressions are text; the worker parses them with the same `parse`. Each of these is one line:
    {"job": "hello", "device"}                            the first line; the worker answers when its device is ready
    {"job": "student", "source", "filename", "function", "parameters", "every_call",
     "reports_frozen"}
        then {"case": setup} for each case, after the worker has ended the case before it
    {"program": {"setup", "steps", "returns"}}            for each program of a reference job
    {"repair": {"source", "hints", "most"}}               for the candidates for a fix of a file
    the lines of `protocol/replays.py`                    for replays
A student's job and a program also have "torch_names" if the exercise has `uses` or `forbids`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

from grader.expressions.tree import Expr
from grader.expressions.write import to_text
from grader.message_limits import MAX_CANDIDATES
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
from grader.records.trace import TensorValue

Json: TypeAlias = Any


@dataclass(frozen=True, slots=True)
class StudentJob:
    """One exercise of one submission: the source, the function to call, and the cases (made with `case_line`).

    `leaves`: the names of the watched leaves of each case. Only these are read of what the worker reports; None: all.
    `every_call`: look at all leaves at each call, also if they are many (`worker/snapshot.py`).
    `torch_names`: the names of torch of which the worker reports whether they were called. `ignored`: the leaves whose
    gradients are not read of what it reports. `reports_frozen`: it reports which leaves do not require grad.
    """

    exercise: str
    source: str
    filename: str
    function: str
    parameters: tuple[str, ...]
    cases: tuple[bytes, ...]
    limits: Limits
    needs_optimizer: bool = False
    leaves: tuple[str, ...] | None = None
    every_call: bool = False
    torch_names: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()
    reports_frozen: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """Steps to perform on one case: what exists before them, and what is returned after them. Its document is made late."""

    setup: Setup
    tensors: Mapping[str, TensorSpec]
    steps: tuple[Step, ...]
    returns: tuple[Expr, ...] | Expr | None = None
    torch_names: tuple[str, ...] = ()
    ignored: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ReferenceJob:
    """Programs that one worker process performs in turn. They are taken one after another, when they are needed."""

    programs: Iterable[Program]
    limits: Limits
    needs_optimizer: bool = False


@dataclass(frozen=True, slots=True)
class RepairJob:
    """Make candidates for a fix of `source`, at most so many. `hints` (JSON): what the grader knows about the file."""

    source: str
    hints: Json
    limits: Limits
    most: int = MAX_CANDIDATES


def student_job(
    exercise: Exercise,
    source: str,
    filename: str,
    cases: Sequence[bytes],
    limits: Limits | None = None,
    leaves: tuple[str, ...] | None = None,
) -> StudentJob:
    """`filename`: the name of the student's file in tracebacks, not a path in the file system."""
    return StudentJob(
        exercise.id,
        source,
        filename,
        exercise.function,
        exercise.parameters,
        tuple(cases),
        limits or exercise.limits,
        exercise.uses_optimizer or "optim" in source,
        leaves,
        torch_names=exercise.torch_names,
        ignored=exercise.ignored,
        reports_frozen=exercise.freezes,
    )


def program(exercise: Exercise, steps: Sequence[Step], case: Case) -> Program:
    """The program of these steps on this case, with the `returns` of the exercise."""
    return Program(exercise.setup, case.tensors, tuple(steps), exercise.returns, exercise.torch_names, exercise.ignored)


def hello_line(device: str) -> bytes:
    """The first line that a worker reads. `device`: "auto", "cpu", "cuda", "cuda:N", "mps" or "xpu"."""
    return _json_line({"job": "hello", "device": device})


def student_line(job: StudentJob) -> bytes:
    """A student's job without its cases."""
    names = ("source", "filename", "function", "parameters", "every_call", "reports_frozen")
    document = {"job": "student"} | {name: getattr(job, name) for name in names}
    return _json_line(document | _torch_names_document(job.torch_names))


def case_line(exercise: Exercise, case: Case) -> bytes:
    """One case of a student's job."""
    return _json_line({"case": setup_document(exercise.setup, case.tensors)})


def program_line(program: Program) -> bytes:
    """One program of a reference job."""
    document = {
        "setup": setup_document(program.setup, program.tensors),
        "steps": [step_document(step) for step in program.steps],
        "returns": returns_document(program.returns),
    }
    return _json_line({"program": document | _torch_names_document(program.torch_names)})


def repair_line(job: RepairJob) -> bytes:
    """A job that makes candidates for a fix."""
    return _json_line({"repair": {"source": job.source, "hints": job.hints, "most": job.most}})


def setup_document(setup: Setup, tensors: Mapping[str, TensorSpec]) -> Json:
    """What exists when a case begins: data, modules, tensors and optimizers, in the order of the file."""
    return {
        "data": {name: _data_document(data) for name, data in setup.data.items()},
        "modules": {name: to_text(expr) for name, expr in setup.modules.items()},
        "tensors": {name: _tensor_spec_document(spec) for name, spec in tensors.items()},
        "optimizers": {name: to_text(expr) for name, expr in setup.optimizers.items()},
    }


def step_document(step: Step) -> Json:
    """A step, and the expressions to evaluate after it, without their expected values."""
    looks = [to_text(each.expression) for each in step.expect]
    return {"verb": step.verb, "is_call": step.is_call, "look": looks, **_action_document(step)}


def returns_document(returns: tuple[Expr, ...] | Expr | None) -> Json:
    if returns is None:
        return None
    return [to_text(each) for each in returns] if isinstance(returns, tuple) else to_text(returns)


def tensor_document(tensor: TensorValue | None) -> Json:
    if tensor is None:
        return None
    return {"shape": list(tensor.shape), "dtype": tensor.dtype, "device": tensor.device, "data": list(tensor.data)}


def _torch_names_document(names: tuple[str, ...]) -> Json:
    return {"torch_names": list(names)} if names else {}


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
