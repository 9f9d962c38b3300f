"""Which fix is shown: the pure decisions about candidates that were run."""

from dataclasses import replace

import pytest

from grader.diagnosis.messages import MESSAGES
from grader.diagnosis.repair_choice import (
    Progress,
    RepairState,
    RepairStep,
    are_related,
    best_of,
    may_be_the_cause,
    repaired_findings,
)
from grader.records.finding import Finding
from grader.records.grade import Grade, GradeRow
from grader.records.repair import FixCandidate, SourceEdit, edited, line_before
from grader.records.trace import Ending, Fact, Raised, Trace

START = Progress(frozenset({0}), 3, 1, True)


def candidate(*causes, size=1, rule="r", why=""):
    return FixCandidate(rule, causes, (SourceEdit(3, 2, ("x",) * size),), why)


def finding(*words, proven=True, source="alignment"):
    return Finding(words, source, 3, proven=proven)


def trace(*facts):
    return Trace({}, (), Ending("returned"), facts)


@pytest.fixture(scope="module")
def exercise(course):
    return course["core/gradients-pile-up"]


@pytest.fixture
def repaired(exercise):
    """The findings with a fix of these steps, for a file in which backward() is called with a wrong result."""

    def repaired(findings, *candidates):
        text, steps = "a\nb\nc\n", []
        grade = Grade("failed", 1.0, 4.0, (GradeRow("step", "wrong", 1),))
        for each in candidates:
            state = RepairState(text, grade, trace(), tuple(findings), START, tuple(steps))
            steps.append(RepairStep(state, each))
            text = edited(text, each.edits)
        return repaired_findings(steps, exercise)

    return repaired


def test_what_a_proven_cause_asks_for_comes_before_what_is_smaller(exercise):
    small, asked = candidate("retain-graph", size=1), candidate("zero-skipped", size=3)
    found = finding("zero-skipped")
    assert best_of([small, asked], [found], exercise) == asked


def test_a_fix_that_contradicts_the_proven_cause_is_not_shown(exercise):
    assert best_of([candidate("sign")], [finding("zero-skipped")], exercise) is None


def test_without_a_cause_the_smaller_fix_is_shown_beside_the_place_that_differs(exercise, repaired):
    large, small, place = candidate("sign", size=2), candidate("wrong-formula"), finding(proven=False)
    assert best_of([large, small], [place], exercise) == small
    (told,) = repaired([place], small)
    assert (told.line, told.misconceptions, told.repair.steps) == (3, ("wrong-formula",), (small,))


def test_of_equal_fixes_the_one_that_the_exercise_teaches_is_shown(exercise):
    other, taught = candidate("sign"), candidate("none-is-zero")
    assert best_of([other, taught], [], exercise) == taught


def test_of_two_findings_the_fix_stands_beside_the_one_that_it_undoes(repaired):
    pasted = candidate("zero-skipped", rule="right_hunks")
    first, second = repaired([finding("sign"), finding("zero-skipped")], pasted)
    assert (first.repair, second.repair.text) == (None, "a\nb\nx\nc\n")


def test_if_one_edit_of_the_students_own_text_passes_only_the_mistake_that_it_undoes_is_named(repaired):
    (told,) = repaired([finding("sign"), finding("zero-skipped")], candidate("zero-skipped"))
    assert told.misconceptions == ("zero-skipped",)


def test_what_the_text_itself_shows_is_named_before_a_wrong_program_that_leaves_the_same(repaired, exercise):
    proven, shown, small = (
        finding("wrong-formula"),
        candidate("alias", size=2, why="split-assignment"),
        candidate("wrong-formula"),
    )
    assert best_of([small, shown], [proven], exercise) == shown
    (told,) = repaired([proven], shown)
    assert (told.misconceptions, told.source) == (("alias",), "repair")


def test_the_edit_says_more_exactly_what_a_vague_word_means(repaired):
    vague = replace(finding("backward-missing"), line=1)
    (told,) = repaired([vague], candidate("loss-overwritten"))
    assert (told.misconceptions, told.line) == (("loss-overwritten",), 3)


