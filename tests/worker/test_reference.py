"""What each step of a program does, and what its message says."""

import pytest

from grader.records.exercise import CALL_VERBS
from grader.worker import snapshot

INDEX = {"value": [0], "dtype": "int64"}
SGD = {"opt": "SGD([x], lr=0.5)"}


def backward(*of, gradient=(), retain_graph=False, create_graph=False, inputs=(), look=()):
    options = {"gradient": list(gradient), "retain_graph": retain_graph, "create_graph": create_graph, "inputs": list(inputs)}
    return step("backward", look, of=list(of), **options)


def step(verb, look=(), **action):
    return {"verb": verb, "is_call": verb in CALL_VERBS, "look": list(look)} | action


def zero(*of, set_to_none=None, look=()):
    return step("zero", look, of=list(of), set_to_none=set_to_none)


def look(*expressions):
    return step("look", expressions)


def numbers(values):
    return [value if value is None or not isinstance(value, dict) else value["data"] for value in values]


def last_grad(run, name="x"):
    return run.performed[-1]["call"]["after"][name]["grad"]["data"]


def test_the_message_of_a_backward_has_the_state_after_it(run_steps):
    run = run_steps([backward("x**2", look=["x.grad", "x"])])
    call = run.performed[0]["call"]
    assert (call["kind"], call["touched"], call["changed"]) == ("backward", ["x"], True)
    assert call["after"] == {"x": {"grad": {"shape": [1], "dtype": "float32", "device": "cpu", "data": [4.0]}}}
    assert numbers(run.performed[0]["values"]) == [[4.0], [2.0]]
    assert run.end == {"message": "end", "how": "returned", "returned": None, "error": None}


@pytest.mark.parametrize(
    ("steps", "grad"),
    [
        ([backward("x**2", "x**3")], [16.0]),
        ([backward("x**2", gradient=["[3.0]"])], [12.0]),
        ([backward("x**2", "x**3", gradient=["1", "2"])], [28.0]),
        ([step("let", names=[["s", "ones_like(x) * 3"]]), backward("x**2", gradient=["s"])], [12.0]),
        ([step("let", names=[["y", "x**2"]]), backward("y", retain_graph=True), backward("y")], [8.0]),
        ([backward("x**3", create_graph=True), backward("x.grad")], [24.0]),
        ([backward("x**2 * w", inputs=["x"])], [12.0]),
    ],
)
def test_backward_accepts_the_arguments_of_torch(run_steps, steps, grad):
    assert last_grad(run_steps(steps, {"x": [2.0], "w": [3.0]})) == grad


def test_backward_with_inputs_touches_no_other_leaf(run_steps):
    run = run_steps([backward("x * w", inputs=["w"])], {"x": [2.0], "w": [3.0]})
    assert run.performed[0]["call"]["touched"] == ["w"]


@pytest.mark.parametrize(
    ("of", "set_to_none", "grad"),
    [
        ("x", None, [0.0]),
        ("x", True, None),
        ("opt", None, None),
        ("opt", False, [0.0]),
        ("model", None, None),
        ("model", False, [0.0]),
    ],
)
def test_zero_does_what_torch_does_by_default(run_steps, of, set_to_none, grad):
    name = "model.weight" if of == "model" else "x"
    run = run_steps(
        [backward(f"sum({name})"), zero(of, set_to_none=set_to_none, look=[f"{name}.grad"])],
        {"x": [2.0], "model.weight": [[1.0]]},
        modules={"model": "Linear(1, 1, bias=False)"},
        optimizers=SGD,
    )
    call = run.performed[1]["call"]
    assert (call["kind"], call["touched"], call["changed"]) == ("zero", [name], True)
    assert call["optimizer"] == ("opt" if of == "opt" else None)
    assert numbers(run.performed[1]["values"]) == [grad]


def test_zeroing_a_gradient_that_is_none_leaves_it_none(run_steps):
    run = run_steps([zero("x", look=["x.grad"])])
    assert run.performed[0]["values"] == [None]
    assert run.performed[0]["call"]["changed"] is False


def test_a_step_is_an_update_of_its_optimizer(run_steps):
    run = run_steps([backward("x**2"), step("step", ["x"], optimizer="opt")], optimizers=SGD)
    call = run.performed[1]["call"]
    assert (call["kind"], call["optimizer"], call["is_step"], call["touched"]) == ("update", "opt", True, ["x"])
    assert numbers(run.performed[1]["values"]) == [[0.0]]


