"""What an exercise can leave behind in its process, and whether the check after it sees it."""

import builtins
import gc
import math
import signal
import sys
import types
from contextlib import contextmanager

import pytest
import torch
from torch.autograd.graph import saved_tensors_hooks
from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_post_hook
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from grader.worker import child, process_state, student
from grader.worker.process_state import watch_process
from grader.worker.tracer import Tracer


class EqualsEverything:
    """A function, hook or handler that no comparison distinguishes from another."""

    def __eq__(self, other):
        return True

    __hash__ = None

    def __call__(self, *arguments):
        return None


@contextmanager
def replaced(owner, name, value):
    before = owner.__dict__[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def added(owner, name, value):
    setattr(owner, name, value)
    try:
        yield
    finally:
        delattr(owner, name)


@contextmanager
def removable(handle):
    try:
        yield
    finally:
        handle.remove()


@contextmanager
def called(change, undo):
    change()
    try:
        yield
    finally:
        undo()


def no_hook(*arguments):
    return None


LEFT = {
    "a function of the worker": (lambda: replaced(student, "run_case", no_hook), "grader.worker.student"),
    "a function that equals the old one": (lambda: replaced(student, "_load", EqualsEverything()), "grader.worker.student"),
    "a builtin that hides from the worker": (lambda: added(child, "len", no_hook), "grader.worker.child"),
    "a method of a class of the worker": (lambda: replaced(Tracer, "finish", no_hook), "grader.worker.tracer.Tracer"),
    "a method of a tensor": (lambda: replaced(torch.Tensor, "backward", no_hook), "torch.Tensor"),
    "a property of a tensor": (lambda: added(torch.Tensor, "grad", property(no_hook)), "torch.Tensor"),
    "a function of autograd": (lambda: replaced(torch.autograd, "backward", no_hook), "torch.autograd"),
    "a method of all modules": (lambda: replaced(torch.nn.Module, "zero_grad", no_hook), "torch.Module"),
    "a method of all optimizers": (lambda: replaced(torch.optim.Optimizer, "zero_grad", no_hook), "torch.Optimizer"),
    "a builtin": (lambda: replaced(builtins, "sum", no_hook), "builtins"),
    "a name in torch": (lambda: added(torch, "answer", no_hook), "torch"),
    "a name in a module that everybody imports": (lambda: added(math, "answer", no_hook), "math"),
    "a trace function": (lambda: called(lambda: sys.settrace(no_hook), lambda: sys.settrace(None)), "trace function"),
    "a profile function": (lambda: called(lambda: sys.setprofile(no_hook), lambda: sys.setprofile(None)), "profile function"),
    "a hook of the garbage collection": (
        lambda: called(lambda: gc.callbacks.append(no_hook), gc.callbacks.pop),
        "garbage collection hooks",
    ),
    "a finder of modules": (
        lambda: called(lambda: sys.meta_path.insert(0, EqualsEverything()), lambda: sys.meta_path.pop(0)),
        "import hooks",
    ),
    "a signal handler": (
        lambda: called(
            lambda: signal.signal(signal.SIGUSR1, EqualsEverything()), lambda: signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        ),
        "signal handlers",
    ),
    "gradients switched off": (torch.no_grad, "gradient mode"),
    "inference mode": (torch.inference_mode, "gradient mode"),
    "a default dtype": (
        lambda: called(lambda: torch.set_default_dtype(torch.float64), lambda: torch.set_default_dtype(torch.float32)),
        "default dtype",
    ),
    "a default device": (
        lambda: called(lambda: torch.set_default_device("meta"), lambda: torch.set_default_device(None)),
        "torch function mode",
    ),
    "a mode for torch functions": (TorchFunctionMode, "torch function mode"),
    "a mode for operators": (TorchDispatchMode, "torch dispatch mode"),
    "anomaly detection": (lambda: torch.autograd.detect_anomaly(check_nan=False), "anomaly detection"),
    "hooks for saved tensors": (lambda: saved_tensors_hooks(no_hook, no_hook), "saved tensors hooks"),
    "no hooks for saved tensors": (lambda: torch.autograd.graph.disable_saved_tensors_hooks("no"), "saved tensors"),
    "autocast": (lambda: torch.autocast("cpu"), "autocast"),
    "a hook of all modules": (lambda: removable(register_module_forward_hook(no_hook)), "module hooks"),
    "a hook of all optimizers": (lambda: removable(register_optimizer_step_post_hook(no_hook)), "optimizer hooks"),
}


@pytest.fixture(scope="module")
def changed():
    torch.optim.SGD([torch.zeros(1)])  # the first one replaces the method `step` of its class
    gc.freeze()  # the check collects garbage, and a test process has many objects
    yield watch_process()
    gc.unfreeze()


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
@pytest.mark.parametrize("what", LEFT)
def test_what_an_exercise_left_behind_is_found_and_nothing_else(changed, what):
    leave, name = LEFT[what]
    assert changed() == ""
    with leave():
        found = changed()
    assert found == name
    assert changed() == ""


@pytest.mark.parametrize("name", ["random", "grader.worker.student", "torch"])
def test_a_module_in_place_of_another_is_found(changed, name):
    before = sys.modules[name]
    sys.modules[name] = types.ModuleType(name)
    found = changed()
    sys.modules[name] = before
    assert found == name


def test_ordinary_work_changes_nothing(changed, run_student):
    run_student(
        """
        import math
        import numpy
        import torch
        from torch import nn

        def solve(x):
            net = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            with torch.no_grad():
                x.mul_(2)
            x.register_hook(lambda gradient: gradient * 2)
            nn.functional.mse_loss(net(x), torch.ones(3)).backward()
            optimizer.step()
            optimizer.zero_grad()
            (x * 2).grad
            raise ValueError
        """
    )
    assert changed() == ""


@pytest.mark.parametrize("name", ["all", "map", "len", "type", "id", "tuple"])
def test_the_check_needs_no_builtin_that_an_exercise_can_replace(changed, name):
    with replaced(builtins, name, no_hook):
        found = changed()
    assert found == "builtins"


@pytest.mark.parametrize("name", ["_count_without_modules", "_signal_handlers", "operator", "_snapshot_of"])
def test_the_check_needs_no_name_of_its_module(changed, name):
    with replaced(process_state, name, no_hook):
        found = changed()
    assert found == "grader.worker.process_state"


def test_the_check_looks_at_a_bounded_number_of_values():
    watched = {name: names for name, names in process_state.watched_namespaces().items() if not is_of_the_parent(name)}
    assert sum(map(len, watched.values())) < 2_500


def is_of_the_parent(name):
    """A module that a test process has loaded, but never a child."""
    return name.startswith("grader.") and not name.startswith(("grader.worker", "grader.expressions"))
