"""`report.html` of a batch: the whole class on one page, the heatmap first, then what went wrong and who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TextIO

from markupsafe import Markup

from grader.batch.store import Store, StoredMark
from grader.batch.wrong_traces import MOST_NAMES, ClassSummary, ExerciseSummary, Holder, WrongTrace, summarise
from grader.records.exercise import Exercise
from grader.records.result import Result, RunInfo
from grader.reports import causes, csv_report, html
from grader.reports.shown_trace import shown_trace

MOST_BYTES = 2_500_000  # of all drawn traces, so that the page stays one that a browser opens at once
_MOST_DRAWN = 40  # of one exercise
_OPEN = 3  # of one exercise that are seen at once, the rest unfolds
_MOST_LISTED = 10  # of the hardest exercises, and of the most common mistakes


@dataclass(frozen=True, slots=True)
class Cell:
    """One exercise of one student. `look` is a letter for how well it went; the text says the same."""

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
class Section:
    """An exercise with its traces as they are written on the page. `left_count` students have one for which
    there is no room; the first of them are named."""

    about: ExerciseSummary
    open: Sequence[Markup]
    folded: Sequence[Markup]
    folded_count: int
    left_count: int
    left_holders: Sequence[Holder]


def write(store: Store, exercises: Sequence[Exercise], run: RunInfo, stream: TextIO) -> None:
    """The whole store as a page. No more than `MOST_BYTES` of drawings and one student are held at a time."""
    templates = html.environment()
    summary = summarise(store, exercises)
    article = templates.get_template("article.html.j2")
    sections = list(_sections(summary, lambda trace: Markup(article.render(_drawn(trace, store)))))
    page = templates.get_template("class.html.j2").generate(
        summary=summary, sections=sections, rows=_rows(store, summary), run=run, most=_MOST_LISTED
    )
    stream.writelines(page)


def _sections(summary: ClassSummary, drawn: Callable[[WrongTrace], Markup]) -> Iterator[Section]:
    """What one exercise does not need of its room is the next one's."""
    room = 0
    for about in summary.exercises:
        room += MOST_BYTES // len(summary.exercises)
        articles = _articles(about, room, drawn)
        room -= sum(map(_size, articles))
        yield _section(about, articles)


def _articles(about: ExerciseSummary, room: int, drawn: Callable[[WrongTrace], Markup]) -> list[Markup]:
    """The most common traces, as many as there is room for; at least one, if there is any."""
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
    """The lines of the calls are shown only if they are those of everybody who has the trace."""
    result = Result.model_validate_json(store.documents(trace.example)[trace.exercise])
    shown = shown_trace(result, lines=trace.count == 1)
    headings = tuple(each.removeprefix("your ") for each in shown.headings)
    return {
        "trace": trace,
        "title": causes.title(result),
        "causes": causes.causes(result),
        "shown": replace(shown, headings=headings),
    }


def _rows(store: Store, summary: ClassSummary) -> Iterator[ClassRow]:
    for number, submission in enumerate(store.submissions(), 1):
        marks = [submission.marks.get(each.exercise.id) for each in summary.exercises]
        *points, total, possible = csv_report.points(marks)
        cells = (
            _cell(mark, text, each.anchor(number)) for each, mark, text in zip(summary.exercises, marks, points, strict=True)
        )
        also = submission.details.get("name", "")
        yield ClassRow(
            number, submission.name, also if also != submission.name else "", submission.problem, tuple(cells), total, possible
        )


def _cell(mark: StoredMark | None, points: str, anchor: str) -> Cell:
    sign = html.MARKS.get("not_found" if mark is None else mark.verdict)
    if sign is not None:
        return Cell(sign, html.LOOKS[sign], "")
    share = (mark.score or 0.0) / mark.max_score if mark and mark.max_score else 0.0
    return Cell(points, "z" if share < 1 / 3 else "l" if share < 2 / 3 else "h", anchor)
