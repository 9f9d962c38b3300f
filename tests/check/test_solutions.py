"""The files beside an exercise."""

REFERENCE = "def solve(x):\n    (x**2).backward()\n    x.grad.zero_()\n    (x**3).backward()\n"
WITHOUT_ZERO = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n"


def problems(proof):
    """File, line, message and fix of each problem."""
    places = [(problem.where.path.rpartition("/")[2], problem.where.line) for problem in proof.problems]
    return [(*place, problem.message, problem.fix) for place, problem in zip(places, proof.problems, strict=True)]


def test_a_reference_that_fails_is_found(proof):
    found = proof(reference=WITHOUT_ZERO)
    assert found.reference == "wrong"
    assert problems(found) == [
        ("reference.py", None, "the reference does not pass: not every step is right.", "`x.grad.zero_()` is missing.")
    ]


def test_a_reference_that_is_right_on_the_visible_numbers_only_is_found(proof):
    found = proof(reference=REFERENCE.replace("(x**2)", "(4 * x)"))
    ((_, line, _, fix),) = problems(found)
    assert line == 2
    assert fix == "`(x**2).backward()` is wrong, but only on other numbers than those in the file."


def test_a_reference_that_raises_is_found(proof):
    ((_, line, message, _),) = problems(proof(reference="def solve(x):\n    x.grad.zero_()\n"))
    assert line == 2
    assert message == "the reference does not pass: AttributeError: 'NoneType' object has no attribute 'zero_'."


def test_a_reference_without_the_function_is_found(proof):
    ((_, _, message, _),) = problems(proof(reference="x = 1\n"))
    assert message.startswith("the reference does not pass: ")


def test_a_missing_reference_is_reported(proof):
    found = proof(reference=None)
    assert (found.reference, problems(found)[0][2]) == ("missing", "there is no reference.py.")


def test_a_missing_starter_is_reported(proof):
    found = proof(starter=None)
    assert (found.starter, problems(found)[0][2]) == ("missing", "there is no starter.py.")


def test_a_starter_that_passes_is_found(proof):
    found = proof(starter=REFERENCE)
    assert (found.starter, problems(found)[0][2]) == ("wrong", "the starter passes, so nothing is left to do.")


def test_a_starter_that_does_not_run_is_found(proof):
    ((_, line, message, _),) = problems(proof(starter="def solve(x):\n    return (\n"))
    assert line == 2
    assert message.startswith("the starter does not run: SyntaxError")


def test_the_starter_of_a_fix_makes_one_of_the_mistakes(proof):
    found = proof(kind="kind: fix\n", starter=WITHOUT_ZERO)
    assert (found.starter, found.problems) == ("right", ())


def test_the_starter_of_a_fix_that_makes_another_mistake_is_found(proof):
    found = proof(kind="kind: fix\n", starter=REFERENCE.replace("x**3", "x**4"))
    assert (found.starter, problems(found)[0][2]) == ("wrong", "the starter's mistake is not listed under `wrong`.")


def test_the_starter_of_a_fix_may_raise_if_its_mistake_does(proof):
    stale = "def solve(x):\n    y = x**2\n    y.backward()\n    x.grad.zero_()\n    y.backward()\n"
    wrong = (
        "wrong:\n  - name: goes through the graph again\n    misconception: stale-graph\n"
        "    steps:\n      - let: {y: x**2}\n      - backward: y\n      - zero: x\n      - backward: y\n"
    )
    found = proof(kind="kind: fix\n", starter=stale, wrong=wrong)
    assert (found.starter, found.problems) == ("right", ())


def test_the_starter_of_a_fix_that_is_diagnosed_as_something_else_is_found(proof):
    copy_zeroed = "def solve(x):\n    (x**2).backward()\n    x.grad.clone().zero_()\n    (x**3).backward()\n"
    found = proof(kind="kind: fix\n", starter=copy_zeroed)
    (problem,) = found.problems
    assert problem.message == "the starter's mistake is diagnosed as `copy-zeroed`."
    assert problem.fix == "It makes the mistake `never zeroes`, which the file calls `zero-skipped`."
