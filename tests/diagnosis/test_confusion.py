"""The confusion matrix: students with one mistake, and what is named; with the authors' `wrong` entries and without them.

`pytest -s tests/diagnosis/test_confusion.py` prints it.
"""

from collections import Counter, defaultdict

import pytest

CAUSE_WITH, CAUSE_WITHOUT, LINE = 0.90, 0.80, 0.95

# Without the author's own word, another word that is true of the same program too.
ALSO_TRUE = {
    ("core/count-the-tokens", "sum-for-mean"): "loss-not-divided",  # sums that should be divided by how many they are
    ("core/five-micro-batches-in-windows-of-two", "leftover-dropped"): "step-missing",  # the backward is there, the step not
    ("core/two-optimizers", "zero-skipped"): "wrong-tensor-zeroed",  # one of two optimizers was reset
    ("pixels/three-sprites-and-a-straggler", "loss-not-divided"): "mean-for-sum",  # means, where sums should be divided
    ("pixels/a-spell-too-strong", "step-too-early"): "clip-too-early",  # clips and steps after the first bite
}


@pytest.fixture(scope="module", params=["written", pytest.param("printed", marks=pytest.mark.slow)])
def students(request, diagnosed, diagnose_case):
    """Every student of `one-mistake`; or every `wrong` entry of every exercise, printed as a student would write it."""
    if request.param == "written":
        return diagnosed("one-mistake")
    return [diagnose_case(case) for case in request.getfixturevalue("printed_mistakes")]


def _named(student, entries):
    findings = student.findings[entries]
    return findings[0].misconceptions if findings else ()


def test_every_student_fails_as_expected(students):
    verdicts = [(each.case, each.assessed.grade.verdict) for each in students]
    wrong = [f"{case.name} [{case.exercise}]: {verdict}" for case, verdict in verdicts if verdict not in case.verdicts]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("entries", "least"), [("with", CAUSE_WITH), ("without", CAUSE_WITHOUT)])
def test_the_cause_is_right_and_never_false(students, judge, entries, least):
    with_word = [each for each in students if each.case.words != (None,)]
    verdicts = [(each, judge(_named(each, entries), _true_words(each.case, entries))) for each in with_word]
    counts = Counter(verdict for _, verdict in verdicts)
    summary = f"{entries} the authors' entries: {dict(counts)} of {len(with_word)}"
    print(f"\n{summary}\n{matrix(with_word, entries)}")
    false = [_in_words(each, entries) for each, verdict in verdicts if verdict == "false"]
    assert not false, f"{summary}\nfalse causes:\n" + "\n".join(false)
    missed = [_in_words(each, entries) for each, verdict in verdicts if verdict != "right"]
    assert counts["right"] >= least * len(with_word), f"{summary}\nnot right:\n" + "\n".join(missed)


def test_a_mistake_without_a_word_is_not_named(students):
    """A word that fits all the same is listed in expect.yaml."""
    without_word = [each for each in students if each.case.words == (None,)]
    named = [_in_words(each, entries) for each in without_word for entries in each.findings if _named(each, entries)]
    assert not named, "\n".join(named)


@pytest.mark.parametrize("students", ["written"], indirect=True)
def test_the_line_is_right(students):
    with_line = [each for each in students if each.case.lines and _named(each, "with")]
    lines = [(each.case, each.assessed.findings[0].line) for each in with_line]
    missed = [f"{case.name} [{case.exercise}]: {line}, not {case.lines}" for case, line in lines if line not in case.lines]
    summary = f"{len(lines) - len(missed)} of {len(lines)} lines are right"
    print(f"\n{summary}")
    assert len(lines) - len(missed) >= LINE * len(lines), "\n".join([summary, *missed])


def _true_words(case, entries):
    also = ALSO_TRUE.get((case.exercise, case.words[0])) if entries == "without" else None
    return case.words if also is None else (*case.words, also)


def matrix(students, entries):
    """A row for each expected word, with the words that were named for it."""
    rows = defaultdict(Counter)
    for each in students:
        words, expected = _named(each, entries), each.case.words
        rows[expected[0] or "-"][next((word for word in words if word in expected), words[0] if words else "-")] += 1
    lines = [f"{word:21}" + "  ".join(f"{named} {count}" for named, count in rows[word].most_common()) for word in sorted(rows)]
    return "\n".join(lines)


def _in_words(each, entries):
    return f"{each.case.name} [{each.case.exercise}] {entries}: expected {each.case.words}, named {_named(each, entries)}"
