"""What the oracles find, and the messages about it."""

BATCHES = "data:\n  X1: [1.0, 2.0]\n  X2: [3.0, 5.0]\n  batches: [X1, X2]\ntensors:\n  x: [2.0]\n"
LOOP = "steps:\n  - for: X\n    in: batches\n    do:\n      - backward: {}\n"
GIVEN = {
    "function": "function: solve(x, batches)\n",
    "tensors": BATCHES,
    "wrong": "",
    "starter": "def solve(x, batches):\n    pass\n",
}


def reference(loss):
    return f"def solve(x, batches):\n    for X in batches:\n        ({loss}).backward()\n"


def test_micro_batches_that_add_up_are_confirmed_by_the_full_batch(proof):
    found = proof(**GIVEN, steps=LOOP.format("mean((x - X)**2) / len(batches)"), reference=reference("((x - X)**2).mean() / 2"))
    assert (found.oracles, found.problems) == (("ledger", "sympy", "batch"), ())


def test_micro_batches_that_do_not_add_up_are_noted(proof):
    found = proof(**GIVEN, steps=LOOP.format("mean((x - X)**2)"), reference=reference("((x - X)**2).mean()"))
    assert found.oracles == ("ledger", "sympy")
    assert [note.message for note in found.notes] == ["These micro-batches do not add up to the gradient of the full batch."]


def test_numbers_that_no_oracle_can_confirm_are_noted(proof):
    found = proof(
        kind="kind: predict\n",
        function="function: predict()\n",
        steps="steps:\n  - code: x.mul(x).backward()\n    expect: {x.grad: [4.0]}\n",
        wrong="",
        reference="def predict():\n    return [4.0]\n",
        starter="def predict():\n    return []\n",
    )
    assert (found.oracles, found.silent) == ((), {"ledger": "code", "sympy": "code"})
    (note,) = found.notes
    assert note.message == "No oracle can confirm the numbers (ledger: code; sympy: code)."
    assert note.fix == "write in a comment where the numbers come from"


def test_a_disagreement_with_an_oracle_is_a_problem(proof):
    """At 0 PyTorch's derivative of relu is 0; central differences give a half."""
    found = proof(
        tensors="tensors:\n  x: {value: [0.0], redraw: false}\n",
        steps="steps:\n  - backward: relu(x)\n    expect: {x.grad: [0.0]}\n",
        wrong="",
        reference="def solve(x):\n    x.relu().backward()\n",
    )
    messages = {problem.message: problem.fix for problem in found.problems}
    message = "The ledger oracle and the reference run disagree about `x.grad` here."
    assert found.oracles == ()
    assert messages[message].startswith("if the loss has no derivative here, as relu at 0, choose other numbers")


def test_one_oracle_is_enough(proof):
    found = proof(
        task="task: Take the derivative of x**3 and square it.\n",
        steps="steps:\n  - let: {g: 'grad(x**3, x, create_graph=True)'}\n  - backward: g**2\n    expect: {x.grad: [288.0]}\n",
        wrong="",
        reference=(
            "import torch\n\n\ndef solve(x):\n    (g,) = torch.autograd.grad(x**3, x, create_graph=True)\n    (g**2).backward()\n"
        ),
    )
    assert (found.oracles, dict(found.silent), found.notes) == (("sympy",), {"ledger": "a second derivative"}, ())
