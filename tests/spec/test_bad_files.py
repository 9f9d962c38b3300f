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


def test_a_fix_with_a_starter_needs_wrong(sample, problems_of):
    text = sample(head="id: sample\ntitle: Sample\nkind: fix\n")
    assert problems_of(text) == []
    (problem,) = problems_of(text, starter="def solve(x): ...\n")
    assert problem == (
        "exercise.yaml:3:7: a `fix` exercise needs `wrong`.\n"
        "    3 | kind: fix\n"
        "      |       ^^^ the starter's mistake must be one of `wrong`"
    )
