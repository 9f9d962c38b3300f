"""The edits between two programs of steps: which steps were left out, put in, changed or moved."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cached_property
from itertools import islice
from typing import Literal

from grader.marking.subsequence import heaviest_pairs
from grader.records.exercise import Action, Look, Step


@dataclass(frozen=True, slots=True)
class StepEdit:
    """One change from the right program to a wrong one.

    `right` is the index of the step in the right program (for `put-in`: of the step that it stands before), `wrong` its
    index in the wrong one (for `left-out`: the index of the step that follows the gap).
    """

    what: Literal["left-out", "put-in", "changed", "moved"]
    right: int
    wrong: int


# The weight of an unchanged step: a moved zero is likelier than a moved backward.
_WEIGHTS: Mapping[str, int] = {"backward": 420, "step": 300, "set": 300, "let": 300, "clip": 200}
_OTHER_WEIGHT = 100
# Between equal readings, more changed steps win: they are fewer edits than steps left out and put in.
_CHANGED = 1
# A larger table of steps is not filled: the steps that come from the same place in the file are paired first.
_LARGEST_TABLE = 20_000
# In a longer run of changed steps, only so many steps are compared with each step, and only so many characters of each.
_LONG_GAP = 50
_MOST_COMPARED = 4
_LONGEST_COMPARED = 4_000


@dataclass(frozen=True)
class ProgramEdits:
    """The right program, a wrong one, and the edits between them, in the order of the wrong program."""

    right: Sequence[Step]
    wrong: Sequence[Step]

    @cached_property
    def edits(self) -> tuple[StepEdit, ...]:
        return edits_between(self.right, self.wrong)

    @cached_property
    def partners(self) -> dict[int, int]:
        return partners(self.right, self.wrong, self.edits)


def edits_between(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[StepEdit, ...]:
    """The edits that turn `right` into `wrong`, in the order of the wrong program."""
    edits: list[StepEdit] = []
    old = new = 0
    for kept_old, kept_new in (*_common_subsequence(right, wrong), (len(right), len(wrong))):
        if old < kept_old or new < kept_new:
            edits += _edits_between_unchanged(right, wrong, range(old, kept_old), range(new, kept_new))
        old, new = kept_old + 1, kept_new + 1
    return with_moves(right, wrong, edits)


def _common_subsequence(right: Sequence[Step], wrong: Sequence[Step]) -> list[tuple[int, int]]:
    """The unchanged steps: the heaviest common subsequence, as pairs of indices. Of equal ones, the earliest.

    In programs of hundreds of steps it is found in linear time, and need not be the heaviest.
    """
    codes = StepCodes()
    olds, news = (_coded(steps, codes) for steps in (right, wrong))
    start = 0
    while start < min(len(olds), len(news)) and olds[start].code == news[start].code:
        start += 1
    same = [(index, index) for index in range(start)]
    if (len(olds) - start) * (len(news) - start) <= _LARGEST_TABLE:
        return same + _heaviest(olds, news, range(start, len(olds)), range(start, len(news)))
    end = 0
    while end < min(len(olds), len(news)) - start and olds[-1 - end].code == news[-1 - end].code:
        end += 1
    last_old, last_new = len(olds) - end, len(news) - end
    same += _between_anchors(olds, news, range(start, last_old), range(start, last_new))
    return same + [(last_old + index, last_new + index) for index in range(end)]


@dataclass(frozen=True, slots=True)
class _Coded:
    """A step as its `code`, which is equal for steps that do the same, and its `origin`: its place in the file, and its pass."""

    code: int
    verb: str
    weight: int
    origin: tuple[object, ...] | None


class StepCodes:
    """Gives numbers to steps, equal ones to steps that do the same. Of a step with a known action, only the verb is read."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[object, ...], int] = {}
        self._known: dict[tuple[str, int], tuple[Action, int]] = {}  # keeps the actions: a new one cannot get the id of one

    def of(self, step: Step) -> int:
        key = step.verb, id(step.action)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = step.action, self._numbers.setdefault(what_it_does(step), len(self._numbers))
        return known[1]


