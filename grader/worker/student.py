"""Runs a student's function on one case, under the tracer, and sends what happened.

The source is executed in a new module for each case. The student's folder is never on the import path.
"""

from __future__ import annotations

import contextlib
import difflib
import functools
import inspect
import linecache
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from grader.message_limits import MAX_NAME, MAX_TEXT
from grader.worker.build import build
from grader.worker.call_sites import innermost_line, line_of_error
from grader.worker.device import seed
from grader.worker.encode import Document, describe_error, encode_value, hide_class_names, type_document, without_folders
from grader.worker.isolation import lasting_name
from grader.worker.limits import free_reserve, memory_is_used_up
from grader.worker.own_errors import STUDENTS
from grader.worker.recorder import Send, end_document
from grader.worker.snapshot import Leaves
from grader.worker.source_facts import source_facts
from grader.worker.tracer import Tracer
from grader.worker.used_names import UsedNames

_MODULE = "_solution"
_OUT_OF_MEMORY = ("DefaultCPUAllocator", "std::bad_alloc", "out of memory")

_compile, _exec, _frame = compile, exec, sys._getframe
_format_warning = warnings.formatwarning
_signature, _close_matches = inspect.signature, difflib.get_close_matches


class _NothingToCall(Exception):
    """The module has no such function, or its signature does not fit. `how` is the ending; Python words the error."""

    def __init__(self, how: str, error: Document) -> None:
        self.how, self.error = how, error


def run_case(job: Document, setup: Document, send: Send) -> None:
    """Run `job["function"]` of `job["source"]` on one case: sends start, calls, facts and end.

    In a hidden case (`job["hidden"]`) an error is named by its nearest built-in class: a class could be named after a number.

    Raises BuildError if the exercise itself cannot be built, which is never the student's fault.
    """
    hide_class_names(job["hidden"])
    world = build(setup, job["device"])
    leaves = Leaves(world.leaves, every_call=job["every_call"])
    send({"message": "start", "state": leaves.state()})
    filename = job["filename"]
    source = job["source"].removeprefix("\ufeff")
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    before = sys.modules.get(_MODULE)
    used = UsedNames(job.get("torch_names", ()), (filename,), send)
    with torch.enable_grad(), _warnings_at_the_students_lines(filename):  # no case inherits another's grad mode
        try:
            with used:
                function = _load(source, job, send)
        except _NothingToCall as nothing:
            send(end_document(nothing.how, error=nothing.error))
        except BaseException as error:
            send(_end("not-loaded", error, filename))
        else:
            arguments = [world.names[name] for name in job["parameters"]]
            seed(torch.device(job["device"]))
            tracer = Tracer(leaves, world.optimizers, filename, send, reports_frozen=job["reports_frozen"])
            with used:
                end = _call(function, arguments, tracer)
            used.finish()
            send(end)
        finally:
            _restore_module(before)


def _load(source: str, job: Document, send: Send) -> Callable[..., Any]:
    module = types.ModuleType(_MODULE)
    module.__file__ = job["filename"]
    sys.modules[_MODULE] = module
    code, facts, lasting = _compile_once(source, job["filename"])
    if lasting and not job["hidden"]:  # a child that was unclean once stays so
        send({"message": "unclean", "what": lasting[:MAX_NAME]})
    _exec(code, module.__dict__)
    for fact in facts:
        send(fact)
    return _find(module, job["function"], job["parameters"], job["filename"])


@functools.lru_cache(1)
def _compile_once(source: str, filename: str) -> tuple[types.CodeType, list[Document], str]:
    """The code of a source, the facts in its text, and the name by which it could change this process, if there is one.

    They are kept for the next case of the same job.
    """
    code = _compile(source, filename, "exec", dont_inherit=True)
    return code, source_facts(source), lasting_name(code)


