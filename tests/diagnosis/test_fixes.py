"""The fix that a finding proposes: Python that can be written, in a place where it runs as often as it should."""

import textwrap

import pytest
from helpers.proposed_fixes import all_fixes

LOOP = "core/a-training-loop-of-two-steps"
CAPSTONE = "core/capstone-accumulate-clip-step-twice"
TWO = "core/two-leaves-and-one-slate"
ANY_CUT = "(look for `detach()`, `item()`, `torch.no_grad()` and `requires_grad_(False)`)"

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
    "no reset between the epochs: no line beside it runs once in each, so the fix names the runs": (
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
    "calls in a function of the student: the lines that call it": (
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
    "a loss under no_grad: not the text that is there already": (
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
        f"let the gradient through to `x` in the loss of line 7 {ANY_CUT}",
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
        f"let the gradient through to `bg` in the loss of line 3 {ANY_CUT}",
    ),
    "merged losses of a loop: one fix, not a loop's body below the loop": (
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
    "not unscaled: an in-place operator of Python": (
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
    "a reset in a function that does more: not the line that calls it": (
        "core/gradients-pile-up",
        """
        def back(x, loss):
            loss.backward()
            x.grad.zero_()
        def solve(x):
            (x**2).backward()
            back(x, x**3)
            back(x, x**2 + x)
        """,
        "remove the reset on line 3, called from line 7",
    ),
    "a reset in a function that does nothing else: the line that calls it": (
        "core/gradients-pile-up",
        """
        def wipe(x):
            x.grad.zero_()
        def solve(x):
            (x**2).backward()
            wipe(x)
            (x**3).backward()
            wipe(x)
            (x**2 + x).backward()
        """,
        "remove the reset on line 5",
    ),
    "one line makes right and wrong losses: all of them, as its runs go": (
        "pixels/gradient-piling-up",
        """
        def solve(p):
            for number in range(3):
                if number == 2:
                    p.grad.zero_()
                ((p - 0.8) ** 2).backward()
        """,
        "change the loss on line 5 to `(p - 0.8)**2`, then `(p - 0.1)**2`, then `(p - 0.8)**2`",
    ),
    "one pass of a loop is missing: the pass, not its calls": (
        LOOP,
        """
        def solve(w, optimizer):
            optimizer.zero_grad()
            ((w - 3) ** 2).backward()
            optimizer.step()
        """,
        "let the loop run for the last `epoch` too",
    ),
    "only the last loss of a loop: a backward in it, not below it": (
        "core/micro-batches-with-a-sum-loss",
        """
        def solve(w, batches):
            for X, y in batches:
                loss = ((w * X - y) ** 2).sum()
            loss.backward()
        """,
        "call `((w * X - y)**2).sum().backward()` for every `X, y`",
    ),
    "the backward at the end is missing: at the end, not on the next line": (
        "core/recompute-before-a-second-backward",
        """
        def solve(x):
            y = x**2
            y.backward()
            y = x**2
        """,
        "put `y.backward()` at the end, after line 3",
    ),
    "a backward where a gradient should be returned: torch.autograd.grad, of the same loss": (
        "core/autograd-grad-leaves-grad-alone",
        """
        def solve(x):
            (x**2).backward()
            before = x.grad.clone()
            (x**3).backward()
            return x.grad - before
        """,
        "write `g = torch.autograd.grad(x**3, x)[0]` on line 4",
    ),
    "a leaf that the function makes: the one that it was given": (
        "core/gradients-pile-up",
        """
        def solve(x):
            x = x.detach().clone().requires_grad_()
            (x**2).backward()
            (x**3).backward()
            x.grad.zero_()
            (x**2 + x).backward()
        """,
        "compute the losses from the tensors that the function was given, not from new ones",
    ),
    "two mistakes fit and have two different fixes: no fix": (
        "core/manual-sgd",
        """
        def solve(w):
            ((w - 3) ** 2).backward()
            w.grad.zero_()
            ((w - 3) ** 2).backward()
        """,
        None,
    ),
    "another optimizer's reset after the step: one mistake, in its place": (
        "pixels/the-forger-and-the-judge",
        """
        def solve(g, d, forger, judge):
            fake = 2 * g
            ((d * fake.detach()) ** 2).backward()
            judge.step()
            ((d * fake - 1) ** 2).backward()
            forger.step()
            judge.zero_grad()
        """,
        "move `judge.zero_grad()` from line 7 to between line 4 and line 5",
    ),
}


@pytest.mark.parametrize("edition", ["of the teacher", "of the students"])
@pytest.mark.parametrize("name", CASES)
def test_the_fix(name, edition, course, assessed, unauthored):
    exercise, source, expected = course[CASES[name][0]], CASES[name][1], CASES[name][2]
    found = assessed(exercise, textwrap.dedent(source).lstrip())
    findings = found.findings if edition == "of the teacher" else unauthored(found)
    assert all_fixes(findings[0].fixes) == expected
