"""Students with two mistakes: every named mistake is one of the two, and is proven.

`pytest -s tests/diagnosis/test_two_mistakes.py` prints how many of the two were named.
"""

from collections import Counter

import pytest

pytestmark = pytest.mark.slow

LEAST_WITH_A_NAME = 0.75


@pytest.fixture(scope="module")
def seen(diagnosed):
    return [(each.case, each.assessed) for each in diagnosed("two-mistakes")]


def test_there_are_enough_of_them_and_none_passes(seen):
    assert len(seen) >= 60
    wrong = {case.name: found.grade.verdict for case, found in seen if found.grade.verdict not in case.verdicts}
    assert wrong == {}


def test_what_is_named_was_done(seen, judge):
    false = []
    for case, found in seen:
        truth = tuple(word for words in case.mistakes for word in words)
        named = [each for each in found.findings if each.misconceptions]
        false += [
            f"{case.name} [{case.exercise}]: {each.misconceptions}"
            for each in named
            if judge(each.misconceptions, truth) == "false"
        ]
    assert not false, "\n".join(false)


def test_most_have_a_named_mistake(seen):
    counts = Counter(_how_many_are_named(case, found.findings) for case, found in seen)
    print(f"\ntwo mistakes: {dict(counts)}")
    assert len(seen) - counts["none"] >= LEAST_WITH_A_NAME * len(seen), counts


def test_every_change_is_proven(seen):
    unproven = [case.name for case, found in seen for each in found.findings if each.changes and not each.proven]
    assert unproven == []


def _how_many_are_named(case, findings):
    words = {word for each in findings for word in each.misconceptions}
    named = sum(bool(words & set(mistake)) for mistake in case.mistakes)
    if named == len(case.mistakes):
        return "both"
    return "some" if words else "none"
