"""The fields of a traced call: lines, loss, optimizer, error; which writes are merged; which facts are sent."""

import pytest

NAN = float("nan")
MODEL = {"modules": {"model": "Linear(1, 2)"}, "optimizers": {"opt": "SGD(model.parameters(), lr=0.5, momentum=0.5)"}}
WEIGHTS = {"model.weight": [[1.0], [2.0]], "model.bias": [0.0, 0.0]}
TWO = {"x": [2.0], "w": [3.0]}


def facts(run, name):
    return [(fact["line"], fact["what"], fact["leaf"]) for fact in run.facts if fact["name"] == name]


def test_a_call_has_its_line_and_a_backward_the_line_of_its_loss(run_student):
    run = run_student(
        """\
        def solve(x):
            loss = (x**2).sum()
            loss.backward()
            x.grad.zero_()
        """
    )
    assert [(call["line"], call["called_from"], call.get("loss_line")) for call in run.calls] == [(3, None, 2), (4, None, None)]


def test_a_call_in_a_helper_has_both_lines(run_student):
    run = run_student(
        """\
        def share(x):
            (x**2).backward()

        def solve(x):
            for _ in range(2):
                share(x)
        """
    )
    assert [(call["line"], call["called_from"]) for call in run.calls] == [(2, 6), (2, 6)]


def test_a_loss_made_by_a_module_is_on_the_line_that_called_it(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            loss = torch.nn.MSELoss()(x, torch.zeros(1))

            loss.backward()
        """
    )
    assert run.calls[0]["loss_line"] == 3


def test_after_has_only_what_changed(run_student):
    run = run_student("def solve(x, w):\n    (x**2).backward()\n    (0 * w).backward()\n    (0 * w).backward()", TWO)
    assert [call["after"].keys() for call in run.calls] == [{"x"}, {"w"}, set()]
    assert run.calls[0]["after"]["x"].keys() == {"grad"}
    assert [call["changed"] for call in run.calls] == [True, True, False]
    assert run.calls[2]["touched"] == ["w"]


def test_one_zero_grad_over_many_parameters_is_one_call(run_student):
    run = run_student(
        """\
        def solve(model, opt):
            model(model.weight[:1]).sum().backward()
            opt.zero_grad()
            model.zero_grad()
        """,
        WEIGHTS,
        **MODEL,
    )
    assert run.kinds == ["backward", "zero", "zero"]
    assert [call["touched"] for call in run.calls[1:]] == [["model.weight", "model.bias"]] * 2
    assert [call["changed"] for call in run.calls[1:]] == [True, False]
    assert [call["optimizer"] for call in run.calls[1:]] == ["opt", None]


def test_a_loop_over_parameters_is_a_call_for_each(run_student):
    run = run_student("def solve(model, opt):\n    for p in model.parameters():\n        p.grad = None", WEIGHTS, **MODEL)
    assert [call["touched"] for call in run.calls] == [["model.weight"], ["model.bias"]]


def test_a_step_is_one_update_with_its_optimizer(run_student):
    run = run_student(
        """\
        import torch
        def solve(model, opt):
            model(model.weight[:1]).sum().backward()
            opt.step()
            torch.optim.Adam(model.parameters()).step()
        """,
        WEIGHTS,
        **MODEL,
    )
    assert run.kinds == ["backward", "update", "update"]
    assert [(call["optimizer"], call["is_step"]) for call in run.calls[1:]] == [("opt", True), ("", True)]
    assert run.calls[1]["touched"] == ["model.weight", "model.bias"]


@pytest.mark.parametrize(
    ("change", "altered"),
    [
        ("pass", [None, None]),
        ("opt.param_groups[0]['lr'] = 0.1", [None, "lr"]),
        ("opt.param_groups[0].update(lr=0.1, momentum=0)", [None, "lr, momentum"]),
        ("opt.param_groups[0]['params'] = [model.weight]", [None, "params"]),
        ("opt.add_param_group({'params': [torch.ones(1, requires_grad=True)]})", [None, "params"]),
        ("opt.param_groups[0]['foreach'] = False", [None, None]),
        ("opt.state.clear()", [None, "memory"]),
        ("opt.state[model.bias]['momentum_buffer'].zero_()", [None, "memory"]),
        ("schedule = torch.optim.lr_scheduler.ExponentialLR(opt, 0.5); schedule.step()", [None, "lr"]),
    ],
)
def test_a_step_says_what_was_altered_of_its_optimizer(run_student, change, altered):
    run = run_student(
        f"""\
        import torch
        def solve(model, opt):
            for i in range(2):
                model(torch.ones(1, 1)).sum().backward()
                if i == 1:
                    {change}
                opt.step()
        """,
        WEIGHTS,
        **MODEL,
    )
    assert [call.get("altered") for call in run.calls if call["kind"] == "update" and call["is_step"]] == altered


def test_a_step_without_any_gradient_is_a_call_that_changed_nothing(run_student):
    run = run_student("def solve(model, opt):\n    opt.step()", WEIGHTS, **MODEL)
    assert [(call["kind"], call["is_step"], call["changed"]) for call in run.calls] == [("update", True, False)]


def test_an_update_in_place_is_not_a_step(run_student):
    run = run_student("import torch\ndef solve(x):\n    with torch.no_grad():\n        x -= 1")
    assert [(call["kind"], call.get("is_step", False), call["optimizer"]) for call in run.calls] == [("update", False, None)]


def test_the_closure_of_lbfgs_shows_each_backward_and_zeroing(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            opt = torch.optim.LBFGS([x], max_iter=2)
            def closure():
                opt.zero_grad()
                loss = ((x - 3)**2).sum()
                loss.backward()
                return loss
            opt.step(closure)
        """
    )
    assert run.kinds == ["zero", "backward", "update", "zero", "backward"]
    assert [call["line"] for call in run.calls] == [5, 7, 9, 5, 7]
    assert [call.get("within") for call in run.calls] == [1, 1, None, 1, 1]
    assert all("value" not in change for call in run.calls if call["kind"] != "update" for change in call["after"].values())


