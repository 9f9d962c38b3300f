"""What a student is told to change: Python that can be written, in a place where it runs as often as it is meant to."""

import textwrap

import pytest

from grader.reports.diagnoses import diagnosis

LOOP = "core/a-training-loop-of-two-steps"
CAPSTONE = "core/capstone-accumulate-clip-step-twice"
TWO = "core/two-leaves-and-one-slate"
ANY_CUT = "look for `detach()`, `item()`, `torch.no_grad()` and `requires_grad_(False)`"

CASES = {
    "a reset before the loop: the reset goes where every pass begins, not where it would run once too often": (
        LOOP,
        """
        def solve(w, optimizer):
            optimizer.zero_grad()
            for epoch in range(2):
                loss = (w - 3) ** 2
                loss.backward()
                optimizer.step()
        """,
        "put `optimizer.zero_grad()` before line 5",
    ),
    "a step below the loop: moved into it, not left there as well": (
        LOOP,
        """
        def solve(w, optimizer):
            for epoch in range(2):
                optimizer.zero_grad()
                loss = (w - 3) ** 2
                loss.backward()
            optimizer.step()
        """,
        "move `optimizer.step()` from line 6 to after line 5",
    ),
    "no reset between the epochs: no line beside it runs once in each, so the runs are told": (
        CAPSTONE,
        """
        import torch
        def solve(w, optimizer, targets):
            optimizer.zero_grad()
            for epoch in range(2):
                for target in targets:
                    ((w - target) ** 2 / len(targets)).backward()
                torch.nn.utils.clip_grad_norm_([w], 2.0)
                optimizer.step()
        """,
        "put `optimizer.zero_grad()` between line 8 and the next run of line 6",
    ),
    "a reset in the inner loop: not taken out, for it is needed once in each epoch": (
        CAPSTONE,
        """
        import torch
        def solve(w, optimizer, targets):
            for epoch in range(2):
                for target in targets:
                    optimizer.zero_grad()
                    ((w - target) ** 2 / len(targets)).backward()
                torch.nn.utils.clip_grad_norm_([w], 2.0)
                optimizer.step()
        """,
        "move `optimizer.zero_grad()` from line 5 to between line 8 and the next run of line 6",
    ),
    "calls in a function of one's own: the lines that call it": (
        "core/gradients-pile-up",
        """
        def back(loss):
            loss.backward()
        def solve(x):
            back(x**2)
            back(x**3)
            back(x**2 + x)
        """,
        "put `x.grad.zero_()` between line 5 and line 6",
    ),
    "a loss under no_grad: not the text that stands there already": (
        "core/stop-the-gradient",
        """
        import torch
        def solve(x):
            (x * x.detach()).backward()
            with torch.no_grad():
                c = x**2
                loss = c * x
            loss.backward()
        """,
        f"let gradient through to `x` in the loss of line 7: {ANY_CUT}",
    ),
    "frozen too early: what cannot be seen is not guessed": (
        "pixels/a-frozen-background",
        """
        def solve(bg, p, wand):
            bg.requires_grad_(False)
            ((bg + p - 1) ** 2).backward()
            wand.zero_grad()
            ((bg + p - 1) ** 2).backward()
            wand.step()
        """,
        f"let gradient through to `bg` in the loss of line 3: {ANY_CUT}",
    ),
    "merged losses of a loop: told once, not a loop's body below the loop": (
        "core/micro-batches-with-a-sum-loss",
        """
        def solve(w, batches):
            total = 0
            for X, y in batches:
                total = total + ((w * X - y) ** 2).sum()
            total.backward()
        """,
        "call `backward()` on `((w * X - y)**2).sum()` in every pass of the loop, not once on the sum",
    ),
    "merged losses of two steps: both by name": (
        "core/sum-of-losses-or-sum-of-backwards",
        """
        def solve(w):
            ((w - 3) ** 2 + (w + 1) ** 2).backward()
            w.grad.zero_()
            ((w - 3) ** 2 + (w + 1) ** 2).backward()
        """,
        "call `backward()` on `(w - 3)**2`, then on `(w + 1)**2`, not once on their sum",
    ),
    "a gradient without a graph: torch.autograd.grad, taken out of its tuple": (
        "core/a-gradient-penalty",
        """
        import torch
        def solve(x):
            (x**3).backward()
            g = torch.autograd.grad(x**3, x)[0]
            (g**2).backward()
        """,
        "write `g = torch.autograd.grad(x**3, x, create_graph=True)[0]`",
    ),
    "not unscaled: in place as Python has it": (
        "core/unscale-then-clip",
        """
        import torch
        def solve(w, opt):
            (8 * (3 * w)).backward()
            torch.nn.utils.clip_grad_norm_([w], max_norm=2.0)
            opt.step()
        """,
        "put `w.grad /= 8` between line 3 and line 4",
    ),
    "None in one of two resets: that line only": (
        TWO,
        """
        def solve(a, b):
            (a * b).backward()
            a.grad.zero_()
            b.grad = None
            (a * b + b).backward()
        """,
        "write `b.grad.zero_()` on line 4",
    ),
    "None in both resets of a loop: both, on its line": (
        TWO,
        """
        def solve(a, b):
            (a * b).backward()
            for leaf in (a, b):
                leaf.grad = None
            (a * b + b).backward()
        """,
        "write `a.grad.zero_(); b.grad.zero_()` on line 4",
    ),
    "one of two resets missing: both, on the line of the other": (
        TWO,
        """
        def solve(a, b):
            (a * b).backward()
            a.grad.zero_()
            (a * b + b).backward()
        """,
        "write `a.grad.zero_(); b.grad.zero_()` on line 3",
    ),
}


@pytest.mark.parametrize("edition", ["of the teacher", "of the students"])
@pytest.mark.parametrize("name", CASES)
def test_the_cure(name, edition, course, assessed, unauthored):
    exercise, source, expected = course[CASES[name][0]], CASES[name][1], CASES[name][2]
    found = assessed(exercise, textwrap.dedent(source).lstrip())
    findings = found.findings if edition == "of the teacher" else unauthored(found)
    assert diagnosis(findings[0], exercise).fix == expected
