"""How hidden cases are drawn."""

import struct
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.assess.cases import draw_case, visible_case
from grader.records.exercise import Exercise, Setup, TensorSpec


def exercise(**tensors):
    return Exercise("core/toy", "toy.yaml", "Toy", "write", "solve", (), Setup(tensors=tensors), ())


def numbers(case):
    def flat(value):
        return [number for item in value for number in flat(item)] if isinstance(value, tuple) else [value]

    return [number for spec in case.tensors.values() if spec.tied_to is None for number in flat(spec.value)]


def test_the_visible_case_has_the_numbers_in_the_file():
    tensors = {"x": TensorSpec((2.0, 0.0))}
    case = visible_case(exercise(**tensors))
    assert (case.number, case.hidden, dict(case.tensors)) == (0, False, tensors)


def test_the_same_arguments_give_the_same_case_and_others_another():
    toy = exercise(x=TensorSpec((2.0, 3.0)))
    first = draw_case(toy, "seed", 1)
    assert draw_case(toy, "seed", 1) == first
    assert (first.number, first.hidden) == (1, True)
    others = [draw_case(toy, "seed", 2), draw_case(toy, "other", 1), draw_case(toy, "seed", 1, 1), draw_case(toy, "seed", 1, 2)]
    assert len({str(case.tensors) for case in [first, *others]}) == 5


@settings(max_examples=2 * settings().max_examples, deadline=None)
@given(
    values=st.lists(st.sampled_from([0.0, 1.0, -1.0, 2.0, -0.5, 100.0]), min_size=1, max_size=12),
    seed=st.text(max_size=5),
    attempt=st.integers(0, 3),
)
def test_a_number_keeps_its_sign_and_about_its_size_and_no_two_are_equal(values, seed, attempt):
    drawn = numbers(draw_case(exercise(x=TensorSpec(tuple(values))), seed, 1, attempt))
    assert len(set(drawn)) == len(drawn)
    for old, new in zip(values, drawn, strict=True):
        assert abs(new) <= 1 if old == 0 else 0.4999 <= new / old <= 2.0001
        assert float(f"{new:.4g}") == new


def test_numbers_stay_in_their_range():
    toy = exercise(x=TensorSpec((5.0,) * 20, redraw=(0.25, 0.5)))
    assert all(0.25 <= number <= 0.5 for number in numbers(draw_case(toy, "seed", 1)))


def test_a_tensor_without_redraw_stays_and_a_tied_one_keeps_its_tie():
    toy = exercise(
        **{"w": TensorSpec(((1.0, 2.0),)), "fixed": TensorSpec((7.0,), redraw=False), "head.weight": TensorSpec("embed.weight")}
    )
    case = draw_case(toy, "seed", 1)
    assert case.tensors["fixed"].value == (7.0,)
    assert case.tensors["head.weight"].value == "embed.weight"
    assert case.tensors["w"].value != ((1.0, 2.0),)


def test_a_range_too_narrow_for_different_numbers_still_ends():
    toy = exercise(x=TensorSpec((1.0, 1.0), redraw=(0.5, 0.5)))
    assert numbers(draw_case(toy, "seed", 1)) == [0.5, 0.5]


def test_a_tensor_without_numbers_cannot_be_redrawn():
    with pytest.raises(ValueError, match="only numbers can be redrawn"):
        draw_case(exercise(x=TensorSpec(None)), "seed", 1)


@pytest.fixture
def draws(monkeypatch):
    """The number of draws so far, in a list."""
    count = [0]

    class Counting(Random):
        def uniform(self, low, high):
            count[0] += 1
            return super().uniform(low, high)

    monkeypatch.setattr("grader.assess.cases.Random", Counting)
    return count


@pytest.mark.parametrize("count", [2_000, 20_000, 100_000])
def test_many_numbers_are_different_and_take_few_draws_each(count, draws):
    drawn = numbers(draw_case(exercise(x=TensorSpec(tuple(1.5 + number % 5 for number in range(count)))), "seed", 1))
    assert len(set(drawn)) == len(drawn) == count
    assert draws[0] <= 1.2 * count
    assert all(struct.unpack("f", struct.pack("f", number))[0] == pytest.approx(number, rel=1e-7) for number in drawn[:100])


def test_many_numbers_in_a_narrow_range_take_a_bounded_number_of_draws(draws):
    toy = exercise(x=TensorSpec((1.0,) * 5_000, redraw=(0.5, 0.5001)))
    assert set(numbers(draw_case(toy, "seed", 1))) <= {round(0.5 + number / 1e6, 6) for number in range(101)}
    assert draws[0] <= 12 * 5_000
