"""Errors for people: what is wrong, where, and how to fix it.

A `Problem` is one sentence about one `SourceLocation`. A `GraderError` has one or more problems; the command line prints
them and exits with the error's exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in a file. Lines and columns count from 1. `text` is the whole line, `width` the number of carets below it."""

    path: str
    line: int | None = None
    column: int | None = None
    text: str | None = None
    width: int = 1

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, and how to fix it."""

    message: str
    where: SourceLocation | None = None
    fix: str = ""

    def __str__(self) -> str:
        if self.where is None:
            return f"{self.message} {self.fix}".rstrip()
        if self.where.text is None or self.where.line is None:
            return f"{self.where}: {self.message} {self.fix}".rstrip()
        return f"{self.where}: {self.message}\n{_excerpt(self.where, self.fix)}"


class GraderError(Exception):
    """An error that a person can fix: wrong usage, a wrong exercise file, a missing sandbox."""

    exit_code = 2

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(each) if isinstance(each, str) else each for each in problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(GraderError):
    """The arguments of a command, or of a call of the library, are wrong."""


class SpecError(GraderError):
    """One or more exercise files are wrong. `problems` has all problems of all files."""


class EngineError(GraderError):
    """The grader itself failed. This never costs a student points."""

    exit_code = 3


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise a SpecError with all the problems, if there are any."""
    found = tuple(problems)
    if found:
        raise SpecError(*found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` with the known word that is most similar to a misspelt one; "" if none is similar."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""


def _excerpt(where: SourceLocation, fix: str) -> str:
    gutter = f"{where.line:>5} | "
    text = (where.text or "").replace("\t", " ")
    if where.column is None:
        return f"{gutter}{text}" + (f"\n{' ' * 5} | {fix}" if fix else "")
    caret = " " * (where.column - 1) + "^" * max(1, min(where.width, len(text) - where.column + 1))
    return f"{gutter}{text}\n{' ' * 5} | {caret} {fix}".rstrip()
