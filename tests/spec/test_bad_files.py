"""Every message about a bad file: the problems of `bad/NAME.yaml` must be exactly `bad/NAME.txt`."""

from pathlib import Path

import pytest

BAD = Path(__file__).parent / "bad"
NAMES = sorted(file.stem for file in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_each_problem_of_a_bad_file_has_its_place_and_a_fix(name, problems_of):
    found = problems_of((BAD / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    assert "\n".join(found) + "\n" == (BAD / f"{name}.txt").read_text(encoding="utf-8")


def test_every_expected_text_has_its_file():
    assert sorted(file.stem for file in BAD.glob("*.txt")) == NAMES
    assert len(NAMES) > 200


def test_the_unchanged_sample_has_no_problem(sample, problems_of):
    assert problems_of(sample()) == []


def test_a_fix_exercise_needs_no_wrong_entries_as_in_the_students_edition(sample, problems_of):
    assert problems_of(sample(head="id: sample\ntitle: Sample\nkind: fix\n"), starter="def solve(x): ...\n") == []


def test_an_expected_value_can_be_a_question_mark(sample, problems_of):
    assert problems_of(sample(steps='steps:\n- backward: x**2\n  expect: {x.grad: "?"}\n')) == []
