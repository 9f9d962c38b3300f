"""Calls in closures, hooks and custom `backward` functions are graded like any others: right ones pass, wrong ones fail at
their own row."""

import pytest
from helpers.own_exercises import OwnExercises

EXERCISES = {
    "clipped": """
        function: solve(w, v, opt, X)
        data: {X: [1.0, 2.0, 3.0]}
        tensors: {w: [0.5], v: [2.0]}
        optimizers: {opt: "SGD([w, v], lr=0.01, momentum=0.5)"}
        steps:
          - for: i
            in: range(2)
            do:
              - zero: opt
              - backward: sum((w*X - v)**2)
              - clip: {of: [w, v], max_norm: 2.0}
              - step: opt
    """,
    "two-rounds": """
        function: solve(w, v, X)
        data: {X: [1.0, 2.0, 3.0]}
        tensors: {w: [0.5], v: [2.0]}
        optimizers: {opt: "SGD([w, v], lr=0.01)"}
        steps:
          - for: i
            in: range(2)
            do:
              - backward: sum((w*X - v)**2)
              - step: opt
              - zero: opt
    """,
    "two-losses": """
        function: solve(w, v)
        tensors: {w: [0.5], v: [2.0]}
        steps:
          - backward: w**3 * v
          - backward: w * v**2
          - set: {w.grad: w.grad * 0.5}
    """,
    "step-between": """
        function: solve(w, X)
        data: {X: [1.0, 2.0, 3.0]}
        tensors: {w: [0.5]}
        optimizers: {opt: "SGD([w], lr=0.01)"}
        steps:
          - backward: sum(w**3)
          - step: opt
          - zero: opt
          - backward: sum(w*X)
    """,
    "mean": """
        function: solve(w, X)
        data: {X: [1.0, 2.0, 3.0]}
        tensors: {w: [0.5]}
        steps:
          - backward: sum((w*X)**2) / len(X)
          - backward: sum(w*X) / len(X)
    """,
}  # fmt: skip

LOSS = "((w * X - v)**2).sum()"
PER_LEAF = f"""
        own = {{leaf: torch.optim.SGD([leaf], lr=0.01) for leaf in (w, v)}}
        def at_once(leaf):
            own[leaf].step()
            own[leaf].zero_grad()
        for leaf in (w, v):
            leaf.register_post_accumulate_grad_hook(at_once)
        for _ in range(2):
            {LOSS}.backward()
"""