def test_a_word_that_only_a_message_suggests_gives_way_to_that_of_the_edit_if_the_trace_allows_it(repaired):
    guess = finding("none-is-zero", proven=False, source="message")
    (told,) = repaired([guess], candidate("wrong-formula"))
    assert told.misconceptions == ("wrong-formula",)
    (told,) = repaired([guess], candidate("zero-skipped"))
    assert told.misconceptions == ("none-is-zero",)
    (told,) = repaired([finding("non-leaf-grad", proven=False, source="message")], candidate("wrong-formula"))
    assert told.misconceptions == ("non-leaf-grad",)


def test_a_step_for_another_mistake_is_a_finding_of_its_own_on_the_line_of_the_file(repaired):
    later = FixCandidate("r", ("backward-repeated",), (SourceEdit(5, 5, ("y",)),))
    first, second = repaired([finding(proven=False)], candidate("sign", size=2), later)
    assert (first.misconceptions, second.misconceptions, second.line) == (("sign",), ("backward-repeated",), 3)
    assert first.repair.steps == (candidate("sign", size=2), later)
    assert second.repair is None
    (only,) = repaired([finding("zero-skipped")], candidate("zero-skipped"), later)
    assert only.misconceptions == ("zero-skipped",)


def test_another_cause_about_the_same_calls_and_a_vague_one_are_no_contradiction(exercise):
    for cause in ("zero-too-late", "wrong-formula"):
        assert best_of([candidate(cause)], [finding("zero-skipped")], exercise) == candidate(cause)


@pytest.mark.parametrize(
    ("word", "cause", "related"),
    [
        ("sign", "sign", True),
        ("loss-overwritten", "backward-missing", True),
        ("backward-missing", "loss-overwritten", True),
        ("sign", "zero-skipped", False),
        ("sign", "no such word", False),
    ],
)
def test_a_less_exact_word_is_no_contradiction(word, cause, related):
    assert are_related(word, cause) is related


@pytest.mark.parametrize(
    ("progress", "better"),
    [
        (Progress(frozenset({0, 1}), 2, 1, True), True),
        (Progress(frozenset({0}), 3, 0, True), True),
        (START, False),
        (Progress(frozenset({1, 2}), 2, 1, True), False),
        (Progress(frozenset({0, 1}), 2, 2, True), False),
        (Progress(frozenset({0, 1}), 2, 1, False), False),
    ],
    ids=["one more step", "one unexpected call less", "the same", "another step lost", "a new unexpected call", "a new error"],
)
def test_progress_is_more_right_and_nothing_worse(progress, better):
    assert progress.is_better_than(START) is better


def test_a_word_of_an_edit_is_used_only_if_the_trace_allows_it(exercise):
    def grade(step, error=None):
        return Grade("failed", 1.0, 4.0, (GradeRow("step", "missing", step),), error)

    assert may_be_the_cause("zero-skipped", exercise, grade(2), trace())
    assert not may_be_the_cause("zero-skipped", exercise, grade(0), trace())
    assert not may_be_the_cause("copy-zeroed", exercise, grade(2), trace())
    assert may_be_the_cause("copy-zeroed", exercise, grade(2), trace(Fact("zeroed-other", 3, "copy-of-grad")))
    assert not may_be_the_cause("leaf-in-place", exercise, grade(1), trace())
    assert may_be_the_cause(
        "leaf-in-place",
        exercise,
        grade(1, Raised("RuntimeError", next(text for text, words in MESSAGES.items() if "leaf-in-place" in words))),
        trace(),
    )
    assert not may_be_the_cause("no such word", exercise, grade(0), trace())


@pytest.mark.parametrize(("line", "before"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 4), (7, 6), (8, 7)])
def test_a_line_of_the_edited_text_is_found_in_the_text_before(line, before):
    edits = (SourceEdit(3, 2, ("new", "new")), SourceEdit(5, 5, ()))
    assert line_before(edits, line) == before
