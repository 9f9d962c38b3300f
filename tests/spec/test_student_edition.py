"""The students' edition of an exercise file: no mistakes, no answers, and everything else as its author wrote it."""

import re
from pathlib import Path

import pytest

from grader.spec.student_edition import student_data, student_text
from grader.spec.yaml_source import read_file, read_text

FILES = sorted((Path(__file__).parents[2] / "exercises").glob("*/*/exercise.yaml"))
HEAD = "# yaml-language-server: $schema=../../exercise.schema.json\n# Mine.\nid: sample\n"
STEPS = "steps:\n  - backward: x**2 # why\n    expect: {x.grad: [4.0]}\n    note: twice 2\n"
WRONG = "# What goes wrong.\nwrong:\n  - {name: never, misconception: sign, instead: {1: null}}\n  # and more\n"


def students(text):
    source, problems = read_text(text, "exercise.yaml")
    assert problems == []
    return student_text(source)


def says(text):
    source, problems = read_text(text, "exercise.yaml")
    assert problems == []
    return source.data


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_an_exercise_of_the_course_only_loses_the_sections_for_authors(file):
    source, _ = read_file(file, file.name)
    text = student_text(source)
    assert says(text) == student_data(source.data)
    if source.data["kind"] != "predict":
        kept = set(text.splitlines())
        without_variants = re.sub(r"(?m)^variants:\n(?:  .*\n)+", "", source.text.partition("\nwrong:")[0])
        assert [line for line in without_variants.splitlines() if line not in kept] == []


def test_variants_stay_hidden():
    variants = "variants:\n  - {X3: [7.0], batches: [X1, X3]}\n"
    assert students(HEAD + "kind: write\n" + STEPS + variants) == HEAD + "kind: write\n" + STEPS


def test_the_sections_for_authors_are_removed_with_the_comments_above_them():
    rest = "# Kept.\nexplain: Done.\n"
    invisible = "invisible:\n  - {operator: drop, because: it is}\n"
    assert students(f"{HEAD}kind: write\n{STEPS}{WRONG}{invisible}{rest}") == f"{HEAD}kind: write\n{STEPS}{rest}"


def test_the_line_for_editors_stays_if_the_first_section_is_removed():
    modeline = HEAD.partition("\n")[0] + "\n"
    assert students(f"{modeline}{WRONG}kind: write\n{STEPS}") == f"{modeline}kind: write\n{STEPS}"


def test_a_predict_exercise_has_no_values_notes_or_comments():
    loop = (
        "  - for: y\n    in: ys\n    do:\n      - backward: y*x\n        note: |\n          by hand\n"
        "        expect:  # one per pass\n          - {x.grad: [1.0]}\n          - x.grad:\n              - 2.0\n  # the end\n"
    )
    assert students(f'{HEAD}kind: predict\ntask: "keep # this"\n{STEPS}{loop}explain: Done.\n') == (
        f"{HEAD.replace('# Mine.', '').replace(chr(10) * 2, chr(10))}kind: predict\n"
        'task: "keep # this"\n'
        'steps:\n  - backward: x**2\n    expect: {x.grad: "?"}\n'
        "  - for: y\n    in: ys\n    do:\n      - backward: y*x\n"
        '        expect:\n          - {x.grad: "?"}\n          - x.grad:\n              "?"\nexplain: Done.\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "{id: sample, kind: write, steps: [{backward: x**2}], wrong: [{name: never}]}\n",
        "id: sample\nkind: predict\nsteps:\n  - note: first\n    backward: x**2\n    expect: {x.grad: [4.0]}\n",
        "id: sample\nkind: predict\nsteps: [{backward: x**2, note: twice 2, expect: {x.grad: [4.0]}}]\n",
        "id: sample\nkind: predict\nsteps:\n  - backward: x**2\n    expect:\n      x.grad:\n",
    ],
)
def test_a_file_with_sections_on_one_line_is_written_again(text):
    found = students(text)
    assert says(found) == student_data(says(text))
    assert found.startswith("id: sample\n")


def test_values_that_are_not_answers_stay():
    steps = "steps:\n  - let: {expect: 2*x, note: x}\n  - backward: expect\n    expect: {x.grad: [2.0]}\n"
    assert students(f"id: sample\nkind: predict\n{steps}") == f"id: sample\nkind: predict\n{steps}".replace("[2.0]", '"?"')
