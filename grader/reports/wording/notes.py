"""Notes on a run: what was cut, what is not the student's mistake, and what it was graded with."""

from __future__ import annotations

from grader.reports.values import counted

# Replaces a report that was never finished.
STOPPED = "The grader itself stopped before it had finished. This is not your mistake: tell your teacher."
# Explains the points that a platform shows although nothing was graded.
NO_SCORE = "Nothing was graded, so this 0 of 0 is not a score. The reason is at the top of the page."
# After a diagnosis that its budget ended before anything was certain.
NOT_LOOKED_INTO_FURTHER = "The cause was not looked into further: that would take too long here. The score does not depend on it."
OUTPUT_CUT = "… the output was cut after 1 MB"

_LONGEST_LINE = 800


def torch_untested(version: str) -> str:
    return f"PyTorch {version} is installed, but the grader is tested with 2.13: the last digits of numbers may differ."


def more_lines(count: int) -> str:
    return f"({counted(count, 'more line')})"


def more_characters(count: int) -> str:
    return f"({counted(count, 'more character')})"


def more_below(count: int, thing: str) -> str:
    """At the end of a text that must not grow any longer."""
    return f"Not shown, because the report would be too long: {counted(count, f'more {thing}')}."


def more_failed(count: int) -> str:
    """After the annotations that GitHub shows."""
    return f"{counted(count, 'more exercise')} did not pass: the summary of this step lists all of them."


def not_your_mistake(count: int) -> str:
    """The grader failed on `count` exercises of the page."""
    return f"The grader itself failed on {counted(count, 'exercise')}. This is not your mistake: tell your teacher."


def cut_text(length: int) -> str:
    return f"… of {length:,} characters"


def cut_items(count: int) -> str:
    return f"… of {count:,} items"


def cut_numbers(shown: int, count: int) -> str:
    return f"{shown} of {count:,} numbers"


def cut_output(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} ..."


def run_line(torch: str, device: str, sandbox: str, seed: str | None) -> str:
    """What is needed to grade the same again. No seed for a reader who could draw the hidden cases with it."""
    return f"PyTorch {torch} on {device}, sandbox {sandbox}" + (f", --seed {seed}" if seed is not None else "")