# Exercise and program.
RIGHT = {
    "a clip at the end of a closure": ("clipped", f"""
        def closure():
            opt.zero_grad()
            loss = {LOSS}
            loss.backward()
            clip_grad_norm_([w, v], 2.0)
            return loss
        for _ in range(2):
            opt.step(closure)
    """),
    "a clip in a hook before the step": ("clipped", f"""
        opt.register_step_pre_hook(lambda *_: clip_grad_norm_([w, v], 2.0) and None)
        for _ in range(2):
            opt.zero_grad()
            {LOSS}.backward()
            opt.step()
    """),
    "everything in a hook before the step": ("clipped", f"""
        def prepare(optimizer, args, kwargs):
            optimizer.zero_grad()
            {LOSS}.backward()
            clip_grad_norm_([w, v], 2.0)
        opt.register_step_pre_hook(prepare)
        opt.step()
        opt.step()
    """),
    "a reset in a hook after the step": ("two-rounds", f"""
        opt = torch.optim.SGD([w, v], lr=0.01)
        opt.register_step_post_hook(lambda optimizer, *_: optimizer.zero_grad())
        for _ in range(2):
            {LOSS}.backward()
            opt.step()
    """),
    "a reset in a hook for all optimizers": ("two-rounds", f"""
        from torch.optim.optimizer import register_optimizer_step_post_hook
        handle = register_optimizer_step_post_hook(lambda optimizer, *_: optimizer.zero_grad())
        opt = torch.optim.SGD([w, v], lr=0.01)
        for _ in range(2):
            {LOSS}.backward()
            opt.step()
        handle.remove()
    """),
    "an optimizer for each leaf, in its hook": ("two-rounds", PER_LEAF),
    "an optimizer for each leaf, after the backward": ("two-rounds", f"""
        own = [torch.optim.SGD([leaf], lr=0.01) for leaf in (w, v)]
        for _ in range(2):
            {LOSS}.backward()
            for each in own:
                each.step()
            for each in own:
                each.zero_grad()
    """),
    "a step in the hook of one leaf, the other by hand": ("two-rounds", f"""
        own = torch.optim.SGD([v], lr=0.01)
        def at_once(leaf):
            own.step()
            own.zero_grad()
        v.register_post_accumulate_grad_hook(at_once)
        other = torch.optim.SGD([w], lr=0.01)
        for _ in range(2):
            {LOSS}.backward()
            other.step()
            other.zero_grad()
    """),
    "one optimizer in the hook of the last leaf": ("two-rounds", f"""
        opt, arrived = torch.optim.SGD([w, v], lr=0.01), []
        def count(leaf):
            arrived.append(leaf)
            if len(arrived) == 2:
                opt.step()
                opt.zero_grad()
                arrived.clear()
        for leaf in (w, v):
            leaf.register_post_accumulate_grad_hook(count)
        for _ in range(2):
            {LOSS}.backward()
    """),
    "an update by hand in a hook": ("two-rounds", f"""
        def descend(leaf):
            with torch.no_grad():
                leaf -= 0.01 * leaf.grad
            leaf.grad = None
        for leaf in (w, v):
            leaf.register_post_accumulate_grad_hook(descend)
        for _ in range(2):
            {LOSS}.backward()
    """),
    "an optimizer of the student's own that resets": ("two-rounds", f"""
        class Descent(torch.optim.Optimizer):
            def __init__(self, leaves):
                super().__init__(leaves, {{}})
            @torch.no_grad()
            def step(self):
                for leaf in self.param_groups[0]["params"]:
                    leaf -= 0.01 * leaf.grad
                    leaf.grad = None
        opt = Descent([w, v])
        for _ in range(2):
            {LOSS}.backward()
            opt.step()
    """),
    "an optimizer of the student's own that calls its closure twice": ("two-rounds", f"""
        class Twice(torch.optim.SGD):
            @torch.no_grad()
            def step(self, closure):
                for _ in range(2):
                    with torch.enable_grad():
                        closure()
                    for leaf in self.param_groups[0]["params"]:
                        leaf -= 0.01 * leaf.grad
                    self.zero_grad()
        Twice([w, v], lr=0.01).step(lambda: {LOSS}.backward())
    """),
    "an optimizer of the student's own that calls another one": ("two-rounds", f"""
        class Wrapped(torch.optim.SGD):
            def step(self, closure):
                closure()
                super().step()
                self.zero_grad()
        opt = Wrapped([w, v], lr=0.01)
        for _ in range(2):
            opt.step(lambda: {LOSS}.backward())
    """),
    "a step and a reset in a custom backward": (
        "step-between",
        """
        opt = torch.optim.SGD([w], lr=0.01)
        class StepFirst(torch.autograd.Function):
            @staticmethod
            def forward(ctx, loss):
                return loss.clone()
            @staticmethod
            def backward(ctx, gradient):
                opt.step()
                opt.zero_grad()
                return gradient
        (w**3).sum().backward()
        StepFirst.apply((w * X).sum()).backward()
    """,
    ),
    "a backward in the hook of another": ("two-losses", """
        handle = v.register_post_accumulate_grad_hook(lambda _: None)
        first, second = w**3 * v, w * v**2
        def go_on(_):
            handle.remove()
            second.backward()
        arrived = []
        def count(leaf):
            arrived.append(leaf)
            if len(arrived) == 2:
                second.backward()
        for leaf in (w, v):
            leaf.register_post_accumulate_grad_hook(count)
        first.backward()
        with torch.no_grad():
            w.grad *= 0.5
    """),
    "a checkpoint of the student's own": ("two-losses", """
        class Checkpoint(torch.autograd.Function):
            @staticmethod
            def forward(ctx, v):
                ctx.save_for_backward(v)
                return v * 1
            @staticmethod
            def backward(ctx, gradient):
                (v,) = ctx.saved_tensors
                with torch.enable_grad():
                    copy = v.detach().requires_grad_()
                    (copy * 1).backward(gradient)
                return copy.grad
        (w**3 * Checkpoint.apply(v)).backward()
        (w * Checkpoint.apply(v)**2).backward()
        w.grad.mul_(0.5)
    """),
    "a hook that scales each contribution": ("mean", """
        w.register_hook(lambda gradient: gradient / len(X))
        ((w * X)**2).sum().backward()
        (w * X).sum().backward()
    """),
    "a scaled gradient in a custom backward": ("mean", """
        class Scaled(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x.clone()
            @staticmethod
            def backward(ctx, gradient):
                return gradient / len(X)
        Scaled.apply((w * X)**2).sum().backward()
        Scaled.apply(w * X).sum().backward()
    """),
}  # fmt: skip

