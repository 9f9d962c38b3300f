"""The tracer sees every common way to change a `.grad` or a value, and some unusual ones, as the right calls."""

import pytest

PRELUDE = """
    import torch
    from torch.nn.utils import clip_grad_norm_, clip_grad_value_

    def solve(x, model, opt):
        g = x.grad = torch.ones(1) * 4
        model.weight.grad = torch.ones(1, 1) * 4
        y, z = (x**2).sum(), (x**3).sum()
"""
GIVEN = ["edit", "edit"]  # the two gradients that the prelude assigns

# Operation: the kinds of its calls, then x.grad and x after it, starting from x.grad = 4 and x = 2.
ON_X = {
    "y.backward()": (["backward"], [8.0], [2.0]),
    "torch.autograd.backward(y)": (["backward"], [8.0], [2.0]),
    "torch.autograd.backward([y, z])": (["backward"], [20.0], [2.0]),
    "y.backward(inputs=[x])": (["backward"], [8.0], [2.0]),
    "torch.autograd.Variable._execution_engine.run_backward((y,), (torch.ones(()),), False, False, (), True, True)": (
        ["backward"],
        [8.0],
        [2.0],
    ),
    "torch.autograd.grad(y, x)": ([], [4.0], [2.0]),
    "torch.func.grad(lambda t: (t**2).sum())(x)": ([], [4.0], [2.0]),
    "torch.autograd.functional.jacobian(lambda t: t**2, x)": ([], [4.0], [2.0]),
    "y.grad_fn(torch.ones(()))": ([], [4.0], [2.0]),
    "x.grad.zero_()": (["zero"], [0.0], [2.0]),
    "x.grad = None": (["zero"], None, [2.0]),
    "x.grad = torch.zeros(1)": (["zero"], [0.0], [2.0]),
    "x.grad.fill_(0)": (["zero"], [0.0], [2.0]),
    "x.grad *= 0": (["zero"], [0.0], [2.0]),
    "x.grad **= 2": (["edit"], [16.0], [2.0]),
    "x.grad.mul_(0)": (["zero"], [0.0], [2.0]),
    "x.grad[:] = 0": (["zero"], [0.0], [2.0]),
    "x.grad -= x.grad.clone()": (["zero"], [0.0], [2.0]),
    "x.grad.copy_(torch.zeros(1))": (["zero"], [0.0], [2.0]),
    "x.grad.data.zero_()": (["zero"], [0.0], [2.0]),
    "x.grad.data = torch.zeros(1)": (["zero"], [0.0], [2.0]),
    "x.grad.detach().zero_()": (["zero"], [0.0], [2.0]),
    "x.grad.detach_(); x.grad.zero_()": (["zero"], [0.0], [2.0]),
    "x.grad.view(1)[0] = 0": (["zero"], [0.0], [2.0]),
    "g.zero_()": (["zero"], [0.0], [2.0]),
    "del x.grad": (["zero"], None, [2.0]),
    "setattr(x, 'grad', None)": (["zero"], None, [2.0]),
    "torch.zero_(x.grad)": (["zero"], [0.0], [2.0]),
    "torch.ops.aten.zero_(x.grad)": (["zero"], [0.0], [2.0]),
    "torch.ops.aten.zero_.default(x.grad)": (["zero"], [0.0], [2.0]),
    "torch.mul(x.grad, 0, out=x.grad)": (["zero"], [0.0], [2.0]),
    "torch._foreach_zero_([x.grad])": (["zero"], [0.0], [2.0]),
    "torch.nn.functional.relu(x.grad.neg_(), inplace=True)": (["edit", "zero"], [0.0], [2.0]),
    "x.grad.numpy()[:] = 0": (["zero"], [0.0], [2.0]),
    "x.grad.numpy()[:] = 3": (["edit"], [3.0], [2.0]),
    "x.grad.untyped_storage().fill_(0)": (["zero"], [0.0], [2.0]),
    "torch.nn.init.zeros_(x.grad)": (["zero"], [0.0], [2.0]),
    "torch._C.TensorBase.grad.__set__(x, None)": (["zero"], None, [2.0]),
    "torch.Tensor.zero_(x.grad)": (["zero"], [0.0], [2.0]),
    "x.grad = x.grad * 3": (["edit"], [12.0], [2.0]),
    "x.grad /= 8": (["edit"], [0.5], [2.0]),
    "clip_grad_norm_(x, 2.)": (["edit"], [2.0], [2.0]),
    "clip_grad_norm_(x, 2., foreach=False)": (["edit"], [2.0], [2.0]),
    "clip_grad_norm_([x, model.weight], 4.)": (["edit"], [2.8284266], [2.0]),
    "clip_grad_norm_([x, model.weight], 4., foreach=False)": (["edit"], [2.8284266], [2.0]),
    "clip_grad_value_(x, 1.)": (["edit"], [1.0], [2.0]),
    "with torch.no_grad(): x -= .25 * x.grad": (["update"], [4.0], [1.0]),
    "with torch.no_grad(): x.copy_(x - x.grad)": (["update"], [4.0], [-2.0]),
    "with torch.no_grad(): x.grad.zero_()": (["zero"], [0.0], [2.0]),
    "with torch.inference_mode(): x.grad.zero_()": (["zero"], [0.0], [2.0]),
    "x.data -= .25 * x.grad": (["update"], [4.0], [1.0]),
    "x.data = x.data - .25 * x.grad": (["update"], [4.0], [1.0]),
    "x.data.sub_(x.grad)": (["update"], [4.0], [-2.0]),
    "x.detach().sub_(x.grad)": (["update"], [4.0], [-2.0]),
    "x.requires_grad_(False)": ([], [4.0], [2.0]),
    "x.requires_grad = False": ([], [4.0], [2.0]),
    "x.detach()": ([], [4.0], [2.0]),
    "x.detach_()": ([], [4.0], [2.0]),
    "h = x * x; h.retain_grad()": ([], [4.0], [2.0]),
    "x.register_hook(lambda g: g)": ([], [4.0], [2.0]),
    "x.register_post_accumulate_grad_hook(lambda p: None)": ([], [4.0], [2.0]),
    "x.grad": ([], [4.0], [2.0]),
    "print(x.grad)": ([], [4.0], [2.0]),
    "x.grad.mul_(1)": ([], [4.0], [2.0]),
    "with torch.enable_grad(): torch.set_grad_enabled(True)": ([], [4.0], [2.0]),
}