def test_an_optimizer_of_the_students_own_class_steps_once(run_student):
    run = run_student(
        """\
        import torch
        class Mine(torch.optim.Optimizer):
            def __init__(self, parameters):
                super().__init__(parameters, {})
            @torch.no_grad()
            def step(self):
                for group in self.param_groups:
                    for p in group["params"]:
                        p.sub_(p.grad)
                        p.grad.mul_(0.5)
        def solve(x, w):
            (x * w).backward()
            Mine([x, w]).step()
        """,
        TWO,
    )
    assert run.kinds == ["backward", "update"]
    assert run.calls[1]["touched"] == ["x", "w"]
    assert run.calls[1]["after"]["w"]["grad"]["data"] == [1.0]


def test_a_step_that_raises_is_a_call_that_raised(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            def closure():
                raise ValueError("no loss today")
            torch.optim.SGD([x]).step(closure)
        """
    )
    assert run.kinds == ["update"]
    assert run.calls[0]["raised"] == {"type": "ValueError", "message": "no loss today", "line": 5}
    assert run.end["error"]["line"] == 4


def test_after_a_step_whose_error_was_caught_the_next_call_is_seen(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            def closure():
                raise ValueError
            try:
                torch.optim.SGD([x]).step(closure)
            except ValueError:
                (x**2).backward()
        """
    )
    assert run.kinds == ["update", "backward"]


def test_a_backward_that_raises_keeps_what_it_changed_before(run_student):
    run = run_student(
        """\
        def solve(x, w):
            y = (x**2 + w).sum()
            y.backward()
            y.backward()
        """,
        TWO,
    )
    failed = run.calls[1]
    assert failed["raised"]["type"] == "RuntimeError"
    assert failed["raised"]["line"] == 4
    assert failed["after"]["w"]["grad"]["data"] == [2.0]
    assert "x" not in failed["after"]
    assert run.end["how"] == "raised"
    assert run.end["error"]["message"].startswith("Trying to backward through the graph a second time")


def test_a_backward_through_the_same_loss_is_marked(run_student):
    run = run_student("def solve(x):\n    y = x + x\n    y.backward()\n    y.backward()\n    (x + x).backward()")
    assert [call["same_loss"] for call in run.calls] == [False, True, False]