@pytest.mark.parametrize(
    ("options", "grads"),
    [
        ({"max_norm": 1.0, "clip_value": None}, [0.6, 0.8]),
        ({"max_norm": None, "clip_value": 3.5}, [3.0, 3.5]),
    ],
)
def test_clip_uses_one_norm_over_all_gradients_or_a_value(run_steps, options, grads):
    run = run_steps(
        [backward("3*x + 4*w"), step("clip", ["x.grad", "w.grad"], of=["x", "w"], **options)], {"x": [1.0], "w": [1.0]}
    )
    call = run.performed[1]["call"]
    assert call["kind"] == "edit"
    assert call["touched"] == ["x", "w"]
    assert [value["data"][0] for value in run.performed[1]["values"]] == pytest.approx(grads)


@pytest.mark.parametrize(
    ("targets", "kind", "state"),
    [
        ([["x", "x - 0.5*x.grad"]], "update", [[0.0], [4.0], [3.0]]),
        ([["x.grad", "x.grad / 8"]], "edit", [[2.0], [0.5], [3.0]]),
        ([["x.grad", "x.grad * 0"]], "zero", [[2.0], [0.0], [3.0]]),
        ([["x.grad", "7"]], "edit", [[2.0], [7.0], [3.0]]),
        ([["x", "w"], ["w", "x"]], "update", [[3.0], [4.0], [2.0]]),
        ([["w.grad", "5.0"]], "edit", [[2.0], [4.0], [3.0]]),
    ],
)
def test_set_reads_every_value_before_it_writes_one(run_steps, targets, kind, state):
    run = run_steps([backward("x**2"), step("set", ["x", "x.grad", "w"], targets=targets)], {"x": [2.0], "w": [3.0]})
    assert run.performed[1]["call"]["kind"] == kind
    assert numbers(run.performed[1]["values"]) == state


def test_set_records_no_graph(run_steps):
    run = run_steps([step("set", targets=[["x", "x * 2"]]), backward("x**2", look=["x.grad"])])
    assert numbers(run.performed[1]["values"]) == [[8.0]]


def test_let_keeps_the_object_itself(run_steps):
    run = run_steps(
        [backward("x**2"), step("let", names=[["g", "x.grad"], ["c", "clone(x.grad)"]]), backward("x**2", look=["g", "c"])]
    )
    assert run.performed[1]["call"] is None
    assert numbers(run.performed[2]["values"]) == [[8.0], [4.0]]


def test_let_may_rebind_the_name_of_a_leaf_and_the_leaf_stays_watched(run_steps):
    run = run_steps([step("let", names=[["h", "x**2"], ["x", "detach(x)"]]), backward("h", look=["x.grad"])])
    assert run.performed[1]["call"]["touched"] == ["x"]
    assert run.performed[1]["values"] == [None]
    assert last_grad(run) == [4.0]


def test_retain_grad_and_requires_grad_are_not_calls(run_steps):
    run = run_steps(
        [
            step("let", names=[["h", "3*x"]]),
            step("retain_grad", of="h"),
            backward("h**2", look=["h.grad"]),
            step("requires_grad", of=[["x", False]]),
            backward("x**2 * w", look=["x.grad"]),
        ],
        {"x": [2.0], "w": [1.0]},
    )
    assert [performed["call"] is None for performed in run.performed] == [True, True, False, True, False]
    assert numbers(run.performed[2]["values"]) == [[12.0]]
    assert numbers(run.performed[4]["values"]) == [[36.0]]


def test_requires_grad_takes_a_module(run_steps):
    run = run_steps(
        [step("requires_grad", of=[["model", False]]), backward("sum(model(x))", look=["model.weight.grad"])],
        {"x": [2.0], "model.weight": [[1.0]]},
        modules={"model": "Linear(1, 1, bias=False)"},
    )
    assert run.performed[1]["values"] == [None]


def test_code_sees_the_names_and_the_definitions_of_earlier_code(run_steps):
    run = run_steps(
        [
            step("code", source="def half(grad):\n    return grad * scale\nscale = torch.tensor(0.5)"),
            step("code", source="x.register_hook(half)"),
            backward("x**2", look=["x.grad"]),
        ]
    )
    assert numbers(run.performed[2]["values"]) == [[2.0]]


