"""The common subsequence: exact when short, linear when long."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from grader.marking import subsequence
from grader.marking.subsequence import common_subsequence

WORDS = st.lists(st.sampled_from("bzu"), max_size=12)


def longest(one, other):
    if not one or not other:
        return 0
    if one[0] == other[0]:
        return 1 + longest(one[1:], other[1:])
    return max(longest(one[1:], other), longest(one, other[1:]))


@given(WORDS, WORDS)
def test_it_is_common_monotone_and_as_long_as_possible(one, other):
    pairs = common_subsequence(one, other)
    assert all(one[i] == other[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs))
    assert len(pairs) == longest(one, other)


def test_a_long_loop_without_its_resets_pairs_everything_else():
    pairs = common_subsequence(list("zbu") * 400, list("bu") * 400)
    assert pairs == [(3 * (place // 2) + 1 + place % 2, place) for place in range(800)]


def test_twice_as_long_sequences_take_twice_as_many_cells(monkeypatch):
    cells, exact = [0], subsequence.heaviest_pairs

    def counted(expected, observed, weight):
        cells[0] += len(expected) * len(observed)
        return exact(expected, observed, weight)

    monkeypatch.setattr(subsequence, "heaviest_pairs", counted)

    def work(passes):
        cells[0] = 0
        common_subsequence(list("zbu") * passes, list("buub") * passes)
        return cells[0]

    assert work(800) <= 2.2 * work(400)
