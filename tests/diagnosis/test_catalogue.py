"""The catalogue of misconceptions is true: each word is named for some program, by what its record says."""

from collections import defaultdict

import pytest

from grader.diagnosis.facts import FACTS
from grader.diagnosis.messages import MESSAGES
from grader.diagnosis.mutations import OPERATORS
from grader.records.misconceptions import MISCONCEPTIONS

# What no student of the cases shows: a word with what finds it, and (exercise, module).
STUDENTS = {
    ("zero-outside-loop", "mutant"): (
        "core/five-micro-batches-in-windows-of-two",
        """\
def solve(w, optimizer, windows):
    for number, window in enumerate(windows):
        for target in window:
            ((w - target) ** 2 / len(window)).backward()
        optimizer.step()
        if number == 0:
            optimizer.zero_grad()
""",
    ),
    ("wrong-optimizer", "fact"): (
        "core/a-training-loop-of-two-steps",
        """\
import torch


def solve(w, optimizer):
    own = torch.optim.SGD([w.detach().clone().requires_grad_()], lr=0.1)
    for epoch in range(2):
        optimizer.zero_grad()
        ((w - 3) ** 2).backward()
        own.step()
""",
    ),
}


@pytest.fixture(scope="module")
def findings(diagnosed, course, assessed):
    """For each student: all findings, those without the authors' entries too."""
    students = [each.findings for folder in ("one-mistake", "two-mistakes") for each in diagnosed(folder)]
    own = [{"with": assessed(course[exercise], source).findings} for exercise, source in STUDENTS.values()]
    return [*students, *own]


@pytest.fixture
def first_word(course, assessed):
    def first_word(exercise, source):
        return _first_word(assessed(course[exercise], source).findings)

    return first_word


def _first_word(findings):
    return findings[0].misconceptions[0] if findings and findings[0].misconceptions else None


@pytest.mark.slow
def test_every_word_is_the_first_one_for_some_program(findings, course, student_source, first_word):
    named = {_first_word(each["with"]) for each in findings}
    missing = set(MISCONCEPTIONS) - named
    by_author = [(exercise, wrong) for exercise in course.values() for wrong in exercise.wrong if wrong.misconception in missing]
    authored = {first_word(exercise.id, student_source(exercise, wrong.steps)) for exercise, wrong in by_author}
    assert missing - authored == set()


def test_a_record_lists_the_operators_that_find_its_word(course):
    modules = defaultdict(set)
    for exercise in course.values():
        for operator in OPERATORS:
            for word, _ in operator(exercise):
                modules[word].add(operator.__module__.removeprefix("grader.diagnosis."))
    assert {word: _found_by(word, "mutations.") for word in MISCONCEPTIONS} == {word: modules[word] for word in MISCONCEPTIONS}


@pytest.mark.slow
def test_a_record_lists_what_else_finds_its_word(findings):
    sources = defaultdict(set)
    for finding in (each for student in findings for found in student.values() for each in found):
        for word in finding.misconceptions:
            if finding.source not in ("mutant", "repair"):
                sources[word].add(finding.source)
    listed = {word: _found_by(word, "message", "fact", "alignment") for word in MISCONCEPTIONS}
    assert listed == {word: sources[word] for word in MISCONCEPTIONS}


def test_every_message_and_every_fact_has_words_that_list_it():
    assert all("message" in MISCONCEPTIONS[word].found_by for words in MESSAGES.values() for word in words)
    assert all("fact" in MISCONCEPTIONS[word].found_by for names in FACTS.values() for word in names.values())


def _found_by(word, *prefixes):
    return {each for each in MISCONCEPTIONS[word].found_by if each.startswith(prefixes)}


def test_every_word_is_found_by_something_or_used_by_an_author(course):
    used = {wrong.misconception for exercise in course.values() for wrong in exercise.wrong}
    assert [word for word, each in MISCONCEPTIONS.items() if not each.found_by and word not in used] == []


def test_a_record_mentions_only_words_of_the_catalogue():
    mentioned = {word for each in MISCONCEPTIONS.values() for word in (*each.implies, *each.also_says, *each.less_exact_than)}
    assert mentioned <= set(MISCONCEPTIONS)


def test_a_page_is_one_of_pytorchs_documentation():
    assert all(not each.page or each.page.startswith("https://docs.pytorch.org/docs/stable/") for each in MISCONCEPTIONS.values())
