"""The proof of a whole exercise: a right one is proven, and every mistake in it is found."""

import pytest

from grader.check import LEAST_SCORE, check, is_green, mutation_score
from grader.errors import Problem
from grader.records.proof import Proof


def problems(proof):
    return [problem.message for problem in proof.problems]


def notes(proof):
    return [note.message for note in proof.notes]


def test_a_right_exercise_is_proven(proof):
    found = proof()
    assert (problems(found), notes(found)) == ([], [])
    assert (found.reference, found.starter, found.named, found.mistakes) == ("right", "right", 1, 1)
    assert found.oracles == ("ledger", "sympy")
    assert found.distinguished > 20
    assert found.survived == 0


def test_a_wrong_expected_value_is_found(proof):
    found = proof(steps="steps:\n  - backward: x**2\n    expect: {x.grad: [5.0]}\n", wrong="")
    assert problems(found) == ["`x.grad` is expected to be [5.0], but the steps give another value."]
    assert (found.reference, found.starter) == ("unknown", "unknown")
    assert found.problems[0].where.line == 10


def test_steps_that_cannot_run_are_found(proof):
    (message,) = problems(proof(steps="steps:\n  - let: {y: x**2}\n  - backward: y\n  - backward: y\n", wrong=""))
    assert message.startswith("This step cannot run: PyTorch raises RuntimeError: Trying to backward through the graph")


def test_an_optional_step_that_forgives_a_mistake_is_found(proof):
    steps = "steps:\n  - backward: x**2\n  - zero: x\n    optional: true\n  - backward: x**3\n"
    assert "This step is `optional`, but without it a later result is different." in problems(proof(steps=steps))


def test_a_mistake_that_passes_is_found_and_named(proof):
    found = proof(wrong="wrong:\n  - {name: squares by hand, misconception: wrong-formula, instead: {1: {backward: x * x}}}\n")
    assert problems(found) == [
        "The mistake `squares by hand` passes: on the numbers in the file it leaves what the right steps leave."
    ]
    assert (found.named, found.mistakes, found.reference) == (0, 1, "right")


def test_a_mistake_that_is_diagnosed_as_another_is_found(proof):
    wrong = "wrong:\n  - name: does nothing\n    misconception: sign\n    instead: {1: null, 2: null, 3: null}\n"
    assert problems(proof(wrong=wrong)) == ["The mistake `does nothing` is diagnosed as `nothing-called`, not as `sign`."]


def test_a_mistake_that_is_not_diagnosed_is_found(proof):
    found = proof(
        steps="steps:\n  - backward: x**2\n  - let: {g: 'grad(x**3, x)'}\n",
        extra="returns: g\n",
        wrong="wrong:\n  - {name: never makes g, misconception: grad-vs-backward, instead: {2: {backward: x**3}}}\n",
        reference="import torch\n\n\ndef solve(x):\n    (x**2).backward()\n    return torch.autograd.grad(x**3, x)[0]\n",
    )
    assert problems(found) == ["The mistake `never makes g` is not diagnosed, but should be `grad-vs-backward`."]


def test_a_mistake_that_calls_nothing_may_be_diagnosed_as_nothing_called(proof):
    wrong = "wrong:\n  - name: calls nothing\n    misconception: backward-missing\n    instead: {1: null, 2: null, 3: null}\n"
    assert problems(proof(wrong=wrong)) == []


def test_two_misconceptions_with_the_same_trace_are_noted(proof):
    wrong = (
        "wrong:\n"
        "  - {name: never zeroes, misconception: zero-skipped, instead: {2: null}}\n"
        "  - {name: zeroes a copy, misconception: copy-zeroed, instead: {2: null}}\n"
    )
    found = proof(wrong=wrong)
    assert problems(found) == []
    assert notes(found) == [
        "The mistakes `never zeroes` (zero-skipped) and `zeroes a copy` (copy-zeroed) leave the same values, so the "
        "diagnosis always names the first one."
    ]


def test_mistakes_of_a_prediction_are_distinguished_too(proof):
    found = proof(
        kind="kind: predict\n",
        function="function: predict()\n",
        reference="def predict():\n    return [4.0, 0.0, 12.0]\n",
        starter="def predict():\n    return []\n",
    )
    assert (problems(found), found.named, found.reference, found.starter) == ([], 1, "right", "right")


def test_a_prediction_that_ends_in_an_error_can_be_checked(proof):
    found = proof(
        kind="kind: predict\n",
        function="function: predict()\n",
        task="task: What happens?\n",
        steps="steps:\n  - let: {y: x**2}\n  - backward: y\n    expect: {x.grad: [4.0]}\n"
        "  - backward: y\n    raises: a second time\n",
        wrong="wrong:\n  - {name: thinks the graph is kept, misconception: stale-graph, "
        "instead: {2: {backward: {of: y, retain_graph: true}}}}\n",
        reference="def predict():\n    return [4.0, RuntimeError]\n",
        starter="def predict():\n    return []\n",
    )
    assert (problems(found), found.oracles) == ([], ("ledger", "sympy"))


def test_exercises_are_proven_in_their_order(exercise, engine):
    first = exercise()
    assert [each.exercise for each in check([first, first, first], engine)] == [first.id] * 3


def test_the_score_ignores_equivalent_mutants():
    proofs = [Proof("a", distinguished=60, survived=0, equivalent=9), Proof("b", distinguished=37, survived=3)]
    assert mutation_score(proofs) == pytest.approx(0.97)
    assert mutation_score([]) == 1.0


def test_a_course_is_green_only_without_problems_and_with_a_high_score():
    assert is_green([Proof("a", distinguished=97, survived=3)])
    assert not is_green([Proof("a", distinguished=96, survived=4)])
    assert not is_green([Proof("a", problems=(Problem("no"),))])
    assert LEAST_SCORE == 0.97


@pytest.mark.slow
def test_the_shipped_exercises_are_proven(pytestconfig, engine):
    from grader.spec.load import load_exercises

    root = pytestconfig.rootpath
    proofs = list(check(load_exercises(root / "exercises"), engine, root / "solutions"))
    assert [str(problem) for proof in proofs for problem in proof.problems] == []
    assert is_green(proofs)
    assert sum("ledger" in proof.oracles for proof in proofs) >= 44
