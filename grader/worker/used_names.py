"""Sees which of the names in `uses` and `forbids` the code of some files calls, and reports each of them once.

A call counts if that code makes it itself, also through Python's own functions; what torch calls inside does not count.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from grader.message_limits import MAX_NAME, MAX_TEXT
from grader.worker.encode import Document
from grader.worker.own_errors import STUDENTS
from grader.worker.torch_names import TorchCalls, UnusableName, calls_of, public_name
from grader.worker.tracer import Tracer

Send = Callable[[Document], None]

_OPERATION = Tracer.__torch_function__.__code__  # torch calls it for each operation, also for operators and attributes
_DECORATED = ("func", "fn", "f")  # what the decorators of torch call the function that they enclose
_DEFINES_A_CLASS = ("__init__", "__init_subclass__")  # with a class as the first argument: the `class` statement is no call
_class_of, _is_subclass = type, issubclass
_unwrap = inspect.unwrap


class UsedNames:
    """While it is entered, it watches the calls in `files`. Of a name that is unusable it sends that, and no calls."""

    def __init__(self, names: Sequence[str], files: Collection[str], send: Send) -> None:
        self._files, self._send = frozenset(files), send
        self._open: dict[str, TorchCalls] = {}
        self._error: Exception | None = None
        for name in names:
            try:
                self._open[name] = calls_of(name)
            except UnusableName as problem:
                send({"message": "unusable-name", "name": name, "fix": str(problem)[:MAX_TEXT]})

    def __enter__(self) -> UsedNames:
        self._is_watching = bool(self._open)
        if self._is_watching:
            self._before = sys.getprofile()
            sys.setprofile(self._profile)
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_watching:
            sys.setprofile(self._before)

    def finish(self) -> None:
        """Raises the first exception of our own code, if there was one."""
        if self._error is not None:
            raise self._error

    def _profile(self, frame: types.FrameType, event: str, argument: Any) -> None:
        try:
            if event == "call":
                self._python_call(frame)
            elif event == "c_call" and frame.f_code.co_filename in self._files:
                self._builtin_call(frame, _unbound(argument))
        except STUDENTS:
            raise
        except Exception as error:
            self._error = self._error or error

    def _python_call(self, frame: types.FrameType) -> None:
        code, caller = frame.f_code, frame.f_back
        if code is _OPERATION:
            if caller is not None and caller.f_code.co_filename in self._files:
                self._builtin_call(caller, frame.f_locals["func"])
        elif code.co_filename not in self._files and _is_torch(frame) and (line := self._line(caller)) is not None:
            self._report([*self._functions_run_by(frame), *self._methods_run_by(frame)], line)

    def _builtin_call(self, frame: types.FrameType, function: Any) -> None:
        try:
            found = [(name, calls.builtins[function]) for name, calls in self._open.items() if function in calls.builtins]
        except TypeError:  # a function that has no hash is none of torch
            return
        self._report(found, frame.f_lineno)

    def _functions_run_by(self, frame: types.FrameType) -> list[tuple[str, str]]:
        decorated = [_unwrap(value) for value in _values(frame, _DECORATED) if isinstance(value, types.FunctionType)]
        return [
            (name, its_name)
            for name, calls in self._open.items()
            for function, its_name in calls.functions.items()
            if function in decorated or _runs(frame, function)
        ]

    def _methods_run_by(self, frame: types.FrameType) -> list[tuple[str, str]]:
        """A method, a constructor or a call of an instance, if the first argument is of one of the classes."""
        receiver = _first_argument(frame)
        is_class = _is_subclass(_class_of(receiver), type)
        if is_class and frame.f_code.co_name in _DEFINES_A_CLASS:
            return []
        cls = receiver if is_class else _class_of(receiver)
        return [
            (name, _method_name(frame, cls))
            for name, calls in self._open.items()
            if any(_is_subclass(cls, each) for each in calls.classes)
        ]

    def _line(self, frame: types.FrameType | None) -> int | None:
        """The line of the files that made this call, if nothing but Python's own code is between."""
        while frame is not None and frame.f_code.co_filename not in self._files:
            if str(frame.f_globals.get("__name__", "")).partition(".")[0] in ("torch", "grader"):
                return None
            frame = frame.f_back
        return frame.f_lineno if frame is not None else None

    def _report(self, found: Sequence[tuple[str, str]], line: int) -> None:
        for name, called in found:
            if self._open.pop(name, None) is not None:
                self._send({"message": "used", "name": name, "called": called[:MAX_NAME], "line": line})


def _is_torch(frame: types.FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == "torch"


def _unbound(function: Any) -> Any:
    """The method of the class for a builtin method of an object; other builtin functions as they are."""
    owner = function.__self__ if type(function) is types.BuiltinMethodType else None
    if owner is None or isinstance(owner, type | types.ModuleType):
        return function
    return getattr(type(owner), function.__name__, function)


def _runs(frame: types.FrameType, function: types.FunctionType) -> bool:
    """Functions that one `def` makes share their code: they differ in what they enclose."""
    if frame.f_code is not function.__code__:
        return False
    names = function.__code__.co_freevars
    return all(frame.f_locals.get(name) is value for name, value in zip(names, _enclosed(function), strict=True))


def _enclosed(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            yield None


def _values(frame: types.FrameType, names: Sequence[str]) -> list[Any]:
    """The values of those of the names that the function encloses."""
    return [frame.f_locals[name] for name in names if name in frame.f_code.co_freevars and name in frame.f_locals]


def _first_argument(frame: types.FrameType) -> Any:
    """The first positional argument of the call that this frame runs."""
    code = frame.f_code
    if code.co_argcount:
        return frame.f_locals.get(code.co_varnames[0])
    if code.co_flags & inspect.CO_VARARGS:
        arguments = frame.f_locals.get(code.co_varnames[code.co_kwonlyargcount]) or (None,)
        return arguments[0]
    return None


def _method_name(frame: types.FrameType, cls: type) -> str:
    """`torch.optim.SGD.step`; for a constructor or a call of an instance only the class."""
    decorated = [value for value in _values(frame, _DECORATED) if isinstance(value, types.FunctionType)]
    own = decorated[0].__name__ if decorated else frame.f_code.co_name
    return public_name(cls) if own.startswith("_") else f"{public_name(cls)}.{own}"