@pytest.mark.parametrize(
    ("call", "given"),
    [
        ("y.backward()", False),
        ("y.backward(torch.ones(1))", False),
        ("y.backward(gradient=torch.tensor([2.]))", True),
        ("torch.autograd.backward([y], [torch.tensor([2.])])", True),
        ("torch.autograd.backward(y, grad_tensors=torch.tensor([2.]))", True),
    ],
)
def test_a_gradient_argument_other_than_ones_is_marked(run_student, call, given):
    run = run_student(f"import torch\ndef solve(x):\n    y = x**2\n    {call}")
    assert [each["gradient_given"] for each in run.calls] == [given]


def test_a_write_that_raises_and_changes_nothing_is_not_a_call(run_student):
    run = run_student("def solve(x):\n    x -= 1")
    assert run.kinds == []
    assert run.end["how"] == "raised"


def test_a_nan_that_stays_is_not_a_change(run_student):
    run = run_student("import torch\ndef solve(x):\n    x.grad = torch.tensor([float('nan')])\n    x.grad.mul_(2)")
    assert run.kinds == ["edit"]


def test_a_sparse_gradient_is_sent_in_full(run_student):
    run = run_student(
        """\
        import torch
        def solve(w):
            torch.nn.functional.embedding(torch.tensor([1, 1]), w, sparse=True).sum().backward()
            w.grad.zero_()
        """,
        {"w": [[1.0], [2.0]]},
    )
    assert run.kinds == ["backward", "zero"]
    assert run.calls[0]["after"]["w"]["grad"]["data"] == [0.0, 2.0]


def test_one_gradient_shared_by_two_leaves_is_zeroed_in_both(run_student):
    run = run_student("def solve(x, w):\n    (x**2).backward()\n    w.grad = x.grad\n    x.grad.zero_()", TWO)
    assert run.kinds == ["backward", "edit", "zero"]
    assert run.calls[2]["touched"] == ["x", "w"]


def test_rebinding_a_name_changes_no_watched_leaf(run_student):
    run = run_student("def solve(x):\n    x = (x - 1).detach().requires_grad_()\n    (x**2).backward()")
    assert run.kinds == ["backward"]
    assert run.calls[0]["touched"] == []
    assert facts(run, "own-leaf") == [(2, "", None)]


def test_a_step_within_a_hook_of_the_backward_is_a_call_of_its_own(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            opt = torch.optim.SGD([x], lr=0.5)
            def step(leaf):
                opt.step()
                opt.zero_grad()
            x.register_post_accumulate_grad_hook(step)
            (x**2).backward()
        """
    )
    assert [(call["kind"], call["line"]) for call in run.calls] == [("backward", 8), ("update", 5), ("zero", 6)]
    assert [(call.get("part_of"), call.get("within")) for call in run.calls] == [(1, None), (None, 1), (None, 1)]
    assert run.calls[0]["after"]["x"].keys() == {"grad"}
    assert run.calls[1]["after"]["x"].keys() == {"value"}


def test_a_backward_in_which_hooks_write_is_recorded_in_parts(run_student):
    run = run_student(
        """\
        def solve(x, w):
            def halve(leaf):
                leaf.grad /= 2
            for leaf in (x, w):
                leaf.register_post_accumulate_grad_hook(halve)
            (x * w).backward()
        """,
        TWO,
    )
    assert run.kinds == ["backward", "edit", "backward", "edit"]
    assert [call.get("part_of") for call in run.calls] == [1, None, 1, None]
    assert sorted(run.calls[0]["touched"] + run.calls[2]["touched"]) == ["w", "x"]


def test_a_hook_that_only_reads_leaves_the_backward_whole(run_student):
    run = run_student(
        """\
        def solve(x, w):
            norms = []
            for leaf in (x, w):
                leaf.register_hook(lambda gradient: norms.append(gradient.norm()))
                leaf.register_post_accumulate_grad_hook(lambda leaf: norms.append(leaf.grad.norm()))
            (x * w).backward()
        """,
        TWO,
    )
    assert run.kinds == ["backward"]
    assert "part_of" not in run.calls[0]


@pytest.mark.parametrize("hook", ["register_step_pre_hook", "register_step_post_hook"])
def test_a_write_in_a_hook_of_an_optimizer_is_a_call_of_its_own(run_student, hook):
    run = run_student(
        f"""\
        import torch
        def solve(x):
            opt = torch.optim.SGD([x], lr=0.5)
            opt.{hook}(lambda *_: x.grad.mul_(0.5) and None)
            (x**2).backward()
            opt.step()
        """
    )
    calls = [("edit", 4, 2), ("update", 6, None)]
    if hook == "register_step_post_hook":
        calls.reverse()
    assert [(call["kind"], call["line"], call.get("within")) for call in run.calls[1:]] == calls


def test_a_step_that_raised_in_a_hook_does_not_hide_the_calls_after_it(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            def step(leaf):
                def closure():
                    raise ValueError
                try:
                    torch.optim.SGD([x]).step(closure)
                except ValueError:
                    leaf.grad = None
            x.register_post_accumulate_grad_hook(step)
            (x**2).backward()
        """
    )
    assert [(call["kind"], call["line"]) for call in run.calls] == [("backward", 11), ("update", 7), ("zero", 9)]


