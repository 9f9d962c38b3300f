"""Every message about a bad file, to the letter: `bad/NAME.yaml` must give exactly what `bad/NAME.txt` says."""

from pathlib import Path

import pytest

BAD = Path(__file__).parent / "bad"
NAMES = sorted(file.stem for file in BAD.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_file_is_told_its_place_and_the_cure(name, problems_of):
    found = problems_of((BAD / f"{name}.yaml").read_text(encoding="utf-8"), f"{name}.yaml")
    assert "\n".join(found) + "\n" == (BAD / f"{name}.txt").read_text(encoding="utf-8")


def test_every_expected_text_has_its_file():
    assert sorted(file.stem for file in BAD.glob("*.txt")) == NAMES
    assert len(NAMES) > 200


def test_the_unchanged_sample_has_no_problem(sample, problems_of):
    assert problems_of(sample()) == []


def test_a_fix_may_be_without_wrong_as_a_students_is(sample, problems_of):
    assert problems_of(sample(head="id: sample\ntitle: Sample\nkind: fix\n"), starter="def solve(x): ...\n") == []


def test_a_value_may_be_asked_for_without_a_promise(sample, problems_of):
    assert problems_of(sample(steps='steps:\n- backward: x**2\n  expect: {x.grad: "?"}\n')) == []
