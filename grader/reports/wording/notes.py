"""Remarks on a run: what was cut, what is not the student's, what it was graded with."""

from __future__ import annotations

from grader.reports.wording.course import counted

_LONGEST_OUTPUT = 800


def torch_untested(version: str) -> str:
    return f"PyTorch {version} is in use; the grader is tested with 2.13, so a number may differ in its last digits."


def more_lines(count: int) -> str:
    return f"({counted(count, 'more line')})"


def more_characters(count: int) -> str:
    return f"({counted(count, 'more character')})"


def more_below(count: int, thing: str) -> str:
    """Where a page may not be longer."""
    return f"{counted(count, f'more {thing}')}: there is no room for all here."


def more_failed(count: int) -> str:
    """After the annotations that GitHub shows."""
    return f"{count} more did not pass: the summary of this step shows all."


def not_your_mistake(count: int) -> str:
    """Of the exercises on a page, as many have no mark."""
    return f"The grader itself failed on {count} of them. That is not your mistake: tell your teacher."


def stopped() -> str:
    """In place of a report that was never finished."""
    return "The grader itself stopped before it was done. That is not your mistake: tell your teacher."


def no_mark() -> str:
    """Under a platform's own line of points, where something has to stand."""
    return "Nothing was graded, so this 0 of 0 is no mark. The reason is at the head of the page."


def output_cut() -> str:
    return "… the output was cut after 1 MB"


def cut_output(line: str) -> str:
    return line if len(line) <= _LONGEST_OUTPUT else f"{line[:_LONGEST_OUTPUT]} ..."


def run_line(torch: str, device: str, sandbox: str, seed: str | None) -> str:
    """What is needed to grade the same again; without the seed for whoever could draw the hidden cases with it."""
    return f"PyTorch {torch} on {device}, sandbox {sandbox}" + (f", --seed {seed}" if seed is not None else "")