def test_a_backward_in_a_hook_is_a_call_of_its_own(run_student):
    run = run_student(
        """\
        def solve(x, w):
            other = w**2
            x.register_post_accumulate_grad_hook(lambda _: other.backward())
            (x**2).backward()
        """,
        TWO,
    )
    calls = [(call["kind"], call["line"], call["touched"], call.get("within")) for call in run.calls]
    assert calls == [("backward", 4, ["x"], None), ("backward", 3, ["w"], 1)]


def test_checkpointing_is_one_backward(run_student):
    run = run_student(
        """\
        from torch.utils.checkpoint import checkpoint
        def solve(x):
            checkpoint(lambda t: t**2, x, use_reentrant=True).backward()
            checkpoint(lambda t: t**2, x, use_reentrant=False).backward()
        """
    )
    assert run.kinds == ["backward", "backward"]


def test_a_mode_of_the_students_own_hides_nothing(run_student):
    run = run_student(
        """\
        from torch.overrides import TorchFunctionMode
        class Quiet(TorchFunctionMode):
            def __torch_function__(self, func, types, args=(), kwargs=None):
                return func(*args, **(kwargs or {}))
        def solve(x):
            with Quiet():
                (x**2).backward()
                x.grad.zero_()
        """
    )
    assert run.kinds == ["backward", "zero"]


def test_what_happens_with_torch_functions_disabled_is_found_at_the_next_write(run_student):
    run = run_student(
        """\
        import torch
        def solve(x, w):
            with torch._C.DisableTorchFunction():
                (x**2).backward()
                w.sub_(w) if not w.requires_grad else None
            (w**2).backward()
        """,
        TWO,
    )
    assert [(call["kind"], call["touched"], call["line"]) for call in run.calls] == [
        ("backward", ["x"], 4),
        ("backward", ["w"], 6),
    ]


def test_a_write_through_numpy_is_a_call_and_a_fact(run_student):
    run = run_student("def solve(x):\n    (x**2).backward()\n    a = x.grad.numpy()\n    a[:] = 5\n    (x**2).backward()")
    assert run.kinds == ["backward", "edit", "backward"]
    assert run.calls[1]["after"]["x"]["grad"]["data"] == [5.0]
    assert facts(run, "untraced") == [(3, "", "x")]


def test_reading_through_numpy_is_not_a_call(run_student):
    run = run_student("def solve(x):\n    (x**2).backward()\n    a = x.grad.numpy()\n    (x**2).backward()")
    assert run.kinds == ["backward", "backward"]
    assert run.facts == []


