"""`report.html` of a batch: the class on one page, first the heatmap, then each wrong trace with its students."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

from markupsafe import Markup

from grader.batch.showing import showing
from grader.batch.store import Store, Stored, StoredMark
from grader.batch.wrong_traces import MOST_NAMES, ClassSummary, ExerciseSummary, Holder, WrongTrace, summarise, trace_key
from grader.records.exercise import Exercise
from grader.records.result import Result, RunInfo
from grader.reports import csv_report, html, where_to_look
from grader.reports.shown_trace import shown_trace
from grader.reports.wording import verdicts

MOST_BYTES = 2_500_000  # of all drawn traces, so that a browser opens the page at once
_MOST_DRAWN = 40  # of one exercise
_OPEN = 3  # of one exercise that are open; the others are folded
_MOST_LISTED = 10  # of the hardest exercises and of the most common mistakes


@dataclass(frozen=True, slots=True)
class Cell:
    """One exercise of one student. `look` is the CSS class of the cell, `anchor` leads to what went wrong."""

    text: str
    look: str
    anchor: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    number: int
    name: str
    also: str
    problem: str
    cells: tuple[Cell, ...]
    total: str
    possible: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence about a trace, with the word for the misconception that it explains."""

    text: str
    misconception: str


@dataclass(frozen=True, slots=True)
class Section:
    """An exercise with its traces as HTML.

    `folded_count` students have one of the folded traces, `left_count` have a trace that does not fit on the page.
    `left_holders` are the first of the latter.
    """

    about: ExerciseSummary
    open: Sequence[Markup]
    folded: Sequence[Markup]
    folded_count: int
    left_count: int
    left_holders: Sequence[Holder]


def write(store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
    """Write the whole store as a page, with at most `MOST_BYTES` of drawings and one student in memory. Raises Unshowable."""
    templates = html.environment()
    summary = summarise(store, exercises)
    article = templates.get_template("article.html.j2")

    def drawn(trace: WrongTrace) -> Markup:
        with showing(trace.example, trace.exercise):
            return Markup(article.render(_drawn(trace, store)))

    sections = list(_sections(summary, drawn))
    page = templates.get_template("class.html.j2").generate(
        summary=summary, sections=sections, rows=_rows(store, summary), run=run, most=_MOST_LISTED
    )
    stream.writelines(page)


def check(result: Result) -> None:
    """Make what the page makes of one result. Raises what goes wrong."""
    if where_to_look.is_failure(result):
        trace_key(result)
        _shown(result, with_lines=True)


def _sections(summary: ClassSummary, drawn: Callable[[WrongTrace], Markup]) -> Iterator[Section]:
    """Each exercise gets its part of `MOST_BYTES`, and what the exercises before it did not use."""
    room = 0
    for about in summary.exercises:
        room += MOST_BYTES // len(summary.exercises)
        articles = _articles(about, room, drawn)
        room -= sum(map(_size, articles))
        yield _section(about, articles)


def _articles(about: ExerciseSummary, room: int, drawn: Callable[[WrongTrace], Markup]) -> list[Markup]:
    """The most common traces that fit, and at least one if there is any."""
    articles: list[Markup] = []
    for number, trace in enumerate(about.traces[:_MOST_DRAWN], 1):
        if trace.is_mixed:
            break
        trace.anchor = f"e{about.number}t{number}"
        article = drawn(trace)
        room -= _size(article)
        if room < 0 and articles:
            break
        articles.append(article)
    return articles


def _size(text: Markup) -> int:
    return len(text.encode())


def _section(about: ExerciseSummary, articles: Sequence[Markup]) -> Section:
    folded, left = about.traces[_OPEN : len(articles)], about.traces[len(articles) :]
    for trace in left:
        trace.anchor = f"e{about.number}r"
    return Section(
        about,
        articles[:_OPEN],
        articles[_OPEN:],
        sum(each.count for each in folded),
        sum(each.count for each in left),
        [holder for each in left for holder in each.holders][:MOST_NAMES],
    )


def _drawn(trace: WrongTrace, store: Store) -> dict[str, object]:
    """The lines of the calls are shown only if a single student has the trace."""
    result = Result.model_validate_json(store.documents(trace.example)[trace.exercise])
    return {"trace": trace, **_shown(result, with_lines=trace.count == 1)}


def _shown(result: Result, *, with_lines: bool) -> dict[str, object]:
    return {"sentences": _sentences(result), "shown": shown_trace(result, with_lines=with_lines, to_student=False)}


def _sentences(result: Result) -> list[Sentence]:
    """The sentence about the exercise, unless a cause includes it, and the causes."""
    about = verdicts.sentence_for_class(result)
    causes = [Sentence(each.message, each.misconception or "") for each in result.diagnoses]
    return causes if any(about in cause.text for cause in causes) else [Sentence(about, ""), *causes]


def _rows(store: Store, summary: ClassSummary) -> Iterator[ClassRow]:
    for number, submission in enumerate(store.submissions(), 1):
        with showing(submission):
            row = _row(number, submission, summary)
        yield row


def _row(number: int, submission: Stored, summary: ClassSummary) -> ClassRow:
    marks = [submission.marks.get(each.exercise.id) for each in summary.exercises]
    *points, total, possible = csv_report.points_cells(marks)
    cells = (_cell(mark, text, each.anchor(number)) for each, mark, text in zip(summary.exercises, marks, points, strict=True))
    also = submission.details.get("name", "")
    return ClassRow(
        number, submission.name, also if also != submission.name else "", submission.problem, tuple(cells), total, possible
    )


def _cell(mark: StoredMark | None, points: str, anchor: str) -> Cell:
    sign = html.MARKS.get("not_found" if mark is None else mark.verdict)
    if sign is not None:
        return Cell(sign, html.LOOKS[sign], "")
    share = (mark.score or 0.0) / mark.max_score if mark and mark.max_score else 0.0
    return Cell(points, "z" if share < 1 / 3 else "l" if share < 2 / 3 else "h", anchor)