def test_a_step_that_raises_ends_the_program(run_steps):
    run = run_steps([step("let", names=[["y", "x**2 + w"]]), backward("y"), backward("y"), look("x")], {"x": [2.0], "w": [1.0]})
    assert len(run.performed) == 3
    failed = run.performed[2]
    assert failed["raised"]["type"] == failed["call"]["raised"]["type"] == "RuntimeError"
    assert failed["call"]["after"]["w"]["grad"]["data"] == [2.0]
    assert (run.end["how"], run.end["error"]) == ("returned", None)


def test_looking_at_an_unknown_name_is_an_error_of_its_step(run_steps):
    run = run_steps([look("y")])
    assert run.performed[0]["raised"] == {"type": "UnknownName", "message": "`y` is not declared.", "line": None}


@pytest.mark.parametrize(("returns", "value"), [("x.grad", [4.0]), (["x.grad", "x"], [[4.0], [2.0]]), (None, None)])
def test_returns_is_evaluated_at_the_end(run_steps, returns, value):
    returned = run_steps([backward("x**2")], returns=returns).end["returned"]
    assert (numbers(returned) if isinstance(returned, list) else numbers([returned])[0]) == value


def test_returns_that_cannot_be_evaluated_is_an_error(run_steps):
    end = run_steps([], returns="y").end
    assert (end["how"], end["error"]["message"]) == ("raised", "`y` is not declared.")


def test_a_setup_that_cannot_be_built_is_an_error_before_the_first_step(run_steps):
    run = run_steps([backward("x**2")], {"model.weight": [[1.0]]})
    assert run.start["state"] == {}
    assert run.end["how"] == "raised"
    assert run.end["error"]["message"].startswith("`model.weight`: there is no module `model`")


def test_two_runs_are_equal_bit_by_bit(run_steps):
    steps = [backward("mean((model(x) - 0.3)**2)"), step("step", optimizer="opt")]
    weights = {"x": [0.1, 0.2], "model.weight": [[0.3, 0.7]], "model.bias": [0.1]}
    setup = {"modules": {"model": "Linear(2, 1)"}, "optimizers": {"opt": "Adam(model.parameters())"}}
    assert run_steps(steps, weights, **setup).messages == run_steps(steps, weights, **setup).messages


def test_a_step_reads_the_numbers_of_the_leaves_that_it_writes_and_of_no_others(run_steps, monkeypatch):
    """Each call of an exercise with many leaves costs what it changes, and not what there is."""
    read, encode, leaf = [], snapshot.encode_tensor, {"value": [2.0], "dtype": "float32"}
    names = [f"w{number}" for number in range(50)]
    steps = [each for w in names for each in (backward(f"{w}**2"), step("set", targets=[[w, f"{w} * 2"]]), zero(w))]
    monkeypatch.setattr(snapshot, "encode_tensor", lambda tensor: read.append(1) or encode(tensor))
    run = run_steps(steps, dict.fromkeys(names, leaf))
    assert [list(each["call"]["after"]) for each in run.performed] == [[name] for name in names for _ in range(3)]
    assert len(read) <= len(names) + 2 * len(steps)


@pytest.mark.parametrize(
    ("other", "setup"),
    [
        (step("code", source="w.data.add_(1)"), {}),
        (step("set", targets=[["d", "d + 1"]]), {}),
        (step("let", names=[["y", "emb(i)"]]), {"modules": {"emb": "Embedding(1, 1, max_norm=1.0)"}, "data": {"i": INDEX}}),
    ],
)
def test_a_leaf_that_changes_without_a_verb_that_names_it_is_seen_at_the_next_call(run_steps, other, setup):
    tensors = {"x": [2.0], "w": [3.0]} | ({"emb.weight": [[5.0]]} if setup else {})
    run = run_steps([step("let", names=[["d", "detach(w)"]]), backward("x"), other, zero("x")], tensors, **setup)
    last = [each["call"]["after"] for each in run.performed if each["call"]]
    changed = {name: change["value"]["data"] for after in last for name, change in after.items() if "value" in change}
    assert changed == ({"emb.weight": pytest.approx([1.0], abs=1e-3)} if setup else {"w": [4.0]})