def test_methods_that_a_student_replaces_do_not_blind_the_tracer(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            tolist, detach = torch.Tensor.tolist, torch.Tensor.detach
            torch.Tensor.tolist = lambda self: [0.0]
            torch.Tensor.detach = lambda self: None
            try:
                (x**2).backward()
            finally:
                del torch.Tensor.tolist, torch.Tensor.detach
        """
    )
    assert run.calls[0]["after"]["x"]["grad"]["data"] == [4.0]


def test_a_call_is_sent_at_once(run_student):
    source = "import math\ndef solve(x):\n    (x**2).backward()\n    x.grad.zero_()\n    raise SystemExit"
    run = run_student(source)
    assert [message["message"] for message in run.messages] == ["start", "call", "call", "end"]


# Facts


def test_autograd_grad_is_a_fact_with_its_leaf(run_student):
    run = run_student("import torch\ndef solve(x):\n    torch.autograd.grad(x**2, x)\n    torch.func.grad(lambda t: t.sum())(x)")
    assert facts(run, "autograd-grad") == [(3, "", "x"), (4, "", None)]


@pytest.mark.parametrize(
    "copy", ["x.grad.clone()", "x.grad.detach().clone()", "x.grad + 0", "torch.tensor(x.grad.tolist())", "x.grad * 1"]
)
def test_zeroing_a_copy_of_a_gradient_is_a_fact(run_student, copy):
    run = run_student(f"import torch\ndef solve(x):\n    (x**2).backward()\n    g = {copy}\n    (x**2).backward()\n    g.zero_()")
    assert run.kinds == ["backward", "backward"]
    assert facts(run, "zeroed-other") == [(6, "copy-of-grad", "x")]


@pytest.mark.parametrize("zeroing", ["x.data.zero_()", "x.data *= 0", "x.data = torch.zeros(1)", "x.detach().fill_(0)"])
def test_zeroing_the_value_is_an_update_and_a_fact(run_student, zeroing):
    run = run_student(f"import torch\ndef solve(x):\n    {zeroing}")
    assert run.kinds == ["update"]
    assert facts(run, "zeroed-other") == [(3, "value", "x")]


def test_zeroing_the_gradient_of_another_tensor_is_a_fact(run_student):
    source = (
        "import torch\ndef solve(x):\n    h = torch.ones(1, requires_grad=True)\n    h.grad = None\n    torch.ones(1).zero_()"
    )
    assert facts(run_student(source), "zeroed-other") == [(4, "other", None), (5, "other", None)]


def test_making_a_module_zeroes_nothing(run_student):
    assert run_student("import torch\ndef solve(x):\n    torch.nn.BatchNorm1d(1)\n    torch.zeros(1)").facts == []


def test_an_optimizer_over_other_tensors_is_a_fact(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            opt = torch.optim.SGD([x.detach().clone().requires_grad_()])
            opt.zero_grad()
            opt.step()
        """
    )
    assert run.kinds == []
    assert facts(run, "optimizer-other") == [(4, "zero_grad", None), (5, "step", None)]


def test_a_gradient_that_is_assigned_is_a_fact_unless_it_is_empty(run_student):
    run = run_student(
        """\
        import torch
        def solve(x):
            x.grad = torch.zeros(1)
            x.grad = torch.ones(1)
            x.grad *= 2
        """
    )
    assert run.kinds == ["zero", "edit", "edit"]
    assert facts(run, "grad-assigned") == [(4, "", "x")]


def test_a_fact_is_sent_once(run_student):
    run = run_student("import torch\ndef solve(x):\n    for _ in range(3):\n        torch.autograd.grad(x**2, x)")
    assert len(run.facts) == 1


def test_which_leaves_do_not_require_grad_is_reported_before_a_backward_and_at_the_end(run_student):
    source = """\
        def solve(x, w):
            x.requires_grad_(False)
            x.requires_grad_(True)
            w.requires_grad = False
            (x * w).backward()
            w.requires_grad_()
            (x * w).backward()
            (x * w).backward()
            w.detach_()
        """
    run = run_student(source, TWO, reports_frozen=True)
    assert [message["leaves"] if message["message"] == "frozen" else message["message"] for message in run.messages] == [
        "start",
        ["w"],
        "call",
        [],
        "call",
        "call",
        ["w"],
        "end",
    ]
    assert run_student(source, TWO).frozen == []


def test_detach_of_a_leaf_is_a_fact_where_leaves_are_frozen(run_student):
    source = "import torch\ndef solve(x):\n    x.detach()\n    torch.detach(x)\n    (x * 1).detach()"
    assert facts(run_student(source, reports_frozen=True), "leaf-detached") == [(3, "", "x"), (4, "", "x")]
    assert facts(run_student(source), "leaf-detached") == []