def _find(module: types.ModuleType, name: str, parameters: list[str], filename: str) -> Callable[..., Any]:
    if name not in module.__dict__:
        near = _close_matches(name, [each for each, value in module.__dict__.items() if callable(value)], n=1)
        meant = f". Did you mean: '{near[0]}'?" if near else ""
        raise _NothingToCall("no-function", _error("NameError", f"name '{name}' is not defined{meant}", None))
    function = module.__dict__[name]
    if not callable(function):
        raise _NothingToCall("no-function", _error("TypeError", f"'{type(function).__name__}' object is not callable", None))
    try:
        if not _surely_takes(function, len(parameters)):
            _signature(function).bind(*parameters)
    except ValueError:  # a function without a readable signature: the call itself shows whether it fits
        pass
    except TypeError as error:
        raise _NothingToCall("wrong-signature", _error("TypeError", str(error), _line_of(function, filename))) from None
    return function  # type: ignore[no-any-return]


def _surely_takes(function: object, count: int) -> bool:
    """Does a plain function take this many arguments? For such functions `inspect` takes as long as the call itself."""
    if type(function) is not types.FunctionType or function.__dict__:
        return False
    code, optional = function.__code__, len(function.__defaults__ or ())
    return code.co_argcount - optional <= count <= code.co_argcount and code.co_kwonlyargcount == 0


def _call(function: Callable[..., Any], arguments: list[Any], tracer: Tracer) -> Document:
    """Raises what the tracer's own code raised, which is never the student's fault."""
    returned, raised = None, None
    try:
        with tracer:
            returned = function(*arguments)
    except BaseException as error:
        raised = error
        if _out_of_memory(error):
            free_reserve()
    try:
        tracer.finish(raised)
    except STUDENTS as error:
        raised = raised or error
    if raised is not None:
        return _end("raised", raised, tracer.filename)
    return end_document("returned", returned=_encode_returned(returned))


def _encode_returned(returned: object) -> Any:
    try:
        return encode_value(returned)
    except BaseException:  # a class of the student's whose own methods fail or exit
        return type_document(returned)


def _end(how: str, error: BaseException, filename: str) -> Document:
    if _out_of_memory(error):
        free_reserve()
        how = "memory"
    return end_document(how, error=describe_error(error, line_of_error(error, filename)))


def _out_of_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    if isinstance(error, SystemError):  # also raised by code in C that gets no memory and does not say so
        return memory_is_used_up()
    return isinstance(error, RuntimeError) and any(words in describe_error(error, None)["message"] for words in _OUT_OF_MEMORY)


def _line_of(function: Callable[..., Any], filename: str) -> int | None:
    code = getattr(function, "__code__", None)
    return code.co_firstlineno if isinstance(code, types.CodeType) and code.co_filename == filename else None


def _error(kind: str, message: str, line: int | None) -> Document:
    return {"type": kind, "message": message[:MAX_TEXT], "line": line}


def _restore_module(before: types.ModuleType | None) -> None:
    if before is None:
        sys.modules.pop(_MODULE, None)
    else:
        sys.modules[_MODULE] = before


@contextlib.contextmanager
def _warnings_at_the_students_lines(filename: str) -> Iterator[None]:
    """In every case, show each warning once for each of the student's lines, and never at a line of ours."""
    shown: set[tuple[str, int | None]] = set()

    def show(message: Warning | str, category: type[Warning], path: str, line: int, *rest: object) -> None:
        students_line = innermost_line(_frame(1), filename)
        if students_line is None and path == filename:
            students_line = line
        text = without_folders(str(message))
        if (text, students_line) in shown:
            return
        shown.add((text, students_line))
        if students_line is None:
            sys.stderr.write(f"{filename}: {category.__name__}: {text}\n")
        else:
            sys.stderr.write(_format_warning(text, category, filename, students_line))

    always = torch.is_warn_always_enabled()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = show  # type: ignore[assignment]
        torch.set_warn_always(True)
        try:
            yield
        finally:
            torch.set_warn_always(always)