# The same for the module and its optimizer: model.weight.grad and model.weight, from 4 and 1; SGD(lr=0.25).
ON_MODEL = {
    "opt.zero_grad()": (["zero"], None, [1.0]),
    "opt.zero_grad(False)": (["zero"], [0.0], [1.0]),
    "torch.optim.SGD(model.parameters(), foreach=True).zero_grad(False)": (["zero"], [0.0], [1.0]),
    "torch.optim.SGD(model.parameters(), foreach=False).zero_grad(False)": (["zero"], [0.0], [1.0]),
    "torch.optim.Adam(model.parameters(), fused=True).zero_grad(False)": (["zero"], [0.0], [1.0]),
    "model.zero_grad()": (["zero"], None, [1.0]),
    "model.zero_grad(False)": (["zero"], [0.0], [1.0]),
    "opt.zero_grad(); opt.zero_grad()": (["zero", "zero"], None, [1.0]),
    "model.zero_grad(); model.zero_grad()": (["zero", "zero"], None, [1.0]),
    "for p in model.parameters(): p.grad = None": (["zero"], None, [1.0]),
    "opt.step()": (["update"], [4.0], [0.0]),
    "torch.optim.SGD(model.parameters(), lr=.25, foreach=False).step()": (["update"], [4.0], [0.0]),
    "torch.optim.SGD(model.parameters(), lr=.25, foreach=True).step()": (["update"], [4.0], [0.0]),
    "torch.optim.SGD(model.parameters(), lr=.25, fused=True).step()": (["update"], [4.0], [0.0]),
    "torch.optim.Adam(model.parameters(), lr=.5).step()": (["update"], [4.0], [0.5]),
    "torch.optim.Adam(model.parameters(), lr=.5, fused=True).step()": (["update"], [4.0], [0.5]),
    "model.load_state_dict({'weight': torch.zeros(1, 1)})": (["update"], [4.0], [0.0]),
    "clip_grad_norm_(model.parameters(), 2.)": (["edit"], [2.0], [1.0]),
    "s = torch.amp.GradScaler('cpu', init_scale=8.); s.scale(y * 0); s.unscale_(opt)": (["edit"], [0.5], [1.0]),
    "s = torch.amp.GradScaler('cpu', init_scale=8.); s.scale(y * 0); s.step(opt); s.update()": (
        ["edit", "update"],
        [0.5],
        [0.875],
    ),
}