def _coded(steps: Sequence[Step], codes: StepCodes) -> list[_Coded]:
    coded = []
    for step in steps:
        origin = (step.verb, step.number, step.loop) if step.number else None
        coded.append(_Coded(codes.of(step), step.verb, _WEIGHTS.get(step.verb, _OTHER_WEIGHT), origin))
    return coded


def _heaviest(olds: Sequence[_Coded], news: Sequence[_Coded], rows: range, columns: range) -> list[tuple[int, int]]:
    """The unchanged steps among these, as pairs of indices. Other steps of the same verb weigh something, but do not count."""
    some_olds, some_news = [olds[row] for row in rows], [news[column] for column in columns]
    pairs = heaviest_pairs(some_olds, some_news, _weight)
    return [(rows[i], columns[j]) for i, j in pairs if _weight(some_olds[i], some_news[j]) > _CHANGED]


def _weight(right: _Coded, wrong: _Coded) -> int:
    if right.code == wrong.code:
        return right.weight
    return _CHANGED if right.verb == wrong.verb else 0


def _between_anchors(olds: Sequence[_Coded], news: Sequence[_Coded], rows: range, columns: range) -> list[tuple[int, int]]:
    """The unchanged steps of the same origin, and between them those of each gap that is small enough for a table."""
    pairs: list[tuple[int, int]] = []
    row, column = rows.start, columns.start
    for old, new in (*_anchors(olds, news, rows, columns), (rows.stop, columns.stop)):
        if (old - row) * (new - column) <= _LARGEST_TABLE:
            pairs += _heaviest(olds, news, range(row, old), range(column, new))
        pairs.append((old, new))
        row, column = old + 1, new + 1
    return pairs[:-1]


def _anchors(olds: Sequence[_Coded], news: Sequence[_Coded], rows: range, columns: range) -> list[tuple[int, int]]:
    """The heaviest common subsequence of the unchanged steps of the same origin, which occur once in the right program."""
    places = {origin: row for row in rows if (origin := olds[row].origin) is not None}
    best = _HighestBelow(rows)
    reached: list[tuple[int, int, int]] = []  # row, column, the place in this list of the pair before it
    for column in columns:
        origin = news[column].origin
        row = places.get(origin, -1) if origin is not None else -1
        if row >= 0 and olds[row].code == news[column].code:
            weight, before = best.below(row)
            best.put(row, weight + olds[row].weight, len(reached))
            reached.append((row, column, before))
    pairs, at = [], best.below(rows.stop)[1]
    while at >= 0:
        row, column, at = reached[at]
        pairs.append((row, column))
    return pairs[::-1]


class _HighestBelow:
    """For rows with a weight: the highest weight below a row, with its tag. Both operations take O(log n) (a Fenwick tree)."""

    def __init__(self, rows: range) -> None:
        self._first = rows.start
        self._highest = [(0, -1)] * (len(rows) + 1)

    def below(self, row: int) -> tuple[int, int]:
        place, found = row - self._first, (0, -1)
        while place > 0:
            if self._highest[place][0] > found[0]:
                found = self._highest[place]
            place -= place & -place
        return found

    def put(self, row: int, weight: int, tag: int) -> None:
        place = row - self._first + 1
        while place < len(self._highest):
            if weight > self._highest[place][0]:
                self._highest[place] = (weight, tag)
            place += place & -place


def _edits_between_unchanged(right: Sequence[Step], wrong: Sequence[Step], olds: range, news: range) -> list[StepEdit]:
    """Steps of the same verb are paired in their order, as changed. The rest was left out or put in."""
    edits: list[StepEdit] = []
    later = Counter(right[old].verb for old in olds)
    waiting: dict[str, deque[int]] = {}
    for new in news:
        waiting.setdefault(wrong[new].verb, deque()).append(new)
    is_long = len(olds) > _LONG_GAP or len(news) > _LONG_GAP
    start = news.start
    for old in olds:
        later[right[old].verb] -= 1
        same = waiting.get(right[old].verb, deque())
        while same and same[0] < start:
            same.popleft()
        partner = _most_similar(right[old], wrong, same, max(1, len(same) - later[right[old].verb]), is_long)
        if partner is None:
            edits.append(StepEdit("left-out", old, start))
            continue
        edits += [StepEdit("put-in", old, new) for new in range(start, partner)]
        start = partner + 1
        edits.append(StepEdit("changed", old, partner))
    return edits + [StepEdit("put-in", olds.stop, new) for new in range(start, news.stop)]


