"""Sentences that replace the message of an error where Python's own would not help."""

from __future__ import annotations

from collections.abc import Sequence

RELATIVE_IMPORT = "A solution is a single file: it can import installed packages, but no other file."


def neighbour_import(module: str, neighbour: str) -> str:
    """`neighbour` is the file beside the solution that the import refers to."""
    return f"`import {module}` refers to {neighbour}, but a solution is a single file: copy the code you need into it."


def not_installed(module: str) -> str:
    """An import of something that is neither installed nor a file beside the solution."""
    return f"`{module}` is not installed here. A solution is a single file and can only import installed packages."


def no_function(function: str, parameters: Sequence[str], near: str) -> str:
    """`near` is a function in the file with a similar name, or ""."""
    fix = f"Rename `{near}` to `{function}`." if near else f"Write `def {function}({', '.join(parameters)}):`."
    return f"There is no function `{function}` in this file. {fix}"


def no_callable(function: str, parameters: Sequence[str]) -> str:
    return f"`{function}` is not a function here: write `def {function}({', '.join(parameters)}):`."


def wrong_parameters(function: str, parameters: Sequence[str], reason: str) -> str:
    """`reason` is Python's own."""
    return f"`{function}` must take the parameters ({', '.join(parameters)}), in this order. Python says: {reason.rstrip('.')}."


def unreadable(problem: str) -> str:
    return f"The file could not be graded. {problem}"
