"""The confusion matrix: students with one mistake, against what is named; with the authors' entries and without them.

`pytest -s tests/diagnosis/test_confusion.py` prints it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

import pytest

CAUSE_WITH, CAUSE_WITHOUT, LINE = 0.90, 0.80, 0.95

# Without the author's own word, another that is just as true of the same program.
ALSO_TRUE = {
    ("core/count-the-tokens", "sum-for-mean"): "loss-not-divided",  # sums that should be divided by how many they are
    ("core/five-micro-batches-in-windows-of-two", "leftover-dropped"): "step-missing",  # the backward is there, the step not
    ("core/two-optimizers", "zero-skipped"): "wrong-tensor-zeroed",  # one of two optimizers was emptied
    ("pixels/three-sprites-and-a-straggler", "loss-not-divided"): "mean-for-sum",  # means, where sums should be divided
    ("pixels/a-spell-too-strong", "step-too-early"): "clip-too-early",  # clips and steps after the first bite
}


@dataclass(frozen=True)
class Seen:
    """One student: what was done, and what is named with the authors' entries and without."""

    name: str
    exercise: str
    verdict: str
    expected_verdict: tuple
    words: tuple
    lines: tuple
    named: dict
    line: int | None


@pytest.fixture(scope="module", params=["written", pytest.param("printed", marks=pytest.mark.slow)])
def seen(request, cases_of, course, assessed, unauthored):
    """Every student of `one-mistake`; or every mistake of every file, printed as a student would write it."""
    if request.param == "written":
        students = [each for each in cases_of("one-mistake") if each.verdicts != ("passed",)]
    else:
        students = request.getfixturevalue("printed_mistakes")
    return [_see(case, course[case.exercise], assessed, unauthored) for case in students]


def _see(case, exercise, assessed, unauthored):
    found = assessed(exercise, case.source)
    named = {"with": _words(found.findings), "without": _words(unauthored(found))}
    line = found.findings[0].line if found.findings else None
    return Seen(case.name, case.exercise, found.grade.verdict, case.verdicts, case.words, case.lines, named, line)


def _words(findings):
    return findings[0].misconceptions if findings else ()


def test_every_student_fails_as_expected(seen):
    wrong = [f"{each.name} [{each.exercise}]: {each.verdict}" for each in seen if each.verdict not in each.expected_verdict]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("entries", "least"), [("with", CAUSE_WITH), ("without", CAUSE_WITHOUT)])
def test_the_cause_is_right_and_never_false(seen, judge, entries, least):
    asked = [each for each in seen if each.words != (None,)]
    verdicts = [(each, judge(each.named[entries], _true_words(each, entries))) for each in asked]
    counts = Counter(verdict for _, verdict in verdicts)
    summary = f"{entries} the authors' entries: {dict(counts)} of {len(asked)}"
    print(f"\n{summary}\n{matrix(asked, entries)}")
    false = [_told(each, entries) for each, verdict in verdicts if verdict == "false"]
    assert not false, f"{summary}\nfalse causes:\n" + "\n".join(false)
    missed = [_told(each, entries) for each, verdict in verdicts if verdict != "right"]
    assert counts["right"] >= least * len(asked), f"{summary}\nnot right:\n" + "\n".join(missed)


def test_nothing_false_is_said_where_nothing_need_be_said(seen, judge):
    """What has no word of its own may stay unsaid; a word that fits is listed in expect.yaml."""
    told = [_told(each, entries) for each in seen if each.words == (None,) for entries in each.named if each.named[entries]]
    assert not told, "\n".join(told)


@pytest.mark.parametrize("seen", ["written"], indirect=True)
def test_the_line_is_right(seen):
    asked = [each for each in seen if each.lines and each.named["with"]]
    missed = [each for each in asked if each.line not in each.lines]
    summary = f"{len(asked) - len(missed)} of {len(asked)} lines are right"
    print(f"\n{summary}")
    told = "\n".join(f"{each.name} [{each.exercise}]: {each.line}, not {each.lines}" for each in missed)
    assert len(asked) - len(missed) >= LINE * len(asked), f"{summary}\n{told}"


def _true_words(each, entries):
    also = ALSO_TRUE.get((each.exercise, each.words[0])) if entries == "without" else None
    return each.words if also is None else (*each.words, also)


def matrix(seen, entries):
    """A row for each expected word, with the words that were named for it."""
    rows = defaultdict(Counter)
    for each in seen:
        words = each.named[entries]
        rows[each.words[0] or "-"][next((word for word in words if word in each.words), words[0] if words else "-")] += 1
    lines = [f"{word:21}" + "  ".join(f"{named} {count}" for named, count in rows[word].most_common()) for word in sorted(rows)]
    return "\n".join(lines)


def _told(each, entries):
    return f"{each.name} [{each.exercise}] {entries}: expected {each.words}, named {each.named[entries]}"
