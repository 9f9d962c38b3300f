"""Where the student must look: the line of the loss or of the call, or the lines around a missing call."""

import textwrap

import pytest

PILE = "core/gradients-pile-up"

CASES = {
    "a wrong loss: where it was made": (
        """
        def solve(x):
            first = x**2
            first.backward()
            second = x**4
            print("made")
            second.backward()
            x.grad.zero_()
            (x**2 + x).backward()
        """,
        ("wrong-formula", 4, None, None),
    ),
    "a call too many: the call": (
        """
        def solve(x):
            (x**2).backward()
            x.grad.zero_()
            (x**3).backward()
            x.grad.zero_()
            (x**2 + x).backward()
        """,
        ("zero-too-early", 3, None, None),
    ),
    "a call twice: the second": (
        """
        def solve(x):
            (x**2).backward()
            loss = x**3
            loss.backward(retain_graph=True)
            loss.backward()
            x.grad.zero_()
            (x**2 + x).backward()
        """,
        ("backward-repeated", 5, None, None),
    ),
    "a missing call: the next one, and the lines around it": (
        """
        def solve(x):
            (x**2).backward()
            (x**3).backward()

            loss = x**2 + x
            loss.backward()
        """,
        ("zero-skipped", 6, (3, 6), None),
    ),
    "nothing follows what is missing: the last call": (
        """
        def solve(x):
            (x**2).backward()
            (x**3).backward()
            x.grad.zero_()
        """,
        ("backward-missing", 4, (4, None), None),
    ),
    "nothing comes before what is missing": (
        """
        def solve(x):
            (x**3).backward()
            x.grad.zero_()
            (x**2 + x).backward()
        """,
        ("loss-overwritten", 2, (None, 2), None),
    ),
    "a call in the wrong place: where it is": (
        """
        def solve(x):
            (x**2).backward()
            (x**3).backward()
            (x**2 + x).backward()
            x.grad.zero_()
        """,
        ("zero-too-late", 5, None, None),
    ),
    "in a helper: its line, and the line it was called from": (
        """
        def wipe(tensor):
            tensor.grad.zero_()


        def solve(x):
            (x**2).backward()
            wipe(x)
            (x**3).backward()
            wipe(x)
            (x**2 + x).backward()
        """,
        ("zero-too-early", 2, None, 7),
    ),
    "a loss from a helper: where it was made, and called from nowhere else": (
        """
        def power(x, n):
            return x**n


        def solve(x):
            power(x, 2).backward()
            power(x, 4).backward()
            x.grad.zero_()
            (power(x, 2) + x).backward()
        """,
        ("wrong-formula", 2, None, None),
    ),
    "a fact: where the wrong object was made": (
        """
        def solve(x):
            (x**2).backward()
            (x**3).backward()
            x.grad.clone().zero_()
            (x**2 + x).backward()
        """,
        ("copy-zeroed", 4, None, None),
    ),
    "an error of PyTorch's: the call that raised it": (
        """
        def solve(x):
            loss = x**2
            loss.backward()
            loss.backward()
        """,
        ("stale-graph", 4, None, None),
    ),
    "nothing was called: no line": (
        """
        def solve(x):
            pass
        """,
        ("nothing-called", None, None, None),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_line(name, course, assessed):
    source, expected = CASES[name]
    found = assessed(course[PILE], textwrap.dedent(source).lstrip())
    (first, *_) = found.findings
    assert (first.misconceptions[0], first.line, first.between, first.called_from) == expected


def test_nothing_called_where_the_steps_make_something_first(course, assessed):
    """The steps of this exercise have names for what they make; a function that does nothing has none of them."""
    found = assessed(course["core/two-losses-over-one-trunk"], "def solve(x):\n    y = x * 2\n")
    assert [each.misconceptions for each in found.findings] == [("nothing-called",)]
    assert found.findings[0].line is None
