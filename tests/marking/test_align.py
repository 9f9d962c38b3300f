"""The alignment compared with a search through every monotone alignment of a small table."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.marking.align import CALLS_PER_STEP, MOST_CALLS, align, candidates, unexpected_penalty
from grader.marking.align_records import Column, Pair, StepRow

KINDS = st.sampled_from(["backward", "zero", "edit", "update"])
ROWS = st.builds(
    StepRow,
    KINDS,
    st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(3), Fraction(0)]),
    st.just(1),
    st.sampled_from([1, 1, 0]),
)
COLUMNS = st.builds(
    lambda kind, free, runs: Column(kind, free, runs and kind in ("edit", "update")), KINDS, st.booleans(), st.booleans()
)


def every_alignment(rows, columns, judge, i=0, j=0):
    """All ways to pair rows from i with columns from j."""
    if i == len(rows):
        yield ()
        return
    yield from every_alignment(rows, columns, judge, i + 1, j)
    for start in range(j, len(columns)):
        for end in range(start + 1, len(columns) + 1):
            run = columns[start:end]
            if any(column.kind != rows[i].kind for column in run) or (len(run) > 1 and not all(c.runs for c in run)):
                continue
            for rest in every_alignment(rows, columns, judge, i + 1, end):
                yield (Pair(i, start, end, judge(i, start, end)), *rest)


def key(rows, columns, pairs):
    """Most points, then most paired steps, most paired backwards, most matched, then the earliest calls."""
    earned = sum((rows[pair.step].points for pair in pairs if pair.effect != "wrong"), Fraction(0))
    calls = {pair.step: (pair.start, pair.end) for pair in pairs}
    latest = (len(columns) + 1, 0)
    places = [calls.get(i, latest) for i in range(len(rows))]
    return (
        earned - unexpected_penalty(rows, columns, pairs),
        len(pairs),
        sum(rows[pair.step].kind == "backward" for pair in pairs),
        sum(pair.effect == "matched" for pair in pairs),
        [(-start, -end) for start, end in places],
    )


@settings(max_examples=3 * settings().max_examples, deadline=None)
@given(rows=st.lists(ROWS, min_size=1, max_size=4), columns=st.lists(COLUMNS, max_size=4), data=st.data())
def test_no_alignment_is_better_than_the_found_one(rows, columns, data):
    places = [(i, start, end) for i in range(len(rows)) for start, end in combinations(range(len(columns) + 1), 2)]
    effects = data.draw(st.fixed_dictionaries(dict.fromkeys(places, st.sampled_from(["matched", "carried", "wrong"]))))
    found = align(rows, columns, lambda *place: effects[place])
    best = max(every_alignment(rows, columns, lambda *place: effects[place]), key=lambda pairs: key(rows, columns, pairs))
    assert key(rows, columns, found) == key(rows, columns, best)
    assert found == best


def row(kind, points=1, required=1):
    return StepRow(kind, Fraction(points), 1, required)


def test_a_missing_step_offsets_one_unexpected_call_of_its_own_kind():
    rows = [row("backward"), row("zero"), row("backward")]
    columns = [Column("backward"), Column("edit"), Column("backward")]
    pairs = align(rows, columns, lambda i, start, end: "matched")
    assert [pair.step for pair in pairs] == [0, 2]
    assert unexpected_penalty(rows, columns, pairs) == 1
    assert unexpected_penalty(rows, [Column("backward"), Column("backward"), Column("zero")], pairs[:1]) == 0


def test_a_run_of_edits_may_be_paired_with_one_step():
    columns = [Column("edit", runs=True)] * 3
    judge = {(0, 0, 3): "matched"}
    assert align([row("edit")], columns, lambda *place: judge.get(place, "wrong")) == (Pair(0, 0, 3, "matched"),)


def test_an_optional_step_that_is_left_out_offsets_no_call():
    assert unexpected_penalty([row("zero", required=0)], [Column("zero")], ()) == 1


def test_in_a_very_long_trace_only_the_first_calls_that_count_are_aligned():
    columns = [Column("zero", free=True)] * 1000 + [Column("backward")] * 1000
    assert candidates(columns, 2) == list(range(1000, 1000 + MOST_CALLS))
    assert len(candidates(columns, 100)) == 100 * CALLS_PER_STEP
    assert candidates(columns[:10], 2) == list(range(10))
    (pair,) = align([row("backward")], columns, lambda i, start, end: "matched")
    assert (pair.start, pair.end) == (1000, 1001)