def _most_similar(step: Step, wrong: Sequence[Step], same: Sequence[int], most: int, is_long: bool) -> int | None:
    """Of the first `most` steps of `same`, which have the verb of `step`, the one with the most similar action."""
    among = list(islice(same, min(most, _MOST_COMPARED) if is_long else most))
    if len(among) < 2:
        return next(iter(among), None)
    text = repr(step.action)
    return max(among, key=lambda new: _similarity(text, repr(wrong[new].action)))


def _similarity(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if max(len(one), len(other)) <= _LONGEST_COMPARED else matcher.quick_ratio()


def with_moves(right: Sequence[Step], wrong: Sequence[Step], edits: Sequence[StepEdit]) -> tuple[StepEdit, ...]:
    """The edits in which a step that was left out here and put in there counts as moved."""
    came: dict[tuple[object, ...], deque[StepEdit]] = {}
    gone = [edit for edit in edits if edit.what == "left-out"]
    for edit in edits if gone else ():
        if edit.what == "put-in":
            came.setdefault(_what_moves(wrong[edit.wrong]), deque()).append(edit)
    moved: list[StepEdit] = []
    done: set[StepEdit] = set()
    for edit in gone if came else ():
        if waiting := came.get(_what_moves(right[edit.right])):
            there = waiting.popleft()
            done |= {edit, there}
            moved.append(StepEdit("moved", edit.right, there.wrong))
    rest = [edit for edit in edits if edit not in done]
    return tuple(sorted(moved + rest, key=lambda edit: (edit.wrong, edit.right)))


def _what_moves(step: Step) -> tuple[object, ...]:
    """Equal for a step and the same step elsewhere. Any reset counts as the same, because there are several spellings."""
    return ("zero",) if step.verb == "zero" else what_it_does(step)


def what_it_does(step: Step) -> tuple[object, ...]:
    """Equal for steps that do the same, wherever they come from."""
    return step.verb, step.action


def with_same_expectations(right: Sequence[Step], wrong: Sequence[Step]) -> tuple[Step, ...]:
    """The wrong program, with the `expect`s of the right one: the answers that it gives to a `predict` exercise."""
    edits = edits_between(right, wrong)
    kept = partners(right, wrong, edits)
    steps: list[Step] = []
    old = 0
    for new, step in enumerate(wrong):
        partner = kept.get(new)
        while partner is not None and old < partner:
            steps += _look_instead_of(right[old])
            old += 1
        if partner is None:
            steps.append(replace(step, expect=(), raises=None))
        else:
            steps.append(replace(step, expect=right[partner].expect, raises=None))
            old = partner + 1
    return (*steps, *(look for step in right[old:] for look in _look_instead_of(step)))


def partners(right: Sequence[Step], wrong: Sequence[Step], edits: Sequence[StepEdit]) -> dict[int, int]:
    """For each kept or changed step of the wrong program, by index: the index of its right step."""
    gone = {edit.right for edit in edits if edit.what in ("left-out", "moved")}
    came = {edit.wrong for edit in edits if edit.what in ("put-in", "moved")}
    olds = [index for index in range(len(right)) if index not in gone]
    news = [index for index in range(len(wrong)) if index not in came]
    return dict(zip(news, olds, strict=True))


def _look_instead_of(step: Step) -> list[Step]:
    """The `expect`s of a step that was left out, without its action."""
    if not step.expect:
        return []
    return [replace(step, verb="look", action=Look(), written=None, raises=None, optional=False)]
