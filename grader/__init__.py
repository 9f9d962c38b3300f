"""An autograd grader: it watches every backward and every zeroing and tells which call left the wrong `.grad`.

`grader.load_exercises`, `grader.grade` and `grader.Report` are the library; importing this package loads neither
torch nor pydantic.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing's, whose import would take a fifth of the time of --help

__version__ = "0.1.0"
__all__ = ["Report", "__version__", "grade", "load_exercises"]

if TYPE_CHECKING:
    from typing import Any

    from grader.library import grade, load_exercises
    from grader.records.result import Report


def __getattr__(name: str) -> Any:
    if name == "Report":
        from grader.records.result import Report

        return Report
    if name in ("grade", "load_exercises"):
        import grader.library

        return getattr(grader.library, name)
    raise AttributeError(f"module 'grader' has no attribute {name!r}")
