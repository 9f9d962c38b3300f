"""A variant is proven: the reference passes with its data, and a mistake needs it."""

DATA = "data:\n  X1: [1.0, 2.0, 4.0]\n  X2: [3.0, 5.0, 6.0]\n  batches: [X1, X2]\n"
SAMPLE = {
    "function": "function: solve(x, batches)\n",
    "tensors": DATA + "tensors:\n  x: [2.0]\n",
    "steps": "steps:\n  - for: X\n    in: batches\n    do:\n      - backward: mean((x - X)**2) / len(batches)\n",
    "starter": "def solve(x, batches):\n    pass\n",
    "reference": "def solve(x, batches):\n    for X in batches:\n        (((x - X) ** 2).mean() / len(batches)).backward()\n",
}
VARIANT = "variants:\n  - {X3: [7.0, 8.5, 9.0], batches: [X1, X2, X3]}\n"
HALVES = "wrong:\n  - {name: halves, misconception: hard-coded, instead: {1: {backward: mean((x - X)**2) / 2}}}\n"
NEVER = "wrong:\n  - {name: never divides, misconception: loss-not-divided, instead: {1: {backward: mean((x - X)**2)}}}\n"


def messages(problems):
    return [problem.message for problem in problems]


def test_a_mistake_that_only_a_variant_shows_is_found_and_named(proof):
    found = proof(**SAMPLE, wrong=HALVES, extra=VARIANT)
    assert (messages(found.problems), messages(found.notes), found.named) == ([], [], 1)


def test_without_the_variant_it_passes(proof):
    assert messages(proof(**SAMPLE, wrong=HALVES).problems)[0].startswith("The mistake `halves` passes")


def test_a_reference_that_fails_with_a_variant_is_found(proof):
    sample = SAMPLE | {"reference": SAMPLE["reference"].replace("len(batches)", "2")}
    problem = next(each for each in proof(**sample, wrong=HALVES, extra=VARIANT).problems)
    assert (problem.where.line, problem.fix) == (
        3,
        "It passes with the numbers in the file, but not with the data of `variants`.",
    )


def test_a_variant_that_no_mistake_needs_is_noted(proof):
    found = proof(**SAMPLE, wrong=NEVER, extra=VARIANT)
    assert messages(found.notes) == [
        "No mistake under `wrong` needs this variant: each fails with the numbers in the file, or passes here too."
    ]
