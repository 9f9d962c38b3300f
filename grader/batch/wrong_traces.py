"""A class exercise by exercise: who passed, which mistakes were made, and each wrong trace once with its students."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.batch.showing import showing
from grader.batch.store import Store, Stored, StoredMark
from grader.records.exercise import Exercise
from grader.records.result import UNSTARTED, Result
from grader.reports import where_to_look
from grader.reports.wording import places, verdicts

MOST_NAMES = 60  # of the students who have one trace
_MOST_TRACES = 500  # of one exercise that are distinguished
_OTHERS = ""  # the key that all further traces share


@dataclass(frozen=True, slots=True)
class Holder:
    """A student who has a trace. `row` is the row in the heatmap, counted from 1, and `place` the line in the student's file."""

    row: int
    name: str
    place: str


@dataclass(slots=True)
class WrongTrace:
    """A trace that `count` students have. `holders` are the first of them, `example` is the submission of the first one.

    `is_mixed`: all further traces of the exercise together, which cannot be drawn.
    """

    exercise: str
    example: Stored
    is_mixed: bool
    count: int = 0
    holders: list[Holder] = field(default_factory=list)
    anchor: str = ""

    def add(self, holder: Holder) -> None:
        self.count += 1
        if len(self.holders) < MOST_NAMES:
            self.holders.append(holder)


@dataclass(slots=True)
class ExerciseSummary:
    """`most` are the points that one student can earn, `possible` those that all who tried can earn together.

    `mistakes` counts the misconceptions. The empty name counts results without a proven cause.
    """

    number: int
    exercise: Exercise
    tried: int = 0
    passed: int = 0
    earned: float = 0.0
    possible: float = 0.0
    most: float = 0.0
    mistakes: Counter[str] = field(default_factory=Counter)
    _traces: dict[str, WrongTrace] = field(default_factory=dict)
    _rows: dict[int, WrongTrace] = field(default_factory=dict)

    @property
    def share(self) -> float:
        """The share of the points that those who tried have earned, from 0 to 1."""
        return self.earned / self.possible if self.possible else 0.0

    @property
    def traces(self) -> list[WrongTrace]:
        """The most common first, the mixed ones last."""
        return sorted(self._traces.values(), key=lambda each: (each.is_mixed, -each.count))

    def anchor(self, row: int) -> str:
        """The anchor of the trace in this row of the heatmap, or nothing if the row has none."""
        return self._rows[row].anchor if row in self._rows else ""

    def count(self, mark: StoredMark) -> None:
        self.most = max(self.most, mark.max_score)
        if mark.score is not None and mark.verdict not in UNSTARTED:
            self.tried += 1
            self.passed += mark.verdict == "passed"
            self.earned += mark.score
            self.possible += mark.max_score

    def add(self, row: int, submission: Stored, result: Result) -> None:
        """Count a result that did not pass."""
        self.mistakes.update({each.misconception or "" for each in result.diagnoses} or {""})
        key = trace_key(result)
        if key not in self._traces and len(self._traces) >= _MOST_TRACES:
            key = _OTHERS
        if key not in self._traces:
            self._traces[key] = WrongTrace(result.exercise, _only_its_number(submission), is_mixed=key == _OTHERS)
        trace = self._traces[key]
        trace.add(Holder(row, submission.name, _place(result)))
        self._rows[row] = trace


@dataclass(frozen=True, slots=True)
class ClassSummary:
    students: int
    exercises: tuple[ExerciseSummary, ...]

    @property
    def hardest(self) -> list[ExerciseSummary]:
        """The exercises that somebody tried and not everybody passed, the smallest share of points first."""
        hard = (each for each in self.exercises if each.passed < each.tried)
        return sorted(hard, key=lambda each: each.share)

    @property
    def mistakes(self) -> list[tuple[str, int, int]]:
        """Each misconception, how often it was found, and in how many exercises. The most common first."""
        total: Counter[str] = Counter()
        for each in self.exercises:
            total.update(each.mistakes)
        del total[""]
        return [(name, count, sum(name in each.mistakes for each in self.exercises)) for name, count in total.most_common()]


def summarise(store: Store, exercises: Sequence[Exercise]) -> ClassSummary:
    """Read the store once. Only the documents of failures are read, and none of them is kept in memory. Raises Unshowable."""
    summaries = {exercise.id: ExerciseSummary(number, exercise) for number, exercise in enumerate(exercises, 1)}
    row = 0
    for row, submission in enumerate(store.submissions(), 1):
        with showing(submission):
            for name, summary in summaries.items():
                if mark := submission.marks.get(name):
                    summary.count(mark)
        _add_failures(store, row, submission, summaries)
    return ClassSummary(row, tuple(summaries.values()))


def _add_failures(store: Store, row: int, submission: Stored, summaries: Mapping[str, ExerciseSummary]) -> None:
    wrong = [name for name in summaries if (mark := submission.marks.get(name)) and mark.verdict != "passed"]
    documents = store.documents(submission) if wrong else {}
    for name in wrong:
        with showing(submission, name):
            result = Result.model_validate_json(documents[name])
            if where_to_look.is_failure(result):
                summaries[name].add(row, submission, result)


def trace_key(result: Result) -> str:
    """The same for all students whose calls had the same effects and whose mistakes have the same names."""
    steps = [[each.step, each.status, each.call, each.expected, each.observed, each.only_visible] for each in result.steps]
    why = [each.misconception for each in result.diagnoses]
    return hashlib.sha256(json.dumps([result.verdict, verdicts.sentence_for_class(result), steps, why]).encode()).hexdigest()


def _place(result: Result) -> str:
    line = where_to_look.line_of_code(result)
    return "" if line is None else places.line_name(line, result.cells)


def _only_its_number(submission: Stored) -> Stored:
    """What the store needs to find the documents again. The rest would fill the memory, once for every trace."""
    return replace(submission, details={}, notes=(), strays=(), marks={})
