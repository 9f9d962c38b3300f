"""Mistakes that the numbers in the file do not show."""

# At 0 the derivative of x**2 is 0: many wrong losses leave the right number.
FLAT = {
    "tensors": "tensors:\n  x: [0.0]\n",
    "steps": "steps:\n  - backward: x**2\n    expect: {x.grad: [0.0]}\n",
    "wrong": "",
    "reference": "def solve(x):\n    (x**2).backward()\n",
}
INVISIBLE = """\
invisible:
  - {operator: change-losses, because: this is about the derivative at 0}
  - {operator: repeat-backward, because: twice 0 is 0}
  - {operator: insert-zero, because: 0 is 0 already}
"""


def test_a_mistake_that_the_numbers_do_not_show_is_found(proof):
    found = proof(**FLAT)
    messages = [problem.message for problem in found.problems]
    assert found.survived > 0
    assert messages[0] == (
        "The numbers in the file do not show this mistake of the operator `insert-zero`: "
        "a `zero` is inserted at the end (zero-unneeded)."
    )
    assert any("the operator `change-losses`: step 1 is changed to another `backward`" in message for message in messages)
    assert {problem.where.line for problem in found.problems} == {9}


def test_a_listed_operator_is_no_problem_but_its_mutants_count(proof):
    found = proof(**FLAT, extra=INVISIBLE)
    assert [problem.message for problem in found.problems] == []
    assert found.survived == proof(**FLAT).survived


def test_a_needless_entry_is_found(proof):
    found = proof(extra="invisible:\n  - {operator: drop-zero, because: why not}\n")
    assert [problem.message for problem in found.problems] == [
        "`invisible` lists the operator `drop-zero`, but the numbers in the file show all its mistakes."
    ]


def test_a_misspelt_operator_is_corrected(proof):
    found = proof(**FLAT, extra=INVISIBLE.replace("change-losses", "change-loses"))
    assert "did you mean `change-losses`?" in [problem.fix for problem in found.problems]


def test_an_equivalent_mutant_is_not_counted(proof):
    found = proof(
        function="function: solve(w)\n",
        tensors="tensors:\n  w: [3.0]\n",
        steps="steps:\n  - backward: sum(w**2)\n    expect: {w.grad: [6.0]}\n",
        wrong="",
        reference="def solve(w):\n    (w**2).backward()\n",
        starter="def solve(w):\n    pass\n",
    )
    assert found.equivalent > 0
    assert (found.survived, found.problems) == (0, ())


def test_a_prediction_is_tried_with_other_numbers_too(proof):
    found = proof(
        **FLAT | {"reference": "def predict():\n    return [0.0]\n"},
        kind="kind: predict\n",
        function="function: predict()\n",
        starter="def predict():\n    return []\n",
    )
    assert found.survived > 0
