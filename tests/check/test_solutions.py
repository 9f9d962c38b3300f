"""The files beside an exercise."""

REFERENCE = "def solve(x):\n    (x**2).backward()\n    x.grad.zero_()\n    (x**3).backward()\n"
WITHOUT_ZERO = "def solve(x):\n    (x**2).backward()\n    (x**3).backward()\n"


def said(proof):
    """File, line, message and cure of each problem."""
    places = [(problem.where.path.rpartition("/")[2], problem.where.line) for problem in proof.problems]
    return [(*place, problem.message, problem.fix) for place, problem in zip(places, proof.problems, strict=True)]


def test_a_reference_that_fails_is_caught(proof):
    found = proof(reference=WITHOUT_ZERO)
    assert found.reference == "wrong"
    assert said(found) == [
        ("reference.py", None, "the reference does not pass: not everything is right.", "`x.grad.zero_()` is missing.")
    ]


def test_a_reference_that_is_right_for_the_numbers_in_the_file_only_is_caught(proof):
    found = proof(reference=REFERENCE.replace("(x**2)", "(4 * x)"))
    ((_, line, _, fix),) = said(found)
    assert line == 2
    assert fix == "`(x**2).backward()` is wrong on other numbers than those in the file."


def test_a_reference_that_raises_is_caught(proof):
    ((_, line, message, _),) = said(proof(reference="def solve(x):\n    x.grad.zero_()\n"))
    assert line == 2
    assert message == "the reference does not pass: AttributeError: 'NoneType' object has no attribute 'zero_'."


def test_a_reference_without_the_function_is_caught(proof):
    ((_, _, message, _),) = said(proof(reference="x = 1\n"))
    assert message.startswith("the reference does not pass: ")


def test_a_missing_reference_is_said(proof):
    found = proof(reference=None)
    assert (found.reference, said(found)[0][2]) == ("missing", "there is no reference.py.")


def test_a_missing_starter_is_said(proof):
    found = proof(starter=None)
    assert (found.starter, said(found)[0][2]) == ("missing", "there is no starter.py.")


def test_a_starter_that_passes_is_caught(proof):
    found = proof(starter=REFERENCE)
    assert (found.starter, said(found)[0][2]) == ("wrong", "the starter passes: there is nothing left to do.")


def test_a_starter_that_does_not_run_is_caught(proof):
    ((_, line, message, _),) = said(proof(starter="def solve(x):\n    return (\n"))
    assert line == 2
    assert message.startswith("the starter does not run: SyntaxError")


def test_a_starter_to_be_mended_makes_one_of_the_mistakes(proof):
    found = proof(kind="kind: fix\n", starter=WITHOUT_ZERO)
    assert (found.starter, found.problems) == ("right", ())


def test_a_starter_to_be_mended_that_makes_another_mistake_is_caught(proof):
    found = proof(kind="kind: fix\n", starter=REFERENCE.replace("x**3", "x**4"))
    assert (found.starter, said(found)[0][2]) == ("wrong", "the starter's mistake is none of `wrong`.")


def test_a_starter_to_be_mended_may_raise_if_its_mistake_does(proof):
    stale = "def solve(x):\n    y = x**2\n    y.backward()\n    x.grad.zero_()\n    y.backward()\n"
    wrong = (
        "wrong:\n  - name: goes through the graph again\n    misconception: stale-graph\n"
        "    steps:\n      - let: {y: x**2}\n      - backward: y\n      - zero: x\n      - backward: y\n"
    )
    found = proof(kind="kind: fix\n", starter=stale, wrong=wrong)
    assert (found.starter, found.problems) == ("right", ())


def test_a_starter_to_be_mended_that_is_diagnosed_as_something_else_is_caught(proof):
    copy_zeroed = "def solve(x):\n    (x**2).backward()\n    x.grad.clone().zero_()\n    (x**3).backward()\n"
    found = proof(kind="kind: fix\n", starter=copy_zeroed)
    (problem,) = found.problems
    assert problem.message == "the starter's mistake is diagnosed as `copy-zeroed`."
    assert problem.fix == "It makes the mistake `never zeroes`, which is `zero-skipped`."
