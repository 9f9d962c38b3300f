"""Every message about a bad exercise file, word for word: the corpus `bad-exercises`."""

import pytest
from helpers.corpora import cases_in

CASES = cases_in("bad-exercises")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_problem_is_reported_with_its_place_and_a_fix(case, problems_of):
    assert "\n".join(problems_of(case.source)) + "\n" == case.expect["problems"]


def test_there_are_many_bad_exercises():
    assert len(CASES) > 200


def test_the_unchanged_sample_has_no_problem(sample, problems_of):
    assert problems_of(sample()) == []


def test_a_fix_exercise_needs_no_wrong_entries_as_in_the_students_edition(sample, problems_of):
    assert problems_of(sample(head="id: sample\ntitle: Sample\nkind: fix\n"), starter="def solve(x): ...\n") == []


def test_an_expected_value_can_be_a_question_mark(sample, problems_of):
    assert problems_of(sample(steps='steps:\n- backward: x**2\n  expect: {x.grad: "?"}\n')) == []