# Exercise, program, and the first row that is not right: its status and its line in the program.
WRONG = {
    "a clip in a closure to another norm": ("clipped", f"""
        def closure():
            opt.zero_grad()
            {LOSS}.backward()
            clip_grad_norm_([w, v], 1.0)
        for _ in range(2):
            opt.step(closure)
    """, ("wrong", "clip_grad_norm_([w, v], 1.0)")),
    "a clip in a hook after the step": ("clipped", f"""
        opt.register_step_post_hook(lambda *_: clip_grad_norm_([w, v], 2.0) and None)
        for _ in range(2):
            opt.zero_grad()
            {LOSS}.backward()
            opt.step()
    """, ("unexpected", "opt.step()")),
    "a closure without a clip": ("clipped", f"""
        def closure():
            opt.zero_grad()
            {LOSS}.backward()
        for _ in range(2):
            opt.step(closure)
    """, ("missing", None)),
    "a hook that does not reset": ("two-rounds", PER_LEAF.replace("own[leaf].zero_grad()", "pass"), ("missing", None)),
    "a reset in a hook before the step": ("two-rounds", f"""
        opt = torch.optim.SGD([w, v], lr=0.01)
        opt.register_step_pre_hook(lambda optimizer, *_: optimizer.zero_grad())
        for _ in range(2):
            {LOSS}.backward()
            opt.step()
    """, ("unexpected", "opt.register_step_pre_hook(lambda optimizer, *_: optimizer.zero_grad())")),
    "another rate in a hook": ("two-rounds", PER_LEAF.replace("lr=0.01", "lr=0.02"), ("wrong", "own[leaf].step()")),
    "a hook of one leaf only": (
        "two-rounds",
        PER_LEAF.replace("for leaf in (w, v):\n            leaf.reg", "for leaf in (w,):\n            leaf.reg"),
        ("wrong", "own[leaf].step()"),
    ),
    "a hook that scales the total": ("mean", """
        def shrink(leaf):
            leaf.grad /= len(X)
        w.register_post_accumulate_grad_hook(shrink)
        ((w * X)**2).sum().backward()
        (w * X).sum().backward()
    """, ("wrong", "((w * X)**2).sum().backward()")),
    "a hook that scales once too often": ("mean", """
        w.register_hook(lambda gradient: gradient / len(X))
        ((w * X)**2).mean().backward()
        (w * X).sum().backward()
    """, ("wrong", "((w * X)**2).mean().backward()")),
}  # fmt: skip


@pytest.fixture(scope="module")
def own(engine, tmp_path_factory):
    return OwnExercises(engine, tmp_path_factory.mktemp("inside"), EXERCISES)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_program_passes_wherever_it_makes_its_calls(own, name):
    result = own.grade(*RIGHT[name])
    assert (result.verdict, result.score) == ("passed", result.max_score)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_program_fails_at_its_own_row(own, name):
    exercise, program, (status, line) = WRONG[name]
    result = own.grade(exercise, program)
    source = own.source(exercise, program).splitlines()
    first = next(row for row in result.steps if row.status not in ("matched", "skipped"))
    assert result.verdict == "failed"
    assert (first.status, first.line and source[first.line - 1].strip()) == (status, line)
