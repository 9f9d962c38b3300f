"""The report in GitHub's Markdown: a table of all exercises, then the diagnosis and the timeline of each that failed.

Whatever somebody wrote stays text: no link, no table cell, no HTML and no mention comes of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from grader.records.result import Report, Result, StepResult
from grader.reports import wording
from grader.reports.plain import harmless
from grader.reports.values import by_name
from grader.reports.where_to_look import explanation, failures

# GitHub refuses a step summary of more than 1 MiB.
MOST_BYTES = 900 * 1024

_MOST_STEPS = 500
_MOST_LINES = 12
_LONGEST_CELL = 2000
_SPECIAL = re.compile(r"([\\`*_\[\]<>|&~$#]|:(?=//)|(?<=www)\.)")
_BEGINNING = re.compile(r"^(\d*)([-+=.)])")
_MARKS = {"passed": "✅", "not_started": "⚪", "not_found": "⚪", "grader_error": "⚠️"}
_STEP_MARKS = {"matched": "✅", "carried": "☑️", "skipped": "⚪"}


def to_text(report: Report) -> str:
    """At most `MOST_BYTES` in UTF-8; where there is more, it says how much is left out."""
    failed = failures(report.results)
    head, rows_left = _within(MOST_BYTES // 3, _rows(report))
    sections, sections_left = _within(MOST_BYTES // 2, map(_section, failed))
    return _top(report) + head + _more(rows_left) + _foot(report) + sections + _more(sections_left)


def escaped(text: str) -> str:
    """One line of text that Markdown shows as it is; what stands between backticks is code."""
    line = " ".join(harmless(text[:_LONGEST_CELL]).split())
    parts = line.split("`")
    if len(parts) % 2 == 0:
        return _BEGINNING.sub(r"\1\\\2", _escaped(line))
    texts = [f"<code>{_escaped(part)}</code>" if number % 2 else _escaped(part) for number, part in enumerate(parts)]
    return _BEGINNING.sub(r"\1\\\2", "".join(texts))


def _escaped(text: str) -> str:
    """A mention is found by GitHub only after the escapes are gone, so an @ is parted from the name."""
    return _SPECIAL.sub(r"\\\1", text).replace("@", "@&#8203;")


def _within(most: int, texts: Iterable[str]) -> tuple[str, int]:
    """As many of the texts as have room, one after another, and how many have none."""
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
    notes = "".join(f"{escaped(note)}\n\n" for note in report.run.warnings)
    return f"## {_escaped(wording.totals(report.results))}\n\n{notes}| | exercise | points | |\n|---|---|---:|---|\n"


def _rows(report: Report) -> Iterator[str]:
    for result in report.results:
        points = _escaped(wording.points(result.score, result.max_score))
        cells = (_MARKS.get(result.verdict, "❌"), escaped(_name(report, result)), points, escaped(result.summary))
        yield f"| {' | '.join(cells)} |\n"


def _foot(report: Report) -> str:
    """Files that fit no exercise, and what graded. Not the seed: a student could draw the hidden cases with it."""
    strays, left_out = _within(100_000, (f"\n{escaped(wording.stray(each.path, each.nearest))}\n" for each in report.strays))
    run = report.run
    about = _escaped(f"autograd-grader {run.grader}, PyTorch {run.torch} on {run.device}, sandbox {run.sandbox}")
    return f"{strays}{_more(left_out, 'file')}\n<sub>{about}</sub>\n"


def _name(report: Report, result: Result) -> str:
    several = any(each.submission != result.submission for each in report.results)
    return f"{result.submission}: {result.exercise}" if several else result.exercise


def _section(result: Result) -> str:
    return "\n".join(_section_lines(result))


def _section_lines(result: Result) -> Iterator[str]:
    yield f"\n### {escaped(result.exercise)}: {_escaped(wording.points(result.score, result.max_score))}\n"
    yield from (f"{escaped(sentence)}\n" for sentence in explanation(result))
    if result.steps:
        yield from _timeline(result)
        yield ""
    if result.output.strip():
        yield from _output(result.output)


def _timeline(result: Result) -> Iterator[str]:
    """A table without the columns that nothing is in."""
    answers = all(step.expected is None for step in result.steps)
    rows = [_cells(step, result) for step in result.steps[:_MOST_STEPS]]
    columns = [("", *wording.headings("", answers=answers)), *rows]
    filled = [column for column in range(len(columns[0])) if any(row[column] for row in rows)]
    head, *rest = [f"| {' | '.join(row[column] for column in filled)} |" for row in columns]
    yield head
    yield "|---" * len(filled) + "|"
    yield from rest


def _cells(step: StepResult, result: Result) -> tuple[str, ...]:
    return (
        _STEP_MARKS.get(step.status, "❌"),
        f"<code>{_escaped(harmless(step.step).replace(chr(10), ' '))}</code>",
        escaped(wording.call_line(step.line, step.called_from, result.cells)),
        _values(by_name(step.expected).items()),
        _values(by_name(step.observed).items()),
        escaped(wording.status(step)),
    )


def _values(named: Iterable[tuple[str, str]]) -> str:
    return "<br>".join(escaped(f"{name} {text}") for name, text in named)


def _output(text: str) -> Iterator[str]:
    """The first lines of what was printed, in a fence that they cannot close."""
    lines = harmless(text[: _MOST_LINES * _LONGEST_CELL]).strip("\n").split("\n")
    shown = [wording.cut_output(line) for line in lines[:_MOST_LINES]]
    longest = max((len(run) for line in shown for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    yield "\n".join(("<details><summary>output</summary>\n", f"{fence}text", *shown, fence, "\n</details>\n"))


def _more(count: int, thing: str = "exercise") -> str:
    return f"\n{wording.more_below(count, thing)}\n" if count else ""