@pytest.fixture
def run_operation(run_student):
    def run(operation, other_leaves=0, **options):
        return run_student(
            f"{PRELUDE}        {operation}\n",
            {"x": [2.0], "model.weight": [[1.0]]} | {f"other{number}": [1.0] for number in range(other_leaves)},
            parameters=["x", "model", "opt"],
            modules={"model": "Linear(1, 1, bias=False)"},
            optimizers={"opt": "SGD(model.parameters(), lr=0.25)"},
            **options,
        )

    return run


def last_state(run, name):
    state = dict(run.start["state"][name])
    for call in run.calls:
        state |= call["after"].get(name, {})
    return state["grad"] and state["grad"]["data"], state["value"]["data"]


@pytest.mark.parametrize("operation", ON_X)
def test_an_operation_on_a_leaf_is_seen(run_operation, operation):
    kinds, grad, value = ON_X[operation]
    run = run_operation(operation)
    assert run.end["how"] == "returned", run.end
    assert run.kinds == GIVEN + kinds
    assert all("x" in call["touched"] for call in run.calls[2:])
    now, moved = last_state(run, "x")
    assert now == (grad and pytest.approx(grad))
    assert moved == value


@pytest.mark.parametrize("operation", ON_MODEL)
def test_an_operation_on_a_module_or_its_optimizer_is_seen(run_operation, operation):
    kinds, grad, value = ON_MODEL[operation]
    run = run_operation(operation)
    assert run.end["how"] == "returned", run.end
    assert run.kinds == GIVEN + kinds
    assert all(call["touched"] == ["model.weight"] for call in run.calls[2:])
    now, moved = last_state(run, "model.weight")
    assert now == (grad and pytest.approx(grad))
    assert moved == pytest.approx(value)


@pytest.mark.parametrize("operation", ON_X)
def test_among_many_leaves_the_same_is_seen(run_operation, operation):
    run = run_operation(operation, other_leaves=500)
    assert run.kinds == GIVEN + ON_X[operation][0]
    assert "noticed-late" not in [fact["name"] for fact in run.facts]


NOT_TRACED = "with torch._C.DisableTorchFunction(): x.grad.mul_(2)"
THEN = "; ".join(["", *["model.weight.grad.mul_(1.5)"] * 20])


def test_among_many_leaves_an_untraced_change_is_noticed_late_unless_each_call_looks_at_all_leaves(run_operation):
    operation = f"{NOT_TRACED}\n        pass{THEN}"
    late, exact = [run_operation(operation, other_leaves=500, every_call=every_call) for every_call in (False, True)]
    assert [[fact["name"] for fact in run.facts if fact["name"] == "noticed-late"] for run in (late, exact)] == [
        ["noticed-late"],
        [],
    ]
    assert exact.calls[2]["touched"] == ["x"]
    assert late.calls[2]["touched"] == ["model.weight"]
