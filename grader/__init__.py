"""An autograd grader: it observes every backward and every reset, and reports the call that left the wrong `.grad`.

The library is `grader.load_exercises`, `grader.grade` and `grader.Report`. `import grader` loads neither torch nor pydantic:
each name is imported when it is first used. Their types are in `__init__.pyi`.
"""

from __future__ import annotations

from grader.version import __version__

__all__ = ["Report", "__version__", "grade", "load_exercises"]


def __getattr__(name: str) -> object:
    if name == "Report":
        from grader.records.result import Report

        return Report
    if name in ("grade", "load_exercises"):
        from grader import library

        return getattr(library, name)
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
