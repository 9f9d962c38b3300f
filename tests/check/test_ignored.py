"""An exercise that ignores gradients is proven like any other."""

STEPS = "steps:\n  - backward: x**2 + y\n  - zero: x\n  - backward: x**3 + y\n"
PARTS = {
    "function": "function: solve(x, y)\n",
    "tensors": "tensors:\n  x: [2.0]\n  y: [3.0]\n",
    "steps": STEPS,
    "starter": "def solve(x, y):\n    pass\n",
}
FROZEN = (
    "def solve(x, y):\n    y.requires_grad_(False)\n    (x**2 + y).backward()\n    x.grad.zero_()\n    (x**3 + y).backward()\n"
)


def messages(found):
    return [problem.message for problem in (*found.problems, *found.notes)]


def test_the_oracles_and_a_reference_that_freezes_what_is_ignored_agree(proof):
    found = proof(**PARTS, reference=FROZEN, extra="ignore: y\n")
    assert (messages(found), found.reference, found.oracles) == ([], "right", ("ledger", "sympy"))


def test_the_expected_value_of_an_ignored_gradient_is_still_verified(proof):
    steps = STEPS.replace("x**2 + y\n", "x**2 + y\n    expect: {y.grad: [5.0]}\n")
    found = proof(**PARTS | {"steps": steps}, reference=FROZEN, extra="ignore: y\n")
    assert messages(found) == ["`y.grad` is expected to be [5.0], but the steps give another value."]


def test_a_mistake_in_an_ignored_gradient_passes(proof):
    wrong = "wrong:\n  - {name: doubles y, misconception: wrong-formula, instead: {1: {backward: x**2 + 2*y}}}\n"
    found = proof(**PARTS, reference=FROZEN, extra="ignore: y\n", wrong=wrong)
    assert messages(found)[0].startswith("The mistake `doubles y` passes")
