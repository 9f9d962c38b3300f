"""Exercises are selected by id, slug, track or pattern."""

import pytest

from grader.errors import UsageError
from grader.records.exercise import Exercise, Setup
from grader.spec.select import select

IDS = (
    "core/the-first-gradient core/gradients-pile-up core/the-middle-of-the-chain core/manual-sgd "
    "core/clip-once-after-the-last-micro-batch core/unscale-then-clip core/capstone-accumulate-clip-step-twice "
    "pixels/the-magic-mirror pixels/a-spell-too-strong"
).split()


@pytest.fixture(scope="module")
def exercises():
    return tuple(Exercise(each, "f", "T", "write", "solve", ("x",), Setup(), ()) for each in IDS)


@pytest.mark.parametrize(
    ("patterns", "ids"),
    [
        (["core/manual-sgd"], ["core/manual-sgd"]),
        (["manual-sgd"], ["core/manual-sgd"]),
        (["*/the-m*"], ["core/the-middle-of-the-chain", "pixels/the-magic-mirror"]),
        (
            ["core/*clip*", "core/manual-sgd"],
            [
                "core/manual-sgd",
                "core/clip-once-after-the-last-micro-batch",
                "core/unscale-then-clip",
                "core/capstone-accumulate-clip-step-twice",
            ],
        ),
        (["core/manual-sgd", "core/manual-s?d"], ["core/manual-sgd"]),
    ],
)
def test_patterns_select_exercises_in_their_own_order(patterns, ids, exercises):
    assert [each.id for each in select(exercises, patterns)] == ids


def test_a_track_selects_all_its_exercises(exercises):
    assert {each.track for each in select(exercises, ["pixels"])} == {"pixels"}
    assert len(select(exercises, ["pixels/"])) == 2


def test_no_pattern_selects_all(exercises):
    assert select(exercises, []) == exercises


@pytest.mark.parametrize(
    ("pattern", "fix"),
    [
        ("core/manual-sdg", "did you mean `core/manual-sgd`?"),
        ("gradient-pile-up", "did you mean `gradients-pile-up`?"),
        ("pixel", "did you mean `pixels`?"),
        ("zzz*", "`python -m grader list` lists all of them."),
    ],
)
def test_the_error_about_an_unknown_pattern_suggests_a_similar_name(pattern, fix, exercises):
    with pytest.raises(UsageError) as caught:
        select(exercises, ["core", pattern])
    assert str(caught.value) == f"There is no exercise or track `{pattern}`: {fix}"
    assert caught.value.exit_code == 2
