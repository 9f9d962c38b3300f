"""The report in GitHub's Markdown: a table of all exercises, then the diagnosis and the timeline of each that failed.

What a student or an author wrote stays text: it makes no link, no table cell, no HTML and no mention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from grader.records.result import Report, Result
from grader.reports.plain import harmless
from grader.reports.step_table import ColumnName, step_table
from grader.reports.where_to_look import exercise_names, explanation, failures
from grader.reports.wording import course, notes, verdicts

# GitHub refuses a step summary of more than 1 MiB.
MOST_BYTES = 900 * 1024

_MOST_STEPS = 500
_MOST_LINES = 12
_LONGEST_CELL = 2000
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$#]|:(?=//)|(?<=www)\.)")
_BEGINNING = re.compile(r"^(\d*)([-+=.)])")
_MARKS = {"passed": "✅", "not_started": "⚪", "not_found": "⚪", "grader_error": "⚠️"}
_STEP_MARKS = {"matched": "✅", "carried": "☑️", "skipped": "⚪", "not_reached": "⬜"}


def to_text(report: Report) -> str:
    """At most `MOST_BYTES` in UTF-8. A longer report says how much is left out."""
    failed = failures(report.results)
    head, rows_left = _within(MOST_BYTES // 3, _exercise_rows(report))
    sections, sections_left = _within(MOST_BYTES // 2, map(_section, failed))
    return _top(report) + head + _more(rows_left) + _foot(report) + sections + _more(sections_left)


def escaped(text: str) -> str:
    """One line that Markdown shows as it is, with the text between backticks as code."""
    line = " ".join(harmless(text[:_LONGEST_CELL]).split())
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return _BEGINNING.sub(r"\1\\\2", _escaped(line))
    texts = [f"<code>{_escaped(part)}</code>" if number % 2 else _escaped(part) for number, part in enumerate(parts)]
    return _BEGINNING.sub(r"\1\\\2", "".join(texts))


def _escaped(text: str) -> str:
    """GitHub finds mentions after it has removed the escapes, so an @ is separated from the name."""
    return _SPECIAL.sub(r"\\\1", text).replace("@", "@&#8203;")


def _within(most: int, texts: Iterable[str]) -> tuple[str, int]:
    """The texts that fit into `most` bytes, joined, and how many do not fit."""
    taken: list[str] = []
    left_out = 0
    for text in texts:
        most -= len(text.encode())
        if most >= 0:
            taken.append(text)
        else:
            left_out += 1
    return "".join(taken), left_out


def _top(report: Report) -> str:
    warnings = "".join(f"{escaped(warning)}\n\n" for warning in report.run.warnings)
    return f"## {_escaped(course.totals(report.results))}\n\n{warnings}| | exercise | points | |\n|---|---|---:|---|\n"


def _exercise_rows(report: Report) -> Iterator[str]:
    for result, name in zip(report.results, exercise_names(report), strict=True):
        points = _escaped(verdicts.points(result.score, result.max_score))
        cells = (_MARKS.get(result.verdict, "❌"), escaped(name), points, escaped(result.summary))
        yield f"| {' | '.join(cells)} |\n"


def _foot(report: Report) -> str:
    """The unmatched files, and what graded them. No seed: a student could draw the hidden cases with it."""
    strays, left_out = _within(100_000, (f"\n{escaped(course.unmatched(each.path, each.nearest))}\n" for each in report.strays))
    run = report.run
    about = _escaped(f"autograd-grader {run.grader}, PyTorch {run.torch} on {run.device}, sandbox {run.sandbox}")
    return f"{strays}{_more(left_out, 'file')}\n<sub>{about}</sub>\n"


def _section(result: Result) -> str:
    return "\n".join(_section_lines(result))


def _section_lines(result: Result) -> Iterator[str]:
    yield f"\n### {escaped(result.exercise)}: {_escaped(verdicts.points(result.score, result.max_score))}\n"
    yield from (f"{escaped(sentence)}\n" for sentence in explanation(result))
    if result.steps:
        yield from _timeline(result)
        yield ""
    if result.output.strip():
        yield from _output_details(result.output)


def _timeline(result: Result) -> Iterator[str]:
    table = step_table(result, lambda values: "<br>".join(map(escaped, values)), most=_MOST_STEPS)
    yield f"| | {' | '.join(map(escaped, table.headings))} |"
    yield "|---" * (len(table.headings) + 1) + "|"
    for step, row in zip(result.steps, table.rows, strict=False):
        cells = (_as_cell(text, column) for text, column in zip(row, table.columns, strict=True))
        yield f"| {_STEP_MARKS.get(step.status, '❌')} | {' | '.join(cells)} |"


def _as_cell(text: str, column: ColumnName) -> str:
    match column:
        case "step":
            return f"<code>{_escaped(harmless(text).replace(chr(10), ' '))}</code>"
        case "expected" | "observed":
            return text  # escaped value by value
        case _:
            return escaped(text)


def _output_details(text: str) -> Iterator[str]:
    """The first lines that the function printed, in a fence that they cannot close."""
    lines = harmless(text[: _MOST_LINES * _LONGEST_CELL]).strip("\n").split("\n")
    shown = [notes.cut_output(line) for line in lines[:_MOST_LINES]]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield "\n".join(("<details><summary>output</summary>\n", f"{fence}text", *shown, fence, "\n</details>\n"))


def _more(count: int, thing: str = "exercise") -> str:
    return f"\n{notes.more_below(count, thing)}\n" if count else ""
