"""What people are told when something is wrong: a sentence, the place, and the cure.

`SourceLocation` is a place in a file; `Problem` is one sentence about one place. A `GraderError` carries one or more
problems up to the command line, which prints them and leaves with the error's exit code.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceLocation:
    """A place in a file. Lines and columns count from 1; `text` is the whole line, `width` what the caret underlines."""

    path: str
    line: int | None = None
    column: int | None = None
    text: str | None = None
    width: int = 1

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it."""

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
    """Trouble that a person can mend: bad usage, a bad spec, a missing cage. Exits with `exit_code`."""

    exit_code = 2

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(each) if isinstance(each, str) else each for each in problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UsageError(GraderError):
    """The command line, or a call of the library, asks for something that cannot be done."""


class SpecError(GraderError):
    """One or more exercise files are wrong; every problem of every file is in `problems`."""


class EngineError(GraderError):
    """The grader's own machinery broke: never a student's mark."""

    exit_code = 3


def raise_if_any(problems: Iterable[Problem]) -> None:
    """Raise a SpecError that carries all the problems, if there are any."""
    found = tuple(problems)
    if found:
        raise SpecError(*found)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean …?` for a misspelt word, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean `{found[0]}`?" if found else ""


def _excerpt(where: SourceLocation, fix: str) -> str:
    gutter = f"{where.line:>5} | "
    text = (where.text or "").replace("\t", " ")
    if where.column is None:
        return f"{gutter}{text}" + (f"\n{' ' * 5} | {fix}" if fix else "")
    caret = " " * (where.column - 1) + "^" * max(1, min(where.width, len(text) - where.column + 1))
    return f"{gutter}{text}\n{' ' * 5} | {caret} {fix}".rstrip()
